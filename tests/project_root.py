"""Where the project is: tests are in folders of different depths."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
