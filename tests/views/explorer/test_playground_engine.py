"""The reader of typed expressions in the page, run under Node: the twin of ``autograd.expressions``."""

import itertools
import json
import re
import shutil
import subprocess
from typing import cast

import pytest
from expression_cases import REFUSED, UNDERSTOOD

from autograd import define_operation, steps
from autograd.expressions import expression
from autograd.formulas import javascript
from autograd.formulas.operation import OPERATIONS
from autograd.graph import sort, topological_order
from autograd.views.explorer import FOLDER
from autograd.views.explorer.playground import row_data, typeable
from autograd.views.page.document import bare_script, texts
from autograd.views.page.language import words

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="Node.js is not installed, so no JavaScript can be run")
FILES = ("engine.js", "ink.js", "numbers.js", "words.js", "expression.js", "layered.js", "typed_graph.js")


def evaluate(cases: object, body: str) -> list[dict[str, object]]:
    """Run a JavaScript function body of ``text`` and ``numbers`` for each case; errors become data."""
    assert NODE is not None
    rows = json.dumps(row_data())
    program = (
        f"{javascript.arithmetic()}\n{javascript.table(typeable().values())}\n"
        f"const ROWS = {rows}, HINTS = ROWS.hints, BOX = {{ width: 118, height: 62 }}, GAP = 102;\n"
        f"const LANGUAGES = {json.dumps({'en': words('en', 'page', 'explorer', 'playground')})};\n"
        f"{texts(FOLDER.parent / 'page', 'language.js')}\n{texts(FOLDER, *FILES)}\n"
        f"console.log(JSON.stringify({json.dumps(cases)}.map(([text, given]) => {{\n"
        "  const numbers = new Map(Object.entries(given));\n"
        f"  try {{ {body} }} catch (error) {{ return {{ message: error.message, place: error.place }}; }}\n}})));"
    )
    done = subprocess.run([NODE, "-"], input=bare_script(program), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


def test_the_page_understands_what_python_understands() -> None:
    got = evaluate(
        [[text, numbers] for text, numbers, _ in UNDERSTOOD],
        "const data = typedGraph(text, numbers), graph = new Graph(data);"
        "const { gradients, steps } = graph.steps(graph.recorded), words = new Words(graph);"
        "return { names: data.names, values: graph.recorded.values, gradients,"
        " told: steps.map((step) => plain(words.narrate(step, graph.recorded.values))) };",
    )
    for (text, numbers, value), found in zip(UNDERSTOOD, got, strict=True):
        loss = expression(text, **numbers)
        told = [step.narration for step in steps(loss)]
        loss.backward()
        order = topological_order(loss)
        assert found["values"] == pytest.approx([node.data for node in order], rel=1e-14), text
        assert found["values"][-1] == pytest.approx(value, rel=1e-14)  # type: ignore[index]
        assert found["gradients"] == pytest.approx([node.grad for node in order], rel=1e-13), text
        leaves = [node.label for node in sort(loss)[0] if node.label]
        assert found["names"][: len(leaves)] == leaves  # type: ignore[index]
        assert len(found["told"]) == len(told)  # type: ignore[arg-type]


def test_the_page_refuses_what_python_refuses_and_points_at_the_same_place() -> None:
    got = evaluate([[text, {}] for text, _, _ in REFUSED], "return { read: typedGraph(text, numbers).names };")
    for (text, place, message), found in zip(REFUSED, got, strict=True):
        assert "read" not in found, text
        assert re.search(message, str(found["message"])), (text, found)
        assert found["place"] == place, (text, found)


def test_hostile_and_unfinished_texts_are_refused_too() -> None:
    cases = ["", "a +", "(", ")", "a b", "tanh(", "[", "a..b", "1..2", "constructor(a)", "toString", "a" * 9 + "(((",
             "(" * 5000 + "a" + ")" * 5000, "-" * 9000 + "a", "+".join("a" * 500), "log(-1)", "a,b",
             "a\u0000", "a\ufeff", "0b12", "0xg", "1e_5", "0_x1"]  # fmt: skip
    got = evaluate([[text, {}] for text in cases], "return { read: typedGraph(text, numbers).names };")
    assert [text[:20] for text, found in zip(cases, got, strict=True) if "place" not in found] == ["toString"]
    assert "There is no function called 'constructor'" in str(got[9]["message"])


def test_the_page_calls_operations_of_the_users_own_unless_they_need_python() -> None:
    cube = define_operation("cube_of(x)", "x * x * x", x="3 * x * x", probes=[(2.0,)])
    lifted = define_operation("lifted(points, index)", "points[index] + 1",
                              points="[1 if i == index else 0 for i in range(len(points))]",
                              probes=[([1.0, 2.0], 1)])  # fmt: skip
    shifted = define_operation("shifted(x, index)", "x * x + index", x="2 * x", probes=[(2.0, 1)])
    python = define_operation("doubled_in_python(x)", "f(x)", x="2", functions={"f": lambda x: 2 * x}, probes=[(2.0,)])
    try:
        found = evaluate(
            [
                ["cube_of(a) * lifted([a, b], 1)", {"a": 2, "b": 3}],
                ["shifted(a, 1) + 0 * b", {"a": 2, "b": 3}],
                ["doubled_in_python(a)", {}],
                ["shifted(a, 4)", {}],
                ["lifted([a, b], 2)", {}],
            ],
            "const graph = new Graph(typedGraph(text, numbers)), { gradients } = graph.steps(graph.recorded);"
            "return { value: graph.recorded.values.at(-1), gradients: gradients.slice(0, 2) };",
        )
    finally:
        for row in (cube, lifted, shifted, python):
            del OPERATIONS[row.name]
    assert found[0] == {"value": 32, "gradients": [48, 8]}  # a³ (b + 1): 3 a² (b + 1) and a³
    assert found[1] == {"value": 5, "gradients": [4, 0]}  # a² + 1: 2 a
    assert "no function called 'doubled_in_python'" in str(found[2]["message"])
    assert ["from 0 to 3" in str(found[3]["message"]), "from 0 to 1" in str(found[4]["message"])] == [True, True]


def test_boxes_never_overlap_and_every_edge_leads_from_box_to_box() -> None:
    cases = [
        *(text for text, *_ in UNDERSTOOD),
        "sin(a)*cos(b) + max([a*b, c, a + c])**2 + exp(-a*a)/(1 + b**2)*tanh(c - a) + log(c*c + 1) - x*a",
        "+".join(f"tanh(w{i}*x{i % 3} + b{i % 4})" for i in range(9)),
    ]
    got = evaluate([[text, {}] for text in cases], "return typedGraph(text, numbers).pictures[0];")
    for text, picture in zip(cases, got, strict=True):
        boxes = {box: (left, top) for box, left, top in picture["boxes"]}  # type: ignore[attr-defined]
        size = cast("list[int]", picture["size"])
        places = sorted(boxes.values())
        for (left, top), (other, below) in itertools.pairwise(places):
            assert left != other or below - top >= 62 + 15, text
        assert all(0 <= left <= size[0] - 118 and 0 <= top <= size[1] - 61 for left, top in places), text
        for tail, head, points in picture["edges"]:  # type: ignore[attr-defined]
            (left, top), (to, at) = boxes[tail], boxes[head]
            assert (points[0], points[-2]) == (left + 118, to)
            assert top <= points[1] <= top + 62
            assert at <= points[-1] <= at + 62
            assert (len(points) - 2) % 6 == 0


def test_no_text_in_a_script_runs_over_the_end_of_a_line() -> None:
    for file in FOLDER.glob("*.js"):
        for line in file.read_text(encoding="utf-8").splitlines():
            assert line.count("`") % 2 == 0, (file.name, line)
