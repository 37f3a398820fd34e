"""Writes the index of all error messages: what happened and what to do, from the code that raises them.

Two sources, and nothing written twice: the calls of exceptions in `autograd` and `nn`, and the mistakes of
`tests/project/messages.txt`, each of which is made once more here to see what is said.
"""

import ast
import builtins
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from functools import cache
from html import escape
from io import StringIO
from typing import NamedTuple

from autograd import errors
from docs.site.places import PROJECT

SENTENCE = re.compile(r"(?<=[.?])\s+(?=[A-Z`‹])")
"""Where one sentence ends and the next begins."""


class Message(NamedTuple):
    """A message as the source writes it."""

    error: str
    text: str
    """With what is filled in between ‹ and ›."""
    file: str


def messages() -> list[Message]:
    """Return every message that the library raises on purpose, in the order of files and lines."""
    found = dict.fromkeys(
        message
        for package in ("autograd", "nn")
        for file in sorted((PROJECT / package).rglob("*.py"))
        for message in of_file(file.read_text(encoding="utf-8"), file.relative_to(PROJECT).as_posix())
    )
    return list(found)


def of_file(source: str, file: str) -> Iterator[Message]:
    """Yield the messages that a file writes."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        text = template(node.args[0])
        if name in kinds() and " " in re.sub(r"‹.*?›", "", text).strip():
            yield Message(name, text, file)


@cache
def kinds() -> set[str]:
    """Return the names of the exceptions that users meet: Python's own and ours."""
    found, waiting = set(vars(builtins)), [errors.AutogradError]
    while waiting:
        kind = waiting.pop()
        found.add(kind.__name__)
        waiting += kind.__subclasses__()
    return {name for name in found if name.endswith("Error")}


def template(node: ast.expr) -> str:
    """Return a text of the source, with what is filled in between ‹ and ›; nothing for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return template(node.left) + template(node.right)
    if isinstance(node, ast.IfExp):
        return template(node.body)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            template(part) if isinstance(part, ast.Constant) else f"‹{filled(part)}›" for part in node.values
        )
    return ""


def filled(part: ast.expr) -> str:
    """Return in a word what a message fills in."""
    names = [node for node in ast.walk(part) if isinstance(node, ast.Name | ast.Attribute)]
    if not names:
        return "…"
    last = names[0]
    return (last.id if isinstance(last, ast.Name) else last.attr).strip("_").replace("_", " ")


def cause_and_cure(text: str) -> tuple[str, str]:
    """Return the first sentence of a message, which says what happened, and the others, which say what to do.

    Example:
        >>> cause_and_cure("x is 3. Write x = 2.")
        ('x is 3.', 'Write x = 2.')
    """
    cause, *cure = SENTENCE.split(" ".join(text.split()), maxsplit=1)
    return cause, "".join(cure)


def page() -> str:
    """Return the page of all messages, as Markdown with tables in HTML."""
    parts = [
        "# Error messages, causes and cures",
        "Every message says what happened, with the values it happened to, and then what to write instead. Search this "
        "page for words of the message you met. All exceptions derive from {class}`autograd.errors.AutogradError` and "
        "from the built-in exception that a Python user would catch.",
        "## By what was written",
        "Mistakes that people make, each made once more while this page was built.",
    ]
    section = ""
    rows: list[str] = []
    for mistake, said in made_again():
        if mistake.section != section and rows:
            parts += [
                f"### {section[:1].upper()}{section[1:]}",
                table(("you wrote", "what happened", "what to do"), rows),
            ]
            rows = []
        section = mistake.section
        cause, cure = cause_and_cure(said)
        rows.append(
            row(f"<code>{escape(mistake.code)}</code>", f"<i>{mistake.error}</i>: {escape(cause)}", escape(cure))
        )
    parts += [f"### {section[:1].upper()}{section[1:]}", table(("you wrote", "what happened", "what to do"), rows)]
    parts += ["## By exception", "What stands between ‹ and › is filled in when it happens."]
    by_error: dict[str, list[Message]] = {}
    for message in messages():
        by_error.setdefault(message.error, []).append(message)
    for error, raised in sorted(by_error.items()):
        known = getattr(errors, error, None)
        link = f"{{class}}`autograd.errors.{error}`: {(known.__doc__ or '').partition(chr(10))[0]}" if known else ""
        parts += [f"### {error}", link]
        rows = [
            row(*(escape(part) for part in cause_and_cure(message.text)), f"<code>{message.file}</code>")
            for message in raised
        ]
        parts.append(table(("what happened", "what to do", "raised in"), rows))
    return "\n\n".join(filter(None, parts)) + "\n"


def made_again() -> "Iterator[tuple[Mistake, str]]":  # type: ignore[name-defined]  # noqa: F821  # beside the tests
    """Yield each mistake of `messages.txt` with what the library says to it."""
    sys.path.insert(0, str(PROJECT / "tests"))
    from mistakes import mistakes, names  # noqa: PLC0415  # found only now

    for mistake in mistakes():
        try:
            with redirect_stdout(StringIO()):
                eval(mistake.code, names())
        except Exception as error:  # which one is what the tests assert
            yield mistake, str(error)


def table(headings: tuple[str, ...], rows: list[str]) -> str:
    """Return a table in HTML, which neither Markdown nor reStructuredText would read messages in."""
    heads = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    body = "\n".join(rows)
    return f'<table class="docutils messages"><thead><tr>{heads}</tr></thead><tbody>\n{body}\n</tbody></table>'


def row(*cells: str) -> str:
    """Return one row of a table in HTML."""
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
