"""The command line: ``python -m autograd step-through "tanh(a*b + c)" a=2 b=-3 c=10``, ``draw``, ``playground``."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import autograd
from autograd import files
from autograd.engine import Value
from autograd.errors import ArgumentError, AutogradError
from autograd.expressions import expression

EXAMPLE = '"tanh(a*b + c)" a=2 b=-3 c=10'


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Args:
        arguments: the words after ``python -m autograd``; by default those of this process.

    Example:
        >>> main(["step-through", "a", "a=2"])
        a = 2
        --- step 1 of 1, backward ------------------------------------------------------
        a starts with the gradient 1
        still to visit: nothing
        Gradients: a: 1
        0
    """
    options = parser().parse_args([protected(word) for word in (sys.argv[1:] if arguments is None else arguments)])
    try:
        numbers = dict(map(assignment, options.numbers))
        if options.command is playground:
            playground(options.expression, numbers, options.output, options.language)
        elif options.command is explore:
            explore(expression(options.expression, **numbers), options.output, options.language)
        else:
            options.command(expression(options.expression, **numbers), options.output)
    except (AutogradError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the description of the command line."""
    description = argparse.ArgumentParser(
        prog="python -m autograd",
        description="Look at a computation and its gradients.",
        epilog=f"Example: python -m autograd step-through {EXAMPLE}",
    )
    commands = description.add_subparsers(required=True, metavar="command")
    rows: tuple[tuple[str, Callable[..., None], str, str], ...] = (
        ("step-through", step_through, "go through the computation and its gradients step by step", ""),
        ("draw", draw, "draw the graph", "write the picture there: .svg, .dot, or what else Graphviz can write"),
        ("explore", explore, "make a page in which to step through the graph", "write the page there: lesson.html"),
        (
            "playground",
            playground,
            "open a page in which expressions are typed and stepped through",
            "write it there instead",
        ),
    )
    for name, command, what, file in rows:
        aliases = ["step"] if name == "step-through" else []  # its earlier name
        sub = commands.add_parser(name, aliases=aliases, help=what, description=f"{what[0].upper()}{what[1:]}.")
        optional = {"nargs": "?", "default": ""} if command is playground else {}
        sub.add_argument("expression", help='what to compute, such as "tanh(a*b + c)"', **optional)  # type: ignore[arg-type]  # of several types
        sub.add_argument("numbers", nargs="*", metavar="name=number", help="the number each name stands for")
        if file:
            sub.add_argument("-o", "--output", required=command is not playground, type=Path, metavar="FILE", help=file)
        if command in {explore, playground}:
            sub.add_argument("--language", default="en", help='the language of the page, "en" or "de"')
        sub.set_defaults(command=command, output=None)
    return description


def protected(word: str) -> str:
    """Return a word so that argparse takes an expression such as ``-a*b`` for what it is."""
    return f" {word}" if word.startswith("-") and not word.startswith(("-o", "-h", "--")) else word


def assignment(text: str) -> tuple[str, float]:
    """Return the name and the number of ``a=2``; the number may be written as ``1/3``."""
    name, equals, number = (part.strip() for part in text.partition("="))
    if not equals or not name.isidentifier():
        raise ArgumentError(f"Give each number as name=number, such as a=2; got {text.strip()!r}.")
    return name, expression(number).data


def step_through(output: Value, file: Path | None) -> None:
    """Step through the computation in the terminal."""
    autograd.step_through(output)


def draw(output: Value, file: Path) -> None:
    """Write a picture of the graph with its gradients; the ending of the file's name says in which format."""
    import graphviz  # type: ignore[import-untyped]  # it ships no types

    kind = file.suffix.lstrip(".").lower()
    if kind not in graphviz.FORMATS:
        name = file.with_suffix("")
        raise ArgumentError(f"Graphviz cannot write {file.name!r}; write {name}.svg, a picture, or {name}.dot, text.")
    output.backward()
    picture = autograd.draw(output)
    files.write(file, picture.source if kind in {"dot", "gv"} else picture.pipe(format=kind))
    print(f"Wrote {file}")


def explore(output: Value, file: Path, language: str) -> None:
    """Write a page in which to step through the graph."""
    autograd.explore(output, language=language).save(file)
    print(f"Wrote {file}")


def playground(text: str, numbers: dict[str, float], file: Path | None, language: str) -> None:
    """Open a page in which expressions are typed, or write it to a file."""
    from autograd.views.explorer import playground as views

    page = views.playground(text, language=language, **numbers)
    print(f"Wrote {page.save(file) if file else views.open_in_browser(page)}")


if __name__ == "__main__":
    sys.exit(main())
