"""What every page shares: the page object, the document, the script that makes elements, and the card's style."""

import os
from pathlib import Path

from autograd import files
from autograd.errors import ArgumentError


class Page:
    """A page: Jupyter shows it, ``save()`` writes it to a file, ``html`` is its text.

    Args:
        title: what stands in the title of the window.
        fragment: the page as a fragment of HTML; see :func:`autograd.views.page.document.fragment`.
        language: the language that the page speaks.
    """

    def __init__(self, title: str, fragment: str, language: str = "en") -> None:
        self.title = title
        self.language = language
        self._fragment = fragment

    @property
    def html(self) -> str:
        """The whole page: one self-contained text that loads nothing from anywhere."""
        from autograd.views.page.document import document  # only now, so that importing autograd stays quick

        return document(self._fragment, self.title, self.language)

    def save(self, path: "str | os.PathLike[str]") -> Path:
        """Write the page to a file, which any browser opens without a network; return its path.

        The file appears whole or not at all.

        Raises:
            ArgumentError: there is no folder to save it in.
            OSError: the file cannot be written.
        """
        target = files.path_from(path)
        folder = target.parent.resolve()
        if not folder.is_dir():
            raise ArgumentError(f"There is no folder {str(folder)!r} to save {target.name!r} in; make it first.")
        return files.write(path, self.html)

    def _repr_html_(self) -> str:
        return self._fragment
