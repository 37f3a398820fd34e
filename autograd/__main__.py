"""The command line: ``python -m autograd step-through "tanh(a*b + c)" a=2 b=-3 c=10``, ``draw``, ``exercise``, ..."""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import autograd
from autograd import files
from autograd.console import run, say
from autograd.engine import Value
from autograd.errors import ArgumentError, AutogradError, ExpressionError
from autograd.expressions import expression, names_in

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
        if options.command is marks:
            marks(options.codes, options.output)
            return 0
        numbers = assigned(options.numbers)
        if options.command is playground:
            playground(options.expression, numbers, options.output, options.language)
        elif options.command is explore:
            explore(expression(options.expression, **numbers), options.output, options.language)
        elif options.command is exercise:
            exercise(options.expression, numbers, options)
        else:
            options.command(expression(options.expression, **numbers), options.output)
    except BrokenPipeError:
        raise  # the reader of a pipe has left: nobody is to be told
    except (AutogradError, OSError, UnicodeDecodeError) as error:
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
        (
            "exercise",
            exercise,
            "make a page on which a student computes values and gradients at numbers of its own",
            "write the page there: exercise.html, or exercise_{seed}.html for several seeds",
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
        if command is exercise:
            sub.add_argument("--seed", default="0", help="which exercise: 17, or 1-30 for thirty pages (%(default)s)")
        if command in {explore, playground, exercise}:
            sub.add_argument("--language", default="en", help='the language of the page, "en" or "de"')
        sub.set_defaults(command=command, output=None)
    what = "check the result codes of an exercise and make a table (CSV) of them"
    sub = commands.add_parser("marks", help=what, description=f"{what[0].upper()}{what[1:]}.")
    sub.add_argument("codes", type=Path, metavar="FILE", help="a text file with one code on each line; - reads input")
    sub.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the table there: marks.csv")
    sub.set_defaults(command=marks)
    return description


def protected(word: str) -> str:
    """Return a word so that argparse takes an expression such as ``-a*b`` for what it is."""
    options = ("-o", "-h", "--")
    return f" {word}" if word.startswith("-") and word != "-" and not word.startswith(options) else word


def assigned(words: Iterable[str]) -> dict[str, float]:
    """Return the numbers by name of words such as ``a=2``; a number may be written as ``1/3``."""
    numbers: dict[str, float] = {}
    for word in words:
        name, equals, number = (part.strip() for part in word.partition("="))
        if not equals or not name.isidentifier():
            raise ArgumentError(f"Give each number as name=number, such as a=2; got {word.strip()!r}.")
        if name in numbers:
            raise ArgumentError(f"The number of {name!r} is given twice: {word.strip()}.")
        try:
            numbers[name] = expression(number).data
        except ExpressionError as error:
            place = str(error).removeprefix("This expression cannot be read. ")
            raise ArgumentError(
                f"{word.strip()} gives no number. Write one, such as {name}=2 or {name}=1/3. {place}"
            ) from None
    return numbers


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
    say(f"Wrote {file}")


def explore(output: Value, file: Path, language: str) -> None:
    """Write a page in which to step through the graph."""
    autograd.explore(output, language=language).save(file)
    say(f"Wrote {file}")


def playground(text: str, numbers: dict[str, float], file: Path | None, language: str) -> None:
    """Open a page in which expressions are typed, or write it to a file."""
    from autograd.views.explorer import playground as views

    page = views.playground(text, language=language, **numbers)
    say(f"Wrote {page.save(file) if file else views.open_in_browser(page)}")


def exercise(text: str, numbers: dict[str, float], options: argparse.Namespace) -> None:
    """Write the page of an exercise for a seed, or one for each seed of a range; names without a number get 1."""
    file, seed = options.output, options.seed
    first, _, last = seed.partition("-")
    if not (first.isdecimal() and (last or first).isdecimal()):
        raise ArgumentError(f"Give a seed such as 17, or a range such as 1-30; got {seed!r}.")
    seeds = range(int(first), int(last or first) + 1)
    if not seeds:
        raise ArgumentError(f"A range begins with the smaller seed: {last}-{first}; got {seed!r}.")
    if len(seeds) > 1 and "{seed}" not in file.name:
        raise ArgumentError(f"Several pages need several names; write {file.stem}_{{seed}}{file.suffix}.")
    output = expression(text, **dict.fromkeys(names_in(text), 1.0) | numbers)
    for each in seeds:
        page = autograd.exercise(output, seed=each, language=options.language)
        say(f"Wrote {page.save(file.with_name(file.name.replace('{seed}', str(each))))}")


def marks(codes: Path, file: Path | None) -> None:
    """Print the table of the result codes in a file, or write it to another."""
    try:
        text = sys.stdin.read() if codes == Path("-") else codes.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:  # what Notepad writes as ANSI, and PowerShell with >
        raise ArgumentError(f"{codes} is not text in UTF-8. Save it with this encoding, and try again.") from None
    table = autograd.exercise_results(text).csv
    if file:
        files.write(file, "\ufeff" + table)  # the mark tells spreadsheets that it is UTF-8
        say(f"Wrote {file}")
    else:
        say(table.rstrip("\n"))


if __name__ == "__main__":
    sys.exit(run(main))
