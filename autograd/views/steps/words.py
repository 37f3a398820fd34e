"""Small texts that the steps, the explanations and the diagnosis share."""

from autograd.formulas.notation import number_text


def factor(number: float) -> str:
    """Return a number as it stands to the right of a sign."""
    text = number_text(number)
    return f"({text})" if text.startswith("-") else text


def different(*texts: str) -> list[str]:
    """Return the texts without those that only repeat the one before."""
    return [text for i, text in enumerate(texts) if i == 0 or text != texts[i - 1]]


def more_parents(count: int) -> str:
    """Return what is said of the parents that are not mentioned one by one."""
    return "1 more parent gets its share" if count == 1 else f"{count} more parents get theirs"
