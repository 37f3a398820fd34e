"""Any console will do: none, a closed one, a writer that fails, an encoding that lacks signs."""

import ast
import io
import sys
import types

import pytest
from project_root import ROOT

import autograd
import nn
from autograd import Value, step_through
from autograd.console import printable, run
from autograd.errors import AutogradError
from autograd.expressions import expression


class WriterOnly:
    """What some windows put in the place of a stream."""

    def __init__(self):
        self.written = []

    def write(self, text):
        self.written.append(text)


def closed():
    stream = io.StringIO()
    stream.close()
    return stream


class Broken(io.StringIO):
    encoding = "utf-8"

    def write(self, text):
        raise BrokenPipeError(32, "Broken pipe")


class Full(io.StringIO):
    def write(self, text):
        raise OSError(28, "No space left on device")


class Gone:
    """A stream whose window has been closed."""

    def write(self, text):
        raise RuntimeError("the window is gone")


STREAMS = {"none": lambda: None, "closed": closed, "writer": WriterOnly, "broken": Broken}
streams = pytest.mark.parametrize("make", STREAMS.values(), ids=STREAMS)


def put(monkeypatch, make):
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, make())


@pytest.mark.parametrize("make", [*STREAMS.values(), Full, Gone])
def test_training_goes_on_whatever_the_console_takes(make, monkeypatch):
    monkeypatch.setattr(sys, "stderr", make())
    model = nn.MLP(2, [1], seed=0)
    assert len(nn.fit(model, nn.make_xor(12, seed=0), loss="mse", optimizer="sgd", epochs=2, compile=False)) == 2


@streams
def test_stepping_prints_where_it_can(make, monkeypatch):
    put(monkeypatch, make)
    step_through(Value(2.0, "a") * 3.0)
    if make is WriterOnly:
        assert "gets 1 × 3 = 3" in "".join(sys.stdout.written)


def test_signs_that_a_console_lacks_are_replaced(monkeypatch):
    assert printable("2 × 3 ≈ 6 …") == "2 × 3 ≈ 6 …"
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert printable("∂L/∂x: 2 × 3 ≈ 6 … σ") == r"dL/dx: 2 * 3 ~ 6 ... \u03c3"


def test_an_encoding_that_nobody_knows_lacks_nothing(monkeypatch):
    monkeypatch.setattr(sys, "stdout", types.SimpleNamespace(encoding="no-such-encoding"))
    assert printable("2 × 3") == "2 × 3"


def test_a_command_whose_reader_leaves_has_done_its_work():
    def command():
        raise BrokenPipeError

    assert run(command) == 0
    assert run(lambda: 2) == 2


# --- views on consoles that lack signs ---


def views():
    """One of every kind of thing that people print, with names in Greek and Cyrillic."""
    a, b = Value(2.0, "α"), Value(-3.0, "вес")
    loss = (a * b).tanh() * a + autograd.exp(a) / 3
    a.requires_grad = True
    loss.backward()
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    history = nn.fit(
        model,
        ([[1.0, 2.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]),
        loss="mse",
        optimizer="sgd",
        epochs=2,
        progress=False,
    )
    steps = autograd.steps(loss)

    def objective(x):
        return (x * x).exp()

    compiled = autograd.compile(objective)
    compiled(a)
    yield from (a, loss, model, history, compiled, *steps, *steps[-1].contributions)
    yield from (autograd.explain(a, loss), autograd.derivation(loss), autograd.diagnose(loss), autograd.draw(loss))
    yield from (autograd.explore(loss), autograd.exercise(loss), autograd.exercise_results("x"), autograd.tanh)
    yield from (
        nn.Adam(model.parameters()),
        nn.diagnose(model, ([[1.0, 2.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]), loss=nn.mse_loss),
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1251"])
def test_every_view_can_be_printed_on_a_narrow_console(encoding, monkeypatch):
    things = list(views())
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    for thing in things:
        print(thing)
        print([thing])
        print(getattr(thing, "narration", ""))


@pytest.mark.slow
def test_no_text_for_people_leaves_the_library_unprinted():
    """Each __repr__ and __str__ passes through the console's table; those of errors are shown by Python itself."""
    exempt = {"autograd/advice.py", "autograd/source.py"}  # an error; a line of the user's own, which pages show too
    bare, printing = [], []
    for file in sorted([*(ROOT / "autograd").rglob("*.py"), *(ROOT / "nn").rglob("*.py")]):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "print":
                printing += [] if "file=sys.stderr" in ast.unparse(node) else [file.name]
            if isinstance(node, ast.FunctionDef) and node.name in {"__repr__", "__str__"}:
                decorators = {ast.unparse(each) for each in node.decorator_list}
                name = file.relative_to(ROOT).as_posix()
                if "printed" not in decorators and name not in exempt:
                    bare.append(f"{name}:{node.lineno}")
    assert bare == []
    assert printing == ["console.py"], "write say(...)"


@pytest.mark.parametrize("encoding", ["ascii", "cp1251"])
@pytest.mark.parametrize(
    "wrong",
    [
        lambda: autograd.log(autograd.Value(-1.0, "β")),
        lambda: nn.r2_score([1.0, 2.0], [1.0, 1.0]),
        lambda: expression("α * ("),
        lambda: nn.Café,
    ],
)
def test_the_message_of_every_error_can_be_printed_on_a_narrow_console(wrong, encoding, monkeypatch):
    with pytest.raises(AutogradError) as caught:
        wrong()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    print(caught.value)
