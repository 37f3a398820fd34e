"""The one writer of files: whole or not at all, for every kind of target, and nothing left behind."""

import os
import stat
import threading
from pathlib import Path

import pytest

from autograd import files


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
