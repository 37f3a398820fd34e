"""The result code of an exercise: what a student hands in, read, checked and counted without a network.

A code is thirty letters and digits in six groups, and a name: ``10000-0H7Z8-...  Ada Lovelace``. Its twin
``result_code.js`` writes it. The alphabet is Crockford's base 32, which nobody misreads: no I, L, O or U.
"""

import csv
import io
import re
import statistics
import unicodedata
from collections.abc import Iterable
from itertools import accumulate, pairwise
from typing import NamedTuple

from autograd.console import printed
from autograd.errors import ArgumentError
from autograd.views.exercise import Exercise

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans("OIL", "011")
VERSION = 1
FIELDS = (("version", 1), ("seed", 7), ("graph", 5), ("questions", 2), ("first", 2), ("hinted", 2), ("shown", 2),
          ("misses", 3))  # fmt: skip
"""What a code says and in how many characters; a checksum of six follows."""

PATTERN = re.compile(r"(?<![^\W_])(?:[0-9A-Za-z]{5}[-\u2010-\u2015\u2212 ]?){5}[0-9A-Za-z]{5}(?![^\W_])")
SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ufeff]+")
LONGEST_NAME = 60

COLUMNS = (
    "name",
    "score",
    "questions",
    "first",
    "hinted",
    "shown",
    "open",
    "misses",
    "seed",
    "graph",
    "problem",
    "code",
)


class Result(NamedTuple):
    """What one code says."""

    code: str
    """The code as it was handed in, without the name."""
    name: str = ""
    seed: int = 0
    graph: str = ""
    """Which graph the exercise was about; exercises on the same graph have the same five characters."""
    questions: int = 0
    first: int = 0
    """How many were right at the first try."""
    hinted: int = 0
    """How many were right after a hint."""
    shown: int = 0
    """How many answers the student had shown."""
    misses: int = 0
    """How many wrong answers were given altogether."""
    problem: str = ""
    """Why the code does not count; empty if it does."""

    @property
    def open(self) -> int:
        """How many questions have no answer."""
        return self.questions - self.first - self.hinted - self.shown

    @property
    def score(self) -> float:
        """The share of questions that were right at the first try, in percent; half of it for those after a hint."""
        right = self.first + self.hinted / 2
        return round(100 * right / self.questions, 1) if self.questions and not self.problem else 0.0


class Results(tuple[Result, ...]):
    """The results of a class, in the order in which the codes were given."""

    __slots__ = ()

    @property
    def csv(self) -> str:
        """The results as a table that a spreadsheet opens, with one line for each code."""
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\n")
        writer.writerow(COLUMNS)
        for result in self:
            writer.writerow([harmless(getattr(result, column)) for column in COLUMNS])
        return written.getvalue()

    @printed
    def __repr__(self) -> str:
        good = [result for result in self if not result.problem]
        mean = f", {statistics.fmean([result.score for result in good]):.1f} % on average" if good else ""
        refused = f", {len(self) - len(good)} with a problem" if len(good) < len(self) else ""
        return f"<Results of {len(self)}{mean}{refused}; .csv is a table of them>"


def exercise_results(codes: "str | Iterable[str]", exercise: Exercise | None = None) -> Results:
    """Read the result codes that students handed in, and check them.

    A code that was mistyped or changed by hand is found by its checksum. What no code can prove is who typed the
    answers, or that nobody read them out of the page: a page that marks itself contains its answers. Take a code for
    homework done, and an examination for what was learned.

    Args:
        codes: a text with one code on each line, or one text for each code. What follows a code on its line is the
            name in it; where there is none, what stands before it (``Ada: 10000-...``) counts as the name. Empty lines,
            and lines that begin with ``#``, are passed over.
        exercise: the exercise that was set; codes of another graph, or with another number of questions, have a
            ``problem`` then. Their seeds may differ.

    Returns:
        The :class:`Results`, a tuple with ``.csv``.

    Example:
        >>> from autograd import exercise_results
        >>> results = exercise_results("10000-00HC1-G9T08-06010-00028-FJ7KX Ada Lovelace")
        >>> results
        <Results of 1, 81.2 % on average; .csv is a table of them>
        >>> results[0].name, results[0].seed, results[0].first, results[0].hinted
        ('Ada Lovelace', 17, 6, 1)
    """
    if not isinstance(codes, str):
        codes = "\n".join(str(code).replace("\n", " ") for code in codes)
    if exercise is not None and not isinstance(exercise, Exercise):
        raise ArgumentError(
            f"Give the exercise that was set, as in exercise_results(codes, exercise(loss)); got {exercise!r}."
        )
    lines = [line for line in codes.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return Results(checked(read(line), exercise) for line in lines)


def read(line: str) -> Result:
    """Return what the code on a line says; one that is no code has a problem."""
    found = PATTERN.search(line)
    if found is None:
        return Result(tidy(line), problem="This is no code: six groups of five letters and digits are one.")
    symbols = re.sub(r"[^0-9A-Z]", "", found.group().upper()).translate(READ_AS)
    code, name = grouped(symbols), tidy(line[found.end() :])
    if "U" in symbols or symbols[-6:] != checksum(symbols[:-6], name):
        return Result(code, name, problem="The checksum does not match: the code or the name was mistyped or changed.")
    ends = list(accumulate(length for _, length in FIELDS))
    version, seed, graph, *counts = (symbols[start:end] for start, end in pairwise([0, *ends]))
    if number(version) != VERSION:
        problem = f"The code is of version {number(version)}; this library reads version {VERSION}."
        return Result(code, name, problem=problem)
    name = name or tidy(line[: found.start()]).rstrip(" :,;\t")
    questions, first, hinted, shown, misses = map(number, counts)
    result = Result(code, name, number(seed), graph, questions, first, hinted, shown, misses)
    return result._replace(problem="" if result.open >= 0 else "It counts more answers than questions.")


def checked(result: Result, exercise: Exercise | None) -> Result:
    """Return a result with a problem if it is not of the exercise that was set."""
    if exercise is None or result.problem:
        return result
    if result.graph != exercise.digest:
        return result._replace(problem=f"It is of another graph: {result.graph} instead of {exercise.digest}.")
    if result.questions != exercise.questions:
        return result._replace(problem=f"It is of {result.questions} questions instead of {exercise.questions}.")
    return result


def code_of(result: Result) -> str:
    """Return the code of a result, with its name.

    Example:
        >>> code_of(Result("", "Ada Lovelace", seed=17, graph="C1G9T", questions=8, first=6, hinted=1, misses=2))
        '10000-00HC1-G9T08-06010-00028-FJ7KX Ada Lovelace'
    """
    values = {**result._asdict(), "version": VERSION}
    texts = [values[field] if field == "graph" else symbols_of(values[field], length) for field, length in FIELDS]
    symbols = "".join(texts)
    name = tidy(result.name)
    return f"{grouped(symbols + checksum(symbols, name))} {name}".rstrip()


def checksum(symbols: str, name: str) -> str:
    """Return six characters that depend on every character of a code and of the name (FNV-1a, mixed as in MurmurHash3).

    Source: Fowler, Noll, Vo: the FNV hash; Appleby: MurmurHash3, finalizer.
    """
    mixed = 0x811C9DC5
    for byte in f"{symbols} {name}".encode("utf-8", "replace"):
        mixed = (mixed ^ byte) * 0x01000193 & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return symbols_of((mixed ^ mixed >> 16) >> 2, 6)


def symbols_of(number: int, length: int) -> str:
    """Return a whole number in so many characters; what is too large is the largest that fits."""
    number = min(number, 32**length - 1)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def number(symbols: str) -> int:
    """Return the whole number that characters of the alphabet stand for."""
    total = 0
    for symbol in symbols:
        total = 32 * total + ALPHABET.index(symbol)
    return total


def grouped(symbols: str) -> str:
    """Return characters in groups of five."""
    return "-".join(symbols[at : at + 5] for at in range(0, len(symbols), 5))


def tidy(name: str) -> str:
    """Return a name with its letters composed, single spaces, and at most sixty characters."""
    return SPACE.sub(" ", unicodedata.normalize("NFKC", name)).strip()[:LONGEST_NAME].strip()


def harmless(cell: object) -> object:
    """Return what stands in a cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip()[:1] in {*"=+-@|%"} and cell.strip() else cell
