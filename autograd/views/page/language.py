"""The words of pages: one table per language in each package that has pages, ``languages/en.json`` and others.

A table is split into sections, of which a page takes those that it needs. A text names in braces what is put into it;
one that depends on a number has a form for each plural of the language, as ``Intl.PluralRules`` calls them. The
section ``library`` translates what the library's own source says to a page, such as what an operation agrees on at a
kink; a name in braces there stands for any words.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeAlias, cast

from autograd.errors import ArgumentError

Words: TypeAlias = "Mapping[str, str | Mapping[str, str]]"

FOLDER = files(__package__) / "languages"
LANGUAGES = ("en", *sorted(file.name.removesuffix(".json") for file in FOLDER.iterdir() if file.name != "en.json"))
"""The languages that pages speak."""


def sections(folder: Traversable, language: str) -> Mapping[str, Words]:
    """Return the table of one language, by section."""
    return table((folder / f"{language}.json").read_text(encoding="utf-8"))


@cache
def table(text: str) -> Mapping[str, Words]:
    """Return what a table says."""
    return cast("Mapping[str, Words]", json.loads(text))


def phrase(words: Words, key: str, **values: object) -> str:
    """Return the words for ``key``, with values in place of their names; of plural forms the one for ``count``."""
    found = words[key]
    text = found if isinstance(found, str) else found["one" if values.get("count") == 1 else "other"]
    return text.format(**values)


def words(language: str, *names: str, folder: Traversable = FOLDER) -> Words:
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
    library = cast("Mapping[str, str]", found["library"])
    return {key: text for name in names for key, text in found[name].items()} | {"library": library}
