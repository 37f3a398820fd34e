"""Runs cells of the lab; lives in the page's Python. What they print, show and raise is told in messages, as JSON."""

import ast
import io
import json
import linecache
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace, TracebackType
from typing import NoReturn

from autograd.errors import MissingPackageError, install

EVERY = 0.05
"""Seconds between two messages about what a cell prints."""


class Printed(io.TextIOBase):
    """Standard output and standard error: tells the page what is written, a few times a second."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say, self.told = say, 0.0
        self.waiting: list[str] = []

    def write(self, text: str) -> int:
        """Keep text, and tell it if the last time is long ago."""
        self.waiting.append(text)
        if time.monotonic() - self.told > EVERY:
            self.flush()
        return len(text)

    def writable(self) -> bool:
        """Say that one can write here."""
        return True

    def flush(self) -> None:
        """Tell what is waiting."""
        text, self.told = "".join(self.waiting), time.monotonic()
        self.waiting.clear()
        if text:
            self.say(json.dumps({"kind": "text", "text": text}))


class Session:
    """The variables that cells share.

    Args:
        say: takes a message for the page, as JSON.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say, self.runs = say, 0
        self.module = sys.modules["__main__"] = ModuleType("__main__")
        self.module.__dict__.update(display=self.display, input=no_input)
        sys.path.insert(0, "")  # where the course's files are
        sys.modules.update(stand_ins())
        sys.stdout = sys.stderr = self.printed = Printed(say)

    def run(self, code: str, number: int) -> None:
        """Run the cell of a number: show the value of its last expression, or tell the error."""
        self.runs += 1
        file = Path(f"cell_{number}.py")  # a real one, in which tracebacks and programs find the source
        if file.exists():  # what was defined by an earlier run keeps its own
            file = Path(f"cell_{number}_run_{self.runs}.py")
        file.write_text(code, encoding="utf-8")
        linecache.checkcache()
        variables = self.module.__dict__
        try:
            body = ast.parse(code, str(file)).body
            last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
            exec(compile(ast.Module(body, []), str(file), "exec"), variables)
            if isinstance(last, ast.Expr):
                self.display(eval(compile(ast.Expression(last.value), str(file), "eval"), variables))
        except BaseException as error:
            self.tell("error", text="".join(traceback.format_exception(type(error), error, of_cells(error))))
        self.printed.flush()

    def display(self, *things: object) -> None:
        """Show things below the cell, as Jupyter does."""
        for thing in things:
            bundle = bundle_of(thing)
            if "image/svg+xml" in bundle:
                self.tell("picture", svg=bundle["image/svg+xml"], title=getattr(thing, "alternative", "A picture"))
            elif "text/html" in bundle:
                self.tell("page", html=bundle["text/html"], title=type(thing).__name__)
            elif thing is not None:
                self.tell("text", text=f"{thing!r}\n")

    def tell(self, kind: str, **content: str) -> None:
        """Tell the page something, after everything that was printed before."""
        self.printed.flush()
        self.say(json.dumps({"kind": kind, **content}))


def no_input(prompt: object = "") -> NoReturn:
    """Stand for Python's function of that name: a page cannot wait for an answer."""
    raise RuntimeError(
        f"This page cannot ask {str(prompt)!r} while Python runs. Write the answer into the cell: x = ..."
    )


class NoPlots(ModuleType):
    """Stands for matplotlib in the cells that import it first of all: only plotting itself cannot be done."""

    style = SimpleNamespace(use=lambda *_: None)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise MissingPackageError(f"Plots need matplotlib: {install('plot')}.")


class HTML:
    """Shows HTML, as IPython's class of that name."""

    def __init__(self, data: str) -> None:
        self.data = data

    def _repr_html_(self) -> str:
        return self.data


def stand_ins() -> dict[str, ModuleType]:
    """Return modules that notebooks import and that are not here, with what can be done without them."""
    modules = {
        "matplotlib": NoPlots("matplotlib"),
        "matplotlib.pyplot": NoPlots("matplotlib.pyplot"),
        "IPython": ModuleType("IPython"),
        "IPython.display": ModuleType("IPython.display"),
    }
    vars(modules["matplotlib"])["pyplot"] = modules["matplotlib.pyplot"]
    vars(modules["IPython.display"]).update(HTML=HTML, display=vars(sys.modules["__main__"])["display"])
    return modules


def bundle_of(thing: object) -> Mapping[str, str]:
    """Return the ways in which an object shows itself, by their types."""
    if isinstance(thing, type):
        return {}
    if callable(many := getattr(thing, "_repr_mimebundle_", None)):
        return dict(many())
    one = getattr(thing, "_repr_html_", None)
    shown = one() if callable(one) else None
    return {"text/html": shown} if shown else {}


def of_cells(error: BaseException) -> TracebackType | None:
    """Return the traceback of an error, with the frames of cells alone."""
    frames, step, kept = [], error.__traceback__, None
    while step is not None:
        if step.tb_frame.f_code.co_filename.startswith("cell_"):
            frames.append(step)
        step = step.tb_next
    for frame in reversed(frames):
        kept = TracebackType(kept, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    return kept
