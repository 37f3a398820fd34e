"""The checks of notebook 7, Curing."""

import copy
import math
from collections.abc import Callable, Iterable, Sequence
from typing import cast

from checks import called, check_facts, exercise, is_missing, is_number, near, quiz

import nn


@exercise
def exercise_1(patient: nn.Module) -> None:
    """Check that a broken network has been repaired and learns two moons."""
    data = nn.make_moons(160, noise=0.2, seed=4)
    loss = nn.binary_cross_entropy_with_logits
    trial = copy.deepcopy(patient)
    trial.zero_grad()  # a backward pass to look at the gradients is no illness
    findings = nn.diagnose(trial, data, loss).findings
    optimizer = nn.Adam(trial.parameters(), lr=0.02)
    end = nn.fit(trial, data, loss=loss, optimizer=optimizer, epochs=30, seed=0, progress=False)["loss"][-1]
    # Every other network of this size begins with a dead unit or two, and learns all the same.
    healthy = end < 0.3 and all(finding.problem == "dead ReLUs" for finding in findings)
    others = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    problem = f"no finding, but after 30 epochs the loss is {end:.3f}, not below 0.3. Do all weights differ?"
    if findings:
        problem = f"still ill{others}. {findings[0]}"
    check_facts("Exercise 1", [(healthy, problem)], well_done=f"In 30 epochs the loss falls to {end:.3f}.")


@exercise
def exercise_2(clipped: Callable[[Sequence[float], float], Sequence[float]]) -> None:
    """Check that gradients are shortened to a largest norm, all by the same factor, and only where they are longer."""
    for gradients, longest in (([3.0, -4.0], 1.0), ([0.0, 30.0, 40.0], 5.0), ([0.3, 0.4], 1.0), ([0.0, 0.0], 1.0)):
        given = called(clipped, list(gradients), longest)
        if is_missing(given):
            check_facts("Exercise 2", [], missing=["clipped (it returns nothing yet)"])
            return
        result = list(cast("Iterable[float]", given))
        problem = clipping_problem(f"clipped({gradients}, {longest:g})", result, gradients, longest)
        if problem:
            check_facts("Exercise 2", [(False, problem)])
            return
    check_facts("Exercise 2", [], well_done="Shorter, and in the same direction.")


def clipping_problem(call: str, result: Sequence[float], gradients: Sequence[float], longest: float) -> str:
    """Return what is wrong with clipped gradients; nothing if they are right."""
    if len(result) != len(gradients) or not all(map(is_number, result)):
        return f"{call} gives {result!r}; {len(gradients)} numbers are needed."
    norm, length = math.hypot(*gradients), math.hypot(*result)
    wanted = min(norm, longest)

    def is_along(length: float) -> bool:
        """Whether the result is the gradient, made as long as this."""
        return all(near(r * norm, g * length) for r, g in zip(result, gradients, strict=True))

    given = f"{call} gives {', '.join(f'{number:.4g}' for number in result)}"
    if is_along(wanted):
        return ""
    if norm <= longest:
        return f"{given}, but a gradient of norm {norm:g} is short enough: it stays as it is."
    if is_along(length):
        return f"{given}: the right direction, but the norm is {length:.3g} instead of {longest:g}."
    if length > longest * 1.001 and max(map(abs, result)) <= longest:
        return f"{given}, whose norm is {length:.3g}. Each number alone is small enough, but not all together."
    return f"{given}: the direction has changed. Multiply every number by the same factor."


quiz_1 = quiz(
    1,
    "clip_grad_norm_ shortens a gradient of norm 3,000 to norm 1. What happens to its direction?",
    right=("it stays the same", "all numbers are multiplied by the same factor."),
    wrong={
        "it turns towards the largest number": "that would need different factors for different numbers.",
        "it turns away from the largest number": "that is what clipping each number by itself does (clip_grad_value_).",
    },
)
quiz_2 = quiz(
    2,
    "Which learning rate will kill most ReLUs in ten steps: 0.1, 1, 3 or 10?",
    right=("10", "one large step can throw a bias far below zero."),
    wrong={
        "0.1": "small steps do not throw a bias far.",
        "all alike": "what kills is the size of a step.",
    },
)
quiz_3 = quiz(
    3,
    "BatchNorm standardises the column 100, 102, 104. The 102 becomes ...",
    right=("0", "it is the mean of its column."),
    wrong={
        "1": "1 is the spread of the column afterwards.",
        "1.02": "the mean is subtracted first.",
    },
)
quiz_4 = quiz(
    4,
    "Dropout(0.3) in training: a 1 that is not dropped becomes ...",
    right=("1 / 0.7, about 1.43", "so the mean stays 1."),
    wrong={
        "1": "the mean would then fall to 0.7.",
        "0.7": "that is how often it is kept.",
    },
)
quiz_5 = quiz(
    5,
    "30 noisy points, over a thousand weights, 150 epochs. The loss on unseen points ...",
    right=("falls, then rises", "first it learns the shape, then the noise."),
    wrong={
        "falls as long as the training loss does": "thirty points can be learned by heart, noise and all.",
        "never falls": "there is a shape to be learned, and it is learned first.",
    },
)
