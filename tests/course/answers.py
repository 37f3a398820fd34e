"""Typical wrong answers and broken ones for every exercise of the course, each with words of what the check says."""

from typing import NamedTuple


class Answer(NamedTuple):
    """What a learner may type, as code, and what the check must say."""

    code: str
    said: str


class Answers(NamedTuple):
    """Two answers to one exercise: the mistake most often made, and something that cannot be an answer at all."""

    wrong: Answer
    broken: Answer


def returns(head: str, result: str, said: str) -> Answer:
    return Answer(f"def {head}:\n    return {result}", said)


ANSWERS = {
    "a_number_that_remembers": [
        Answers(Answer("gradient_of_p = 1.0", "you stopped at the sum"), Answer("gradient_of_p = '4'", "not a number")),
        Answers(
            returns("quotient_by_y(x, y)", "x / y**2", "the size is right, the sign is not"),
            returns("quotient_by_y(x, y)", "x / 0", "raised ZeroDivisionError"),
        ),
        Answers(Answer("fooled = 5 * a", "gets 5, not 2"), Answer("fooled = 'a * 5'", "an expression of a is a Value")),
    ],
    "stepping_through_backprop": [
        Answers(
            Answer("gradient_of_weight, gradient_of_bias = 0.5321, 0.1811", "three digits are asked for"),
            Answer("gradient_of_weight, gradient_of_bias = [0.53], float('nan')", "[0.53] is not a number"),
        ),
        Answers(
            returns("three_roads(x)", "x * x", "2 paths lead from x"),
            returns("three_roads(x)", "x.times(x)", "no attribute 'times'"),
        ),
        Answers(
            returns("by_hand(w, x, y)", "2 * (w * x - y) * x + 0.1 * w", "the first term is right now"),
            returns("by_hand(w, x, y)", "'2 * w'", "not a number"),
        ),
    ],
    "neuron_layer_mlp": [
        Answers(
            Answer("w0, w1, bias = 10.0, 10.0, -5.0", "it should say no"),
            Answer("w0, w1, bias = 'ten', 10.0, -15.0", "'ten'"),
        ),
        Answers(
            Answer(
                "up.w[0].data, up.b.data, down.w[0].data, down.b.data = 1.0, 0.0, 1.0, 0.0\n"
                "out.w[0].data, out.w[1].data, out.b.data = 1.0, 1.0, 0.0",
                "instead of 3",
            ),
            Answer("up.w[0].data = 'one'", "'one'"),
        ),
        Answers(
            Answer("parameters = 20", "each neuron also has a bias"), Answer("parameters = (16, 10)", "not a number")
        ),
    ],
    "xor_by_hand_and_by_graph": [
        Answers(
            returns("slope_of_tanh(z1)", "1 - z1**2", "with the output a1 of tanh"),
            returns("slope_of_tanh(z1)", "np.tanh", "not a number"),
        ),
        Answers(
            Answer(
                "W1_by_hand, b1_by_hand, W2_by_hand, b2_by_hand = [[1, 1], [1, 1]], [0, 0], [1, 1], -0.5",
                "it should be negative",
            ),
            Answer("W1_by_hand, b1_by_hand, W2_by_hand, b2_by_hand = 1.0, [0.0], [1.0], 0.0", "the shapes do not fit"),
        ),
        Answers(
            Answer('settings = {"size": 0.1, "hidden": 2}', "a dead one is one too many"),
            Answer('settings = {"width": 8}', "width"),
        ),
    ],
    "classification": [
        Answers(
            returns("loss_from_logit(z, y)", "y * z.softplus() + (1 - y) * (-z).softplus()", "for the other class"),
            returns("loss_from_logit(z, y)", "z.softpluss()", "no attribute 'softpluss'"),
        ),
        Answers(
            Answer("gradients_at_the_logits = [0.1, 0.2, 0.3, 0.4]", "for the true class y is 1"),
            Answer("gradients_at_the_logits = 0.1", "raised TypeError"),
        ),
        Answers(
            Answer("loss_of_ignorance = 1 / 3", "the loss is -log of it"),
            Answer("loss_of_ignorance = math.log", "not a number"),
        ),
    ],
    "starting_and_steering": [
        Answers(
            Answer("std = math.sqrt(2 / 32)", "This is He's number"),
            Answer("std = 'sqrt(2 / 33)'", "std is a positive number"),
        ),
        Answers(
            returns("my_optimizer(parameters)", "nn.SGD(parameters, lr=1e-6)", "larger steps"),
            returns("my_optimizer(parameters)", "nn.SGD(lr=0.1)", "missing a required argument"),
        ),
    ],
    "curing": [
        Answers(
            Answer(  # half of the cure
                "for neuron in patient.layers[0].neurons:\n    neuron.b.data = 0.0", "signal lost in layers.1"
            ),
            Answer("patient.layers[0].neurons[0].b.data = 'none'", "'none'"),
        ),
        Answers(
            returns("clipped(gradients, longest)", "[min(max(g, -longest), longest) for g in gradients]", "not all"),
            returns("clipped(gradients, longest)", "gradients * 'one'", "raised TypeError"),
        ),
    ],
    "from_scalars_to_arrays": [
        Answers(
            Answer("multiplications = 304", "there are a hundred"), Answer("multiplications = [304]", "not a number")
        ),
        Answers(
            returns("huber(x)", "abs(x) - 0.5", "but yours gives 0"),
            returns("huber(x)", "x.hubert()", "no attribute 'hubert'"),
        ),
        Answers(
            returns("noisy(x)", "x + 1.0", "every time: draw it with fresh"),
            returns("noisy(x)", "'x'", "raised"),
        ),
    ],
    "a_small_gpt_in_scalars": [
        Answers(
            Answer("surprise_of_ignorance = math.log2(27)", "that is in bits"),
            Answer("surprise_of_ignorance = ['log 27']", "not a number"),
        ),
        Answers(
            returns("parameter_count(n)", "12 * n * n + 54 * n", "the table of places is missing"),
            returns("parameter_count(n)", "n.size", "raised AttributeError"),
        ),
        Answers(
            Answer(
                "def top(probabilities, k):\n"
                "    least = sorted(probabilities)[-k]\n"
                "    kept = [p if p >= least else 0.0 for p in probabilities]\n"
                "    return [p / sum(kept) for p in kept]",
                "keep just as many as k",
            ),
            returns("top(probabilities, k)", "k", "raised TypeError"),
        ),
    ],
    "beyond_networks": [
        Answers(Answer("angle = math.pi / 4", "throw flatter"), Answer("angle = 'flat'", "the angle is a number")),
        Answers(
            Answer(
                'softsign = define_operation("softsign(x)", "x / (1 + x * x)", x="(1 - x * x) / (1 + x * x) ** 2", '
                "probes=[(0.7,)])",
                "but yours gives",
            ),
            Answer("softsign = 3", "define_operation returns the operation"),
        ),
        Answers(
            Answer('slopes_that_differ = ["share", "volatility"]', "the same for both"),
            Answer("slopes_that_differ = 7", "raised TypeError"),
        ),
    ],
    "build_value_yourself": [
        Answers(
            Answer(
                "class Value:\n    def __init__(self, data, parents=(), slopes=()):\n"
                "        self.data, self.grad, self.parents, self.slopes = data, 1.0, parents, slopes",
                "self.grad is 1.0 instead of 0.0",
            ),
            Answer("class Value:\n    pass", "raised TypeError"),
        ),
        Answers(
            Answer(
                "def mul(a, b):\n    return Value(a.data * b.data, (a, b), (a.data, b.data))\n\n\n"
                "Value.__add__ = lambda a, b: Value(a.data + b.data, (a, b), (1.0, 1.0))\nValue.__mul__ = mul",
                "the local derivatives are (-3, 2)",
            ),
            Answer("Value.__add__ = lambda a, b: a.data + b.data", "should be a Value"),
        ),
        Answers(
            Answer(
                "def as_value(number):\n    return Value(number.data if isinstance(number, Value) else number)",
                "not a copy",
            ),
            Answer("def as_value(number):\n    return str(number)", "raised AttributeError"),
        ),
        Answers(
            Answer(
                "Value.__pow__ = lambda a, n: Value(a.data**n, (a,), (n * a.data,))", "the local derivatives are (12,)"
            ),
            Answer("Value.__pow__ = lambda a, n: a.data**n", "should be a Value"),
        ),
        Answers(
            Answer(
                "def pass_back(node):\n    for parent, slope in zip(node.parents, node.slopes):\n"
                "        parent.grad = node.grad * slope",
                "add (+=), do not assign",
            ),
            Answer("def pass_back(node):\n    node.parents.grad += 1", "raised AttributeError"),
        ),
        Answers(
            Answer(
                "def order(output):\n    before = [node for parent in output.parents for node in order(parent)]\n"
                "    return before + [output]",
                "each node only once",
            ),
            returns("order(output)", "len(output)", "raised TypeError"),
        ),
        Answers(
            Answer(
                "def backward(output):\n    output.grad = 1.0\n    for node in reversed(order(output)):\n"
                "        pass_back(node)\n\n\nValue.backward = backward",
                "must start from 0",
            ),
            Answer("Value.backward = lambda output: output.order()", "raised AttributeError"),
        ),
        Answers(
            Answer(
                "import math\n\nValue.tanh = lambda a: Value(math.tanh(a.data), (a,), (1 - math.tanh(a.data),))",
                "the local derivatives are (0.7864,)",
            ),
            Answer("import math\n\nValue.tanh = lambda a: math.tanh(a)", "raised TypeError"),
        ),
    ],
}
"""By notebook, without its number, in the order of its exercises."""
