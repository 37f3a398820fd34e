"""Makes slides of the course: ``python notebooks/slides.py``, or with some of the notebooks' names.

The notebooks are run, and every figure, graph, explorer and question becomes a slide of
``notebooks/slides/slides.html``, one file that needs no network. Explorers are live. What a notebook says before a
figure are the speaker's notes.
"""

import argparse
import base64
import re
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent)]  # where render.py and the library are, wherever Python is started

from render import QUESTION, nbformat, notebooks, question_form, run

TARGET = FOLDER / "slides" / "slides.html"
SHARP = "%config InlineBackend.figure_formats = ['svg']"
"""Figures as drawings, which are sharp at any size."""
LIVE = "data-autograd-"
"""What marks an output that is a page of its own, such as an explorer."""
LONGEST_SENTENCE = 220


class Slide(NamedTuple):
    """One slide: what it shows, and what the speaker may say."""

    kind: str
    title: str
    content: str
    sentence: str = ""
    notes: str = ""
    code: str = ""


def slides_of(notebook: Any, name: str) -> Iterator[Slide]:
    """Yield the slides of a notebook that has been run: its title, then one for each thing to look at."""
    heading, said = "", ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            first, said = not heading, f"{said}\n" if said else ""
            for line in cell.source.splitlines():
                if line.startswith("#"):
                    heading, said = line.lstrip("# "), ""
                else:
                    said += f"{line}\n"
            if first and heading:
                yield Slide("title", heading, markdown(said))
            continue
        question = QUESTION.match(cell.source)
        if question:
            yield Slide("question", heading, question_form(name, question[1]), notes=markdown(said))
            continue
        for output in cell.get("outputs", []):
            found = shown(output, heading)
            if found is not None:
                kind, content = found
                yield Slide(kind, heading, content, sentence(said), markdown(said), cell.source)
                said = ""


def shown(output: Any, title: str) -> tuple[str, str] | None:
    """Return what an output puts on a slide; None if it is text, which the speaker's notes have no room for."""
    data = output.get("data", {})
    page = "".join(data.get("text/html", ""))
    if LIVE in page:
        return "live", page
    for kind in ("image/svg+xml", "image/png"):
        if kind in data:
            image = "".join(data[kind])
            coded = image.strip() if kind == "image/png" else base64.b64encode(image.encode()).decode()
            return "figure", f'<img alt="{escape(title)}" src="data:{kind};base64,{coded}">'
    return None


def markdown(text: str) -> str:
    """Return markdown as HTML."""
    from nbconvert.filters import markdown2html  # noqa: PLC0415  # comes with nbconvert, and takes a second

    page: str = markdown2html(text)
    return page


def sentence(text: str) -> str:
    """Return the last paragraph of a text where it is short enough to be read on a slide, as HTML."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    last = paragraphs[-1] if paragraphs else ""
    plain = len(last) <= LONGEST_SENTENCE and not last.startswith(("|", "-", "1.", "```", "<", ">"))
    return markdown(last) if plain else ""


def deck(slides: list[Slide], title: str) -> str:
    """Return the slides as one page that loads nothing."""
    sections = "".join(section(slide, number, len(slides)) for number, slide in enumerate(slides, start=1))
    files = {
        name: (FOLDER / name).read_text(encoding="utf-8") for name in ("quiz.css", "slides.css", "quiz.js", "slides.js")
    }
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>{files['quiz.css']}{files['slides.css']}</style>\n</head>\n<body>\n<main>\n{sections}</main>\n"
        f"<script>{files['quiz.js']}</script>\n<script>{files['slides.js']}</script>\n</body>\n</html>\n"
    )


def section(slide: Slide, number: int, total: int) -> str:
    """Return one slide as HTML."""
    notes = f'<aside class="notes" aria-label="Speaker notes">{slide.notes}</aside>' if slide.notes else ""
    code = f"<details><summary>Code</summary><pre>{escape(slide.code)}</pre></details>" if slide.code else ""
    said = f'<div class="sentence">{slide.sentence}</div>' if slide.sentence else ""
    return (
        f'<section class="slide {slide.kind}" id="{number}" aria-label="Slide {number} of {total}">\n'
        f'<h1>{escape(slide.title).replace("`", "")}</h1>\n{said}<div class="content">{slide.content}</div>\n'
        f'<footer>{code}<span class="number">{number} / {total}</span></footer>\n{notes}\n</section>\n'
    )


def main(arguments: "list[str] | None" = None) -> int:
    """Make slides of the notebooks named on the command line, or of all."""
    parser = argparse.ArgumentParser(prog="python notebooks/slides.py", description="Make slides of the course.")
    parser.add_argument("names", nargs="*", help="such as 01 or 05_classification.ipynb; all if none is given")
    parser.add_argument("-o", "--output", type=Path, default=TARGET, metavar="FILE", help="%(default)s")
    options = parser.parse_args(arguments)
    chosen = notebooks(options.names)
    if not chosen:
        parser.error(f"no such notebook; there are {', '.join(path.stem for path in notebooks())}")
    slides: list[Slide] = []
    for path in chosen:
        print(f"{path.name} ...", flush=True)
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        notebook.cells.insert(0, nbformat.v4.new_code_cell(SHARP))  # type: ignore[no-untyped-call]
        slides += slides_of(run(notebook), path.stem)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(deck(slides, "From one number to a small GPT"), encoding="utf-8")
    print(f"{len(slides)} slides: {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
