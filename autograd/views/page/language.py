"""The words of pages: one table per language in each package that has pages, ``languages/en.json`` and others.

A table is split into sections, of which a page takes those that it needs. A text names in braces what is put into it;
one that depends on a number has a form for each plural of the language, as ``Intl.PluralRules`` calls them. The
section ``library`` translates sentences of the library's own source, such as what an operation agrees on at a kink.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias, cast

from autograd.errors import ArgumentError

Words: TypeAlias = "Mapping[str, str | Mapping[str, str]]"

FOLDER = Path(__file__).parent / "languages"
LANGUAGES = ("en", *sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != "en"))
"""The languages that pages speak."""


@cache
def sections(folder: Path, language: str) -> Mapping[str, Words]:
    """Return the table of one language, by section."""
    return cast("Mapping[str, Words]", json.loads((folder / f"{language}.json").read_text(encoding="utf-8")))


def words(language: str, *names: str, folder: Path = FOLDER) -> Words:
    """Return the words of one language for a page: the sections it names, and what the library's source says.

    Raises:
        ArgumentError: there is no such language.

    Example:
        >>> words("de", "page")["next"]
        'Weiter'
    """
    if language not in LANGUAGES:
        choices = " or ".join(map(repr, LANGUAGES))
        raise ArgumentError(f"language={language!r} is none that pages speak; choose {choices}.")
    found = sections(folder, language)
    library = cast("Mapping[str, str]", found.get("library", {}))
    return {key: text for name in names for key, text in found[name].items()} | {"library": library}
