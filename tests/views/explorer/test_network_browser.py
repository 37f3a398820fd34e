"""The overview of a model as a network, in a real browser: circles, weights, numbers, and what a click opens."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from browser import open_file, violations

import nn
from autograd import Value, explore
from autograd.formulas.notation import number_text
from autograd.graph import topological_order

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def press(page: "Page", name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_network_looks_like_a_network(page: "Page", tmp_path: Path) -> None:
    model = nn.MLP(2, [4, 1], seed=0)
    loss = (cast("Value", model([Value(0.5, "x"), Value(-1.0, "y")])) - 1.0) ** 2
    open_file(page, explore(loss, model=model).save(tmp_path / "network.html"))
    assert page.locator("svg .column").all_text_contents() == ["inputs", "layer 0", "layer 1"]
    assert page.locator("svg .part.neuron").count() == 5
    assert page.locator("svg .leaf.neuron").count() == 2
    assert page.locator("svg .node:not(.neuron)").count() == 2  # the loss, node by node
    name = "The network: inputs with 2, layer 0 with 4, layer 1 with 1. The table lists every number."
    assert page.get_by_role("img", name=name).count() == 1
    weights = [weight.data for layer in model.layers for neuron in layer.neurons for weight in neuron.w]
    assert page.locator("svg .weight.negative:has(.line)").count() == sum(weight < 0 for weight in weights)
    assert page.locator("svg .weight.positive:has(.line)").count() == sum(weight >= 0 for weight in weights)
    widths = page.locator("svg .weight .line").evaluate_all(
        "all => all.map(each => Number(each.getAttribute('stroke-width')))"
    )
    sizes = [abs(weight) for weight in weights[:8]]  # those of layer 0, drawn in the same order
    assert widths[:8] == pytest.approx([0.4 + 3.6 * size / max(sizes) for size in sizes], abs=0.006)
    assert page.locator("svg .part .number").all_text_contents() == [""] * 10
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    press(page, "Last")
    loss.backward()
    outputs = [node for node in topological_order(loss) if node.op == "ReLU"]
    for row, node in enumerate(outputs):
        neuron = page.locator("svg .part", has_text=f"layers.0.neurons.{row}:")
        assert neuron.locator(".number").all_text_contents() == [number_text(node.data), number_text(node.grad)]
    assert violations(page) == []
    page.locator("svg .part", has_text="layers.0.neurons.1:").click()
    assert page.locator("svg .frame-title").all_text_contents() == ["− neuron 1"]
    press(page, "Overview")
    assert page.locator("svg .part.neuron").count() == 5


def test_a_weight_that_is_changed_changes_its_line(page: "Page", tmp_path: Path) -> None:
    model = nn.MLP(2, [4, 1], seed=0)
    loss = cast("Value", model([0.5, -1.0])) ** 2
    open_file(page, explore(loss, model=model).save(tmp_path / "network.html"))
    before = page.locator("svg .weight.negative:has(.line)").count()
    page.get_by_role("tab", name="What if").click()
    assert model.layers[0].neurons[0].w[0].data > 0
    page.get_by_label("layers.0.neurons.0.w.0, number").fill("-3")
    press(page, "First")
    assert page.locator("svg .weight.negative:has(.line)").count() == before + 1


@pytest.mark.parametrize("width", [390, 1440])
def test_sixteen_neurons_in_a_column_keep_their_numbers_inside(page: "Page", tmp_path: Path, width: int) -> None:
    model = nn.MLP(2, [16, 16, 1], seed=0)
    loss = (cast("Value", model([0.5, -1.0])) - 1.0) ** 2
    page.set_viewport_size({"width": width, "height": 900})
    open_file(page, explore(loss, model=model).save(tmp_path / "network.html"))
    assert page.locator("svg .part.neuron").count() == 33
    for step in ("Next", "Last"):
        press(page, step)
        outside = page.locator("svg .neuron").evaluate_all(
            """all => all.filter(each => {
              const at = each.querySelector(".shape").getBBox();
              const texts = [...each.querySelectorAll("text")].filter(text => text.textContent)
                .map(text => text.getBBox());
              const [one, other] = texts;
              const apart = !other || one.x + one.width <= other.x || one.y + one.height <= other.y + 4;
              return !apart || !texts.every(text => text.x >= at.x && text.x + text.width <= at.x + at.width);
            }).length"""
        )
        assert outside == 0
    page.locator("svg .part", has_text="layers.1.neurons.3:").click()
    assert page.locator("svg .frame-title").all_text_contents() == ["− layer 1", "− neuron 3"]
