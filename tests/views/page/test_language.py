"""The words of pages: every language has every word, plural and place, and the library's own sentences too."""

import json
import re
from pathlib import Path

import pytest

import autograd
import nn
from autograd import Value, explore
from autograd.errors import ArgumentError
from autograd.expressions import INSTEAD
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.views.page.language import LANGUAGES, sections, words

FOLDERS = sorted(
    folder for package in (autograd, nn) for folder in Path(str(package.__file__)).parent.glob("**/languages")
)
SCRIPTS = sorted(
    file
    for package in (autograd, nn)
    for file in Path(str(package.__file__)).parent.glob("**/*.js")
    if file.parent.name in {"exercise", "explorer", "page", "player"}
)
TRANSLATIONS = [language for language in LANGUAGES if language != "en"]
PLURALS = {"en": {"one", "other"}, "de": {"one", "other"}}


def places(text: object) -> set[str]:
    """The names in braces of a text, or of all its plural forms."""
    return set(re.findall(r"\{(\w+)\}", json.dumps(text)))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
@pytest.mark.parametrize("language", TRANSLATIONS)
def test_every_language_has_every_word_with_its_places_and_plurals(folder: Path, language: str) -> None:
    english, other = sections(folder, "en"), sections(folder, language)
    for section in english.keys() - {"library"}:
        assert list(other[section]) == list(english[section]), section
        for key, text in english[section].items():
            translation = other[section][key]
            assert places(translation) == places(text), (section, key)
            assert isinstance(translation, str) == isinstance(text, str), (section, key)
            for each, forms in (("en", text), (language, translation)):
                if not isinstance(forms, str):
                    assert set(forms) == PLURALS[each], (section, key)


def test_no_key_stands_for_two_texts_on_one_page() -> None:
    shared = sections(FOLDERS[0], "en")
    pages = [("page", "explorer", "playground"), ("page", "explorer", "exercise"), ("page", "player")]
    for names in pages:
        found = [sections(folder, "en").get(name, {}) for folder in FOLDERS for name in names]
        keys = [key for section in found for key in section]
        assert len(keys) == len(set(keys))
    assert shared["page"]


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_sentences_of_the_library_are_translated_with_their_operands(language: str) -> None:
    rows = [row for row in OPERATIONS.values() if not row.functions]
    said = {each.says for row in rows for each in row.conventions} | {row.domain for row in rows if row.domain}
    library = sections(FOLDERS[0], language)["library"]
    assert said | set(INSTEAD.values()) <= set(library)
    for row in rows:
        for text in [each.says for each in row.conventions]:
            assert operands_in(text, row) == operands_in(str(library[text]), row), text


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
@pytest.mark.parametrize("language", TRANSLATIONS)
def test_what_is_translated_of_the_library_is_said_by_it(folder: Path, language: str) -> None:
    files = [file for package in (autograd, nn) for file in Path(str(package.__file__)).parent.glob("**/*.py")]
    source = re.sub(r'"\s*f?"', "", "\n".join(file.read_text(encoding="utf-8") for file in files))
    for text, translation in sections(folder, language)["library"].items():
        assert places(text) == places(translation), text
        for piece in re.split(r"\{\w+\}", text):
            assert piece.lstrip("1").strip(" .") in source, text


def operands_in(text: str, row: Operation) -> set[str]:
    return set(re.findall(r"[a-z_]+", text)) & {*row.operands, "out"}


def test_no_script_has_words_of_its_own() -> None:
    """Words are a literal that begins with a capital and goes on in small letters, or has several small words."""
    keys = {"ArrowRight", "ArrowLeft", "Home", "End", "PageDown", "PageUp", "Escape", "Explorer", "Player", "Layer"}
    code = "for parent in node.parents: parent.backward()"
    tags = re.compile(r'class: (?:\w+ \? )?"[^"]*"|(?:setClass|drawEdge)\([^;]*\)|classList[^;]*\)|"font[^"]*"')
    for file in SCRIPTS:
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip().startswith("//") or re.search(r"new RangeError\(|(FONT|KEYWORDS) = ", line):
                continue
            for literal in re.findall(r'"([^"]*)"|`([^`]*)`', tags.sub("", line.split("  // ")[0])):
                text = re.sub(r"\$\{.*?\}", "", "".join(literal))
                if text in keys or text == code:
                    continue
                assert not re.search(r"^[A-Z][a-z]+\b|[a-z]{2,}[.,:]? [a-z]{2,} [a-z]{2,}", text), (file.name, text)


def test_every_word_is_used_and_every_word_used_is_there() -> None:
    texts = {file: file.read_text(encoding="utf-8") for file in SCRIPTS}
    quoted = set(re.findall(r'"(\w+)"', "\n".join(texts.values())))
    for folder in FOLDERS:
        own = {key for name, section in sections(folder, "en").items() if name != "library" for key in section}
        unquoted = {"advice", "exerciseAdvice", "graphOf", "pageTitle", "windowTitle", "runsTitle", "run", "lossOf"}
        assert own - quoted <= unquoted, folder
    for file, text in texts.items():
        folder = next((each for each in FOLDERS if each.parent == file.parent), FOLDERS[0])
        known = {key for each in (FOLDERS[0], folder) for section in sections(each, "en").values() for key in section}
        assert set(re.findall(r'phrase\("(\w+)"', text)) <= known, file.name


def test_a_page_says_its_language_and_brings_only_that_one() -> None:
    page = explore(Value(2.0, "a") * 3, language="de").html
    assert '<html lang="de"' in page
    assert re.search(r"<div data-autograd-explorer=\"\w+\" lang=\"de\">", page)
    assert "<title>Backpropagation Schritt für Schritt: " in page
    assert 'alt="Graph von ' in page
    assert str(words("en", "explorer")["advice"])[:30] not in page
    table = re.search(r"^const LANGUAGES = (.*);$", page, re.MULTILINE)
    assert table
    assert list(json.loads(table[1])) == ["de"]


def test_an_unknown_language_is_refused_with_the_choices() -> None:
    with pytest.raises(ArgumentError, match="language='fr' is none that pages speak; choose 'en' or 'de'"):
        explore(Value(2.0), language="fr")
