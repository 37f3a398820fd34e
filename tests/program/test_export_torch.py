"""to_torch(): a recorded program as PyTorch source that gives the same numbers and the same gradients."""

import pytest
from pytorch import tensor, torch_or_skip
from random_programs import RandomProgram
from test_compile_random import assert_close, eager, summed

import autograd
import nn
from autograd import Value
from autograd.errors import ArgumentError, MissingPackageError, RecordingError
from autograd.formulas.operation import OPERATIONS

pytest.importorskip("torch", reason="PyTorch is not installed; it is an extra of its own")


def exported(function, *arguments, **named):
    """Compile a function, call it once, and export it."""
    compiled = autograd.compile(function)
    compiled(*arguments, **named)
    return compiled.to_torch()


def test_a_network_has_the_same_loss_and_gradients():
    model = nn.Sequential(nn.Linear(3, 4, seed=0), nn.Tanh(), nn.LayerNorm(4), nn.Linear(4, 2, seed=1))
    xs, ys = [[1.0, 2.0, 3.0], [0.0, 1.0, -1.0], [0.5, 0.5, 0.5]], [0, 1, 1]
    compiled = autograd.compile(lambda xs, ys: nn.cross_entropy(model(xs), ys))
    loss = compiled(xs, ys)
    loss.backward()
    run = compiled.to_torch()
    parameters = run.parameters.clone().requires_grad_(True)
    other = run(parameters, tensor(xs), ys)
    other.backward()
    assert other.item() == pytest.approx(loss.data, rel=1e-14)
    assert parameters.grad.tolist() == pytest.approx([value.grad for value in run.values], rel=1e-12, abs=1e-15)
    assert run.parameters.tolist() == [value.data for value in run.values]


def test_the_source_is_complete_and_can_be_taken_along():
    torch = torch_or_skip()
    w = Value(2.0)
    run = exported(lambda xs: autograd.sum([autograd.tanh(w * x) for x in xs]), [1.0, 2.0])
    names = {}
    exec(run.source, names)
    parameters, inputs = torch.tensor([2.0], dtype=torch.float64), torch.tensor([1.0, 2.0], dtype=torch.float64)
    assert names["program"](parameters, inputs, None) == run([2.0], [1.0, 2.0])
    assert run.source.startswith('"""program, as a PyTorch function')
    assert "autograd" not in run.source.split('"""')[2]


@pytest.mark.parametrize("start", range(0, 40, 10))
def test_random_functions(start):
    torch = torch_or_skip()
    for seed in range(start, start + 10):
        program = RandomProgram(seed)
        expected = eager(program, program.parameters, program.arguments)
        if expected is None:
            continue
        values = [Value(x) for x in program.parameters]
        run = exported(lambda xs, values=values, program=program: program(values, xs), program.arguments)
        parameters, arguments = (
            run.parameters.clone().requires_grad_(True),
            tensor(program.arguments, requires_grad=True),
        )
        outputs = run(parameters, arguments)
        outputs = outputs if isinstance(outputs, list) else [outputs]
        assert_close([torch.as_tensor(x).item() for x in outputs], expected[0], 1e-12)
        total = summed(outputs)
        if total.requires_grad:
            total.backward()
        found = [torch.zeros(len(x)) if x.grad is None else x.grad for x in (parameters, arguments)]
        gradients = dict(zip(values, expected[1], strict=False))
        assert_close(found[0].tolist(), [gradients[value] for value in run.values], 1e-10)
        assert_close(found[1].tolist(), expected[1][len(values) :], 1e-10)


def test_vmap_and_grad_of_torch_func():
    torch = torch_or_skip()
    run = exported(lambda x: autograd.sin(x[0]) * x[1] + autograd.relu(x[1]), [1.0, 2.0])
    batch = tensor([[0.5, 1.0], [1.5, -2.0], [0.0, 3.0]])
    found = torch.func.vmap(torch.func.grad(lambda x: run(run.parameters, x)))(batch)
    expected = [[x[1].cos() * 0 + torch.cos(x[0]) * x[1], torch.sin(x[0]) + (x[1] > 0)] for x in batch]
    assert found.tolist() == [pytest.approx([a.item(), b.item()]) for a, b in expected]


def test_rows_of_one_number_are_not_lost():
    run = exported(lambda x: [autograd.sum([x, x, x]), autograd.max([x, x]), autograd.dot([x, x], [x, x])], 2.0)
    assert [value.item() for value in run([], 2.0)] == [6.0, 2.0, 8.0]


def test_rows_that_are_taken_at_once_keep_their_slopes_apart():
    torch = torch_or_skip()
    multiple = autograd.define_operation(
        "multiple_in_torch(xs, y)", "y * sum(xs)", xs="y", y="sum(xs)", probes=[([1.0, 2.0], 3.0)]
    )
    try:
        run = exported(
            lambda rows: autograd.dot(
                [autograd.softmax(row)[0] + autograd.norm(row) + multiple(row, row[1]) for row in rows], [1.0, 10.0]
            ),
            [[2.0, -1.0, 0.5], [0.3, 0.2, -3.0]],
        )
    finally:
        del OPERATIONS["multiple_in_torch"]
    x, own = (tensor([[2.0, -1.0, 0.5], [0.3, 0.2, -3.0]], requires_grad=True) for _ in range(2))
    run([], x).backward()
    each = torch.softmax(own, -1)[:, 0] + own.norm(dim=-1) + own[:, 1] * own.sum(-1)
    (each[0] + 10 * each[1]).backward()
    assert x.grad.flatten().tolist() == pytest.approx(own.grad.flatten().tolist(), rel=1e-13)


def test_where_operands_are_equal_the_derivative_is_shared_as_in_autograd():
    run = exported(lambda x, y: autograd.maximum(x, y) + autograd.max([x, y]) + autograd.relu(x - y) + abs(x - y), 1, 2)
    point = tensor([1.5, 1.5], requires_grad=True)
    run([], point[0], point[1]).backward()
    assert point.grad.tolist() == [1.0, 1.0]


def test_constants_stay_doubles():
    run = exported(lambda x: [autograd.where(x, 0.1, 0.2) * 1, x, 0.3, autograd.maximum(x, 0.7)], 1.0)
    assert [float(value) for value in run([], -1.0)] == [0.2, -1.0, 0.3, 0.7]


def test_results_keep_their_structure_and_arguments_theirs():
    run = exported(
        lambda d, y: {"a": (d["x"] * y[0],), "b": [], "c": ((), [d["z"][0][1]])}, {"x": 1.0, "z": [[2.0, 3.0]]}, [4.0]
    )
    result = run([], {"x": 5.0, "z": tensor([[2.0, 3.0]])}, (4,))
    assert (result["a"][0].item(), result["b"], result["c"][0], result["c"][1][0].item()) == (20.0, [], (), 3.0)
    assert isinstance(result["a"], tuple)


def test_drawn_numbers_are_given():
    dropout = nn.Dropout(0.5, seed=0)
    run = exported(lambda xs: autograd.sum(dropout([Value(1.0) * x for x in xs])), [1.0, 2.0, 3.0])
    assert run(run.parameters, [1.0, 2.0, 3.0], drawn=[2.0, 0.0, 2.0]).item() == 8.0
    with pytest.raises(ArgumentError, match="recorded with 3 numbers in drawn="):
        run(run.parameters, [1.0, 2.0, 3.0])


NAMES = [
    "maximum",
    "where",
    "array",
    "detach",
    "logsumexp",
    "xp",
    "torch",
    "array0",
    "constants",
    "inputs",
    "parameters",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_function_may_have_any_name(name):
    w = Value(0.5)
    names = {"autograd": autograd, "w": w}
    text = "autograd.maximum(x, w) + autograd.logsumexp([x, w]) + autograd.where(x, w, x) + autograd.take([x, w], 1)"
    exec(f"def {name}(x):\n    return {text}", names)
    expected = names[name](0.25).data
    assert exported(names[name], 0.25)([0.5], 0.25).item() == pytest.approx(expected, rel=1e-15)


def test_the_wrong_number_of_numbers_is_an_error():
    w = Value(0.5)
    run = exported(lambda xs: sum(xs) * w, [1.0, 2.0])
    with pytest.raises(ArgumentError, match=r"recorded with 2 numbers in the arguments.*shape \(3,\)"):
        run(run.parameters, [1.0, 2.0, 3.0])
    with pytest.raises(ArgumentError, match=r"recorded with 1 numbers in parameters"):
        run([], [1.0, 2.0])


def test_what_cannot_be_exported_says_so(monkeypatch):
    with pytest.raises(RecordingError, match="call it once first"):
        autograd.compile(lambda x: x).to_torch()
    own = autograd.define_operation(
        "own_export(x)", "own_(x)", x="1 + 0 * x", functions={"own_": float}, probes=[(1.0,)]
    )
    with pytest.raises(
        ArgumentError, match=r"own_export calls a function of its own \(own_\), of which torch knows nothing"
    ):
        exported(lambda x: own(x) * 2, 1.0)
    compiled = autograd.compile(lambda x: x * 2)
    compiled(1.0)
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(MissingPackageError, match=r'to_torch\(\) needs torch: pip install -e "\.\[torch\]"'):
        compiled.to_torch()


def test_the_place_of_an_array_among_the_results_is_taken_by_lists():
    double = autograd.compile(lambda a: {"double": a * 2})
    a = pytest.importorskip("numpy").array([[1.0, 2.0], [3.0, 4.0]])
    double(a)
    found = double.to_torch()([], tensor(a.tolist()))
    assert [[float(each) for each in row] for row in found["double"]] == [[2.0, 4.0], [6.0, 8.0]]
