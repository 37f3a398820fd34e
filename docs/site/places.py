"""Which file of the project is which page of the site, and the rewriting of links from one to the other."""

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

PROJECT = Path(__file__).resolve().parent.parent.parent
PAGES = "docs/pages/"
PICTURES = (".png", ".svg", ".jpg")
RENAMED = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "notebooks/README.md": "course/index.md",
    "docs/accuracy.md": "accuracy.md",
    "docs/sources.md": "course/sources.md",
    "docs/decisions/README.md": "how/decisions/index.md",
    "benchmarks/RESULTS.md": "benchmarks/index.md",
}
"""Pages that lie elsewhere in the project, where GitHub shows them."""
FOLDERS = {"docs/decisions/": "how/decisions/", "docs/teaching/": "teaching/", "notebooks/": "course/", PAGES: ""}
LANGUAGES = {".py": "python", ".c": "c", ".js": "javascript", ".css": "css", ".toml": "toml", ".yml": "yaml"}
LINK = re.compile(r"(\]\()([^)\s]+)(\))")
PART = re.compile(r"(\{figure\}|\{literalinclude\}) (\S+)")
IMAGE = re.compile(r'<img src="([^"]+)"(?: width="\d+")? alt="([^"]*)">')


class Places:
    """The pages of a site as far as they have been asked for: what a page links to becomes a page too."""

    def __init__(self) -> None:
        self.wanted: set[str] = set()
        """Files and folders of the project that some page links to, and that become pages which show them."""
        self.included: set[str] = set()
        """Files that some page shows a part of."""
        self.pictures: set[str] = set()
        """Pictures of the project that some page shows."""

    def page(self, path: str) -> str:
        """Return the page of the site that shows a file or a folder of the project, as a path in the site's source.

        Example:
            >>> places = Places()
            >>> places.page("docs/decisions/identity.md"), places.page("autograd/engine.py")
            ('how/decisions/identity.md', 'source/autograd/engine.py.md')
            >>> places.wanted
            {'autograd/engine.py'}
        """
        if (PROJECT / path).is_dir():
            path = f"{path}/README.md" if (PROJECT / path / "README.md").exists() else path
        if path in RENAMED:
            return RENAMED[path]
        if path.endswith(PICTURES):
            self.pictures.add(path)
            return f"pictures/{PurePosixPath(path).name}"
        for folder, renamed in FOLDERS.items():
            if path.startswith(folder) and path.endswith((".md", ".ipynb")):
                return renamed + path.removeprefix(folder)
        self.wanted.add(path)
        return f"source/{path}/index.md" if (PROJECT / path).is_dir() else f"source/{path}.md"

    def rewritten(self, text: str, path: str, page: str) -> str:
        """Return Markdown whose links lead to the site's pages.

        Args:
            text: the Markdown.
            path: where it lies in the project.
            page: which page of the site it becomes.
        """

        def link(found: "re.Match[str]") -> str:
            before, target, after = found.groups()
            file, mark, anchor = target.partition("#")
            if not file or "://" in file or file.startswith("mailto:"):
                return found[0]
            return f"{before}{self.relative(file, path, page)}{mark}{anchor}{after}"

        def shown_part(found: "re.Match[str]") -> str:
            inside = self.inside(found[2], path)
            if found[1] == "{figure}":
                return f"{found[1]} {self.relative(found[2], path, page)}"
            self.included.add(inside)
            return f"{found[1]} /included/{inside}"

        return LINK.sub(link, PART.sub(shown_part, IMAGE.sub(r"![\2](\1)", text)))

    def relative(self, file: str, path: str, page: str) -> str:
        """Return the link from one page to the page of a file, which is given relative to the first page's file."""
        return PurePosixPath(os.path.relpath(self.page(self.inside(file, path)), PurePosixPath(page).parent)).as_posix()

    def inside(self, file: str, path: str) -> str:
        """Return where in the project a file lies that is given relative to the file ``path``."""
        return Path(os.path.normpath((PROJECT / path).parent / file)).relative_to(PROJECT).as_posix()

    def source_pages(self) -> Iterator[tuple[str, str]]:
        """Yield path and text of every page that shows a file or folder, until nothing new is linked to."""
        made: set[str] = set()
        while missing := sorted(self.wanted - made):
            for path in missing:
                made.add(path)
                is_folder = (PROJECT / path).is_dir()
                yield self.page(path), self.listing(path) if is_folder else shown(path)

    def listing(self, folder: str) -> str:
        """Return the page of a folder: its files, each with the line that says what lives there."""
        rows = []
        for file in sorted((PROJECT / folder).iterdir()):
            if file.suffix not in LANGUAGES or file.name.startswith("."):
                continue
            path = file.relative_to(PROJECT).as_posix()
            link = PurePosixPath(os.path.relpath(self.page(path), f"source/{folder}")).as_posix()
            rows.append(f"| [{file.name}]({link}) | {first_line(file)} |")
        return "\n".join(
            [
                "---",
                "orphan: true",
                "---",
                f"# {folder}/",
                "",
                "| file | what lives there |",
                "| --- | --- |",
                *rows,
                "",
            ]
        )


def shown(path: str) -> str:
    """Return the page that shows a text file."""
    text = (PROJECT / path).read_text(encoding="utf-8")
    fence = "`" * 5
    language = LANGUAGES.get(Path(path).suffix, "text")
    return f"---\norphan: true\n---\n# {path}\n\n{fence}{{code-block}} {language}\n:linenos:\n\n{text}\n{fence}\n"


def first_line(file: Path) -> str:
    """Return what the first line of a source file says, for a table."""
    line = file.read_text(encoding="utf-8").partition("\n")[0].strip()
    said = line.strip('/*"# ').removesuffix('"""') if line.startswith(('"""', "//", "/*", "#")) else ""
    return re.sub(r"``(.*?)``", r"`\1`", said.replace("|", r"\|"))
