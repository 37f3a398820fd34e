"""The flow of gradients in the page, in a real browser: it travels, lands, has arrows, widths and three colours."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import checked_page, open_file

import autograd
from autograd import Value, explore, steps
from autograd.views.explorer.playground import playground
from autograd.views.steps.record import Step

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def branches(a: Value, b: Value) -> Value:
    c = a * b
    d = a * a
    return (c + d).tanh() * 0.01 + c


AT = (0.7, -1.3)


def backward_steps() -> list[tuple[int, Step]]:
    return [(i, step) for i, step in enumerate(steps(branches, *AT), start=1) if step.phase == "backward"]


def go_to(page: "Page", step: int) -> None:
    page.get_by_label("Step", exact=True).fill(str(step))


def settle(page: "Page") -> None:
    """Wait until nothing is on its way any more."""
    page.wait_for_function(
        "() => document.querySelector('[data-autograd-explorer]').shadowRoot.querySelector('.traveller') === null"
    )


def texts(page: "Page", selector: str) -> list[str]:
    return page.locator(selector).all_text_contents()


def test_a_contribution_travels_back_along_its_edge_and_lands_where_it_is_added(page: "Page", tmp_path: Path) -> None:
    open_file(page, explore(branches, *AT).save(tmp_path / "flow.html"))
    (first, _), *_ = backward_steps()
    go_to(page, first - 1)
    assert texts(page, ".traveller, .landing, .chip") == []
    page.get_by_role("button", name="Next").click()
    ways = page.locator(".traveller").evaluate_all(
        """all => all.map(at => {
          const [motion] = at.getAnimations();
          motion.pause();
          return [0, 0.5, 1].map(part => {
            motion.currentTime = part * motion.effect.getTiming().duration * 0.999;
            return at.getBoundingClientRect().x;
          });
        })"""
    )
    assert ways
    assert all(start > middle > end for start, middle, end in ways)  # from the right, where the output is, to the left
    page.locator(".traveller").evaluate_all("all => all.forEach(at => at.getAnimations()[0].play())")
    settle(page)
    for number, step in backward_steps():
        go_to(page, number)
        landed: dict[Value, list[tuple[float, float, float]]] = {}
        for each in step.contributions:
            landed.setdefault(each.parent, []).append((each.before, each.amount, each.after))
        shown = texts(page, ".landing")
        assert len(shown) == len(landed)
        for text, parts in zip(shown, landed.values(), strict=True):
            before, *added, after = map(float, re.findall(r"-?\d[\d.]*(?:e[-+]\d+)?", text))
            assert re.fullmatch(r"[-\d.e+]+( \+ [-\d.e()+]+)+ → [-\d.e+]+", text)
            assert before == pytest.approx(parts[0][0], rel=1e-3)
            assert sum(added) == pytest.approx(sum(amount for _, amount, _ in parts), rel=1e-3)
            assert after == pytest.approx(parts[-1][2], rel=1e-3)
            assert before + sum(added) == pytest.approx(after, rel=1e-3)


def test_nothing_moves_for_those_who_want_it_still(browser: "Browser", tmp_path: Path) -> None:
    target = explore(branches, *AT).save(tmp_path / "still.html")
    with checked_page(browser, reduced_motion="reduce") as page:
        open_file(page, target)
        for number, step in backward_steps():
            go_to(page, number)
            assert page.locator(".traveller").count() == 0
            assert page.locator(".landing").count() == len({each.parent for each in step.contributions})
            assert page.evaluate("document.getAnimations().length") == 0


def test_arrows_point_back_in_sight_and_widths_tell_how_much_flows(page: "Page", tmp_path: Path) -> None:
    open_file(page, explore(branches, *AT).save(tmp_path / "arrows.html"))
    widths: dict[float, float] = {}
    for number, step in backward_steps():
        go_to(page, number)
        settle(page)
        for hidden, tip, base, amount, width in page.locator(".edge.backward").evaluate_all(
            """edges => {
              const chips = [...edges[0].closest('svg').querySelectorAll('.chip')];
              const boxes = chips.map(chip => chip.getBoundingClientRect());
              return edges.map((edge, i) => {
                const [line, arrow] = edge.children;
                const [x, y, one, , other] = arrow.getAttribute('d').match(/-?[\\d.]+/g).map(Number);
                const at = arrow.getBoundingClientRect();
                const hidden = boxes.some(box => box.x < at.right && box.right > at.x &&
                  box.y < at.bottom && box.bottom > at.y);
                return [hidden, x, (one + other) / 2, i, Number(line.getAttribute('stroke-width'))];
              });
            }"""
        ):
            assert not hidden, step
            assert tip < base  # from right to left
            widths[abs(step.contributions[amount].amount)] = width
    ordered = [widths[size] for size in sorted(widths)]
    assert len(ordered) > 4
    assert ordered == sorted(ordered)
    assert ordered[-1] > 3 * ordered[0]
    assert page.locator(".edge.flowed").count() > 4  # what has flowed stays in sight


def colours(page: "Page", where: str) -> dict[str, set[tuple[str, str]]]:
    """The texts and the colour of each of the three numbers in one place of the page."""
    found: dict[str, set[tuple[str, str]]] = {}
    for ink in ("incoming", "local", "product"):
        found[ink] = {
            tuple(pair)
            for pair in page.locator(f"{where} .{ink}").evaluate_all(
                """all => all.map(at => [at.textContent.replace(/[()]/g, ''),
                   getComputedStyle(at)[at.namespaceURI.includes('svg') ? 'fill' : 'color']])"""
            )
        }
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_three_numbers_have_the_same_three_colours_everywhere(
    browser: "Browser", tmp_path: Path, theme: str
) -> None:
    target = explore(branches, *AT).save(tmp_path / "colours.html")
    with checked_page(browser, viewport={"width": 1280, "height": 900}, color_scheme=theme) as page:
        open_file(page, target)
        (number, step) = backward_steps()[-1]
        go_to(page, number)
        settle(page)
        chip, sentence, table = (colours(page, where) for where in (".chip", ".narration", ".share"))
        assert chip == table
        for ink, numbers in chip.items():
            assert numbers <= sentence[ink], ink
            wanted = {float(getattr(each, {"product": "amount"}.get(ink, ink))) for each in step.contributions}
            got = {float(text) for text, _ in numbers}
            assert all(any(one == pytest.approx(other, rel=1e-3) for other in got) for one in wanted), ink
            assert all(any(one == pytest.approx(other, rel=1e-3) for other in wanted) for one in got), ink
        three = [{colour for _, colour in sentence[ink]} for ink in ("incoming", "local", "product")]
        assert [len(each) for each in three] == [1, 1, 1]
        assert len(set.union(*three)) == 3
        incoming = page.locator("tr.active td.gradient").evaluate("at => getComputedStyle(at).color")
        assert {incoming} == three[0]


STICKING_OUT = """chips => chips.filter(chip => {
  const frame = chip.querySelector('rect').getBBox();
  return [...chip.querySelectorAll('text')].some(text => {
    const at = text.getBBox();
    return at.x < frame.x + 2 || at.x + at.width > frame.x + frame.width - 2;
  });
}).map(chip => chip.textContent)"""


def test_every_number_fits_into_its_label(page: "Page", tmp_path: Path) -> None:
    open_file(page, playground("tanh(x) * w + x * x", x=-5, w=-123456).save(tmp_path / "fits.html"))
    field = page.get_by_label("Expression", exact=True)
    for text in (
        "tanh(x) * w + x * x",
        "tanh(x)",
        "(x * 1.23456) * (w / 98765.4)",
        "exp(x) / w - x / 7",
        "x**5 * w**3",
    ):
        field.fill(text)
        for step in range(2, 16):
            go_to(page, step)
            assert page.locator(".chip, .landing").evaluate_all(STICKING_OUT) == [], (text, step)


def test_presenting_shows_the_flow_too(page: "Page", tmp_path: Path) -> None:
    open_file(page, explore(branches, *AT).save(tmp_path / "present.html"))
    page.set_viewport_size({"width": 1920, "height": 1080})
    (number, step), *_ = backward_steps()
    go_to(page, number - 1)
    page.get_by_role("button", name="Present", exact=True).click()
    page.keyboard.press("PageDown")
    assert page.locator(".traveller").count() == len(step.contributions)
    settle(page)
    assert page.locator(".key").is_visible()
    assert page.locator(".landing").first.is_visible()


def test_in_big_graphs_a_step_costs_no_more_than_its_own_edges(page: "Page", tmp_path: Path) -> None:
    """Nothing is written to the page that is there already: after a step only what changed has been touched."""
    xs = [Value(0.1 * i, f"x{i}") for i in range(1, 30)]
    open_file(page, explore(autograd.mean([x.tanh() for x in xs]) ** 2).save(tmp_path / "wide.html"))
    page.get_by_role("button", name="Last").click()
    touched = page.evaluate(
        """() => {
          const root = document.querySelector('[data-autograd-explorer]').shadowRoot;
          const seen = new Set();
          const watch = new MutationObserver(all => all.forEach(each => seen.add(each.target)));
          const kinds = { attributes: true, childList: true, characterData: true };
          watch.observe(root.querySelector('svg'), { ...kinds, subtree: true });
          [...root.querySelectorAll('button')].find(button => button.textContent === 'Previous').click();
          watch.takeRecords().forEach(each => seen.add(each.target));
          return seen.size;
        }"""
    )
    assert touched < 30
