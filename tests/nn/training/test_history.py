"""``nn.History``: columns, printing, saving."""

import copy
import multiprocessing
import os
import pickle

import pytest

import nn
from autograd import errors
from nn.training.history import History


def test_columns_rows_and_length():
    history = History([{"loss": 2.0}, {"loss": 1.0, "accuracy": 0.5}])
    assert len(history) == 2
    assert history.columns == ["loss", "accuracy"]
    assert history["loss"] == [2.0, 1.0]
    assert history["accuracy"] == [0.5]


def test_an_unknown_column_is_named_with_those_there_are():
    with pytest.raises(errors.ArgumentError, match=r"no column 'acuracy'; it has loss, accuracy"):
        History([{"loss": 2.0, "accuracy": 1.0}])["acuracy"]


def test_best_is_the_lowest_and_counts_from_one():
    assert History([{"loss": 3.0}, {"loss": 1.0}, {"loss": 1.0}, {"loss": 2.0}]).best("loss") == (2, 1.0)


def test_prints_a_table_and_leaves_out_the_middle():
    history = History([{"loss": float(i)} for i in range(1, 41)])
    history.ending = "Finished 40 epochs."
    lines = repr(history).splitlines()
    assert lines[0].split() == ["epoch", "loss"]
    assert [line.split()[0] for line in lines[1:-1]] == ["1", "2", "3", "4", "5", "...", "36", "37", "38", "39", "40"]
    assert lines[-1] == "Finished 40 epochs."


def test_an_empty_history_says_so():
    assert repr(History()) == "No epoch is complete yet."


def test_a_history_read_from_a_file_says_how_to_go_on():
    with pytest.raises(errors.ArgumentError, match=r"nn\.fit\(model, data, \.\.\., history=history\)"):
        History([{"loss": 1.0}]).resume(1)


def test_state_goes_round():
    history = History([{"loss": 0.1, "accuracy": 1 / 3}])
    history.ending, history.interrupted = "Interrupted.", True
    other = History()
    other.load_state_dict(history.state_dict())
    assert other.rows == [{"loss": 0.1, "accuracy": 1 / 3}]
    assert (other.ending, other.interrupted) == ("Interrupted.", True)


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"rows": 3, "ending": "", "interrupted": False},
        {"rows": [{"loss": "low"}], "ending": "", "interrupted": False},
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(state):
    history = History([{"loss": 1.0}])
    with pytest.raises(errors.FormatError):
        history.load_state_dict(state)
    assert history.rows == [{"loss": 1.0}]


def trained(seed, **options):
    model = nn.MLP(2, [3, 1], seed=seed)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    options = {"loss": nn.mse_loss, "optimizer": optimizer, "epochs": 2, "seed": seed, "progress": False, **options}
    return nn.fit(model, nn.make_xor(12, seed=0), **options)


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda history: pickle.loads(pickle.dumps(history))])
def test_the_history_of_a_run_can_be_copied_and_pickled(twin):
    history = trained(0, record=True)
    other = twin(history)
    assert repr(other) == repr(history)
    assert other.state_dict() == history.state_dict()
    assert len(other.player().html) > 1000
    with pytest.raises(errors.ArgumentError, match="copied"):
        other.resume(1)
    assert len(history.resume(1)) == 3  # the run itself goes on
    assert len(other) == 2


def test_a_copied_history_continues_in_another_run():
    whole = trained(0, epochs=3)
    history = trained(0)
    assert trained(0, history=copy.deepcopy(history), epochs=1).continuation == whole.continuation


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Python 3.12 warns of forks beside threads
def test_several_seeds_train_in_processes_of_their_own():
    with multiprocessing.get_context("fork").Pool(2) as pool:
        losses = [history["loss"] for history in pool.map(trained, range(3))]
    assert losses == [trained(seed)["loss"] for seed in range(3)]
