"""The checks of notebook 5, Classification."""

import math
from collections.abc import Callable

from checks import check_facts, check_numbers, exercise, is_missing, near, quiz, verdict

import nn
from autograd import Value
from autograd.errors import AutogradError


@exercise
def exercise_1(loss_from_logit: Callable[[Value, float], object]) -> None:
    """Check a binary cross-entropy that takes logits of any size."""
    for number in (0.5, -2.0, 30.0, 1000.0, -1000.0):
        for y in (0, 1):
            z, other = Value(number), Value(number)
            right = nn.binary_cross_entropy_with_logits(other, y)
            right.backward()
            call = f"at z = {number:g}, y = {y}"
            try:
                loss = loss_from_logit(z, y)
            except AutogradError as error:
                verdict("Exercise 1", [f"{call} there is an error: {error} Use softplus instead of log and sigmoid."])
                return
            if is_missing(loss):
                verdict("Exercise 1", [], ["loss_from_logit (it returns nothing yet)"])
                return
            if not isinstance(loss, Value):
                verdict("Exercise 1", [f"the result is {loss!r}; a Value is needed, or no gradient can flow."])
                return
            if not math.isclose(loss.data, right.data, rel_tol=1e-6, abs_tol=1e-9):
                hint = loss_hint(loss.data, right.data, number, y)
                verdict("Exercise 1", [f"{call} the loss is {loss.data:.6g} instead of {right.data:.6g}.{hint}"])
                return
            loss.backward()
            if not math.isclose(z.grad, other.grad, rel_tol=1e-6, abs_tol=1e-9):
                message = f"{call} the loss is right, but its gradient is {z.grad:.6g} instead of {other.grad:.6g}."
                verdict("Exercise 1", [message])
                return
    verdict("Exercise 1", [], [], "Also far out, where log(sigmoid(z)) breaks down.")


def loss_hint(loss: float, right: float, logit: float, y: int) -> str:
    """Return what may have led to a wrong loss; nothing if nobody knows."""
    if abs(logit) >= 30:  # at the smaller logits, which come first, it was right
        return f" Near 0 it is right; this far out {LOST}: use softplus instead of log and sigmoid."
    if near(loss, -right):
        return " The loss is minus the logarithm."
    if near(loss, nn.binary_cross_entropy_with_logits(Value(logit), 1 - y).data):
        return " That is the loss for the other class."
    if near(loss, (Value(logit).sigmoid().data - y) ** 2):
        return " That is the squared error."
    return ""


LOST = "sigmoid(z) and 1 - sigmoid(z) have lost their digits, or are cut off"


@exercise
def exercise_2(answers: list[object]) -> None:
    """Check the gradients at four logits."""
    if len(answers) != 4:
        check_facts("Exercise 2", [(False, f"four numbers are needed, one for each logit, not {len(answers)}.")])
        return
    probabilities = [0.1, 0.2, 0.3, 0.4]
    names = [f"logit {k}" for k in range(4)]
    right = dict(zip(names, (p - (k == 3) for k, p in enumerate(probabilities))))
    push = "a class that is not the true one is pushed down by its own probability (y is 0 for it)."
    mistakes = {name: {p - 1: push, 0.0: push, -1 / p: push} for name, p in zip(names[:3], probabilities)}
    mistakes[names[3]] = {
        0.4: "for the true class y is 1, not 0.",
        -1.0: "that is -y; what the network says already, 0.4, is missing.",
        -2.5: "that is the gradient at the probability, -1 / p; at the logit it is p - y.",
        0.6: "p - y, not y - p: against the gradient the logit has to rise.",
    }
    check_numbers("Exercise 2", dict(zip(names, answers)), right, mistakes=mistakes, well_done="They add up to 0.")


@exercise
def exercise_3(loss_of_ignorance: object) -> None:
    """Check the cross-entropy of three equal logits."""
    check_numbers(
        "Exercise 3",
        {"loss_of_ignorance": loss_of_ignorance},
        right={"loss_of_ignorance": math.log(3)},
        mistakes={
            "loss_of_ignorance": {
                math.log(2): "that is the coin toss, for two classes.",
                1 / 3: "that is the probability of each class; the loss is -log of it.",
                -math.log(3): "the loss is minus the logarithm.",
                math.log2(3): "that is in bits; the loss uses the natural logarithm, math.log.",
                math.log10(3): "that is the logarithm to base 10; the loss uses the natural one, math.log.",
            }
        },
        well_done="A loss that starts far above this means that the first weights are too large.",
    )


quiz_1 = quiz(
    1,
    "The class is 1, and the network says 0.01. The loss, -log(p), is about ...",
    right=("4.6", "-log(0.01). Being sure and wrong is expensive."),
    wrong={
        "0.99": "that is 1 - p; the loss is -log(p).",
        "0.01": "that is the loss if the class were 0, -log(0.99).",
    },
)
quiz_2 = quiz(
    2,
    "The class is 1, and p is 0.95. The gradient of the loss with respect to the logit is ...",
    right=("-0.05", "p - y."),
    wrong={
        "-1.05": "that is -1 / p, the gradient at the probability; the sigmoid's slope has to be multiplied in.",
        "0.95": "that is p - y for the class 0.",
        "0.05": "against the gradient the logit has to rise, so it is negative.",
    },
)
quiz_3 = quiz(
    3,
    "sigmoid(40) is 1 / (1 + exp(-40)). As a float that is ...",
    right=("exactly 1", "what is missing, 4e-18, is far less than the distance from 1 to the next float."),
    wrong={
        "a little less than 1": "mathematically yes; floats next to 1 lie 1e-16 apart.",
        "an overflow": "exp(-40) is small, not large.",
    },
)
quiz_4 = quiz(
    4,
    "5 is added to every logit. The softmax ...",
    right=("stays the same", "exp(5) cancels in numerator and denominator."),
    wrong={
        "becomes more sure": "that happens if logits are multiplied.",
        "becomes less sure": "differences between logits are all that counts, and they stay.",
    },
)
quiz_5 = quiz(
    5,
    "Which of the three loss curves will be smoothest: 1, 10 or all 100 flowers for each step?",
    right=("100", "no chance is involved in which flowers come together."),
    wrong={
        "1": "each step follows the gradient of one flower, and that is noisy.",
        "10": "smoother than one flower at a time; but which ten come together is chance.",
    },
)
