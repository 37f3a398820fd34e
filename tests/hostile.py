"""Text that tries to break what prints it, and what well-formed LaTeX is."""

import re

HOSTILE = [
    "</script><script>alert(1)</script>",
    "\"quoted\" and 'quoted'",
    "{braces} \\backslash $dollar$ %percent #hash &and ~tilde ^hat _under",
    "line\nbreak\ttab\x1b[31mred\x00",
    "\u202eright-to-left override",
    "שלום עולם",
    "x" * 10_000,
    " ",
]


def balanced(latex):
    """Whether braces, \\left-\\right pairs and environments close; escaped braces don't count."""
    depth = 0
    for token in re.findall(r"\\.|[{}]", latex):
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth < 0:
            return False
    pairs = latex.count(r"\left") == latex.count(r"\right")
    return depth == 0 and pairs and latex.count(r"\begin{") == latex.count(r"\end{")
