"""Figures of the engine that are no contest: one file each, with ``TITLE``, ``BARS`` and ``measure(rounds)``."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

from benchmarks.contestant import ONE_THREAD

Figures = Mapping[str, tuple[list[float], str]]
"""The measurements of each figure, one per round, and their unit."""


def in_a_process(code: str, *options: str) -> str:
    """Run Python code in a process of its own and return what it printed to standard output, or to standard error."""
    environment = {**os.environ, **ONE_THREAD}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a user's second import finds bytecode
    run = subprocess.run(
        [sys.executable, *options, "-c", code],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return run.stdout or run.stderr


def measured_in_a_process(code: str) -> dict[str, float]:
    """Run Python code that prints one JSON object."""
    figures: dict[str, float] = json.loads(in_a_process(code))
    return figures
