"""Fuzzers of everything that is read from text: expressions (both readers), saved files, addresses of pages.

Each runs for a moment here, and for as long as FUZZ_SECONDS says in the long run. Those of result codes are in
tests/views/exercise/test_result_codes.py.
"""

import json
import math
import random
import shutil
import subprocess

import pytest
from fuzzing import mangled, rounds

import nn
from autograd.errors import AutogradError, ExpressionError, FormatError
from autograd.expressions import expression, names_in
from autograd.formulas import javascript
from autograd.views.explorer import FOLDER
from autograd.views.explorer.playground import row_data, typeable
from autograd.views.page.document import bare_script, texts
from autograd.views.page.language import words

pytestmark = pytest.mark.slow
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="Node.js is not installed, so no JavaScript can be run")
ALPHABET = "abcxyz0123456789.+-*/%()[], =_'\"\\{}<>!@#$^&|~:;?é\u202e\u0663\n\t\x00" + "tanhsumdotif"
NAMES = {"a": 2.0, "b": -3.0, "c": 0.5}


def written(generator: random.Random, depth: int = 0) -> str:
    """Return a random expression of the notation."""
    one = lambda: written(generator, depth + 1)  # noqa: E731  # short, and used at once
    match generator.randrange(9) if depth < 4 else 0:
        case 0:
            return generator.choice([*NAMES, "1", "2.5", ".5", "1e-3", "3"])
        case 1 | 2 | 3:
            return f"{one()} {generator.choice(['+', '-', '*', '/', '**', '%'])} {one()}"
        case 4:
            return f"({one()})"
        case 5:
            return f"-{one()}"
        case 6:
            return f"{generator.choice(['tanh', 'exp', 'log', 'relu', 'sqrt', 'sigmoid', 'abs', 'cos'])}({one()})"
        case 7:
            return f"{generator.choice(['sum', 'max', 'mean', 'softmax'])}([{one()}, {one()}])"
        case _:
            return f"softmax([{one()}, {one()}])[{generator.choice(['0', '1', '2', '-1'])}]"


def text_of(generator: random.Random) -> str:
    text = written(generator)[:300]
    return mangled(text, generator, ALPHABET) if generator.random() < 0.6 else text


def test_expressions_are_read_or_refused_and_nothing_else() -> None:
    for generator in rounds(1):
        text = text_of(generator)
        try:
            value = expression(text, **{name: NAMES.get(name, 1.0) for name in names_in(text)}).data
        except ExpressionError:
            continue
        except AutogradError:  # no finite value
            continue
        assert math.isfinite(value), text


def python_answers(text: str) -> float | None:
    try:
        names = [name for name in names_in(text) if name not in row_data()["functions"]]  # those have to be called
        return float(expression(text, **{name: NAMES.get(name, 1.0) for name in names}).data)
    except AutogradError:
        return None


@needs_node
def test_the_page_reads_what_python_reads() -> None:
    assert NODE is not None
    for generator in rounds(2):
        cases = [text_of(generator) for _ in range(200)]
        cases = [text for text in cases if not set(text) & set("#\\\"'\x00\u0663") and "\n" not in text]
        program = (
            f"const LANGUAGES = {{ en: {json.dumps(words('en', 'page', 'explorer', 'playground'))} }};\n"
            f"{texts(FOLDER.joinpath('..', 'page'), 'language.js')}\n{javascript.arithmetic()}\n"
            f"{javascript.table(typeable().values())}\n"
            f"const ROWS = {json.dumps(row_data())}, HINTS = ROWS.hints;\n"
            "const BOX = { width: 118, height: 62 }, GAP = 102;\n"
            f"{texts(FOLDER, 'engine.js', 'numbers.js', 'words.js', 'expression.js', 'layered.js', 'typed_graph.js')}\n"
            f"console.log(JSON.stringify({json.dumps(cases)}.map((text) => {{\n"
            f"  try {{ const graph = new Graph(typedGraph(text, new Map(Object.entries({json.dumps(NAMES)}))));\n"
            "    const { values, failure } = graph.recorded;\n"
            "    return failure && !failure.derivative ? null : values[graph.output]; }\n"
            "  catch (error) { return error instanceof ExpressionError ? null : String(error.stack); }\n})));"
        )
        done = subprocess.run(
            [NODE, "-"], input=bare_script(program), capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stderr
        for text, got in zip(cases, json.loads(done.stdout), strict=True):
            assert not isinstance(got, str), (text, got)
            right = python_answers(text)
            if got is not None and right is not None:
                assert got == pytest.approx(right, rel=1e-9, abs=1e-300), text
            else:
                assert got is right is None, (text, got, right)


def test_saved_files_are_loaded_or_refused_and_never_half_loaded(tmp_path) -> None:
    model = nn.Sequential(nn.Linear(2, 2, seed=0), nn.BatchNorm1d(2), nn.Linear(2, 1, seed=1))
    optimizer = nn.Adam(model.parameters())
    file = tmp_path / "model.json"
    both = {"model": model, "optimizer": optimizer}
    nn.save(both, file)
    good = file.read_text(encoding="utf-8")
    alphabet = '0123456789.eE+-"{}[],:truefalsenull \\u\x00é'
    for generator in rounds(3):
        text = mangled(good, generator, alphabet)
        if generator.random() < 0.2:
            text = text[: generator.randrange(len(text))]
        file.write_text(text, encoding="utf-8")
        before = [parameter.data for parameter in model.parameters()], optimizer.state_dict()
        try:
            nn.load(file, both)
        except (FormatError, AutogradError):
            assert ([parameter.data for parameter in model.parameters()], optimizer.state_dict()) == before
        else:
            assert all(math.isfinite(parameter.data) for parameter in model.parameters())
            file.write_text(good, encoding="utf-8")
            nn.load(file, both)


ADDRESSES = """
const document = {{ documentElement: {{ hasAttribute: () => true }} }}, location = {{ hash: "", search: "" }};
const addEventListener = () => {{}}, OWN_PAGE = true, LANGUAGE = "en", FIRST_LANGUAGE = "en";
const phrase = (key) => key;
{script}
const bad = [];
for (const hash of {hashes}) {{
  let moment;
  try {{ moment = momentOf(hash); }} catch (error) {{ bad.push([hash, String(error)]); continue; }}
  const {{ step, tab, numbers, expression }} = moment;
  const fine = (step === null || Number.isInteger(step)) && (tab === undefined || tab in TABS)
    && [...numbers.values()].every(Number.isFinite) && ["undefined", "string"].includes(typeof expression);
  if (!fine) bad.push([hash, JSON.stringify(moment)]);
}}
for (const [names, numbers, title] of {states}) {{
  const graph = {{ names, recorded: {{ values: numbers.map(() => NaN) }} }};
  const [tabs, handout] = [{{ chosen: "predict" }}, {{ on: false }}];
  const state = {{ title, graph, leafValues: numbers, position: 3, tabs, handout }};
  const moment = momentOf(hashOf(state));
  const back = names.map((name) => moment.numbers.get(name));
  const same = JSON.stringify([3, "predict", title ?? undefined, numbers]);
  if (JSON.stringify([moment.step, moment.tab, moment.expression, back]) !== same)
    bad.push([hashOf(state), JSON.stringify([...moment.numbers])]);
}}
console.log(JSON.stringify(bad));
"""


@needs_node
def test_any_address_opens_and_what_a_page_writes_it_reads_again() -> None:
    assert NODE is not None
    parts = ["#e=a*b&a=2&step=8&tab=quiz", "#step=-1&tab=wrong", "#a=1e999&b=NaN&leaf.step=3", "#%zz&=&&==", "#lang=de"]
    for generator in rounds(4):
        hashes = [mangled(generator.choice(parts), generator, ALPHABET + "&=%#") for _ in range(200)]
        states = []
        for _ in range(50):
            names = [f"{mangled('name', generator, ALPHABET).strip()}{i}" for i in range(3)]
            numbers = [generator.choice([generator.gauss(0, 100), 0.0, 1e-300, -2.0]) for _ in names]
            states.append([names, numbers, generator.choice([None, "a*b"])])
        program = ADDRESSES.format(
            script=texts(FOLDER, "address.js"), hashes=json.dumps(hashes), states=json.dumps(states)
        )
        done = subprocess.run([NODE, "-"], input=program, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == []
