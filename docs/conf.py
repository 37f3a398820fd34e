"""The settings of Sphinx; `python -m docs` says where sources and pages lie."""

import re
import tomllib
from pathlib import Path
from typing import cast

from sphinx.application import Sphinx

from docs.site import mathml

PROJECT = Path(__file__).resolve().parent.parent
described = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = described["name"]
author = "the authors of scalar-autograd"
version = release = described["version"]
copyright = f"{author}, MIT licence"
language = "en"
smartquotes = False  # what is quoted is often code

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode", "sphinx_copybutton"]
myst_enable_extensions = ["dollarmath", "deflist", "colon_fence", "attrs_inline"]
myst_heading_anchors = 4
nb_execution_mode = "off"  # the notebooks come with their outputs
nb_merge_streams = True
suppress_warnings = [
    "mystnb.unknown_mime_type",
    "myst.header",
]  # outputs of Jupyter alone; a cell may begin at any level

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_admonition_for_examples = False
toc_object_entries = False

html_theme = "furo"
html_favicon = "_static/icon.svg"
html_title = "scalar-autograd"
html_static_path = ["_static", "../notebooks/quiz.css", "../notebooks/quiz.js"]
html_css_files = ["quiz.css", "site.css"]
html_js_files = ["site.js", "quiz.js"]
html_copy_source = False
html_show_sphinx = False
html_math_renderer = "mathml"
html_theme_options = {"navigation_with_keys": False, "top_of_page_buttons": []}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True


NOT_AT_HOME = re.compile("mystnb|clipboard|copybutton")
"""Styles and scripts for notebooks and for copying examples."""
PARAMETERS = re.compile(r"<dl>\n((?:<dd>.*?</dd>\n)+)</dl>", re.DOTALL)


def finished(app: object, page: str, template: str, context: "dict[str, object]", doctree: object) -> None:
    """Mend what readers by ear stumble over: headings of no level, lists that are none. Keep the first page small."""
    tree = str(context.get("furo_navigation_tree", ""))
    context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')
    body = PARAMETERS.sub(
        lambda found: re.sub(r"(</?)dd>", r"\1span>", f'<span class="parameters">{found[1]}</span>'),
        str(context.get("body", "")),
    )
    if page == "index":  # which is to open at once
        for kind in ("css_files", "script_files"):
            files = cast("list[object]", context[kind])
            context[kind] = [file for file in files if not NOT_AT_HOME.search(str(getattr(file, "filename", file)))]
    context["body"] = re.sub(r'<th class="head[^"]*"><p></p></th>', "<td></td>", body)


def setup(app: Sphinx) -> None:
    """Show formulas as MathML, which browsers know by themselves."""
    mathml.setup(app)
    app.connect("html-page-context", finished, priority=900)  # after the theme
