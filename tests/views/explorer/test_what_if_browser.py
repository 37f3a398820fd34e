"""What if, in a real browser: ghosts, pins, plot and tangent, poles, conditions; and clicks that scroll nothing."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from browser import open_file

import autograd
import nn
from autograd import Value, explore
from autograd.graph import topological_order
from autograd.views.explorer.playground import playground

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser


def what_if(page: "Page") -> None:
    page.get_by_role("tab", name="What if").click()


def put(page: "Page", leaf: str, number: float) -> None:
    page.get_by_label(f"{leaf}, number").fill(repr(number))


def shown(page: "Page", column: str) -> dict[str, float]:
    rows = page.locator("tbody tr").evaluate_all(
        "(rows, column) => rows.map(row => [row.querySelector('th').textContent, row.querySelector(column).title])",
        f"td.{column}",
    )
    return {name: float(title) for name, title in rows if title}


def test_the_recorded_numbers_stay_as_ghosts(page: "Page", tmp_path: Path) -> None:
    open_file(page, explore(lambda a, b: a * b, 2.0, -3.0).save(tmp_path / "ghost.html"))
    page.get_by_role("button", name="Last").click()
    assert page.locator("svg .ghost").count() == 0
    what_if(page)
    put(page, "a", 5.0)
    ghosts = page.locator(".stage .ghost").evaluate_all("all => all.map(at => at.textContent)")
    assert sorted(ghosts) == ["-6", "2", "2"]  # the value of a, that of the output, and the gradient of b
    assert "recorded: 2" in page.locator(".leaves li").first.inner_text()
    at = page.locator(".track").first.evaluate("at => Number(at.style.getPropertyValue('--at'))")
    low, high = (float(page.get_by_label("a, slider").get_attribute(end) or "") for end in ("min", "max"))
    assert low + at * (high - low) == pytest.approx(2.0)
    page.get_by_role("button", name="Reset all").click()
    assert page.locator(".stage .ghost").count() == 0


def test_states_are_pinned_compared_and_come_back(page: "Page", tmp_path: Path) -> None:
    open_file(page, explore(lambda a, b: a * b, 2.0, -3.0).save(tmp_path / "pins.html"))
    what_if(page)
    put(page, "a", 5.0)
    page.get_by_role("button", name="Pin this state").click()
    put(page, "b", 0.5)
    page.get_by_role("button", name="Pin this state").click()
    page.get_by_role("button", name="Reset all").click()
    states = page.locator(".pins .state").all_inner_texts()
    assert states == ["a = 5: v1 = -15", "a = 5, b = 0.5: v1 = 2.5"]
    page.get_by_role("button", name="Back to it: pin 2").click()
    assert shown(page, "value") == {"a": 5.0, "b": 0.5, "v1": 2.5}
    assert page.locator(".plot .pin").count() == 2
    page.get_by_role("button", name="Remove pin 1").click()
    assert page.locator(".pins .state").all_inner_texts() == ["a = 5, b = 0.5: v1 = 2.5"]
    assert page.locator(".plot .pin").count() == 1


def numbers(path: str | None) -> list[tuple[float, float]]:
    texts = (path or "").replace("M", " ").replace("L", " ").split()
    return list(zip(map(float, texts[::2]), map(float, texts[1::2]), strict=True))


def test_the_tangent_has_the_slope_of_the_curve_at_the_chosen_number(page: "Page", tmp_path: Path) -> None:
    """The curve is drawn from values alone, the tangent from the gradient: they must touch."""
    open_file(page, explore(lambda a, b: (a * b).tanh() + a * a * 0.2, 0.4, 1.5).save(tmp_path / "tangent.html"))
    what_if(page)
    for leaf, number in (("a", 0.25), ("a", -0.8), ("b", 0.6)):
        put(page, leaf, number)
        curve = numbers(page.locator(".plot .curve").get_attribute("d"))
        (x0, y0), (x1, y1) = numbers(page.locator(".plot .tangent").get_attribute("d"))
        dot = page.locator(".plot .now")
        x, y = (float(dot.get_attribute(name) or "nan") for name in ("cx", "cy"))
        assert (x0 + x1) / 2 == pytest.approx(x, abs=0.1)
        assert (y0 + y1) / 2 == pytest.approx(y, abs=0.1)
        nearest = min(range(2, len(curve) - 2), key=lambda i: abs(curve[i][0] - x))
        (left, above), (right, below) = curve[nearest - 2], curve[nearest + 2]
        assert (y1 - y0) / (x1 - x0) == pytest.approx((below - above) / (right - left), abs=0.06)
        caption = page.locator(".watched .hint").inner_text()
        assert f"along {leaf}: the tangent at {leaf} = {number:g} has the slope" in caption
        a, b = (float(page.get_by_label(f"{name}, number").input_value()) for name in "ab")
        flat = 1 - math.tanh(a * b) ** 2
        wanted = {"a": flat * b + 0.4 * a, "b": flat * a}[leaf]
        assert float(page.locator(".watched .product").inner_text()) == pytest.approx(wanted, rel=1e-3)


def test_the_plot_follows_the_leaf_that_is_looked_at_and_stops_at_poles_and_jumps(page: "Page", tmp_path: Path) -> None:
    open_file(page, playground("1/x + where(y, y, 2 - y)", x=2, y=0.5).save(tmp_path / "poles.html"))
    what_if(page)
    pieces = "at => at.getAttribute('d').split('M').length - 1"
    assert page.locator(".plot .curve").evaluate(pieces) == 2  # left and right of the pole at 0
    page.get_by_label("y, slider").focus()
    assert "along y" in page.locator(".watched .hint").inner_text()
    assert page.locator(".plot .curve").evaluate(pieces) == 2  # it jumps at 0
    assert (
        page.locator(".plot").get_attribute("aria-label") == page.locator(".watched .hint").inner_text().split(" ●")[0]
    )


@pytest.mark.parametrize("number", [1.7e308, -9e307, 4e307, 5e-324])
def test_numbers_at_the_ends_of_what_floats_hold_have_a_slider_and_a_curve(
    page: "Page", tmp_path: Path, number: float
) -> None:
    open_file(page, explore(Value(number, "a") * 0.5).save(tmp_path / "lesson.html"))
    what_if(page)
    slider = page.locator("ul.leaves input[type=range]")
    low, high, at = (float(slider.get_attribute(name) or "nan") for name in ("min", "max", "step"))
    assert math.isfinite(at)
    assert low < number < high
    plot = page.locator("svg.plot").inner_html()
    assert "NaN" not in plot
    assert "Infinity" not in plot
    assert len(numbers(page.locator("svg.plot .curve").get_attribute("d"))) > 40


def test_dragging_through_a_pole_keeps_the_place(page: "Page", tmp_path: Path) -> None:
    open_file(page, explore(lambda x: 1 / x + x, 2.0).save(tmp_path / "pole.html"))
    page.get_by_label("Step", exact=True).fill("4")
    what_if(page)
    where = page.locator(".count").inner_text()
    assert where == "Step 4 of 5"
    for number in (1.0, 0.0, -1.0):
        put(page, "x", number)
        if number == 0.0:
            assert "1 / x has no finite value at x = 0" in page.locator(".narration").inner_text()
            assert page.locator(".count").inner_text() == "Step 0 of 0"
        else:
            assert page.locator(".count").inner_text() == where
    assert shown(page, "gradient") == {"x": 1.0, "v1": 1.0, "v2": 1.0}


def test_where_follows_its_condition_as_python_does(page: "Page", tmp_path: Path) -> None:
    def f(x: Value, y: Value) -> Value:
        inside = autograd.where((x > 0) & (y < 3), x * x, y * 4)
        return autograd.where(x >= y, inside, inside * y) + x

    open_file(page, explore(f, 2.0, 1.0).save(tmp_path / "where.html"))
    page.get_by_role("button", name="Last").click()
    what_if(page)
    for at in ((-2.0, 1.0), (2.0, 5.0), (0.0, 0.0), (0.5, -7.0), (4.0, 3.0)):
        for leaf, number in zip("xy", at, strict=True):
            put(page, leaf, number)
        x, y = (Value(number, name) for name, number in zip("xy", at, strict=True))
        loss = f(x, y)
        loss.backward()
        got = shown(page, "gradient")
        assert (got["x"], got["y"]) == pytest.approx((x.grad, y.grad), rel=1e-12)
        assert list(shown(page, "value").values())[-1] == pytest.approx(loss.data, rel=1e-12)


def test_a_where_that_cannot_follow_says_so(page: "Page", tmp_path: Path) -> None:
    x = Value(2.0, "x")
    open_file(page, explore(autograd.where(x > 0, x * x, x)).save(tmp_path / "kept.html"))
    what_if(page)
    assert "keeps the side that was chosen when it was recorded" in page.get_by_role("tabpanel").inner_text()


# --- a click leaves what was clicked where it is ---


def place(locator: "Locator") -> tuple[int, int]:
    box = locator.bounding_box()
    assert box is not None
    return round(box["x"]), round(box["y"])


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_clicked_stays_where_it_is(page: "Page", tmp_path: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    x = Value(0.5, "x")
    chain = x
    for i in range(12):
        chain = (chain * Value(0.1 * i + 0.5, f"w{i}")).tanh()
    open_file(page, explore(chain).save(tmp_path / "chain.html"))
    page.get_by_role("button", name="100%").click()
    page.get_by_role("button", name="Last").click()  # the step is at the left end of the picture
    page.locator(".stage").evaluate("at => at.scrollTo(900, 0)")
    boxes = page.locator("svg .node .shape")
    stage = page.locator(".stage").bounding_box()
    assert stage is not None
    right = stage["x"] + stage["width"]
    places = [box.bounding_box() or {"x": -1.0, "width": 0.0} for box in boxes.all()]
    sighted = [i for i, at in enumerate(places) if at["x"] > stage["x"] + 5 and at["x"] + at["width"] < right]
    clicked = boxes.nth(sighted[0])
    before = place(clicked)
    clicked.click()
    assert place(clicked) == before
    assert page.locator("svg .node.selected").count() == 1
    page.locator(".table").evaluate("at => at.scrollTo(0, 300)")
    row = page.get_by_role("button", name="v10", exact=True)
    row.scroll_into_view_if_needed()
    before = place(row)
    row.click()
    assert place(row) == before
    chosen = page.locator("svg .node.selected .shape").bounding_box()
    assert chosen is not None
    assert chosen["x"] >= stage["x"] - 1  # and its box in the picture has come into sight
    assert chosen["x"] + chosen["width"] <= stage["x"] + stage["width"] + 1
    for name in ("What if", "Predict", "Wrong on purpose", "Node"):
        tab = page.get_by_role("tab", name=name)
        tab.scroll_into_view_if_needed()
        before = place(tab)
        tab.click()
        assert place(tab) == before, name


def test_a_part_that_is_opened_or_closed_stays_where_it_is(page: "Page", tmp_path: Path) -> None:
    model = nn.MLP(2, [6, 21, 1], seed=0)  # so wide that the overview shows layers
    loss = (cast("Value", model([Value(0.5, "x"), Value(-1.0, "y")])) - 1.0).tanh()
    open_file(page, explore(loss, model=model).save(tmp_path / "parts.html"))
    page.get_by_role("button", name="Last").click()
    page.set_viewport_size({"width": 700, "height": 700})
    part = page.locator("svg .part", has_text="layers.1")
    part.click()
    frame = page.locator("svg .frame", has_text="layers.1").locator("rect")
    stage = page.locator(".stage").bounding_box()
    box = frame.bounding_box()
    assert stage is not None
    assert box is not None
    assert stage["x"] - 120 <= box["x"] <= stage["x"] + stage["width"] - 40
    title = page.locator("svg .frame-title", has_text="layer 1")
    title.click()
    closed = page.locator("svg .part", has_text="layers.1").bounding_box()
    assert closed is not None
    assert stage["x"] - 120 <= closed["x"] <= stage["x"] + stage["width"]
    name = next(name for name in page.locator("tbody th").all_text_contents() if "neurons.3" in name)
    row = page.get_by_role("button", name=name, exact=True)
    row.scroll_into_view_if_needed()
    before = place(row)
    row.click()  # its layer opens, and the picture gets higher than it was
    assert place(row) == before
    assert page.locator("svg .node.selected").count() == 1
    assert len(topological_order(loss)) > page.locator("svg .node").count()
