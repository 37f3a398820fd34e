"""Builds the site: ``python -m docs``, or ``python -m docs FOLDER``."""

import argparse
import os
import sys
from pathlib import Path

from autograd.errors import ArgumentError, install


def main(arguments: "list[str] | None" = None) -> int:
    """Build the site in a folder."""
    parser = argparse.ArgumentParser(prog="python -m docs", description="Build the site: a folder of static pages.")
    parser.add_argument("folder", nargs="?", default="build/site", help="where to; build/site if not given")
    parser.add_argument(
        "--repository",
        default=os.environ.get("GITHUB_REPOSITORY", ""),
        help="where GitHub has the project, as owner/name, for the links to Colab",
    )
    given = parser.parse_args(arguments)
    try:
        from docs.site.build import build  # noqa: PLC0415  # the message below is for where it cannot be imported
    except ImportError as error:
        parser.error(f"{error}. The site needs a few packages: {install('docs')}.")
    try:
        wrong = build(Path(given.folder).resolve(), given.repository)
    except ArgumentError as error:
        parser.error(str(error))
    print("\n".join(wrong) or f"The site is in {given.folder}; open {given.folder}/index.html.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
