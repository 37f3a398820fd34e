"""The benchmarks' contestants compute the same numbers, and their report says so when one does not."""

import importlib
import math
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks import contest, plot, report
from benchmarks.__main__ import FIGURES, WORKLOADS, main
from benchmarks.pace import TRIES, Quiet, pace
from benchmarks.workload import Bar, Workload

pytest.importorskip("numpy")
HERE = Path(contest.__file__).parent


@pytest.mark.parametrize("name", WORKLOADS)
def test_every_contestant_has_a_file_and_every_promise_its_contestants(name):
    workload = importlib.import_module(f"benchmarks.{name}").WORKLOAD
    for contestant in workload.contestants:
        assert (HERE / name / f"{contestant}.py").exists()
    for bar in workload.bars:
        assert bar.faster.partition(": ")[2] in workload.contestants or bar.faster in workload.contestants
        assert not bar.slower or bar.slower in workload.contestants
        assert (bar.at_least is None) != (bar.at_most is None)


def test_every_figure_can_be_loaded():
    for name in FIGURES:
        figure = importlib.import_module(f"benchmarks.figures.{name}")
        assert figure.TITLE
        assert all(isinstance(bar, Bar) for bar in figure.BARS)


@pytest.mark.parametrize(
    ("workload", "by_hand"),
    [
        pytest.param("two_moons", "numpy_by_hand", marks=pytest.mark.slow),
        pytest.param("gpt", "numpy_by_hand", marks=pytest.mark.slow),
        ("rosenbrock", "python_by_hand"),
        pytest.param("minimize", "numpy_by_hand", marks=pytest.mark.slow),
    ],
)
def test_ours_agree_with_what_was_derived_by_hand(workload, by_hand):
    if workload == "minimize":
        pytest.importorskip("scipy")

    def numbers(contestant):
        run = importlib.import_module(f"benchmarks.{workload}.{contestant}").prepare(exact=True)
        return [number for _ in range(2) for number in run(1)]

    expected = numbers(by_hand)
    for contestant in importlib.import_module(f"benchmarks.{workload}").WORKLOAD.contestants:
        if contestant.startswith("ours"):
            assert numbers(contestant) == pytest.approx(expected, rel=1e-10), contestant


def test_a_contestant_runs_in_a_process_of_its_own_and_a_missing_one_is_named():
    workload, results = contest.hold("rosenbrock", rounds=2, only=["python_by_hand", "ours_compiled"])
    assert [len(result.seconds) for result in results.values()] == [2, 2]
    assert not any(result.problem for result in results.values())
    assert "python_by_hand" in report.of_contest(workload, results)
    assert report.bars_of_contest(workload, results) == []  # the bar is against JAX, which did not run


def test_what_is_measured_while_the_machine_is_slow_is_measured_again():
    paces = iter([1.0, 0.5, 0.8, 0.54, *[0.9] * (TRIES - 1), 0.7])
    quiet = Quiet()

    def measure():
        found = next(paces)
        return found, found

    assert quiet.measured(measure) == 1.0  # nothing faster is known yet
    assert quiet.measured(measure) == 0.5
    assert quiet.measured(measure) == 0.54  # after 0.8
    assert quiet.measured(measure) == 0.7  # the quickest of those that there may be
    assert next(paces, None) is None
    assert 0 < pace() < 1


def results(**seconds):
    return {name: contest.Result(name, list(times), [1.0]) for name, times in seconds.items()}


def test_ratios_compare_batches_of_one_round():
    found = results(ours=[1.0, 2.0, 4.0], theirs=[10.0, 40.0, 20.0])
    assert contest.ratio(found, Bar("ours", "theirs", at_least=3)) == (5.0, 10.0, 20.0)
    assert contest.ratio(found, Bar("ours", "theirs", at_most=3)) == (0.05, 0.1, 0.2)
    assert all(map(math.isnan, contest.ratio(found, Bar("ours", "absent", at_most=3))))


def test_bars_reached_and_missed():
    missed, reached = (Bar("a", "b", at_least=3), (2.0, 2.9, 4.0)), (Bar("a", at_most=200), (144.0, 144.0, 144.0))
    assert not report.is_reached(*missed)
    assert report.is_reached(*reached)
    assert report.of_bars([missed, reached]).count("**no**") == 1


def measured_figure(monkeypatch, number):
    monkeypatch.setattr("benchmarks.figures.memory.measure", lambda rounds: {"ours": ([number], "bytes")})
    monkeypatch.setattr("sys.argv", ["benchmarks", "memory", "--check"])


def test_a_check_ends_with_an_error_where_a_bar_is_missed(monkeypatch, capsys):
    measured_figure(monkeypatch, 300.0)
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    measured_figure(monkeypatch, 100.0)
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0
    assert "0 of 1 bars are reached." in capsys.readouterr().err


def test_a_figure_that_cannot_be_measured_here_is_left_out(monkeypatch, capsys):
    monkeypatch.setattr("benchmarks.figures.page_step.measure", lambda rounds: {})  # as without a browser
    monkeypatch.setattr("sys.argv", ["benchmarks", "page_step", "--check"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0
    assert "0 of 0 bars are reached." in capsys.readouterr().err


def test_disagreement_is_a_problem():
    found = results(first=[1.0], second=[1.0])
    found["second"].numbers = [1.1]
    contest.compare(Workload("w", ["first", "second"]), list(found.values()))
    assert "differ from those of first by 0.1" in found["second"].problem


def test_the_picture_has_a_bar_for_every_median_and_longer_ones_for_longer_times():
    found = results(ours_c=[1e-5, 2e-5, 3e-5], slow=[2e-2], broken=[])
    picture = plot.svg([(Workload("A & B: c", ["ours_c", "slow", "broken"]), found)], seconds=report.seconds)
    tree = ET.fromstring(picture)  # our own text
    texts = ["".join(item.itertext()) for item in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[-5:] == ["A & B, per step", "ours_c", "20 µs", "slow", "20 ms"]
    short, long = map(float, re.findall(r'width="([\d.]+)" height="13"', picture))
    decade = plot.place(1.0) - plot.place(0.1)
    assert long - short == pytest.approx(3 * decade, abs=0.2)


def test_the_results_have_the_picture_and_how_to_read_it():
    text = report.whole(["## A section"], 15)
    assert text.index("results.svg") < text.index("## How to read this") < text.index("## A section")
