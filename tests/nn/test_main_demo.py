"""``python -m nn``: learns real flowers, writes what it says, and takes mistakes and Ctrl-C with grace."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

import nn
from nn.__main__ import main

HERE = Path(nn.__file__).parent.parent


def without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)


def accuracy_in(text):
    return float(re.search(r"Test accuracy: ([\d.]+)%", text)[1])


@pytest.mark.slow
def test_iris_is_learned_with_every_seed(tmp_path, monkeypatch, capsys):
    without_matplotlib(monkeypatch)
    accuracies = []
    for seed in range(5):
        assert main(["--seed", str(seed), "--out", str(tmp_path)]) == 0
        accuracies.append(accuracy_in(capsys.readouterr().out))
    assert min(accuracies) >= 90
    assert sum(accuracies) / 5 >= 95


@pytest.mark.slow
def test_the_pictures_are_written(tmp_path, capsys):
    pytest.importorskip("matplotlib", reason='matplotlib is not installed: pip install -e ".[plot]"')
    out = tmp_path / "new" / "folder"
    assert main(["--epochs", "2", "--out", str(out)]) == 0
    shown = capsys.readouterr()
    assert sorted(path.name for path in out.iterdir()) == [
        "computation_graph.svg",
        "decision_regions.png",
        "loss_curve.png",
    ]
    for path in out.iterdir():
        assert str(path) in shown.out
    for name in ("decision_regions.png", "loss_curve.png"):
        assert (out / name).read_bytes().startswith(b"\x89PNG")
    svg = ElementTree.parse(out / "computation_graph.svg").getroot()
    words = "".join(svg.itertext())
    assert "petal length (cm)" in words
    assert "loss" in words
    assert "accuracy" in shown.err  # the progress bar


@pytest.mark.slow
def test_runs_repeat(tmp_path, monkeypatch, capsys):
    without_matplotlib(monkeypatch)
    pictures = []
    for _ in range(2):
        main(["--epochs", "1", "--seed", "3", "--out", str(tmp_path)])
        pictures.append((tmp_path / "computation_graph.svg").read_bytes())
    assert pictures[0] == pictures[1]


@pytest.mark.slow
def test_without_matplotlib_it_trains_writes_the_graph_and_says_how_to_get_the_plots(tmp_path, monkeypatch, capsys):
    without_matplotlib(monkeypatch)
    assert main(["--epochs", "1", "--out", str(tmp_path)]) == 0
    assert 'pip install -e ".[plot]"' in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["computation_graph.svg"]


@pytest.mark.slow
def test_moons_and_the_other_options(tmp_path, monkeypatch, capsys):
    without_matplotlib(monkeypatch)
    options = ["--data", "moons", "--epochs", "12", "--lr", "0.05", "--hidden", "8", "4", "--batch-size", "32"]
    assert main([*options, "--seed", "1", "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "Layer(8, 4, 'relu')" in shown
    assert "points it had never seen" in shown
    assert accuracy_in(shown) >= 80


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--epochs", "0"], "argument --epochs: expected a whole number of at least 1, got '0'"),
        (["--epochs", "many"], "argument --epochs: expected a whole number of at least 1, got 'many'"),
        (["--hidden", "-3"], "argument --hidden"),
        (["--lr", "nan"], "argument --lr: expected a number greater than 0, got 'nan'"),
        (["--lr", "0"], "argument --lr: expected a number greater than 0, got '0'"),
        (["--batch-size", "1.5"], "argument --batch-size"),
        (["--seed", "x"], "argument --seed"),
        (["--data", "mnist"], "argument --data: invalid choice: 'mnist'"),
        (["--colour", "red"], "unrecognized arguments: --colour red"),
    ],
)
def test_a_wrong_option_is_one_line(options, message, capsys):
    with pytest.raises(SystemExit) as ended:
        main(options)
    shown = capsys.readouterr()
    assert ended.value.code == 2
    assert shown.err.startswith("python -m nn: ")
    assert message in shown.err
    assert shown.err.count("\n") == 1
    assert not shown.out


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path, capsys):
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit) as ended:
        main(["--out", str(tmp_path / "file")])
    assert ended.value.code == 2
    assert f"--out: cannot write to {tmp_path / 'file'}" in capsys.readouterr().err


def test_a_learning_rate_that_diverges_is_explained(tmp_path, capsys):
    assert main(["--lr", "1e308", "--epochs", "3", "--out", str(tmp_path)]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("python -m nn: training diverged with --lr 1e+308, try a smaller one")


@pytest.mark.slow
def test_ctrl_c_writes_what_was_learned_so_far(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "nn", "--epochs", "1000000", "--out", str(tmp_path)],
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    while "epoch" not in process.stderr.read(200):  # until the progress bar moves
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Interrupted after" in out
    assert "Test accuracy:" in out
    assert (tmp_path / "computation_graph.svg").exists()
