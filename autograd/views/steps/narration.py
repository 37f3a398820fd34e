"""Steps in words: one sentence that says what happens, and the small texts that all views share."""

from typing import TYPE_CHECKING

from autograd.formulas.printing import number_text
from autograd.formulas.text import Text

if TYPE_CHECKING:
    from autograd.views.steps.steps import Contribution, Step

MOST_MENTIONED = 3
"""How many contributions a sentence mentions one by one."""


def narrate(step: "Step") -> str:
    """Return one sentence that says what happens in a step."""
    name = plain(step.name)
    if step.phase == "forward":
        return f"{' = '.join(different(name, step.formula, step.definition, step.numbers, number_text(step.value)))}."
    if step.phase == "seed":
        seed = number_text(step.contributions[0].amount)
        if seed == "1":
            return f"The backward pass starts at {name}: the gradient of {name} with respect to itself is 1."
        return f"The backward pass starts at {name} with the gradient {seed}."
    mentioned = [deposit_text(contribution) for contribution in step.contributions[:MOST_MENTIONED]]
    more = len(step.contributions) - len(mentioned)
    if more:
        mentioned.append(f"{more} more parents get theirs")
    if not mentioned:
        return f"{name} = {step.formula} has no parents to pass its gradient to."
    list_text = ", and ".join([", ".join(mentioned[:-1]), mentioned[-1]]) if len(mentioned) > 1 else mentioned[0]
    return f"{name} = {step.formula} has gradient {number_text(step.incoming or 0.0)}: {list_text}."


def deposit_text(contribution: "Contribution") -> str:
    """Return ``b gets 0.5 × 2 = 1, which makes 0.25 + 1 = 1.25``."""
    product = f"{number_text(contribution.incoming)} × {factor(contribution.local)}"
    text = f"{plain(contribution.name)} gets {product} = {number_text(contribution.amount)}"
    if contribution.before == 0.0:
        return text
    before, after = number_text(contribution.before), number_text(contribution.after)
    return f"{text}, which makes {before} + {factor(contribution.amount)} = {after}"


def factor(number: float) -> str:
    """Return a number as it stands to the right of a sign."""
    text = number_text(number)
    return f"({text})" if text.startswith("-") else text


def plain(name: str) -> str:
    """Return a name as formulas show it."""
    return Text({}).name(name).text


def different(*texts: str) -> list[str]:
    """Return the texts without those that only repeat the one before."""
    return [text for i, text in enumerate(texts) if i == 0 or text != texts[i - 1]]
