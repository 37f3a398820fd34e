"""What the project's pages link to, and what its decisions name, is there."""

import re
import tomllib

import pytest
from project_root import ROOT

PAGES = [
    *ROOT.glob("*.md"),
    *(page for folder in ("benchmarks", "docs", "notebooks") for page in (ROOT / folder).rglob("*.md")),
]
PAGES = [page for page in PAGES if "node_modules" not in page.parts]


def names(page):
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", sorted(PAGES), ids=names)
def test_every_file_that_a_page_links_to_exists(page):
    links = re.findall(r"\]\(([^)#\s]+)|src=\"([^\"]+)", page.read_text(encoding="utf-8"))
    files = [link for pair in links for link in pair if link and "://" not in link]
    assert [file for file in files if not (page.parent / file).exists()] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=names)
def test_every_file_and_test_that_a_decision_names_exists(page):
    text = page.read_text(encoding="utf-8")
    files = re.findall(r"`((?:autograd|nn|tests)/[\w/.]*)`", text)
    assert [file for file in files if not (ROOT / file).exists()] == []
    tests = re.findall(r"`(test_\w+)`", text)
    sources = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    assert [test for test in tests if f"def {test}(" not in sources] == []
    index = (page.parent / "README.md").read_text(encoding="utf-8")
    assert page.name == "README.md" or f"]({page.name})" in index


def test_the_citation_is_of_the_version_that_the_package_has():
    described = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {described['version']}\n" in citation
    assert f"\ntitle: {described['name']}\n" in citation
