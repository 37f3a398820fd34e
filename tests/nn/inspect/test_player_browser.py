"""The player in a real browser, with the network blocked: every control, and its numbers against Python's."""

import math
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import checked_page, open_file
from project_root import ROOT

import nn
from autograd.formulas.notation import number_text
from nn.training.history import History

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

HOSTILE = "</script><img src=x onerror=alert(1)>\"'`${1}{{}}\u202e\u05d0\u05d1" + "x" * 10_000


def run(model: nn.Module, data: object, **options: object) -> History:
    given = {"loss": nn.binary_cross_entropy_with_logits, "epochs": 6, "batch_size": 20, "seed": 0, **options}
    optimizer = nn.Adam(model.parameters(), lr=0.05)
    return nn.fit(model, data, optimizer=optimizer, record=True, progress=False, **given)


@pytest.fixture(scope="module")
def history() -> History:
    moons = nn.make_moons(40, noise=0.1, seed=0)
    return run(nn.MLP(2, [4, 3, 1], seed=0), moons, validation=nn.make_moons(10, noise=0.1, seed=1))


@pytest.fixture(scope="module")
def run_file(history: History, tmp_path_factory: pytest.TempPathFactory) -> Path:
    player = history.player([0, 1], class_names=["upper", "lower"], feature_names=["x", "y"])
    return player.save(tmp_path_factory.mktemp("player") / "run.html")


@pytest.fixture
def run_page(page: "Page", run_file: Path) -> "Page":
    open_file(page, run_file)
    return page


# --- looking at the page ---


def last_loss(history: History) -> str:
    return number_text(float(f"{history['loss'][-1]:.6g}"))  # pages are given six digits


def press(page: "Page", name: str, times: int = 1) -> None:
    for _ in range(times):
        page.get_by_role("button", name=name, exact=True).click()


def is_disabled(page: "Page", name: str) -> bool:
    return page.get_by_role("button", name=name, exact=True).get_attribute("aria-disabled") == "true"


def count(page: "Page") -> str:
    return page.locator(".count").inner_text()


def told(page: "Page") -> str:
    return page.locator(".narration").inner_text()


def table(page: "Page") -> dict[str, list[str]]:
    """The visible rows of the table by name."""
    rows = page.locator("tbody tr").evaluate_all(
        """rows => rows.filter(row => !row.hidden)
             .map(row => [...row.children].map(cell => cell.textContent))"""
    )
    return {name: cells for name, *cells in rows}


def canvas(page: "Page") -> str:
    return page.locator("canvas").evaluate("canvas => canvas.toDataURL()")


def boxes(page: "Page") -> list[str]:
    return page.locator(".unit").evaluate_all("units => units.map(unit => unit.querySelector('text').textContent)")


# --- stepping ---


def test_every_step_shows_what_python_recorded(run_page: "Page", history: History) -> None:
    frames = history._snapshots.all
    short = {f"w.{i}": f"w{digit}" for i, digit in enumerate("₀₁₂₃")}
    paths = [path.split(".", 4) for path, _ in history._snapshots.model.named_parameters()]
    names = [f"layer {layer}, neuron {neuron}, {short.get(rest, rest)}" for _, layer, _, neuron, rest in paths]
    assert len(frames) == 13
    for i, frame in enumerate(frames):
        assert count(run_page) == f"Epoch {frame.epoch:.1f}, update {frame.update}"
        shown = table(run_page)
        assert list(shown) == names
        for column, numbers in ((0, frame.parameters), (3, frame.state["exp_avg"]), (4, frame.state["exp_avg_sq"])):
            found = [float(cells[column]) for cells in shown.values()]
            assert found == pytest.approx(list(numbers), rel=6e-4)
        if i:
            change = [now - before for now, before in zip(frame.parameters, frames[i - 1].parameters, strict=True)]
            assert [float(cells[1]) for cells in shown.values()] == pytest.approx(change, rel=2e-2, abs=2e-5)
            assert f"After update {frame.update}, whose batch had a loss of {frame.loss:.3g}"[:-1] in told(run_page)
        else:
            assert {cells[1] for cells in shown.values()} == {""}
            assert told(run_page).startswith("Before the first update. Sample 1 (x = ")
        if i < len(frames) - 1:
            press(run_page, "Next")
    assert is_disabled(run_page, "Next")
    assert is_disabled(run_page, "Last")


def test_the_sample_in_words_and_boxes_is_what_the_model_says(run_page: "Page", history: History) -> None:
    recording = history._snapshots
    sample, target = recording.batches.dataset[1]
    press(run_page, "Last")
    run_page.get_by_label("Sample").select_option("1")
    output = recording.model(sample).data
    loss = math.log1p(math.exp(-output if target else output))
    found = re.search(
        r"Sample 2 \(x = (.*), y = (.*); target (\w+)\) gives (.*) \((\w+)\), a loss of (.*)\.", told(run_page)
    )
    x, y, name, said, meaning, said_loss = found.groups()
    assert [float(x), float(y)] == pytest.approx(sample, rel=1e-3)
    assert [float(said), float(said_loss)] == pytest.approx([output, loss], rel=1e-3)
    assert (name, meaning) == (["upper", "lower"][target], ["upper", "lower"][output > 0])
    hidden = recording.model.layers[0](sample)
    assert [float(text) for text in boxes(run_page)[:6]] == pytest.approx(
        [*sample, *[value.data for value in hidden]], abs=0.006
    )
    assert float(boxes(run_page)[-1]) == pytest.approx(output, abs=0.006)


def test_back_and_forth_and_everywhere(run_page: "Page") -> None:
    start, map_before = table(run_page), canvas(run_page)
    assert is_disabled(run_page, "First")
    assert is_disabled(run_page, "Previous")
    press(run_page, "Next", 3)
    third, map_then = table(run_page), canvas(run_page)
    assert third != start
    assert map_then != map_before
    press(run_page, "Next", 2)
    press(run_page, "Previous", 2)
    assert (table(run_page), canvas(run_page)) == (third, map_then)
    press(run_page, "Last")
    assert count(run_page) == "Epoch 6.0, update 12"
    run_page.get_by_label("Step", exact=True).fill("3")
    assert table(run_page) == third
    press(run_page, "First")
    assert (table(run_page), canvas(run_page)) == (start, map_before)
    run_page.get_by_role("button", name="Previous", exact=True).press("Enter")  # there is nothing before
    assert count(run_page) == "Epoch 0.0, update 0"


def test_play_pauses_resumes_and_ends(run_page: "Page") -> None:
    run_page.get_by_label("Speed").select_option("fast")
    press(run_page, "Play")
    assert run_page.locator(".story").get_attribute("aria-live") == "off"
    run_page.wait_for_function(
        """() => !document.querySelector("[data-nn-player]").shadowRoot
             .querySelector(".count").textContent.endsWith(" 0")"""
    )
    press(run_page, "Pause")
    at = count(run_page)
    run_page.wait_for_timeout(400)
    assert count(run_page) == at
    assert run_page.locator(".story").get_attribute("aria-live") == "polite"
    run_page.get_by_label("Speed").select_option("very fast")
    press(run_page, "Play")
    run_page.get_by_text("Epoch 6.0, update 12").wait_for()
    run_page.get_by_role("button", name="Play", exact=True).wait_for()
    press(run_page, "Play")  # from the start again
    run_page.get_by_text("Epoch 6.0, update 12").wait_for()


def test_a_click_on_the_curve_goes_there(run_page: "Page") -> None:
    curve = run_page.locator(".curve-stage svg")
    box = curve.bounding_box()
    curve.click(position={"x": 46 + (box["width"] - 60) / 2, "y": 80})
    assert count(run_page) == "Epoch 3.0, update 6"
    assert "marked at epoch 3" in curve.get_attribute("aria-label")


def test_a_click_on_a_sample_follows_it(run_page: "Page") -> None:
    ring = run_page.locator(".ring").nth(1)
    ring.locator("circle").last.click(force=True)
    assert told(run_page).startswith("Before the first update. Sample 2 ")
    assert run_page.get_by_label("Sample").input_value() == "1"
    assert "chosen" in ring.get_attribute("class")


def test_accuracies_follow_the_step(run_page: "Page", history: History) -> None:
    def right(data: object) -> float:
        inputs, targets = data
        return 100 * nn.accuracy([history._snapshots.model(x) for x in inputs], targets, threshold=0)

    press(run_page, "Last")
    shares = [right(nn.make_moons(40, noise=0.1, seed=0)), right(nn.make_moons(10, noise=0.1, seed=1))]
    told_shares = [number_text(share) for share in shares]
    assert run_page.locator(".accuracy").inner_text() == (
        f"Accuracy: {told_shares[0]}% of 40 training samples, {told_shares[1]}% of 10 held-out samples."
    )
    assert run_page.locator(".map-stage .held-out").count() == 10
    assert run_page.get_by_text("dark outline: held out").is_visible()


def test_a_regression_of_one_feature_shows_its_curve(page: "Page", tmp_path: Path) -> None:
    curve = nn.make_curve(n_samples=20)
    history = run(nn.MLP(1, [4, 1], seed=0), curve, loss=nn.mse_loss, validation=nn.make_curve(n_samples=5))
    open_file(page, history.player([2, 12], feature_names=["angle"]).save(tmp_path / "run.html"))
    assert page.locator(".map").count() == 0
    assert page.locator(".fitted-stage .fitted-point").count() == 25
    before = page.locator(".fitted-stage .fit").get_attribute("d")
    press(page, "Last")
    assert page.locator(".fitted-stage .fit").get_attribute("d") != before
    said = page.locator(".fitted-stage svg").first.get_attribute("aria-label")
    found = re.fullmatch(
        r"The output over angle from (.*) to (.*): it begins at (.*), is (.*) in the middle and ends at (.*)\.", said
    )
    low, high, start, _, end = map(float, found.groups())
    model = history._snapshots.model
    assert [start, end] == pytest.approx([model([low]).data, model([high]).data], rel=2e-3, abs=2e-3)
    page.locator(".ring").nth(1).locator("circle").last.click(force=True)
    assert "Sample 2 (" in told(page)


# --- the network and the table ---


def test_weights_look_as_they_are(run_page: "Page", history: History) -> None:
    press(run_page, "Last")
    weights = [value.data for path, value in history._snapshots.model.named_parameters() if not path.endswith(".b")]
    edges = run_page.locator(".edge").evaluate_all(
        "edges => edges.filter(edge => edge.hasAttribute('stroke-opacity'))"
        ".map(edge => [edge.getAttribute('class'), Number(edge.getAttribute('stroke-width'))])"
    )
    assert [names for names, _ in edges] == [f"edge {'negative' if w < 0 else 'positive'}" for w in weights]
    first = sorted(range(8), key=lambda i: abs(weights[i]))
    assert sorted(range(8), key=lambda i: edges[i][1]) == first
    dashes = run_page.locator(".edge.negative").last.evaluate("edge => getComputedStyle(edge).strokeDasharray")
    assert dashes != "none"  # the sign shows without colour too


def test_a_unit_shows_its_parameters_only(run_page: "Page") -> None:
    run_page.locator(".unit").nth(3).click()
    wanted = ["layer 0, neuron 1, w₀", "layer 0, neuron 1, w₁", "layer 0, neuron 1, b"]
    assert sorted(table(run_page)) == sorted(wanted)
    assert run_page.get_by_label("Rows").input_value() == "1 1"
    assert run_page.locator(".edge.away").count() == 8 + 12 + 3 - 2
    run_page.locator(".unit").nth(3).click()
    assert len(table(run_page)) == 12 + 15 + 4
    run_page.get_by_label("Rows").select_option("layer 2, neuron 0")
    assert sorted(table(run_page)) == ["layer 2, neuron 0, b", *[f"layer 2, neuron 0, w{sub}" for sub in "₀₁₂"]]
    assert "chosen" in run_page.locator(".unit").last.get_attribute("class")
    run_page.get_by_label("Rows").select_option("All parameters")
    assert run_page.locator(".edge.away").count() == 0


def test_every_neuron_has_a_heat_map_on_the_grid_of_the_map(run_page: "Page") -> None:
    """Of an input it is a ramp from the left to the right, and from the bottom to the top."""
    press(run_page, "Last")
    rows = run_page.locator(".unit image").evaluate_all(
        """async (images) => Promise.all(images.map(async (image) => {
          const picture = new Image();
          picture.src = image.getAttribute("href");
          await picture.decode();
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [picture.width, picture.height];
          const context = canvas.getContext("2d");
          context.drawImage(picture, 0, 0);
          const pixel = (x, y) => [...context.getImageData(x, y, 1, 1).data].slice(0, 3).join();
          const last = picture.width - 1;
          return [pixel(0, 0), pixel(last, 0), pixel(0, last), pixel(last, last)];
        }))"""
    )
    assert len(rows) == 10
    (top_left, top_right, bottom_left, _), (up_left, up_right, down_left, _) = rows[:2]
    assert top_left == bottom_left != top_right
    assert up_left == up_right != down_left
    assert len({tuple(row) for row in rows}) > 5
    before = run_page.locator(".unit image").last.get_attribute("href")
    press(run_page, "First")
    assert run_page.locator(".unit image").last.get_attribute("href") != before


def test_units_have_a_table_too(run_page: "Page") -> None:
    press(run_page, "Last")
    run_page.get_by_label("Rows").select_option("Units, for this sample")
    shown = table(run_page)
    assert list(shown)[:3] == ["x", "y", "layer 0, neuron 0"]
    assert len(shown) == 10
    assert [float(cells[0]) for cells in shown.values()] == pytest.approx(
        [float(text) for text in boxes(run_page)], abs=0.06
    )
    head = run_page.locator("thead th").all_inner_texts()
    assert head == ["unit", "output", "gradient"]


def test_the_filter_finds_parts_of_names(run_page: "Page") -> None:
    run_page.get_by_label("Filter").fill("LAYERS.1.neurons.0")
    assert len(table(run_page)) == 5
    assert run_page.locator(".table-tools .hint").inner_text().startswith("5 rows")
    press(run_page, "Next")
    assert len(table(run_page)) == 5
    run_page.get_by_label("Filter").fill("nothing like it")
    assert table(run_page) == {}


# --- without a mouse, without a picture, with little room ---


def test_everything_by_keyboard(run_page: "Page") -> None:
    keyboard = run_page.keyboard
    run_page.locator(".stage").focus()
    keyboard.press("ArrowRight")
    keyboard.press("ArrowRight")
    keyboard.press("ArrowLeft")
    assert count(run_page) == "Epoch 0.5, update 1"
    keyboard.press("End")
    assert count(run_page) == "Epoch 6.0, update 12"
    keyboard.press("Home")
    keyboard.press(" ")
    run_page.get_by_role("button", name="Pause", exact=True).wait_for()
    keyboard.press(" ")
    run_page.get_by_role("button", name="Play", exact=True).wait_for()
    keyboard.press("Home")
    reached = set()
    run_page.get_by_role("button", name="First", exact=True).focus()
    for _ in range(22):
        reached.add(run_page.evaluate(
            """() => { const at = document.querySelector("[data-nn-player]").shadowRoot.activeElement;
                 return at ? at.getAttribute("aria-label") ?? at.textContent.slice(0, 12) : "" }"""
        ))  # fmt: skip
        keyboard.press("Tab")
    wanted = {"First", "Previous", "Play", "Next", "Last", "Step", "Speed", "Rows", "Filter by name", "Numbers"}
    assert wanted <= reached
    run_page.get_by_label("Filter").focus()
    keyboard.type("w")
    keyboard.press("ArrowLeft")  # moves in the text
    assert count(run_page) == "Epoch 0.0, update 0"


def test_a_screen_reader_is_told(run_page: "Page") -> None:
    press(run_page, "Last")
    chart = run_page.locator(".map-stage").get_attribute("aria-label")
    shares = re.fullmatch(r"Map over x and y: upper on (\d+)% of it, lower on (\d+)% of it", chart)
    assert sum(map(int, shares.groups())) in {99, 100, 101}
    network = run_page.locator(".network-scroll svg").get_attribute("aria-label")
    assert network.startswith("The network: inputs with 2, layer 0 with 4, layer 1 with 3, layer 2 with 1.")
    assert run_page.get_by_label("Step", exact=True).get_attribute("aria-valuetext").startswith("Epoch 6.0, update 12")
    assert "Largest change since update 11: layer " in run_page.locator(".story").inner_text()


@pytest.mark.parametrize("width", [320, 390, 860, 1600])
def test_nothing_sticks_out(run_page: "Page", width: int) -> None:
    run_page.set_viewport_size({"width": width, "height": 800})
    run_page.wait_for_timeout(100)
    assert run_page.evaluate("document.documentElement.scrollWidth") <= width
    for name in (".map-stage", ".curve-stage svg", ".controls", ".network-scroll"):
        box = run_page.locator(name).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_the_card_stays_light_in_the_dark(browser: "Browser", history: History, tmp_path: Path) -> None:
    with checked_page(browser, color_scheme="dark") as page:
        open_file(page, history.player().save(tmp_path / "run.html"))
        look = page.locator(".card").evaluate(
            "card => [getComputedStyle(card).backgroundColor, getComputedStyle(card).color]"
        )
        assert look == ["rgb(255, 255, 255)", "rgb(27, 31, 36)"]


# --- training again in the page ---


def retrain(page: "Page", **fields: object) -> str:
    labels = {"rate": "Learning rate", "widths": "Hidden widths", "seed": "Seed", "epochs": "Epochs"}
    for name, value in fields.items():
        page.get_by_label(labels[name]).fill(str(value))
    press(page, "Train")
    return page.locator(".rerun [role=status]").inner_text()


FLOWERS = nn.load_iris()
RERUN = {
    "two classes": (nn.MLP(2, [4, 3, 1], seed=0), nn.make_moons(40, noise=0.1, seed=0), "bce_with_logits"),
    "a number": (nn.MLP(1, [5, 1], activation="tanh", seed=0), nn.make_curve(n_samples=20), "mse"),
    "three classes": (nn.MLP(4, [5, 3], activation="gelu", seed=0), (FLOWERS.data, FLOWERS.target), "cross_entropy"),
    "signs": (nn.MLP(2, [4, 1], activation="leaky_relu", seed=0), ([[0.0, 1.0], [1.0, 0.5]], [-1, 1]), "hinge"),
}


@pytest.mark.parametrize("name", RERUN)
def test_the_page_trains_as_the_library_does(page: "Page", tmp_path: Path, name: str) -> None:
    model, data, loss = RERUN[name]
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    history = nn.fit(
        model, data, loss=loss, optimizer=optimizer, epochs=8, batch_size=200, validation=data, record=True,
        progress=False,
    )  # fmt: skip
    open_file(page, history.player().save(tmp_path / "run.html"))
    press(page, "Last")
    shown, said = table(page), told(page)
    accuracy = page.locator(".accuracy").inner_text()
    assert retrain(page) == ""
    assert "SGD in this page" in page.locator("header").inner_text()
    again = table(page)
    assert list(again) == list(shown)
    for column in (0, 2):  # values, and gradients of the sample's loss
        before, after = ([float(cells[column]) for cells in rows.values()] for rows in (shown, again))
        assert after == pytest.approx(before, rel=2e-3, abs=2e-4)
    assert page.locator(".accuracy").inner_text() == accuracy
    assert told(page)[:30] == said[:30]
    assert count(page) == "Epoch 8, update 8"


def test_other_settings_make_other_runs(run_page: "Page") -> None:
    assert run_page.get_by_label("Hidden widths").input_value() == "4, 3"
    assert retrain(run_page, rate=0.5, widths="5", seed=1, epochs=30) == ""
    first = table(run_page)
    assert len(first) == 5 * 3 + 6
    assert count(run_page) == "Epoch 30.0, update 60"
    assert retrain(run_page, seed=2) == ""
    assert table(run_page) != first
    assert retrain(run_page, seed=1) == ""
    assert table(run_page) == first
    assert run_page.locator(".unit").count() == 2 + 5 + 1
    assert "M" in run_page.locator(".map .boundary").first.get_attribute("d")
    press(run_page, "Recorded run")
    assert len(table(run_page)) == 12 + 15 + 4
    assert "trained by Adam" in run_page.locator("header").inner_text()


def test_what_cannot_be_trained_is_said_and_changes_nothing(run_page: "Page") -> None:
    before = table(run_page)
    assert retrain(run_page, rate="fast") == "The learning rate is a number greater than 0."
    assert "from 1 to 20, such as 8, 8" in retrain(run_page, rate=0.1, widths="4, 21")
    assert retrain(run_page, widths="4, 3", seed=-1) == "The seed is a whole number, 0 or greater."
    assert "Epochs are" in retrain(run_page, seed="", epochs=0)
    assert "take fewer epochs" in retrain(run_page, widths="20 20 20", seed=1, epochs=100000)
    assert "take a smaller learning rate" in retrain(run_page, widths="4 3", rate="1e300", seed="", epochs=50)
    assert table(run_page) == before


# --- several runs ---


def test_runs_side_by_side_move_under_one_slider(page: "Page", history: History, tmp_path: Path) -> None:
    other = run(nn.MLP(2, [3, 1], seed=1), nn.make_moons(40, noise=0.1, seed=0), batch_size=40, epochs=9)
    compared = nn.compare(history, other, names=["two batches", HOSTILE], feature_names=["x", "y"])
    assert len(compared.html) < 1_000_000
    open_file(page, compared.save(tmp_path / "runs.html"))
    panels, facts = page.locator(".run"), page.locator(".run > .accuracy")
    assert panels.count() == 2
    assert page.locator(".card img").count() == 0
    press(page, "Next", 2)  # epochs 0.5 and 1
    assert count(page) == "Epoch 1"
    assert [text.split(":")[0] for text in facts.all_inner_texts()] == ["After update 2", "After update 1"]
    press(page, "Last")
    assert count(page) == "Epoch 9"
    ended = facts.all_inner_texts()
    assert ended[0].startswith(f"After update 12: training loss {last_loss(history)}, ")
    assert ended[1].startswith(f"After update 9: training loss {last_loss(other)}, ")
    ends = [panels.nth(i).locator(".now").get_attribute("d").split("V")[0] for i in range(2)]
    assert ends[0] != ends[1]  # on the same axis, the first run ends earlier
    page.locator(".runs").focus()
    page.keyboard.press("Home")
    assert count(page) == "Epoch 0"
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


# --- other runs ---


def test_two_copies_do_not_interfere(page: "Page", history: History, tmp_path: Path) -> None:
    player = history.player([0])
    body = player._repr_html_()
    (tmp_path / "two.html").write_text(f"<!DOCTYPE html><meta charset='utf-8'>{body}{body}", encoding="utf-8")
    open_file(page, tmp_path / "two.html")
    cards = page.locator(".card")
    assert cards.count() == 2
    cards.nth(1).get_by_role("button", name="Last", exact=True).click()
    assert cards.nth(0).locator(".count").inner_text() == "Epoch 0.0, update 0"
    assert cards.nth(1).locator(".count").inner_text() == "Epoch 6.0, update 12"


def test_runs_without_a_map_say_why_and_show_the_rest(page: "Page", tmp_path: Path) -> None:
    iris = nn.load_iris()
    history = run(nn.MLP(4, [3], seed=0), (iris.data, iris.target), loss=nn.cross_entropy, epochs=2)
    open_file(page, history.player(class_names=iris.target_names).save(tmp_path / "run.html"))
    assert page.get_by_text("it needs samples of 2 numbers, these have 4").is_visible()
    assert page.locator(".unit").count() == 7
    press(page, "Last")
    assert "target setosa) gives " in told(page)
    assert len(table(page)) == 15


def test_three_classes_and_a_regression(page: "Page", tmp_path: Path) -> None:
    points = [[i % 5 * 1.0, i // 5 * 1.0] for i in range(25)]
    classes = run(nn.MLP(2, [4, 3], seed=0), (points, [i % 3 for i in range(25)]), loss=nn.cross_entropy)
    open_file(page, classes.player().save(tmp_path / "classes.html"))
    press(page, "Last")
    assert (
        len(set(page.locator("path.point").evaluate_all("points => points.map(point => point.getAttribute('d'))"))) == 3
    )
    assert page.locator(".map .boundary").first.get_attribute("d").startswith("M")
    regression = run(nn.MLP(2, [4, 1], seed=0), (points, [x * y for x, y in points]), loss=nn.mse_loss)
    open_file(page, regression.player().save(tmp_path / "regression.html"))
    press(page, "Last")
    assert page.locator(".map h3").inner_text() == "Output"
    assert page.locator(".map .boundary").first.get_attribute("d") == ""


def test_hostile_names_are_only_text(page: "Page", tmp_path: Path) -> None:
    history = run(nn.MLP(2, [3, 2], seed=0), nn.make_moons(20, seed=0), loss=nn.cross_entropy)
    player = history.player(class_names=[HOSTILE, HOSTILE], feature_names=[HOSTILE, HOSTILE])
    open_file(page, player.save(tmp_path / "run.html"))
    press(page, "Last")
    page.get_by_label("Rows").select_option("Units, for this sample")
    assert page.locator(".card img").count() == 0
    assert next(iter(table(page))).startswith("</script><img src=x onerror")
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_run_that_never_began_is_a_page(page: "Page", tmp_path: Path) -> None:
    class Stop(nn.Module):
        def __init__(self) -> None:
            self.layer, self.calls = nn.Linear(2, 1, seed=0), 0

        def forward(self, xs: object) -> object:
            self.calls += 1
            if self.calls == 1:
                raise KeyboardInterrupt
            return self.layer(xs)

    history = run(Stop(), nn.make_moons(20, seed=0), compile=False)
    open_file(page, history.player().save(tmp_path / "run.html"))
    assert is_disabled(page, "Next")
    press(page, "Play")
    assert count(page) == "Epoch 0, update 0"


def test_numbers_read_as_in_python(page: "Page", history: History, tmp_path: Path) -> None:
    open_file(page, history.player([0]).save(tmp_path / "run.html"))
    source = (ROOT / "nn" / "inspect" / "player" / "numbers.js").read_text(encoding="utf-8")
    generator = random.Random(0)
    numbers = [0.0, -0.0, 1.0, 0.5, 12345.678, 1e-5, 999999.5, 1e6, 2.5e-4, -1e300, 0.00012345, 4500.5]
    numbers += [generator.uniform(-1, 1) * 10.0 ** generator.randint(-8, 8) for _ in range(500)]
    texts = page.evaluate(f"(numbers) => {{ {source}; return numbers.map((number) => numberText(number)); }}", numbers)
    assert texts == [number_text(number) for number in numbers]
