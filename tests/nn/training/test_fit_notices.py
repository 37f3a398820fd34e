"""What a recorded step depends on besides numbers is noticed when it changes; what cannot be noticed runs eagerly."""

import functools
import itertools
import random
import signal

import pytest

import autograd
import nn
from autograd import Value
from nn.schedulers import Scheduler

pytest.importorskip("numpy")

RNG = random.Random(3)
SAMPLES = [[RNG.gauss(0, 1) for _ in range(2)] for _ in range(10)]
TARGETS = [x[0] - 0.5 * x[1] for x in SAMPLES]
STRENGTH = [1.0]
FACTOR = 1.0


class Line(nn.Module):
    """A line whose outputs pass through ``shape``."""

    factor = 1.0

    def __init__(self, shape=None):
        self.layer, self.shape, self.rates, self.table = nn.Linear(2, 1, seed=1), shape, [1.0], {"a": {"b": 1.0}}

    def forward(self, x):
        rows = self.layer(x)
        return self.shape(self, rows) if self.shape else rows


def rescaled(rows, factor):
    return [[factor * v for v in row] for row in rows]


def make(model, *, loss=nn.mse_loss, change=None, optimizer=None, data=None, **options):
    """Return the losses and parameters of a run, and how it ran."""
    optimizer = (optimizer or (lambda p: nn.SGD(p, lr=0.05, momentum=0.5)))(model.parameters())
    if "scheduler" in options:
        options["scheduler"] = options["scheduler"](optimizer, model)
    history = nn.fit(
        model,
        data or nn.DataLoader(nn.TensorDataset(SAMPLES, TARGETS), 4),
        loss=loss,
        optimizer=optimizer,
        epochs=options.pop("epochs", 4),
        callbacks=[change] if change else [],
        progress=False,
        **options,
    )
    return history["loss"], [value.data for value in model.parameters()], history.computation


def agree(build, *, compiled=None):
    """Check that the default mode gives what the eager one does; ``build(compile)`` makes and runs everything anew."""
    eager, default = build(False), build("auto")
    assert default[0] == pytest.approx(eager[0], rel=1e-12, abs=0)
    assert default[1] == pytest.approx(eager[1], rel=1e-12, abs=1e-14)
    assert compiled is None or default[2].startswith("compiled" if compiled else "eager, because"), default[2]
    return default[2]


def at(epoch, change):
    return lambda training: change(training) if training.epoch == epoch else None


# --- what callbacks change -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "change"),
    [
        (lambda self, rows: rescaled(rows, self.rates[0]), lambda model: model.rates.__setitem__(0, 3.0)),
        (lambda self, rows: rescaled(rows, self.table["a"]["b"]), lambda model: model.table["a"].update(b=3.0)),
        (lambda self, rows: rescaled(rows, STRENGTH[0]), lambda model: STRENGTH.__setitem__(0, 3.0)),
        (lambda self, rows: rescaled(rows, FACTOR), lambda model: globals().__setitem__("FACTOR", 3.0)),
        (lambda self, rows: rescaled(rows, self.factor), lambda model: setattr(Line, "factor", 3.0)),
        (lambda self, rows: rows, lambda model: setattr(model, "shape", lambda self, rows: rescaled(rows, 3.0))),
        (lambda self, rows: rescaled(rows, -0.0 if str(self.rates[0]) == "-0.0" else 2.0),
         lambda model: model.rates.__setitem__(0, -0.0)),
    ],
    ids=["list", "nested dictionary", "global list", "global name", "class attribute", "function", "sign of zero"],
)  # fmt: skip
def test_what_the_model_reads(shape, change, monkeypatch):
    def build(compile):
        monkeypatch.setitem(globals(), "FACTOR", 1.0)
        monkeypatch.setattr(Line, "factor", 1.0)
        STRENGTH[0] = 1.0
        return make(Line(shape), change=at(2, lambda training: change(training.model)), compile=compile)

    agree(build, compiled=True)


def test_arrays_slots_and_parts_of_other_objects():
    import numpy

    class Options:
        __slots__ = ("factor",)

    def build(compile):
        options, weights = Options(), numpy.array([1.0, 2.0])
        options.factor = 1.0

        def change(training):
            options.factor, weights[1] = 2.0, -1.0

        shape = lambda self, rows: rescaled(rows, options.factor * float(weights[1]))  # noqa: E731
        return make(Line(shape), change=at(2, change), compile=compile)

    agree(build, compiled=True)


def test_what_the_loss_reads():
    class Weighted(nn.MSELoss):
        def __init__(self):
            super().__init__()
            self.weights = [1.0]

        def forward(self, outputs, targets):
            return self.weights[0] * super().forward(outputs, targets)

    for kind in ("module", "closure", "default", "partial"):

        def build(compile, kind=kind):
            weights, module = [1.0], Weighted()

            def closure(outputs, targets):
                return weights[0] * nn.mse_loss(outputs, targets)

            def default(outputs, targets, by=weights):
                return by[0] * nn.mse_loss(outputs, targets)

            def change(training):
                weights[0] = module.weights[0] = 0.125

            partial = functools.partial(default, by=weights)
            loss = {"module": module, "closure": closure, "default": default, "partial": partial}[kind]
            return make(Line(), loss=loss, change=at(2, change), compile=compile)

        agree(build, compiled=True)


def test_a_scheduler_that_changes_the_model_between_two_batches():
    class Fading(Scheduler):
        per_batch = True

        def __init__(self, optimizer, model):
            self.model = model
            super().__init__(optimizer)

        def rate(self, base, epoch):
            return base

        def step(self):
            super().step()
            if self.last_epoch % 5 == 0:
                self.model.rates[0] *= 0.5
                self.model.layer.bias[0].data += 0.25

    shape = lambda self, rows: rescaled(rows, self.rates[0])  # noqa: E731
    agree(lambda compile: make(Line(shape), scheduler=Fading, compile=compile), compiled=True)


# --- what forward does ---------------------------------------------------------------------------------------


def test_counters_randomness_and_iterators_run_eagerly_and_count_as_often():
    def counter(self, rows):
        self.table["a"]["calls"] = calls = self.table["a"].get("calls", 0) + 1
        return rescaled(rows, 2.0 if calls % 5 == 0 else 1.0)

    def own_generator(self, rows):
        self.generator = self.__dict__.get("generator") or random.Random(1)
        return rescaled(rows, 2.0 if self.generator.random() < 0.2 else 1.0)

    def common_generator(self, rows):
        return rescaled(rows, 2.0 if random.random() < 0.2 else 1.0)

    def numpys(self, rows):
        import numpy

        return rescaled(rows, 2.0 if numpy.random.rand() < 0.2 else 1.0)

    for shape in (counter, own_generator, common_generator, numpys):

        def build(compile, shape=shape):
            import numpy

            random.seed(1)
            numpy.random.seed(1)
            return make(Line(shape), compile=compile)

        assert "change" in agree(build, compiled=False)

    def iterated(compile):
        steps = itertools.count(1)
        return make(Line(lambda self, rows: rescaled(rows, 1 / next(steps))), compile=compile)

    assert "steps, a count, which changes from step to step" in agree(iterated, compiled=False)


def test_reading_a_parameter_runs_eagerly():
    def build(compile):
        return make(Line(lambda self, rows: rescaled(rows, self.layer.weight[0][0].data)), compile=compile)

    assert "asked for the number behind a Value" in agree(build, compiled=False)


def test_the_learning_rate_in_the_loss_runs_eagerly():
    def build(compile):
        model = Line()
        optimizer = nn.SGD(model.parameters(), lr=0.1)

        def loss(outputs, targets):
            return nn.mse_loss(outputs, targets) * (1 + optimizer.param_groups[0]["lr"])

        return make(model, loss=loss, optimizer=lambda _: optimizer, compile=compile)

    assert "optimizer, a SGD, which changes" in agree(build, compiled=False)


def test_numbers_that_are_drawn_or_observed_by_the_users_own_functions():
    class Following(nn.Module):
        """Adds a running mean of what it has seen, which it draws; and lets its parameter be reset by what it sees."""

        def __init__(self):
            self.bias, self.mean = Value(0.5), 0.0

        def forward(self, x):
            (mean,) = autograd.fresh(lambda _: [self.mean + 0.1 * self.bias.data], 1)
            total = sum(v for row in x for v in row)
            autograd.observe([total], self.see)
            return [[v + mean + self.bias for v in row] for row in x]

        def see(self, numbers):
            self.mean = 0.9 * self.mean + 0.1 * float(numbers[0])

    def build(compile):
        return make(nn.Sequential(nn.Linear(2, 1, seed=1), Following()), compile=compile)

    agree(build)


# --- data ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("same", ["row", "batch"])
def test_data_that_refill_a_buffer(same):
    class Refilled(nn.DataLoader):
        def __iter__(self):
            xs, ys = [[0.0, 0.0] for _ in range(5)], [0.0] * 5
            for start in (0, 5):
                for row, new in zip(xs, SAMPLES[start : start + 5], strict=True):
                    row[:] = new
                ys[:] = TARGETS[start : start + 5]
                yield xs, ys

    class Row:
        def __init__(self):
            self.row = [0.0, 0.0]

        def __len__(self):
            return 10

        def __getitem__(self, i):
            self.row[:] = SAMPLES[i]
            return self.row, TARGETS[i]

    def build(compile):
        data = nn.DataLoader(Row(), 1) if same == "row" else Refilled(nn.TensorDataset(SAMPLES, TARGETS), 5)
        return make(Line(), data=data, compile=compile)

    agree(build, compiled=True)


def test_a_data_set_is_asked_for_nothing_but_the_batches():
    class Counting(list):
        taken = 0

        def __getitem__(self, i):
            self.taken += 1
            return super().__getitem__(i)

    data = Counting(zip(SAMPLES, TARGETS, strict=True))
    make(Line(), data=nn.DataLoader(data, 4), epochs=2)
    assert data.taken == 20


# --- gradients and updates -----------------------------------------------------------------------------------


def test_an_old_gradient_moves_nothing():
    class Switching(nn.Module):
        def __init__(self):
            self.a, self.b, self.use_a = nn.Linear(2, 1, seed=1), nn.Linear(2, 1, seed=2), True

        def forward(self, x):
            return (self.a if self.use_a else self.b)(x)

    def build(compile):
        change = lambda training: setattr(training.model, "use_a", training.epoch % 2 == 0)  # noqa: E731
        return make(Switching(), change=change, compile=compile)

    agree(build, compiled=True)
    idle, model = Value(1.0), Line()
    idle.grad = 5.0
    make(model, optimizer=lambda p: nn.SGD([*p, idle], lr=0.1))
    assert idle.data == 1.0


@pytest.mark.parametrize("clip", [None, 0.05])
def test_the_gradients_of_what_is_not_trained_add_up_as_in_a_loop(clip):
    def build(compile):
        seen = []
        model = Line()
        frozen = model.layer.bias[0]
        losses, numbers, text = make(
            model,
            optimizer=lambda p: nn.SGD([value for value in p if value is not frozen], lr=0.05),
            change=lambda training: seen.append(frozen.grad),
            clip=clip,
            compile=compile,
        )
        return losses, [*numbers, *seen], text

    agree(build, compiled=True)


class Late(nn.Optimizer):
    """A rule that takes another case when ``when`` says so."""

    calls = 0

    def __init__(self, parameters):
        super().__init__(parameters, lr=0.05)


def rule(case):
    class Rule(Late):
        @staticmethod
        def update(parameter, gradient, state, hyperparameters, step):
            return parameter - hyperparameters["lr"] * case(gradient, step), {}

    return Rule


def counted(gradient, step):
    Late.calls += 1
    return gradient * (1 + 0.1 * (Late.calls % 3))


CASES = {
    "a branch": lambda g, step: g if g > 0 else 0.5 * g,
    "a later branch": lambda g, step: g if step < 5 or g > 0 else 0.5 * g,
    "a later sum": lambda g, step: g if step < 5 else g / (1 + abs(getattr(g, "sum", lambda: g)())),
    "any": lambda g, step: 0.5 * g if step > 3 and getattr(g > 0.01, "any", lambda: g > 0.01)() else g,
    "counting": counted,
    "randomness": lambda g, step: g + 0.01 * random.random(),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_updates_with_branches(case):
    def build(compile):
        random.seed(4)
        Late.calls = 0
        return make(Line(), optimizer=rule(case), compile=compile)

    agree(build, compiled=False)


def test_an_optimizer_that_keeps_old_gradients():
    class Keeping(nn.SGD):
        def zero_grad(self):
            for value in self.param_groups[0]["params"]:
                value.grad *= 0.5

    assert "zero_grad() of its own" in agree(lambda c: make(Line(), optimizer=Keeping, compile=c), compiled=False)


# --- modes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("compile", [False, "auto"])
def test_parts_in_evaluation_stay_in_evaluation(compile):
    norm, dropout = nn.BatchNorm1d(3), nn.Dropout(0.5, seed=1)
    model = nn.Sequential(nn.Linear(2, 3, seed=1), norm, dropout, nn.Linear(3, 1, seed=2))
    norm.eval()
    seen = []

    def change(training):
        seen.append([module.training for module in (model, norm, dropout)])
        if training.epoch == 2:
            dropout.eval()

    make(model, change=change, validation=(SAMPLES, TARGETS), compile=compile)
    assert seen == [[True, False, True]] * 2 + [[True, False, False]] * 2
    assert (norm.running_mean, norm.running_var) == ([0.0] * 3, [1.0] * 3)
    assert [module.training for module in (model, norm, dropout)] == [True, False, True]


# --- Ctrl-C and going on -------------------------------------------------------------------------------------


class Breaking(list):
    """Samples, of which one sends Ctrl-C when it is taken for the n-th time."""

    def __init__(self, when=None):
        super().__init__(zip(SAMPLES, TARGETS, strict=True))
        self.when, self.taken = when, 0

    def __getitem__(self, i):
        self.taken += 1
        if self.taken == self.when:
            signal.raise_signal(signal.SIGINT)
        return super().__getitem__(i)


def parts(data, epochs=3, *, compile="auto"):
    """Train something with randomness in every place."""
    model = nn.Sequential(nn.Linear(2, 3, seed=1), nn.BatchNorm1d(3), nn.Dropout(0.3, seed=8), nn.Linear(3, 1, seed=2))
    optimizer = nn.Adam(model.parameters(), lr=0.05)
    scheduler = nn.OneCycleLR(optimizer, max_lr=0.1, total_steps=20)
    things = {"model": model, "optimizer": optimizer, "scheduler": scheduler}

    def run(history=None, epochs=epochs):
        return nn.fit(
            model,
            nn.DataLoader(data, 4, shuffle=True, seed=6),
            loss=nn.mse_loss,
            optimizer=optimizer,
            scheduler=scheduler,
            epochs=epochs,
            validation=(SAMPLES, TARGETS),
            metrics=[nn.r2_score],
            history=history,
            progress=False,
            compile=compile,
        )

    return things, run


def outcome(things, history):
    columns = {name: history[name] for name in history.columns if name != "seconds"}
    return things["model"].state_dict(), things["optimizer"].state_dict(), things["scheduler"].last_epoch, columns


@pytest.mark.parametrize("compile", [False, "auto"])
@pytest.mark.parametrize("when", [2, 6, 13, 27])
def test_ctrl_c_and_resume_make_the_steps_of_a_run_without_it(compile, when):
    things, run = parts(Breaking(), compile=compile)
    whole = outcome(things, run())
    things, run = parts(Breaking(when), compile=compile)
    history = run()
    assert history.interrupted
    history.resume(3 - len(history))
    assert outcome(things, history) == whole


@pytest.mark.parametrize("compile", [False, "auto"])
@pytest.mark.parametrize("when", [None, 3, 16])
def test_a_file_holds_what_it_takes_to_go_on_exactly(compile, when, tmp_path):
    things, run = parts(Breaking(), compile=compile)
    whole = outcome(things, run())
    things, run = parts(Breaking(when), compile=compile)
    history = run(epochs=2)
    nn.save({**things, "history": history}, tmp_path / "run.json")
    things, run = parts(Breaking(), compile=compile)
    history = nn.History()
    nn.load(tmp_path / "run.json", into={**things, "history": history})
    history = run(history, epochs=3 - len(history))
    assert outcome(things, history) == whole


@pytest.mark.parametrize("compile", [False, "auto"])
def test_ctrl_c_in_the_middle_of_a_step_waits_until_it_is_counted(compile):
    def run(when):
        seen = []

        def see(numbers):
            seen.append(1)
            if len(seen) == when:
                signal.raise_signal(signal.SIGINT)

        class Seeing(nn.Module):
            def forward(self, x):
                autograd.observe([x[0][0]], see)
                return x

        model = nn.Sequential(nn.Linear(2, 1, seed=1), Seeing())
        optimizer = nn.SGD(model.parameters(), lr=0.1)
        history = nn.fit(
            model, nn.DataLoader(nn.TensorDataset(SAMPLES, TARGETS), 4), loss=nn.mse_loss, optimizer=optimizer,
            epochs=3, progress=False, compile=compile,
        )  # fmt: skip
        if when:
            assert (history.interrupted, optimizer.param_groups[0]["step"]) == (True, when)
            history.resume(3 - len(history))
        return [value.data for value in model.parameters()], history["loss"], optimizer.param_groups[0]["step"]

    assert run(4) == run(None)


def test_resuming_goes_on_from_the_newest_parameters_not_from_the_best():
    def build():
        model = Line()
        optimizer = nn.SGD(model.parameters(), lr=0.9)  # too much: the first epoch is the best
        return model, lambda epochs: nn.fit(
            model, (SAMPLES, TARGETS), loss=nn.mse_loss, optimizer=optimizer, epochs=epochs, seed=1, batch_size=4,
            validation=(SAMPLES, TARGETS), early_stopping=50, progress=False,
        )  # fmt: skip

    _, run = build()
    whole = run(4)
    _, run = build()
    history = run(2)
    history.resume(2)
    assert history["loss"] == whole["loss"]
