"""The explorer in a real browser, with the network blocked: every control, and every number against Python's."""

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import checked_page, open_file

import autograd
from autograd import Value, explore, steps
from autograd.formulas.notation import number_text
from autograd.graph import topological_order

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser


def lesson(a: Value, b: Value, c: Value) -> Value:
    e = a * b
    d = e + c
    f = d * a
    return (f / 10).tanh() + e * 0.1


def lesson_value(*numbers: float) -> Value:
    """The same computation with named nodes, for Python's own numbers."""
    a, b, c = (Value(number, name) for number, name in zip(numbers, "abc", strict=True))
    return lesson(a, b, c)


AT = (2.0, -3.0, 8.0)


@pytest.fixture
def lesson_page(page: "Page", tmp_path: Path) -> "Page":
    open_file(page, explore(lesson, *AT).save(tmp_path / "lesson.html"))
    return page


# --- looking at the page ---


def button(page: "Page | Locator", name: str) -> "Locator":
    return page.get_by_role("button", name=name, exact=True)


def press(page: "Page", name: str, times: int = 1) -> None:
    for _ in range(times):
        button(page, name).click()


def to_the_end(page: "Page") -> None:
    page.locator(".stage").press("End")


def tab(page: "Page", name: str) -> None:
    page.get_by_role("tab", name=name).click()


def is_disabled(locator: "Locator") -> bool:
    return locator.get_attribute("aria-disabled") == "true"


def table(page: "Page | Locator") -> dict[str, tuple[str, str, str]]:
    """Value, gradient and right gradient of each node, as shown, with the full numbers in place of rounded ones."""
    rows = page.locator("tbody tr").evaluate_all(
        """rows => rows.map(row => [row.querySelector("th").textContent,
             ...[...row.querySelectorAll("td.number")].map(cell => [cell.textContent, cell.title])])"""
    )
    return {name: tuple(text for text, _ in cells) for name, *cells in rows}


def numbers(page: "Page", column: str) -> dict[str, float]:
    """The full numbers of one column, by node."""
    rows = page.locator("tbody tr").evaluate_all(
        "(rows, column) => rows.map(row => [row.querySelector('th').textContent, row.querySelector(column).title])",
        f"td.{column}",
    )
    return {name: float(title) for name, title in rows if title}


def narration(page: "Page | Locator") -> str:
    return page.locator(".narration").inner_text()


def wait_for_step(page: "Page", number: int) -> None:
    page.wait_for_function(
        """number => Number(document.querySelector("[data-autograd-explorer]").shadowRoot
             .querySelector(".count").textContent.split(" ")[1]) >= number""",
        arg=number,
    )


def chips(page: "Page") -> list[str]:
    return [" ".join(chip) for chip in page.locator(".chip").evaluate_all(
        "chips => chips.map(chip => [...chip.querySelectorAll('text')].map(text => text.textContent))"
    )]  # fmt: skip


def python_numbers(loss: Value) -> tuple[list[float], list[float]]:
    loss.zero_grad()
    loss.backward()
    nodes = topological_order(loss)
    return [node.data for node in nodes], [node.grad for node in nodes]


# --- stepping ---


def test_every_step_shows_what_the_record_of_that_step_says(lesson_page: "Page") -> None:
    records = steps(lesson, *AT)
    names = list(table(lesson_page))
    known = {name: name in {"a", "b", "c"} for name in names}
    gradients: dict[str, float] = {}
    assert narration(lesson_page).startswith("3 leaves have their numbers")
    for number, step in enumerate(records, start=1):
        press(lesson_page, "Next")
        known[step.name] = True
        for contribution in step.contributions:
            gradients[contribution.name] = contribution.after
        shown = table(lesson_page)
        assert {name: bool(cells[0]) for name, cells in shown.items()} == known
        assert numbers(lesson_page, "gradient") == gradients
        assert narration(lesson_page).removesuffix(" Every gradient is complete.") == step.narration
        assert lesson_page.locator(".story .source").inner_text() == str(step.source_line)
        queue = lesson_page.locator(".queue").inner_text()
        assert queue.startswith("Queue: " + (", ".join(step.names[node] for node in step.queue) or "empty"))
        assert lesson_page.locator(".count").inner_text() == f"Step {number} of {len(records)}"
        if step.phase == "backward":
            wanted = [contribution.product for contribution in step.contributions]
            assert sorted(chips(lesson_page)) == sorted(wanted)
            assert lesson_page.locator(".node.active.backward").count() == 1
            assert lesson_page.locator(".edge.backward").count() == len(step.contributions)
        else:
            assert chips(lesson_page) == []
    assert "Every gradient is complete." in narration(lesson_page)


def test_back_and_forth_and_everywhere(lesson_page: "Page") -> None:
    total = len(steps(lesson, *AT))
    count = lesson_page.locator(".count")
    assert is_disabled(button(lesson_page, "Previous"))
    press(lesson_page, "Next", 3)
    third = table(lesson_page)
    press(lesson_page, "Next", 5)
    press(lesson_page, "Previous", 5)
    assert table(lesson_page) == third
    press(lesson_page, "Last")
    assert count.inner_text() == f"Step {total} of {total}"
    assert is_disabled(button(lesson_page, "Next"))
    lesson_page.get_by_label("Step", exact=True).fill("3")
    assert table(lesson_page) == third
    press(lesson_page, "First")
    assert count.inner_text() == f"Step 0 of {total}"


def test_play_pauses_resumes_and_ends(lesson_page: "Page") -> None:
    lesson_page.get_by_label("Speed").select_option("very fast")
    press(lesson_page, "Play")
    wait_for_step(lesson_page, 3)
    press(lesson_page, "Pause")
    at = lesson_page.locator(".count").inner_text()
    lesson_page.wait_for_timeout(600)
    assert lesson_page.locator(".count").inner_text() == at
    press(lesson_page, "Play")
    lesson_page.get_by_text("Every gradient is complete.").wait_for()
    assert button(lesson_page, "Play").is_visible()


def test_fit_and_full_size(lesson_page: "Page") -> None:
    width = lesson_page.locator(".stage svg").get_attribute
    press(lesson_page, "100%")
    full = int(width("width") or 0)
    lesson_page.set_viewport_size({"width": 700, "height": 900})
    press(lesson_page, "Fit")
    assert int(width("width") or 0) < full
    press(lesson_page, "100%")
    assert int(width("width") or 0) == full


# --- one node ---


def test_a_click_derives_the_gradient_over_consumers_and_over_paths(lesson_page: "Page") -> None:
    panel = lesson_page.locator(".node-panel")
    lesson_page.locator('svg g[data-node="0"]').click()
    assert "∂v3/∂a" not in panel.inner_text()
    assert "The numbers appear when the backward pass has reached it." in panel.inner_text()
    press(lesson_page, "Last")
    _, gradients = python_numbers(lesson_value(*AT))
    text = panel.inner_text()
    assert "Sum over the 2 uses of it" in text
    assert "Sum over the 3 paths to the output" in text
    assert f"total {number_text(gradients[0])}" in text
    tails = re.findall(r"through \w+:.* = (\S+)", text)
    assert math.fsum(map(float, tails)) == pytest.approx(gradients[0], abs=1e-3)
    paths = re.findall(r"^a → .* = (\S+)$", text, re.MULTILINE)
    assert len(paths) == 3
    assert math.fsum(map(float, paths)) == pytest.approx(gradients[0], abs=1e-3)
    button(lesson_page, "d").click()  # from the table
    assert panel.locator("h3").inner_text() == "d"
    assert "∂d/∂e = 1" in panel.inner_text()
    button(lesson_page, "d").click()
    assert panel.locator("h3").inner_text() == "e"  # the node of the step again


# --- what if ---


def test_what_if_computes_as_python_does(lesson_page: "Page") -> None:
    press(lesson_page, "Last")
    tab(lesson_page, "What if")
    for name, value in (("a", 3.5), ("b", -0.25), ("c", 1e-3), ("a", -7.125)):
        lesson_page.get_by_label(f"{name}, number").fill(str(value))
    values, gradients = python_numbers(lesson_value(-7.125, -0.25, 1e-3))
    assert list(numbers(lesson_page, "value").values()) == pytest.approx(values, rel=1e-9)
    assert list(numbers(lesson_page, "gradient").values()) == pytest.approx(gradients, rel=1e-9)
    slider = lesson_page.get_by_label("b, slider")
    slider.focus()
    slider.press("ArrowRight")
    moved = float(slider.input_value())
    assert moved > -0.25
    assert float(lesson_page.get_by_label("b, number").input_value()) == moved
    values, gradients = python_numbers(lesson_value(-7.125, moved, 1e-3))
    assert list(numbers(lesson_page, "value").values()) == pytest.approx(values, rel=1e-9)
    assert list(numbers(lesson_page, "gradient").values()) == pytest.approx(gradients, rel=1e-9)
    assert lesson_page.locator(".count").inner_text().startswith("Step 15")  # arrow keys in a slider are the slider's
    press(lesson_page, "Reset all")
    values, gradients = python_numbers(lesson_value(*AT))
    assert list(numbers(lesson_page, "value").values()) == values
    assert list(numbers(lesson_page, "gradient").values()) == gradients


def test_what_if_says_where_there_is_no_number(page: "Page", tmp_path: Path) -> None:
    def f(x: Value, y: Value) -> Value:
        return (x - 1).log() * y

    open_file(page, explore(f, 2.0, 3.0).save(tmp_path / "log.html"))
    press(page, "Last")
    tab(page, "What if")
    page.get_by_label("x, number").fill("0.5")
    assert "log(v1) has no finite value at v1 = -0.5. Here x must be greater than 0" in narration(page)
    assert "v3 = not defined" in page.locator(".outcome").inner_text()
    assert set(numbers(page, "value")) == {"x", "y", "v1"}
    assert numbers(page, "gradient") == {}
    page.get_by_label("x, number").fill("3")
    to_the_end(page)
    assert numbers(page, "gradient")["y"] == pytest.approx(math.log(2.0), rel=1e-12)


def test_an_operation_of_python_alone_has_no_what_if(page: "Page", tmp_path: Path) -> None:
    name = "test_browser_cube"
    cube = autograd.define_operation(
        f"{name}(x)", "third(x)", x="3 * x * x", probes=[(2.0,)], functions={"third": lambda x: x * x * x}
    )
    try:
        open_file(page, explore(cube, 2.0).save(tmp_path / "cube.html"))
        press(page, "Last")
        assert numbers(page, "gradient")["x"] == 12.0
        tab(page, "What if")
        assert "calls Python functions (third)" in page.get_by_role("tabpanel").inner_text()
        assert page.locator("input[type=range]").count() == 1  # the steps alone
    finally:
        autograd.formulas.operation.OPERATIONS.pop(name)


# --- predict ---


def answer(page: "Page", text: str) -> str:
    page.get_by_label("Your prediction").fill(text)
    button(page, "Check").click()
    return page.locator(".reply").inner_text()


def test_predicting_the_whole_pass(lesson_page: "Page") -> None:
    tab(lesson_page, "Predict")
    press(lesson_page, "Start")
    asked = 0
    for step in [step for step in steps(lesson, *AT) if step.phase == "backward"]:
        for parent in dict.fromkeys(contribution.parent for contribution in step.contributions):
            right = [c.after for c in step.contributions if c.parent is parent][-1]
            assert f"gradient of {step.names[parent]} after this step" in lesson_page.locator(".question").inner_text()
            assert "✓ Right" in answer(lesson_page, repr(right))
            asked += 1
    assert lesson_page.locator(".score").inner_text().startswith(f"Score: {asked} of {asked} right at the first try")
    assert "Finished" in lesson_page.locator(".reply").inner_text()
    assert numbers(lesson_page, "gradient") == dict(
        zip(table(lesson_page), python_numbers(lesson_value(*AT))[1], strict=True)
    )


def test_the_usual_mistakes_are_recognised(page: "Page", tmp_path: Path) -> None:
    def f(a: Value, b: Value) -> Value:
        c = a * b  # 5 * 3
        return (c + a) * 2

    open_file(page, explore(f, 5.0, 3.0).save(tmp_path / "f.html"))
    tab(page, "Predict")
    press(page, "Start")
    assert is_disabled(button(page, "Play"))
    assert page.get_by_label("Step", exact=True).is_disabled()
    assert answer(page, "") == "Type a number, such as -1.5 or 1/3."
    assert answer(page, "two") == "Type a number, such as -1.5 or 1/3."
    assert answer(page, "−2") == "✗ The size is right, the sign is not."
    assert answer(page, "1").startswith("✗ That is the gradient that came in.")
    assert answer(page, "77").startswith("✗ Not yet.")
    assert answer(page, "4/2").startswith("✓ Right")
    for _ in range(2):  # c and a get 2 each from the sum
        assert answer(page, "2,0").startswith("✓ Right")
    assert "What is the gradient of a after this step? It is 2 so far." in page.locator(".question").inner_text()
    assert answer(page, "6").startswith("✗ That is the new contribution alone.")
    assert answer(page, "3").startswith("✗ That is the local derivative alone.")
    assert answer(page, "12").startswith("✗ That is the local derivative with respect to the other operand.")
    assert answer(page, "-8").startswith("✗ The size is right, the sign is not.")
    page.keyboard.press("Enter")  # asks again: the answer is still there
    press(page, "Show me")
    assert "a gets 2 × 3 = 6, which makes 2 + 6 = 8" in page.locator(".reply").inner_text()
    assert answer(page, "10").startswith("Finished. ✓ Right")
    assert page.locator(".score").inner_text() == "Score: 3 of 5 right at the first try, 1 after a hint, 1 shown."
    press(page, "Start again")
    press(page, "Stop")
    assert not is_disabled(button(page, "Play"))


def test_a_node_used_twice_in_one_step_needs_both_uses(page: "Page", tmp_path: Path) -> None:
    open_file(page, explore(lambda a: a * a, 3.0).save(tmp_path / "square.html"))
    tab(page, "Predict")
    press(page, "Start")
    assert answer(page, "3").startswith("✗ The node is used more than once in this step.")
    assert answer(page, "6").startswith("✓ Right") or "Finished" in page.locator(".reply").inner_text()


# --- wrong on purpose ---


def test_the_quiz_asks_for_nodes_and_values_and_no_tab_answers_it(page: "Page", tmp_path: Path) -> None:
    def f(a: Value, b: Value) -> Value:
        c = a * b
        d = a - b
        return autograd.maximum(c, d * 3)

    open_file(page, explore(f, 2.0, -3.0).save(tmp_path / "f.html"))
    tab(page, "Predict")
    for kind in ("Values", "Which node is next?"):
        page.get_by_label(kind).check()
    press(page, "Start")
    assert page.locator(".question").inner_text() == "Which node can be computed now?"
    assert "hidden while the quiz" in page.locator(".queue").inner_text()
    for name in ("Node", "What if", "Wrong on purpose"):
        tab(page, name)
        assert page.get_by_role("tabpanel").inner_text().strip().startswith("Hidden while the quiz runs")
    tab(page, "Predict")
    nodes = page.get_by_role("group", name="Nodes", exact=True)
    button(nodes, "v1").click()
    assert page.locator(".reply").inner_text() == "✗ v1 is not ready: it is computed from d."
    button(nodes, "d").click()  # as good as c, which the engine computes first
    assert page.locator(".reply").inner_text() == "✓ Right: d is ready, too; here c comes first."
    assert "c = a * b, where a = 2, b = -3. What is the value of c?" in page.locator(".question").inner_text()
    assert answer(page, "6") == "✗ The size is right, the sign is not."
    assert "another operation" in (reply := answer(page, "2 + -3"))
    assert reply.endswith("Worked out so far: c = a * b = 2 * (-3). Calculate that.")
    assert answer(page, "2*-3") == "✓ Right: c = a * b = 2 * (-3) = -6."
    button(nodes, "d").click()
    assert answer(page, "-5") == "✗ The size is right, the sign is not."
    assert answer(page, "2 - (-3)").startswith("✓ Right")


def test_the_quiz_knows_ties_and_values_given_for_derivatives(page: "Page", tmp_path: Path) -> None:
    def f(a: Value, b: Value) -> Value:
        top = autograd.maximum(a, b)
        return top * top * 5

    open_file(page, explore(f, 3.0, 3.0).save(tmp_path / "f.html"))
    tab(page, "Predict")
    press(page, "Start")
    assert "a value, not a derivative" in answer(page, "45")
    assert answer(page, "5").startswith("✓ Right")
    assert "Add up the contribution of every use" in answer(page, "15")
    assert answer(page, "5*3 + 5*3").startswith("✓ Right")
    tie = answer(page, "30")
    assert tie == "✗ Mind the convention: where a and b are equal, they share the derivative evenly."
    assert answer(page, "0").endswith("∂top/∂a = 0.5. Multiply it by the 30 that comes in.")
    assert answer(page, "15").startswith("✓ Right")


def wrong_gradients(loss: Value, mistake: str) -> list[float]:
    """The gradients that each mistake gives, written here once more and independently."""
    nodes = topological_order(loss)
    gradient = dict.fromkeys(nodes, 0.0)

    def visit(node: Value) -> None:
        for parent, local in zip(node.parents, node.local_derivatives(), strict=True):
            amount = gradient[node] * local
            gradient[parent] = amount if mistake == "assign" else gradient[parent] + amount

    def recurse(node: Value) -> None:
        visit(node)
        for parent in node.parents:
            recurse(parent)

    for _ in range(2 if mistake == "stale" else 1):
        gradient[loss] = 1.0
        if mistake == "unsorted":
            recurse(loss)
        else:
            for node in reversed(nodes):
                visit(node)
    return [gradient[node] for node in nodes]


@pytest.mark.parametrize(
    ("mistake", "label"),
    [("assign", "= instead of +="), ("unsorted", "No topological order"), ("stale", "Stale gradients")],
)
def test_wrong_on_purpose_beside_the_truth(lesson_page: "Page", mistake: str, label: str) -> None:
    tab(lesson_page, "Wrong on purpose")
    lesson_page.get_by_label(label).check()
    to_the_end(lesson_page)
    loss = lesson_value(*AT)
    wrong, right = wrong_gradients(loss, mistake), python_numbers(loss)[1]
    assert list(numbers(lesson_page, "gradient").values()) == pytest.approx(wrong, rel=1e-12)
    assert list(numbers(lesson_page, "right").values()) == right
    differ = [abs(one - other) > 1e-9 for one, other in zip(wrong, right, strict=True)]
    assert [cells[1].startswith("≠ ") for cells in table(lesson_page).values()] == differ
    assert f"The pass is over, and {sum(differ)} gradients are wrong." in narration(lesson_page)
    assert f"≠ {sum(differ)} of {len(right)} gradients come out wrong" in lesson_page.locator(".verdict").inner_text()
    assert lesson_page.locator("svg .node.wrong").count() == sum(differ)
    assert narration(lesson_page).startswith(f"Wrong on purpose ({label}):")
    lesson_page.get_by_label("None: the real backward()").check()
    to_the_end(lesson_page)
    assert list(numbers(lesson_page, "gradient").values()) == right
    assert lesson_page.locator("svg .node.wrong").count() == 0


def test_without_an_order_the_work_explodes_and_the_page_says_so(page: "Page", tmp_path: Path) -> None:
    x = Value(0.9, "x")
    y = x
    for _ in range(30):
        y = y * y * 0.5 + y * 0.5
    open_file(page, explore(y).save(tmp_path / "diamonds.html"))
    tab(page, "Wrong on purpose")
    page.get_by_label("No topological order").check()
    press(page, "Last")
    assert (
        "Stopped after 2000 visits. In topological order 120 are enough." in page.get_by_role("tabpanel").inner_text()
    )


# --- keyboard and screen reader ---


def focused(page: "Page") -> str:
    """The name of what has the keyboard's focus inside the explorer."""
    return str(
        page.evaluate(
            """() => { const at = document.activeElement?.shadowRoot?.activeElement;
                return at ? (at.getAttribute("aria-label") ?? at.textContent ?? "") : ""; }"""
        )
    )


def tab_to(page: "Page", start: str, key: str = "Tab") -> None:
    for _ in range(60):
        if focused(page).startswith(start):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach {start}")


def test_the_keyboard_steps_and_plays(lesson_page: "Page") -> None:
    count, keyboard = lesson_page.locator(".count"), lesson_page.keyboard
    keyboard.press("ArrowRight")
    assert count.inner_text() == "Step 0 of 15"  # nothing before the page is asked
    tab_to(lesson_page, "The graph.")
    for _ in range(4):
        keyboard.press("ArrowRight")
    keyboard.press("ArrowLeft")
    assert count.inner_text() == "Step 3 of 15"
    keyboard.press("End")
    assert count.inner_text() == "Step 15 of 15"
    keyboard.press("Home")
    keyboard.press("Space")
    wait_for_step(lesson_page, 2)
    keyboard.press("Space")
    tab_to(lesson_page, "Next")
    keyboard.press("Home")
    for _ in range(16):
        keyboard.press("Enter")
    assert count.inner_text() == "Step 15 of 15"
    assert focused(lesson_page) == "Next"  # a button that can do nothing more keeps the focus


def test_the_keyboard_reaches_every_panel(lesson_page: "Page") -> None:
    keyboard = lesson_page.keyboard
    tab_to(lesson_page, "Table of all nodes")
    tab_to(lesson_page, "d")
    keyboard.press("Enter")
    assert lesson_page.locator(".node-panel h3").inner_text() == "d"
    tab_to(lesson_page, "Node")
    keyboard.press("ArrowRight")
    tab_to(lesson_page, "a, slider")
    keyboard.press("ArrowRight")
    assert numbers(lesson_page, "value")["a"] > 2.0
    tab_to(lesson_page, "a, number")
    keyboard.press("Control+A")
    keyboard.type("2.5")
    assert numbers(lesson_page, "value")["a"] == 2.5
    tab_to(lesson_page, "What if", "Shift+Tab")
    keyboard.press("ArrowRight")
    tab_to(lesson_page, "Start")
    keyboard.press("Enter")
    keyboard.type("1")
    keyboard.press("Enter")
    assert "✓ Right" in lesson_page.locator(".reply").inner_text()
    tab_to(lesson_page, "Stop")  # while the quiz runs, the other panels are shut
    keyboard.press("Enter")
    tab_to(lesson_page, "Predict", "Shift+Tab")
    keyboard.press("ArrowRight")
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("ArrowDown")
    assert lesson_page.get_by_label("= instead of +=").is_checked()


def test_keys_stay_inside_while_it_has_the_focus(lesson_page: "Page") -> None:
    lesson_page.evaluate("() => { window.heard = []; addEventListener('keydown', (event) => heard.push(event.key)); }")
    lesson_page.locator(".stage").focus()
    lesson_page.keyboard.press("ArrowRight")
    lesson_page.keyboard.press("d")
    assert lesson_page.evaluate("heard") == []
    lesson_page.evaluate("document.activeElement.blur()")
    lesson_page.keyboard.press("ArrowRight")
    assert lesson_page.evaluate("heard") == ["ArrowRight"]


def test_everything_has_a_name_and_a_role(lesson_page: "Page") -> None:
    for name in ("Node", "What if", "Predict", "Wrong on purpose"):
        tab(lesson_page, name)
        assert lesson_page.get_by_role("tabpanel", name=name).is_visible()
        nameless = lesson_page.locator("button, input, select, [tabindex]").evaluate_all(
            """all => all.filter(at => at.checkVisibility() && !(at.getAttribute("aria-label") || at.textContent.trim()
                || at.closest("label")?.textContent.trim())).map(at => at.outerHTML)"""
        )
        assert nameless == []
    assert lesson_page.get_by_role("table").get_by_role("row").count() == 11
    assert lesson_page.get_by_role("img").get_attribute("aria-label") == "Graph of 10 nodes; the table lists them all."
    assert lesson_page.locator(".narration").get_attribute("aria-live") == "polite"


# --- several on one page, big graphs, strange labels, small screens ---


def test_copies_on_one_page_do_not_interfere(page: "Page", tmp_path: Path) -> None:
    first, other = explore(lesson, *AT), explore(lambda x: x * x, 3.0)
    target = tmp_path / "three.html"
    target.write_text(first._repr_html_() * 2 + other._repr_html_(), encoding="utf-8")
    open_file(page, target)
    hosts = page.locator("[data-autograd-explorer]")
    assert hosts.count() == 3
    button(hosts.nth(0), "Next").click()
    button(hosts.nth(1), "Last").click()
    hosts.nth(1).locator(".stage").focus()
    page.keyboard.press("ArrowLeft")
    hosts.nth(0).get_by_role("tab", name="Wrong on purpose").click()
    hosts.nth(0).get_by_label("Stale gradients").check()
    hosts.nth(1).get_by_role("tab", name="Wrong on purpose").click()
    assert hosts.nth(1).get_by_label("None: the real backward()").is_checked()
    assert [host.locator(".count").inner_text() for host in hosts.all()] == [
        "Step 1 of 15", "Step 14 of 15", "Step 0 of 3",
    ]  # fmt: skip


def test_a_big_graph_opens_part_by_part(page: "Page", tmp_path: Path) -> None:
    import nn

    model = nn.MLP(2, [21, 3, 1], seed=0)  # so wide that the overview shows layers
    loss = ((model([Value(0.5, "x"), Value(-1.0, "y")]) - 1.0) ** 2).tanh()
    open_file(page, explore(loss).save(tmp_path / "network.html"))
    total = len(topological_order(loss))
    overview = page.locator("svg .node").count()
    assert overview < 12 < total
    to_the_end(page)
    loss.backward()
    (output,) = model.layers[2].neurons  # a closed part shows the number and the gradient of what it gives
    box = page.locator("svg .part", has_text="layers.2").locator(".number").all_text_contents()
    prediction = next(
        node for node in topological_order(loss) if output.b in node.parents or output.w[0] in node.parents
    )
    assert box == [number_text(prediction.data), number_text(prediction.grad)]
    press(page, "First")
    page.locator("svg .part", has_text="layers.0").click()
    assert page.locator("svg .part", has_text="neuron 3").count() == 1
    page.locator("svg .part", has_text="neuron 3").click()
    assert page.locator("svg .node", has_text="w.1").count() == 1
    titles = page.locator("svg .frame-title").all_text_contents()
    assert titles == ["− layer 0", "− neuron 3"]
    page.locator("svg .frame-title", has_text="layer 0").click()
    assert page.locator("svg .node").count() == overview
    page.get_by_label("Open a part").select_option("layers.1.neurons.2")
    assert page.get_by_role("navigation").get_by_role("button").all_inner_texts() == [
        "Overview", "layer 1", "neuron 2", "Whole graph",
    ]  # fmt: skip
    press(page, "Whole graph")
    assert page.locator("svg .node").count() == total
    press(page, "Overview")
    press(page, "Next", 2)
    visits = 0
    while not is_disabled(button(page, "Next")):
        press(page, "Next")
        visits += 1
    assert visits < 30  # a part that is shut is one step
    assert list(numbers(page, "gradient").values()) == python_numbers(loss)[1]
    name = list(table(page))[5]
    button(page, name).click()  # a node inside a part that is shut: the part opens
    assert page.locator("svg .node.selected").count() == 1


HOSTILE = [
    "</script><script>alert(1)</script>", "<img src=x onerror=alert(2)>", "\"quoted\" 'twice' `${alert(3)}`",
    "{braces} {{x}} %s \\u003c \\n", "x" * 10_000, "\u202eevil\u202c", "مرحبا", "a\nb\tc\0d\x1b[31m",
    "\u2028 \ud800 &amp; ]]>", "|port|record>", "𝒙" * 60,
]  # fmt: skip


def test_hostile_labels_are_only_text(page: "Page", tmp_path: Path) -> None:
    leaves = [Value(1.0 + i, label) for i, label in enumerate(HOSTILE)]
    loss = autograd.dot(leaves, leaves[::-1]).tanh()
    loss.label = HOSTILE[0]  # as one of the leaves
    open_file(page, explore(loss).save(tmp_path / "hostile.html"))
    for name in ("Node", "What if", "Predict", "Wrong on purpose"):
        tab(page, name)
    tab(page, "Node")
    press(page, "Last")
    names = list(table(page))
    assert len(names) == len(HOSTILE) + 1
    assert all(len(name) < 60 for name in names)
    assert "</script>" in page.locator("h2").inner_text()
    assert page.locator("img, script, iframe").count() <= 2  # the still picture and our own script
    button(page, names[6]).click()
    assert "مرحبا" in page.locator(".node-panel h3").inner_text()
    assert page.get_by_role("table").is_visible()


def texts_that_overlap(page: "Page") -> list[str]:
    """Boxes with texts that touch each other or the frame; labels of edges that touch each other."""
    return page.locator(".stage svg").evaluate(
        """svg => {
          const apart = (one, other) => one.x + one.width <= other.x || other.x + other.width <= one.x ||
            one.y + one.height <= other.y + 4 || other.y + other.height <= one.y + 4;
          const allApart = all => all.every((one, i) => all.slice(i + 1).every(other => apart(one, other)));
          const bad = [...svg.querySelectorAll(".node, .part")].filter(box => {
            const frame = box.querySelector(".shape").getBBox();
            const texts = [...box.querySelectorAll("text")].filter(at => at.textContent).map(at => at.getBBox());
            return !allApart(texts) || !texts.every(at => at.x >= frame.x && at.x + at.width <= frame.x + frame.width);
          }).map(box => box.textContent);
          const chips = [...svg.querySelectorAll(".chip rect")].map(chip => chip.getBBox());
          return allApart(chips) ? bad : [...bad, "labels of edges"];
        }"""
    )


@pytest.mark.parametrize("width", [1280, 768, 360])
def test_nothing_overlaps_and_nothing_sticks_out(page: "Page", tmp_path: Path, width: int) -> None:
    a, b = Value(-1.2345678e-5, "a_rather_long_name"), Value(123456.789, "WWWWWWWWWWWWWWW")
    loss = autograd.log_softmax([a * b, -0.000123456 * b, a**3, autograd.leaky_relu(a, 0.123456)])[1] * -9.87654e-12
    page.set_viewport_size({"width": width, "height": 900})
    open_file(page, explore(loss).save(tmp_path / "wide.html"))
    for _ in range(len(steps(loss))):
        press(page, "Next")
        assert texts_that_overlap(page) == []
    for name in ("Node", "What if", "Predict", "Wrong on purpose"):
        tab(page, name)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_there_is_a_picture_and_a_line_that_says_how_to_get_more(
    browser: "Browser", tmp_path: Path
) -> None:
    with checked_page(browser, java_script_enabled=False) as page:
        open_file(page, explore(lesson, *AT).save(tmp_path / "still.html"))
        image = page.get_by_role("img")
        assert image.is_visible()
        assert (image.bounding_box() or {"width": 0})["width"] > 200
        assert "trust the notebook" in page.locator("p").inner_text()


def test_readable_where_everything_around_is_dark(browser: "Browser", tmp_path: Path) -> None:
    with checked_page(browser, color_scheme="dark", forced_colors="none") as page:
        target = tmp_path / "dark.html"
        target.write_text(f"<body style='background:#111;color:#eee'>{explore(lesson, *AT)._repr_html_()}")
        open_file(page, target)
        colours = page.locator(".narration").evaluate(
            "at => [getComputedStyle(at).color, getComputedStyle(at.closest('.card')).backgroundColor]"
        )
        assert colours == ["rgb(230, 237, 243)", "rgb(17, 22, 28)"]  # the dark theme: a contrast of 15 to 1
