"""The player and the comparison in German: no English left, whatever is shown, tried or refused."""

import re
from pathlib import Path

import pytest
from browser import checked_page, open_file, running_browser
from spoken import TEXTS, fragments

import nn
from nn.inspect.player.page import words

pytestmark = pytest.mark.browser


def history(data: object, model: nn.Module) -> nn.History:
    loss = nn.binary_cross_entropy_with_logits
    return nn.fit(model, data, loss=loss, optimizer=nn.SGD(model.parameters(), lr=0.5), epochs=3, batch_size=8,  # type: ignore[arg-type]
                  validation=data, record=True, progress=False)  # fmt: skip


def test_no_english_is_left_in_the_german_player(tmp_path: Path) -> None:
    foreign = fragments(words("en"), words("de"))
    assert len(foreign) > 50
    first = history(nn.make_xor(20, seed=0), nn.MLP(2, [4, 1], seed=0))
    wide = history([([1.0, 2.0, 3.0], 1.0), ([0.0, 1.0, 2.0], 0.0)], nn.MLP(3, [2, 1], seed=0))
    pages = [first.player(language="de"), wide.player(language="de"), nn.compare(first, wide, language="de")]
    with running_browser() as browser, checked_page(browser, viewport={"width": 1280, "height": 900}) as page:
        shown: set[str] = set()
        for i, made in enumerate(pages):
            open_file(page, made.save(tmp_path / f"{i}.html"))
            assert page.evaluate("document.documentElement.lang") == "de"
            shown.update(page.evaluate(TEXTS), [page.title()])
            page.locator(".stage, .runs").press("End")
            shown.update(page.evaluate(TEXTS))
            if i == 0:
                for label in ("Lernrate", "Startwert", "Verborgene Breiten", "Epochen"):
                    before = page.get_by_label(label).input_value()
                    page.get_by_label(label).fill("-1")
                    page.get_by_role("button", name="Trainieren", exact=True).click()
                    shown.update(page.evaluate(TEXTS))
                    page.get_by_label(label).fill(before)
                page.get_by_role("button", name="Trainieren", exact=True).click()
                shown.update(page.evaluate(TEXTS))
        texts = "\n".join(shown)
        for piece in foreign:
            assert not re.search(rf"\b{re.escape(piece)}", texts), piece
        english = re.search(r"\b(the|this|with|epochs?|of|and|class|sample|loss)\b", texts)
        assert english is None, texts[max(0, english.start() - 80) : english.end() + 80]
