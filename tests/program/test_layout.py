"""Layout: every number has a place, operands are views where they can be, and nothing is mistaken for anything."""

import pytest
from random_programs import RandomProgram

np = pytest.importorskip("numpy")

import autograd  # noqa: E402
from autograd import Value  # noqa: E402
from autograd.formulas.row import is_sequence  # noqa: E402
from autograd.gradients.structures import NO_ENTRIES, Items, Vector  # noqa: E402
from autograd.program.affine import Fixed, Gather, View  # noqa: E402
from autograd.program.groups import find_groups  # noqa: E402
from autograd.program.layout import lay_out  # noqa: E402
from autograd.program.record import record  # noqa: E402
from autograd.program.sums import gather_sums  # noqa: E402
from autograd.program.tracing import trace  # noqa: E402


def laid_out(function, count):
    """Return the gathered trace of a function of ``count`` numbers, and its layout."""
    shape = Items(tuple, (Vector(tuple, count), NO_ENTRIES))
    made = gather_sums(trace(record(function, shape, [f"x{i}" for i in range(count)], {})))
    return made, lay_out(made, find_groups(made))


def kinds(layout):
    """Return for each step its operation, kind and shape, and what its operands are."""
    return [
        (step.group.operation.name, step.kind, step.out.shape, [type(source).__name__ for source in step.operands])
        for step in layout.steps
    ]


W = [[Value(0.1 * i + j) for j in range(3)] for i in range(4)]
B = [Value(0.5) for _ in range(4)]


def layer(*xs):
    """A layer of four neurons over five samples of three numbers."""
    samples = [xs[i : i + 3] for i in range(0, 15, 3)]
    products = [[sum(w * x for w, x in zip(row, sample, strict=True)) for row in W] for sample in samples]
    return [autograd.relu(product + b) for row in products for product, b in zip(row, B, strict=True)]


def test_loops_over_products_are_a_matrix_product_of_views():
    _, layout = laid_out(layer, 15)
    assert kinds(layout) == [
        ("dot", "matmul", (5, 4), ["View", "View"]),
        ("add", "elementwise", (5, 4), ["View", "View"]),
        ("relu", "elementwise", (20,), ["View"]),
    ]
    samples, weights = layout.steps[0].operands
    assert (samples.shape, weights.shape) == ((5, 3), (4, 3))
    bias = next(source for source in layout.steps[1].operands if source.broadcast_axes)
    assert (bias.shape, bias.strides) == ((5, 4), (0, 1))


def test_parameters_come_first_then_inputs_drawn_numbers_and_constants():
    def function(x, y):
        (kept,) = autograd.fresh(lambda count: [1.0] * count, 1)
        return autograd.exp(x * W[0][0] + 3) * kept + y * W[0][1]

    made, layout = laid_out(function, 2)
    assert sorted(layout.place[made.parameters].tolist()) == [0, 1]
    assert layout.place[made.inputs].tolist() == [2, 3]
    assert (layout.inputs, layout.drawn) == ((2, 4), [(4, 5)])
    assert sorted(layout.constants) == [5, 6]
    assert set(layout.constants.values()) == {0.0, 3.0}
    assert [made.parameters.index(node) for node in layout.parameters] in ([0, 1], [1, 0])


def test_every_node_has_a_place_of_its_own_in_the_region_of_its_step():
    _, layout = laid_out(layer, 15)
    assert sorted(layout.place.tolist()) == list(range(layout.size))
    for step in layout.steps:
        start, count = step.out.start, len(step.group.members)
        assert layout.place[step.group.members].tolist() == list(range(start, start + count))


def test_a_constant_operand_is_no_place():
    _, layout = laid_out(lambda *xs: [x * 2 for x in xs], 4)
    (step,) = layout.steps
    assert [type(source) for source in step.operands].count(Fixed) == 1
    assert next(source for source in step.operands if isinstance(source, Fixed)).numbers == 2.0


def test_scattered_operands_are_gathered():
    _, layout = laid_out(lambda *xs: [autograd.maximum(xs[i], xs[j]) for i, j in ((0, 5), (1, 2), (2, 0), (3, 4))], 6)
    (step,) = layout.steps
    assert {type(source) for source in step.operands} == {View, Gather}


def places_of(source):
    """Return the places a source reads, as the step sees them."""
    return source.places() if isinstance(source, View) else source.index


def interpreted(made, layout, leaves):
    """Run a layout number by number, in plain Python, from what it says about places alone."""
    buffer = np.full(layout.size, np.nan)
    for node, number in leaves.items():
        buffer[layout.place[node]] = number
    for step in layout.steps:
        row = step.group.operation
        shape = step.out.shape
        results = np.empty(shape)
        if step.kind == "matmul":
            first, second = (
                np.asarray(s.numbers) if isinstance(s, Fixed) else buffer[places_of(s)] for s in step.operands
            )
            results = np.einsum("...ik,...jk->...ij", first, second)
        else:
            read = []
            for source in step.operands:
                if isinstance(source, Fixed):
                    read.append(np.asarray(source.numbers))
                else:
                    read.append(buffer[places_of(source)])
            full = [
                np.broadcast_to(array, (*shape, *array.shape[-1:]) if is_sequence(name) else shape)
                for name, array in zip(row.operands, read, strict=True)
            ]
            for index in np.ndindex(shape):
                given = [
                    array[index].tolist() if is_sequence(name) else float(array[index])
                    for name, array in zip(row.operands, full, strict=True)
                ]
                given = [int(x) if name == "index" else x for name, x in zip(row.operands, given, strict=True)]
                results[index] = row.on_floats(*given)
        buffer[step.out.start : step.out.start + results.size] = results.reshape(-1)
    return [float(buffer[layout.place[node]]) for node in made.outputs]


@pytest.mark.slow
def test_random_layouts_compute_what_the_graph_computes():
    ran = 0
    for seed in range(60):
        program = RandomProgram(seed)
        values = [Value(x) for x in program.parameters]
        function = lambda *xs, program=program, values=values: program(values, list(xs))  # noqa: E731
        try:
            expected = function(*map(Value, program.arguments))
        except autograd.errors.AutogradError:
            continue
        expected = [getattr(x, "data", x) for x in (expected if isinstance(expected, list) else [expected])]
        if not max(map(abs, expected)) < 1e6:
            continue
        made, layout = laid_out(function, len(program.arguments))
        leaves = {
            **made.constants,
            **{node: value.data for node, value in zip(made.parameters, made.parameter_values, strict=True)},
            **dict(zip(made.inputs, program.arguments, strict=True)),
        }
        assert interpreted(made, layout, leaves) == pytest.approx(expected, rel=1e-11, abs=1e-11)
        ran += 1
    assert ran > 40
