"""The one writer of files: whole or not at all, for every kind of target, and nothing left behind."""

import os
import socket
import stat
import threading
from pathlib import Path

import pytest

import autograd
import nn
from autograd import Value, files
from autograd.errors import ArgumentError
from autograd.views.page import Page


def test_text_and_bytes_and_the_path_they_are_at(tmp_path):
    assert files.write(tmp_path / "a.txt", "größer\n") == tmp_path / "a.txt"
    assert (tmp_path / "a.txt").read_bytes() == "größer\n".encode()
    assert files.write(str(tmp_path / "b.bin"), b"\r\n\x00").read_bytes() == b"\r\n\x00"


@pytest.mark.parametrize(("owner", "step"), [(os, "fsync"), (Path, "replace"), (Path, "chmod")])
def test_a_crash_on_the_way_leaves_the_earlier_file_and_no_litter(tmp_path, monkeypatch, owner, step):
    target = files.write(tmp_path / "x.txt", "before")

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(owner, step, crash)
    with pytest.raises(KeyboardInterrupt):
        files.write(target, "after")
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_keeps_its_permissions_and_a_new_one_has_the_usual_ones(tmp_path):
    private, usual = tmp_path / "private", tmp_path / "usual"
    private.touch(mode=0o600)
    usual.touch()
    files.write(private, "secret")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert files.write(tmp_path / "new", "").stat().st_mode == usual.stat().st_mode


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").touch()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    files.write(tmp_path / "link", "text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "text"


def test_what_is_no_file_stays_what_it_is(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="no regular file"):
        files.write(tmp_path / "pipe", "text")
    with pytest.raises(IsADirectoryError, match="This is a folder"):
        files.write(tmp_path / "folder", "text")
    with pytest.raises(FileNotFoundError, match=r"no folder .*nowhere/x"):
        files.write(tmp_path / "nowhere" / "x", "text")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "pipe"]


def test_a_link_that_points_nowhere_stays_and_its_file_is_made(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "new")
    files.write(tmp_path / "link", "text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "new").read_text() == "text"
    (tmp_path / "astray").symlink_to(tmp_path / "nowhere" / "x")
    with pytest.raises(FileNotFoundError, match=r"no folder .*nowhere/x"):
        files.write(tmp_path / "astray", "text")
    assert (tmp_path / "astray").is_symlink()


def kinds(folder):
    """Make something of each kind that is no regular file; return the paths by kind."""
    paths = {kind: folder / kind for kind in ("pipe", "socket", "circle", "to a pipe", "device")}
    os.mkfifo(paths["pipe"])
    with socket.socket(socket.AF_UNIX) as bound:
        os.chdir(folder)  # the path of a socket may not be long
        bound.bind("socket")
    paths["circle"].symlink_to(paths["circle"])
    paths["to a pipe"].symlink_to(paths["pipe"])
    paths["device"].symlink_to(os.devnull)
    return paths


@pytest.mark.parametrize("kind", ["pipe", "socket", "circle", "to a pipe", "device"])
def test_nothing_that_is_no_regular_file_is_replaced_by_any_writer(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    path = kinds(tmp_path)[kind]
    before = [(entry.name, entry.lstat()[:7], entry.lstat().st_mtime_ns) for entry in sorted(tmp_path.iterdir())]
    device = Path(os.devnull).stat()
    page = Page("title", "<p>text</p>")
    for write in (lambda: files.write(path, "text"), lambda: page.save(path), lambda: nn.save({"x": 1}, path)):
        with pytest.raises(OSError, match=r"no regular file|in a circle"):
            write()
    assert [
        (entry.name, entry.lstat()[:7], entry.lstat().st_mtime_ns) for entry in sorted(tmp_path.iterdir())
    ] == before
    assert Path(os.devnull).stat().st_ino == device.st_ino


def test_two_threads_that_save_two_pages_keep_their_own_content(tmp_path):
    pages = [Page(f"page {i}", f"<p>{str(i) * 50_000}</p>") for i in range(6)]
    threads = [
        threading.Thread(target=page.save, args=(tmp_path / f"{i}.html",)) for i, page in enumerate(pages) for _ in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(tmp_path / f"{i}.html").read_text() for i in range(6)] == [page.html for page in pages]
    assert len(list(tmp_path.iterdir())) == 6


def test_several_files_are_written_all_or_none(tmp_path, monkeypatch):
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    one.write_text("earlier")
    one.chmod(0o640)
    replace, calls = Path.replace, []

    def full_at_the_third(path, target):
        calls.append(path)
        if len(calls) == 3:
            raise OSError("disk full")
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full_at_the_third)
        with pytest.raises(OSError, match="disk full"):
            files.write_together([(one, "1"), (two, "2"), (three, "3")])
    assert one.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [one]
    assert files.write_together([(one, "1"), (two, b"2"), (three, "3")]) == [one, two, three]
    assert [path.read_text() for path in (one, two, three)] == ["1", "2", "3"]
    assert stat.S_IMODE(one.stat().st_mode) == 0o640


def test_writers_of_one_file_do_not_disturb_one_another(tmp_path):
    texts = [str(i) * 20_000 for i in range(8)]
    threads = [threading.Thread(target=files.write, args=(tmp_path / "x", text)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "x").read_text() in texts
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_name_as_long_as_names_may_be(tmp_path):
    assert files.write(tmp_path / ("x" * 255), "text").read_text() == "text"


@pytest.mark.parametrize(
    "path", [None, 3, b"page.html", ["page.html"], "page\0.html"], ids=["None", "int", "bytes", "list", "zero"]
)
@pytest.mark.parametrize("use", ["write", "page", "picture", "save", "load"])
def test_what_is_no_path_is_named(path, use, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    graph = Value(2.0, "x") * 3
    uses = {
        "write": lambda: files.write(path, "text"),
        "page": lambda: autograd.explore(graph).save(path),
        "picture": lambda: autograd.draw(graph).save(path or 0),  # as in graphviz, None is the name of the picture
        "save": lambda: nn.save(nn.MLP(1, [1]), path),
        "load": lambda: nn.load(path),
    }
    with pytest.raises(ArgumentError, match=r"A path is a text or a pathlib\.Path, such as 'result\.html'; got .+\."):
        uses[use]()
    assert list(tmp_path.iterdir()) == []
