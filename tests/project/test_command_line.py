"""The command line: step, draw and explore, and what it says when something is wrong."""

import os
import subprocess
import sys

import pytest
from project_root import ROOT

import autograd
from autograd.__main__ import main, parser

EXPRESSION = ["tanh(a*b + c)", "a=2", "b=-3", "c=6.5"]


def test_runs_as_a_module_and_prints_all_steps_into_a_pipe():
    command = [sys.executable, "-m", "autograd", "step", *EXPRESSION]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.count("--- step ") == 7
    assert done.stdout.rstrip().endswith("Gradients: a: -2.359, b: 1.573, c: 0.7864")
    assert done.stderr == ""


def test_step_is_the_earlier_name_of_step_through(capsys):
    texts = [(main([name, *EXPRESSION]), capsys.readouterr().out) for name in ("step", "step-through")]
    assert texts[0] == texts[1]
    assert autograd.step is autograd.step_through


def test_numbers_may_be_written_as_expressions(capsys):
    assert main(["step", "a*b", "a=1/4", "b = -2**2"]) == 0
    assert "0.25 * (-4)" in capsys.readouterr().out


def test_an_expression_may_start_with_a_minus(capsys):
    assert main(["step", "-a*b", "a=1", "b=2"]) == 0
    assert "Gradients: a: -2, b: -1" in capsys.readouterr().out


@pytest.mark.parametrize("ending", ["dot", "gv", "svg"])
def test_draws_into_a_file(tmp_path, capsys, ending):
    file = tmp_path / f"graph.{ending}"
    assert main(["draw", *EXPRESSION, "-o", str(file)]) == 0
    content = file.read_text(encoding="utf-8")
    assert ("<svg" if ending == "svg" else "digraph") in content
    assert "2.359" in content
    assert capsys.readouterr().out == f"Wrote {file}\n"


def test_explores_into_a_file(tmp_path):
    file = tmp_path / "lesson.html"
    assert main(["explore", *EXPRESSION, "-o", str(file)]) == 0
    assert "<html" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["step", "a^2", "a=1"], "    a^2\n     ^"),
        (["step", "a + b", "a=1"], "'b' has no number; give one: b=1."),
        (["step", "a", "a=1", "b=2"], "'b' was given, which is not in it"),
        (["step", "a", "2"], "Give each number as name=number, such as a=2; got '2'."),
        (["step", "a", "a=two"], "a=two gives no number. Write one, such as a=2 or a=1/3."),
        (["step", "a", "a=nan"], "a=nan gives no number"),
        (["step", "a*b", "a=2,b=3"], "a=2,b=3 gives no number. Write one, such as a=2 or a=1/3."),
        (["step", "a*b", "a=1e999", "b=3"], "a=1e999 gives no number. Write one, such as a=2 or a=1/3. This number is"),
        (["step", "a", "a=2", "a=3"], "'a' is given twice"),
        (["step", "a(b)", "a=2", "b=3"], "There is no function called 'a'. For a product write a * (...)."),
        (["step", "log(a)", "a=-1"], "log(x) is not defined at x = -1.0"),
        (["step", "sqrt(a)", "a=0"], "The derivative of sqrt(x) divides by zero"),
        (["draw", "a", "a=1", "-o", "picture"], "write picture.svg, a picture, or picture.dot, text"),
        (["draw", "a", "a=1", "-o", "picture.html"], "cannot write 'picture.html'; write picture.svg"),
        (["draw", "a", "a=1", "-o", "/nowhere/at/all.dot"], "/nowhere/at/all.dot"),
    ],
)
def test_a_mistake_is_explained_without_a_traceback(arguments, message, capsys):
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert message in printed.err
    assert "Traceback" not in printed.err + printed.out
    assert "frozen" not in printed.err


@pytest.mark.parametrize("arguments", [[], ["dance"], ["draw", "a", "a=1"]])
def test_a_wrong_call_shows_the_usage(arguments, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    assert "usage: python -m autograd" in capsys.readouterr().err


def test_the_playground_is_opened_or_written(tmp_path, capsys, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    file = tmp_path / "playground.html"
    assert main(["playground", "-a*b", "a=1", "b=2", "-o", str(file)]) == 0
    assert '"expression":"-a*b","numbers":{"a":1.0,"b":2.0}' in file.read_text(encoding="utf-8")
    assert opened == []
    assert main(["playground"]) == 0
    assert opened[0].endswith("playground.html")
    assert main(["playground", "a + b", "a=1"]) == 1
    assert "'b' has no number" in capsys.readouterr().err


def test_exercises_are_written_one_for_each_seed(tmp_path, capsys):
    assert (
        main(["exercise", "-tanh(a*b + c)", "a=2", "-o", str(tmp_path / "exercise_{seed}.html"), "--seed", "3-5"]) == 0
    )
    assert sorted(file.name for file in tmp_path.iterdir()) == [f"exercise_{seed}.html" for seed in (3, 4, 5)]
    assert "Exercise 4: " in (tmp_path / "exercise_4.html").read_text(encoding="utf-8")
    assert main(["exercise", "a*b", "-o", str(tmp_path / "one.html"), "--seed", "1-2"]) == 1
    assert "write one_{seed}.html" in capsys.readouterr().err
    assert main(["exercise", "a*b", "-o", str(tmp_path / "one.html"), "--seed", "x"]) == 1
    assert "Give a seed such as 17, or a range such as 1-30; got 'x'." in capsys.readouterr().err
    assert main(["exercise", "a*b", "-o", str(tmp_path / "{seed}.html"), "--seed", "5-3"]) == 1
    assert "A range begins with the smaller seed: 3-5; got '5-3'." in capsys.readouterr().err


COMMANDS = {
    "autograd": [
        ["--help"],
        ["step-through", *EXPRESSION],
        ["draw", *EXPRESSION, "-o", "graph.dot"],
        ["explore", *EXPRESSION, "-o", "page.html"],
        ["exercise", "a*b", "-o", "page.html"],
        ["playground", "-o", "page.html"],
        ["marks", "codes.txt"],
        ["draw", "-h"],
    ],
    "nn": [["--help"], ["--epochs", "1", "--hidden", "2"]],
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "command"), [(module, command) for module, commands in COMMANDS.items() for command in commands]
)
def test_a_reader_that_leaves_is_no_error(module, command, tmp_path):
    (tmp_path / "codes.txt").write_text("10000\n" * 5000, encoding="utf-8")
    reader, writer = os.pipe()
    os.close(reader)  # as `| head -0` does
    with os.fdopen(writer, "w") as pipe:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        line = [sys.executable, "-m", module, *command]
        done = subprocess.run(
            line, cwd=tmp_path, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False, env=environment
        )
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.returncode == 0


def test_every_command_is_tried_with_a_reader_that_leaves():
    (commands,) = [action for action in parser()._actions if action.dest == "command" or action.choices]
    assert set(commands.choices) - {"step"} <= {words[0] for words in COMMANDS["autograd"]}


def test_a_reader_that_leaves_is_left_to_the_command_line(monkeypatch):
    def nobody_reads(output):
        raise BrokenPipeError

    monkeypatch.setattr(autograd, "step_through", nobody_reads)
    with pytest.raises(BrokenPipeError):
        main(["step-through", "a", "a=2"])
