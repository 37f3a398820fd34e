"""The overview of a model as a network: which graphs have one, and where everything stands."""

from typing import TypeAlias, cast

import pytest

import nn
from autograd import Value
from autograd.graph import topological_order
from autograd.views.explorer.layout import HEIGHT, WIDTH
from autograd.views.explorer.network import FLAT_HEIGHT, LEGEND
from autograd.views.explorer.parts import Parts
from autograd.views.names import paths_of

Picture: TypeAlias = "dict[str, list[list[int]]]"


def parts_of(model: object, loss: Value) -> Parts:
    return Parts(loss, paths_of(topological_order(loss), model=model))


def network_of(model: object, loss: Value) -> tuple[Parts, Picture, dict[str, int]]:
    parts = parts_of(model, loss)
    assert parts.network is not None
    details = cast("dict[str, dict[str, int]]", parts.network["network"])
    return parts, cast("Picture", parts.network), details["neurons"]


@pytest.mark.parametrize("sizes", [[4, 1], [16, 16, 1], [9, 3]])
@pytest.mark.parametrize("leaves", [True, False])
def test_every_weight_is_a_line_from_the_neuron_it_weighs_to_its_own(sizes: list[int], leaves: bool) -> None:
    model = nn.MLP(2, sizes, seed=0)
    x = [Value(0.5, "x"), Value(-1.0, "y")] if leaves else [0.5, -1.0]
    outputs = model(x)
    loss = sum(((each - 1.0) ** 2 for each in (outputs if isinstance(outputs, list) else [outputs])), Value(0.0))
    parts, picture, _ = network_of(model, loss)
    places = {box: (left, top) for box, left, top in picture["boxes"]}
    paths = {part.path: -1 - number for number, part in enumerate(parts.parts)}
    weighted = {edge[3]: edge[:3] for edge in picture["edges"] if len(edge) == 4}
    assert len(weighted) == sum(a * b for a, b in zip([2, *sizes], sizes, strict=False))
    for number, layer in enumerate(model.layers):
        tops = [places[paths[f"layers.{number}.neurons.{row}"]] for row in range(len(layer.neurons))]
        assert len({left for left, _ in tops}) == 1  # one column, in the order of Python
        assert tops == sorted(tops)
        for row, neuron in enumerate(layer.neurons):
            for place, weight in enumerate(neuron.w):
                tail, head, points = weighted[parts.numbers[weight]]
                assert head == paths[f"layers.{number}.neurons.{row}"]
                if number:
                    assert tail == paths[f"layers.{number - 1}.neurons.{place}"]
                else:
                    assert tail == (parts.numbers[cast("Value", x[place])] if leaves else None)
                left, top = places[head]
                end = cast("list[int]", points)[-2:]
                assert left < end[0] < left + WIDTH or len(layer.neurons) > 7
                assert end[1] == top + HEIGHT // 2


def test_nothing_overlaps_and_everything_is_in_the_picture() -> None:
    model = nn.MLP(2, [16, 16, 3], seed=0)
    first, second, third = cast("list[Value]", model([0.5, -1.0]))
    _, picture, neurons = network_of(model, (first - second) ** 2 + third.exp())
    width, height = cast("list[int]", picture["size"])
    shapes = []
    for box, left, top in picture["boxes"]:
        half = neurons.get(str(box), WIDTH // 2)
        tall = FLAT_HEIGHT if 2 * half > WIDTH else HEIGHT
        shapes.append((left + WIDTH // 2 - half, top + (HEIGHT - tall) // 2, 2 * half, tall))
    for i, (x, y, wide, tall) in enumerate(shapes):
        assert 0 <= x < x + wide <= width
        assert 0 < y < y + tall <= height - LEGEND
        assert all(x >= u + w or u >= x + wide or y >= v + h or v >= y + tall for u, v, w, h in shapes[:i])


def test_where_the_graph_is_more_than_layers_the_overview_is_that_of_any_graph() -> None:
    wide = nn.MLP(2, [21, 1], seed=0)
    assert parts_of(wide, wide([0.5, -1.0]) ** 2).network is None
    model = nn.MLP(2, [4, 1], seed=0)
    batch = [cast("Value", model(x)) for x in ([0.5, -1.0], [1.0, 2.0])]
    assert parts_of(model, batch[0] * batch[1]).network is None
    x = Value(0.5, "x")
    assert parts_of(model, cast("Value", model([x, -1.0])) - x).network is None  # the input is used again
    assert parts_of(model, cast("Value", model([x.exp(), -1.0])) ** 2).network is None
    penalty = cast("Value", model([0.5, -1.0])) + sum((w * w for w in model.parameters()), Value(0.0))
    assert parts_of(model, penalty).network is None
