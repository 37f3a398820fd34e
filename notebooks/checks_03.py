"""The checks of notebook 3, A neuron, a layer, an MLP."""

from checks import check_facts, check_numbers, exercise, is_missing

import nn


@exercise
def exercise_1(w0: float, w1: float, bias: float) -> None:
    """Check a neuron that says yes where both inputs are 1."""
    names = {"w0": w0, "w1": w1, "bias": bias}
    missing = [name for name, number in names.items() if is_missing(number)]
    neuron = nn.Neuron(2, "sigmoid", init="zeros")
    if not missing:
        neuron.w[0].data, neuron.w[1].data, neuron.b.data = w0, w1, bias
    facts = []
    for x, y in ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)):
        output = neuron([x, y]).data
        score = f"its score is {w0!r} * {x:g} + {w1!r} * {y:g} + {bias!r}, its output {output:.3f}"
        if x and y:
            facts.append((output > 0.5, f"at (1, 1) the neuron should say yes: {score}."))
        else:
            facts.append((output < 0.5, f"at ({x:g}, {y:g}) it should say no: {score}."))
    check_facts("Exercise 1", facts, missing=missing, well_done="You have built an AND gate.")


@exercise
def exercise_2(model: nn.MLP) -> None:
    """Check a network that computes the absolute value."""
    names = ("up.w[0]", "up.b", "down.w[0]", "down.b", "out.w[0]", "out.w[1]", "out.b")
    missing = [name for name, parameter in zip(names, model.parameters()) if is_missing(parameter.data)]
    facts = []
    if not missing:
        for x in (2.0, -3.0, 0.5, -0.25):
            hidden = ", ".join(f"{neuron([x]).data:g}" for neuron in model.layers[0].neurons)
            output = model([x]).data
            message = f"at x = {x:g} the hidden neurons give {hidden} and the network {output:g} instead of {abs(x):g}."
            facts.append((abs(output - abs(x)) < 1e-9, message))
    check_facts("Exercise 2", facts, missing=missing, well_done="Two bends, one for each side.")


@exercise
def exercise_3(parameters: object) -> None:
    """Check the number of parameters of a network of 3, 4 and 2."""
    count = len(nn.MLP(3, [4, 2]).parameters())
    check_numbers(
        "Exercise 3",
        {"parameters": parameters},
        right={"parameters": count},
        mistakes={
            "parameters": {
                20: "those are the weights; each neuron also has a bias.",
                6: "those are the biases; each neuron also has a weight for each of its inputs.",
                24: "that is 3 * 4 * 2; layers are added, not multiplied.",
                29: "the inputs are not neurons: they have no bias.",
                9: "those are the inputs and neurons; count the connections.",
            }
        },
    )
