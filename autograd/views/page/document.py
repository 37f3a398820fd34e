"""Puts a page together: data, scripts and style become one fragment of HTML, and that a whole document."""

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeAlias

from autograd.views.page.language import Words

Json: TypeAlias = "str | float | bool | Sequence[Json] | Mapping[str, Json] | None"

FOLDER = files(__package__)

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""What a saved page may load: nothing from anywhere."""


def texts(folder: Traversable, *names: str) -> str:
    """Return the text of several files of a folder, one after the other."""
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def as_script(data: Json) -> str:
    """Return data as JavaScript (which has ``NaN`` too) that cannot end the script it stands in.

    Example:
        >>> as_script(["</script>", 1.5])
        '["\\\\u003c/script>",1.5]'
    """
    return json.dumps(data, separators=(",", ":")).replace("<", r"\u003c")


QUOTED = re.compile(r'("(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`)')
SIGN = re.compile(r" ?([{}()\[\],;:?=<>&|*%]) ?")
"""Signs of JavaScript beside which a space says nothing."""


def bare_script(text: str) -> str:
    """Return JavaScript without indentation, empty lines, lines that are comments, and spaces that say nothing.

    No text in our scripts runs over the end of a line, so that every line stands for itself.

    Example:
        >>> bare_script("if (a) {\\n  // why\\n  b(1, \\"x, y\\");\\n}\\n")
        'if(a){\\nb(1,"x, y");\\n}'
    """
    lines = map(str.strip, text.splitlines())
    return "\n".join(bare_line(line) for line in lines if line and not line.startswith("//"))


def bare_line(line: str) -> str:
    """Return a line of JavaScript without spaces beside signs; as it is if it may hold a pattern or nested text."""
    if line.count("`") > 2 or "'" in line or re.search("/(?! )", QUOTED.sub("", line)):
        return line
    parts = QUOTED.split(line)
    return "".join(part if i % 2 else SIGN.sub(r"\1", part) for i, part in enumerate(parts))


def bare_style(text: str) -> str:
    """Return CSS without comments, line ends and spaces that say nothing.

    Example:
        >>> bare_style("/* why */\\n.card, p {\\n  color: red;\\n}\\n")
        '.card,p{color:red;}'
    """
    lines = map(str.strip, re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).splitlines())
    whole = "".join(line if line.endswith(("{", "}", ";", ",")) else f"{line} " for line in lines if line)
    parts = QUOTED.split(whole)
    return "".join(part if i % 2 else re.sub(r" ?([{};,]) ?|(:) ", r"\1\2", part) for i, part in enumerate(parts))


def bare_picture(svg: bytes) -> bytes:
    """Return a picture without what an image does not show: comments, titles, and the names of its parts.

    Example:
        >>> bare_picture(b'<svg><!-- n0 --><g id="n0" class="node"><title>n0</title><path/></g></svg>')
        b'<svg><g><path/></g></svg>'
    """
    without = re.sub(rb"<!--.*?-->|<!DOCTYPE.*?>|<title>.*?</title>", b"", svg, flags=re.DOTALL)
    without = re.sub(rb'(<g)( id="[^"]*")( class="[^"]*")', rb"\1", without)
    without = re.sub(rb' (d|points)="[^"]*"', lambda found: re.sub(rb"(\.\d)\d+", rb"\1", found[0]), without)
    return re.sub(rb">\s+<", b"><", without)


def fragment(
    view: str,
    attribute: str,
    data: Mapping[str, Json],
    scripts: Iterable[str],
    style: str,
    *,
    title: str,
    picture: bytes,
    languages: Mapping[str, Words],
) -> str:
    """Return HTML that shows a picture, and turns it into a page where scripts may run.

    Args:
        view: the JavaScript class that fills the page, as in ``new Explorer(root, data)``.
        attribute: the attribute by which the scripts find the page's element, such as ``data-autograd-explorer``.
        data: what the scripts know.
        scripts: JavaScript in the order in which one text builds on another; those of this folder go ahead of them.
        style: the page's own CSS; ``page/card.css`` goes ahead of it.
        title: what the picture shows, in words.
        picture: SVG, for where scripts may not run.
        languages: the words of the page in each language that it comes with, the one to begin with first; ``advice``
            among them says how to get from the picture to the page.
    """
    known = as_script(data)
    program = "\n".join(
        [
            f"const DATA = {known};",
            f"const LANGUAGES = {as_script({each: sent(words, known) for each, words in languages.items()})};",
            f"const STYLE = {as_script(bare_style(texts(FOLDER, 'card.css') + style))};",
            bare_script("\n".join([texts(FOLDER, "language.js", "names.js", "dom.js"), *scripts])),
            f"start('{attribute}', NAME, STYLE, (root) => new {view}(root, DATA));",
        ]
    )
    name = hashlib.sha256(program.encode()).hexdigest()[:16]
    image = base64.b64encode(bare_picture(picture)).decode()
    language, words = next(iter(languages.items()))
    advice = str(words["advice"])
    return (
        f'<div {attribute}="{name}" lang="{language}">\n'
        f'<img alt="{html.escape(title)}" style="max-width: 100%" src="data:image/svg+xml;base64,{image}">\n'
        f"<p>{html.escape(advice)}</p>\n</div>\n"
        f"<script>(() => {{\n'use strict';\nconst NAME = '{name}';\n{program}\n}})();</script>\n"
    )


def sent(words: Words, data: str) -> dict[str, Json]:
    """Return the words that a page needs: of the library's own sentences only those that its data may have."""
    library = words.get("library", {})
    assert not isinstance(library, str)
    known = {text: said for text, said in library.items() if "{" in text or as_script(text)[1:-1] in data}
    return {**words, "library": known}


def document(body: str, title: str, language: str = "en") -> str:
    """Return a complete HTML document around a fragment; it loads nothing from anywhere."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" data-autograd-page>\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<title>{html.escape(title)}</title>\n"
        "<style>body { margin: 0; padding: 16px; background: #eaeef2; font: 14px/1.5 system-ui, sans-serif; }\n"
        "@media screen and (prefers-color-scheme: dark) "
        "{ body:has([data-autograd-explorer], [data-autograd-exercise]) { background: #05080c; } }\n"
        "@media (max-width: 560px) { body { padding: 0; } }\n"
        "@page { margin: 14mm; }\n"
        "@media print { body { padding: 0; background: #fff; } }</style>\n"
        f"</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
