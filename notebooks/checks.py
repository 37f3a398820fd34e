"""Marks the exercises of the notebooks: says what is wrong with an answer, not only that it is wrong.

An answer that is still ``...`` or None counts as not given. Each function prints a line that starts with
``✓`` when everything is right, ``…`` when something is still to do, and ``✗`` when something is wrong.
"""

import functools
import math
import reprlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import ParamSpec, TypeGuard

from autograd import Value

P = ParamSpec("P")
TOLERANCE = 1e-3
"""How far a typed number may be off, relative to the right one; see also :func:`close`."""


def exercise(check: Callable[P, None]) -> Callable[P, None]:
    """Make a check end with a line about its exercise, whatever it is given.

    A traceback would show the code of the check, and what a learner's code raised only at its end.
    """
    name = check.__name__.replace("_", " ").capitalize()

    @functools.wraps(check)
    def marked(*answers: P.args, **named: P.kwargs) -> None:
        try:
            check(*answers, **named)
        except Exception as error:  # whatever a learner's code may raise
            is_open = any(answer is ... for answer in answers) or "ellipsis" in str(error)  # Python's word for ...
            untouched = ["what stands as ... in a cell above"] if is_open else []
            raised = " ".join([f"it raised {type(error).__name__}: {error}", *getattr(error, "__notes__", [])])
            verdict(name, [] if untouched else [raised], untouched)

    return marked


def called(function: Callable[..., object], *arguments: object) -> object:
    """Return what a learner's function gives; what it raises instead says for which arguments it did."""
    try:
        return function(*arguments)
    except Exception as error:
        error.add_note(f"(in {call(function, *arguments)})")
        raise


def call(function: Callable[..., object], *arguments: object) -> str:
    """Return a call as it would be typed."""
    return f"{getattr(function, '__name__', 'your function')}({', '.join(map(str, arguments))})"


def check_numbers(
    exercise: str,
    answers: Mapping[str, object],
    right: Mapping[str, float],
    *,
    mistakes: "Mapping[str, Mapping[float, str]] | None" = None,
    well_done: str = "",
) -> None:
    """Compare numbers with the right ones, and print what is wrong with each.

    Args:
        exercise: its name, such as ``"Exercise 1"``.
        answers: what was answered, by name.
        right: the right numbers, by the same names.
        mistakes: for a name, wrong numbers that can be expected, each with what leads to it.
        well_done: what to say when all is right.
    """
    missing = [name for name in right if is_missing(answers.get(name))]
    problems = [
        f"{name}: {problem}"
        for name in right
        if name not in missing
        for problem in [number_problem(answers[name], right[name], (mistakes or {}).get(name, {}))]
        if problem
    ]
    verdict(exercise, problems, missing, well_done)


def check_function(
    exercise: str,
    function: Callable[..., object],
    reference: Callable[..., float],
    cases: Sequence[tuple[float, ...]],
    *,
    mistakes: "Sequence[tuple[Callable[..., float], str]]" = (),
    well_done: str = "",
) -> None:
    """Compare a function with a reference at several points, and print what is wrong at the first that differs.

    Args:
        exercise: its name.
        function: the answer; it may return a number or a Value.
        reference: computes the right numbers.
        cases: the arguments to try, one tuple for each call.
        mistakes: functions that compute a likely wrong answer, each with what is wrong with it.
        well_done: what to say when all is right.
    """
    name = getattr(function, "__name__", "your function")
    if is_missing(function):
        verdict(exercise, [], ["a function"])
        return
    results: list[float] = []
    for case in cases:
        try:
            result = function(*case)
        except Exception as error:  # whatever a learner's code may raise is to be told, not to end the notebook
            verdict(exercise, [f"{call(function, *case)} raised {type(error).__name__}: {error}"])
            return
        if is_missing(result):
            verdict(exercise, [], [f"{name} (it returns nothing yet)"])
            return
        number = result.data if isinstance(result, Value) else result
        if not is_number(number):
            verdict(exercise, [f"{call(function, *case)} gives {reprlib.repr(number)}, which is not a number."])
            return
        results.append(float(number))
    expected = [reference(*case) for case in cases]
    wrong = [i for i in range(len(cases)) if not close(results[i], expected[i])]
    if not wrong:
        verdict(exercise, [], [], well_done)
        return
    for other, message in mistakes:
        if all(near(result, other(*case)) for result, case in zip(results, cases, strict=True)):
            verdict(exercise, [message])
            return
    i = wrong[0]
    verdict(exercise, [f"{call(function, *cases[i])} gives {results[i]:.6g}, but it should be {expected[i]:.6g}."])


def check_facts(
    exercise: str,
    facts: Sequence[tuple[object, str]],
    *,
    missing: Sequence[str] = (),
    well_done: str = "",
) -> None:
    """Print the message of every fact that does not hold.

    Args:
        exercise: its name.
        facts: pairs of what must be true and what is wrong if it is not.
        missing: what is still to do; nothing else is looked at then.
        well_done: what to say when all is right.
    """
    verdict(exercise, [] if missing else [message for holds, message in facts if not holds], missing, well_done)


@dataclass(frozen=True)
class Quiz:
    """A question: called with ``...`` it shows the choices; called with a letter, or a choice's words, it marks it."""

    number: int
    question: str
    right: str
    """The choice that is right."""
    replies: Mapping[str, str]
    """What is said to each choice, in the order in which they are shown."""

    @property
    def name(self) -> str:
        return f"Question {self.number}"

    def __call__(self, answer: object = ...) -> None:
        choices = dict(zip("abcd", self.replies, strict=False))
        print(f"{self.name}. {self.question}")
        for place, words in choices.items():
            print(f"   {place}) {words}")
        letters_and_words = {**{bare(words): words for words in self.replies}, **choices}
        choice = letters_and_words.get(bare(answer))
        example = f'as in checks.quiz_{self.number}("a")'
        if is_missing(answer):
            print(f"… {self.name}: put a letter in place of the three dots, {example}.")
        elif choice is None:
            print(f"✗ {self.name}: {answer!r} is none of {', '.join(choices)}: put a letter in quotes, {example}.")
        else:
            print(self.reply(choice))

    def reply(self, choice: str) -> str:
        """Return whether a choice is right, and why."""
        words = self.replies[choice]
        return f"✓ {self.name}: right. {words}" if choice == self.right else f"✗ {self.name}: {words}"


def bare(answer: object) -> str:
    """Return an answer without what may be typed around it."""
    return str(answer).strip(" ().").lower()


def quiz(number: int, question: str, *, right: tuple[str, str], wrong: Mapping[str, str]) -> Quiz:
    """Return a question of a notebook.

    Args:
        number: which question of the notebook it is.
        question: what is asked.
        right: the right choice, and why it is right.
        wrong: the wrong choices, each with a hint. Sorted by a hash of their words, choices do not tell the right one.
    """
    replies = dict(sorted({right[0]: right[1], **wrong}.items(), key=lambda item: zlib.crc32(item[0].encode())))
    return Quiz(number, question, right[0], replies)


def verdict(exercise: str, problems: Sequence[str], missing: Sequence[str] = (), well_done: str = "") -> None:
    """Print what is wrong, what is missing, or that all is right."""
    for problem in problems:
        print(f"✗ {exercise}: {problem}")
    if missing:
        print(f"… {exercise}: still to do: {', '.join(missing)}.")
    elif not problems:
        print(f"✓ {exercise}: right. {well_done}".rstrip())


def is_missing(answer: object) -> bool:
    """Whether there is no answer yet."""
    return answer is None or answer is ...


def is_number(answer: object) -> TypeGuard[float]:
    """Whether an answer is one number, a NumPy number included."""
    return isinstance(answer, Real) and not isinstance(answer, bool) and math.isfinite(answer)


def close(answer: float, right: float) -> bool:
    """Whether a number is right: exactly, if the right one is an integer; otherwise what rounds to three digits is."""
    if isinstance(right, int):
        return answer == right
    half_a_digit = 0.5 * 10.0 ** (math.floor(math.log10(abs(right))) - 2) if right else 1e-9
    return abs(answer - right) <= max(half_a_digit, TOLERANCE * abs(right)) * (1 + 1e-9)


def near(answer: float, other: float, tolerance: float = TOLERANCE) -> bool:
    """Whether a number is another one, to within a relative tolerance."""
    return math.isclose(answer, other, rel_tol=tolerance, abs_tol=1e-9)


def number_problem(answer: object, right: float, mistakes: Mapping[float, str]) -> str:
    """Return what is wrong with a number; nothing if it is right."""
    if isinstance(answer, Value):
        return "this is a Value; the number itself is in its .data, its gradient in its .grad."
    if not is_number(answer):
        return f"{reprlib.repr(answer)} is not a number."
    answer = float(answer)
    if close(answer, right):
        return ""
    for wrong, message in mistakes.items():
        if near(answer, wrong):
            return message
    if near(answer, right, 0.05):
        needed = "every digit counts here" if isinstance(right, int) else "three digits are asked for"
        return f"{answer:.6g} is close, but {needed}."
    if near(answer, -right):
        return f"{answer:.6g} has the right size and the wrong sign."
    if right and near(answer * right, 1.0):
        return f"{answer:.6g} is one divided by the right number."
    if right and (near(answer, 2 * right) or near(2 * answer, right)):
        return f"{answer:.6g} is off by a factor of 2."
    return f"{answer:.6g} is too {'large' if answer > right else 'small'}."
