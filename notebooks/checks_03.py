"""The checks of notebook 3, A neuron, a layer, an MLP."""

from checks import check_facts, check_numbers, exercise, is_missing, is_number, quiz

import nn


@exercise
def exercise_1(w0: float, w1: float, bias: float) -> None:
    """Check a neuron that says yes where both inputs are 1."""
    names = {"w0": w0, "w1": w1, "bias": bias}
    missing = [name for name, number in names.items() if is_missing(number)]
    no_numbers = [
        (False, f"{name} is {number!r}, not a number.") for name, number in names.items() if not is_number(number)
    ]
    if missing or no_numbers:
        check_facts("Exercise 1", no_numbers, missing=missing)
        return
    neuron = nn.Neuron(2, "sigmoid", init="zeros")
    neuron.w[0].data, neuron.w[1].data, neuron.b.data = w0, w1, bias
    facts = []
    for x, y in ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)):
        output = neuron([x, y]).data
        score = f"its score is {w0!r} * {x:g} + {w1!r} * {y:g} + {bias!r}, its output {output:.3f}"
        if x and y:
            facts.append((output > 0.5, f"at (1, 1) the neuron should say yes: {score}."))
        else:
            facts.append((output < 0.5, f"at ({x:g}, {y:g}) it should say no: {score}."))
    check_facts("Exercise 1", facts, well_done="You have built an AND gate.")


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


quiz_1 = quiz(
    1,
    "Where in the plane is this neuron undecided (output 1/2)?",
    right=("on a straight line", "the score 2 x - y + 0.5 is 0 there."),
    wrong={
        "on a circle": "for that a square of an input would be needed.",
        "at one point": "that would take two equations; the score is one.",
    },
)
quiz_2 = quiz(
    2,
    "Two linear layers in a row, without a bend: what can they do that one linear layer cannot?",
    right=(
        "nothing",
        "a matrix times (a matrix times x, plus a vector), plus a vector: that is one matrix and one vector.",
    ),
    wrong={
        "bend three times, once for each hidden neuron": "there is no bend in a linear layer.",
        "multiply the inputs with each other": "inputs are multiplied by weights only.",
    },
)
quiz_3 = quiz(
    3,
    "For this sample some ReLU gives 0. The gradient of its weights is ...",
    right=("0", "the slope of ReLU there is 0, and it is a factor."),
    wrong={
        "1": "that is ReLU's slope on the other side.",
        "small, but not 0": "that would be a leaky ReLU.",
    },
)
quiz_4 = quiz(
    4,
    "How many of the points can the best network with one hidden neuron get right?",
    right=("clearly more than half, not all", "its boundary is one straight line."),
    wrong={
        "about half, as if guessing": "a straight line has a good part of the moons on the right side.",
        "all of them": "its boundary is one straight line, and no line separates the moons.",
    },
)
quiz_5 = quiz(
    5,
    "Each layer of two neurons folds the line once. How many straight pieces do five layers make?",
    right=("32", "each fold doubles them."),
    wrong={
        "10": "a single hidden layer gains at most one piece per neuron; here each fold doubles them.",
        "25": "each fold doubles the number of pieces.",
    },
)
