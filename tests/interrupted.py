"""Actions that may be interrupted, each with what must hold afterwards: all of it was done, or nothing."""

import itertools
import random

import pytest

import autograd
import nn
from autograd.program import compiler, library_cache


class Save:
    """A model's file holds the earlier model or the later one."""

    def __init__(self, folder):
        self.path = folder / "model.json"
        self.earlier, self.later = nn.MLP(2, [3, 1], seed=1), nn.MLP(2, [3, 1], seed=2)
        nn.save(self.earlier, self.path)
        self.allowed = [self.path.read_bytes()]
        nn.save(self.later, folder / "other")
        self.allowed.append((folder / "other").read_bytes())
        (folder / "other").unlink()
        self.folder = folder

    def act(self):
        nn.save(self.later, self.path)

    def check(self):
        assert self.path.read_bytes() in self.allowed
        assert [path.name for path in self.folder.iterdir()] == ["model.json"]


class Render:
    """A picture is there whole, or not at all."""

    def __init__(self, folder):
        self.folder, self.out = folder, autograd.tanh(autograd.Value(2.0, label="x") * 3.0)

    def act(self):
        autograd.draw(self.out).save(self.folder / "graph.svg")

    def check(self):
        assert [path.name for path in self.folder.iterdir()] in ([], ["graph.svg"])
        for path in self.folder.iterdir():
            assert path.read_text().rstrip().endswith("</svg>")


class Page(Render):
    """A page is there whole, or not at all."""

    def act(self):
        autograd.explore(self.out).save(self.folder / "graph.html")

    def check(self):
        assert [path.name for path in self.folder.iterdir()] in ([], ["graph.html"])
        for path in self.folder.iterdir():
            assert path.read_text().rstrip().endswith("</html>")


class Load:
    """A model has its own state or the one of the file."""

    def __init__(self, folder):
        self.model, self.other = nn.MLP(2, [3, 1], seed=1), nn.MLP(2, [3, 1], seed=2)
        self.path = folder / "model.json"
        nn.save(self.other, self.path)
        self.allowed = [self.model.state_dict(), self.other.state_dict()]

    def act(self):
        nn.load(self.path, into=self.model)

    def check(self):
        assert self.model.state_dict() in self.allowed


class Step:
    """All parameters have been updated, with what the optimiser remembers of them, or none."""

    def __init__(self, folder):
        self.model, expected = nn.MLP(2, [3, 1], seed=1), nn.MLP(2, [3, 1], seed=1)
        self.optimizer, rule = nn.Adam(self.model.parameters()), nn.Adam(expected.parameters())
        for each in (self.model, expected):
            nn.mse_loss([each([1.0, 2.0])], [3.0]).backward()
        self.allowed = [(expected.state_dict(), rule.state_dict())]
        rule.step()
        self.allowed.append((expected.state_dict(), rule.state_dict()))

    def act(self):
        self.optimizer.step()

    def check(self):
        assert (self.model.state_dict(), self.optimizer.state_dict()) in self.allowed


class QuasiNewton(Step):
    """The same of an optimiser that evaluates the loss several times in a step."""

    def __init__(self, folder):
        self.model, expected = nn.MLP(2, [3, 1], seed=1), nn.MLP(2, [3, 1], seed=1)
        self.optimizer, rule = nn.LBFGS(self.model.parameters()), nn.LBFGS(expected.parameters())
        self.closure = self.evaluation(self.model, self.optimizer)
        self.optimizer.step(self.closure)
        rule.step(self.evaluation(expected, rule))
        self.allowed = [(expected.state_dict(), rule.state_dict())]
        rule.step(self.evaluation(expected, rule))
        self.allowed.append((expected.state_dict(), rule.state_dict()))

    @staticmethod
    def evaluation(model, optimizer):
        def closure():
            optimizer.zero_grad()
            loss = nn.mse_loss([model([1.0, 2.0]), model([-1.0, 0.5])], [3.0, 2.0])
            loss.backward()
            return loss

        return closure

    def act(self):
        self.optimizer.step(self.closure)


class Schedule:
    """A scheduler has made a step, with the learning rates of all groups, or none."""

    def __init__(self, folder):
        self.scheduler, other = self.made(), self.made()
        self.allowed = [self.state(other)]
        other.step()
        self.allowed.append(self.state(other))

    @staticmethod
    def made():
        groups = [{"params": [autograd.Value(1.0)], "lr": 0.1}, {"params": [autograd.Value(2.0)], "lr": 0.2}]
        return nn.ExponentialLR(nn.SGD(groups, lr=0.1), gamma=0.5)

    @staticmethod
    def state(scheduler):
        return scheduler.state_dict(), scheduler.optimizer.state_dict()

    def act(self):
        self.scheduler.step()

    def check(self):
        assert self.state(self.scheduler) in self.allowed


class Clip:
    """All gradients have been clipped, or none."""

    def __init__(self, folder):
        self.leaves = [autograd.Value(1.0) for _ in range(8)]
        for leaf in self.leaves:
            leaf.grad = 2.0

    def act(self):
        nn.clip_grad_value_(self.leaves, 0.5)

    def check(self):
        assert [leaf.grad for leaf in self.leaves] in ([2.0] * 8, [0.5] * 8)


class Backward:
    """All leaves have their gradients, or none."""

    def __init__(self, folder):
        self.leaves = [autograd.Value(float(i + 1)) for i in range(4)]
        a, b, c, d = self.leaves
        self.out = (a * b + c.tanh()) * d + a / b
        self.out.backward()
        self.full = [leaf.grad for leaf in self.leaves]
        for leaf in self.leaves:
            leaf.grad = 0.0

    def act(self):
        self.out.backward()

    def check(self):
        assert [leaf.grad for leaf in self.leaves] in ([0.0] * 4, self.full)


class Compile:
    """A compiled function answers rightly after it was interrupted at its first call."""

    backend = "array"

    def __init__(self, folder):
        self.function = autograd.compile(lambda x, y: autograd.tanh(x * y) + x**2, backend=self.backend)

    def act(self):
        self.function(0.5, 2.0)

    def check(self):
        x, y = autograd.Value(0.5), autograd.Value(2.0)
        out = autograd.tanh(x * y) + x**2
        out.backward()
        value, gradient = autograd.value_and_grad(self.function, argnums=(0, 1))(0.5, 2.0)
        assert (value, *gradient) == pytest.approx((out.data, x.grad, y.grad), rel=1e-14)


class CompileC(Compile):
    """The same in C; nothing but the library lies in the cache."""

    backend = "c"
    numbers = itertools.count(random.randrange(10**9))

    def __init__(self, folder):
        self.cache = folder
        self.number = float(next(self.numbers))  # so that no earlier library will do
        number = self.number
        self.function = autograd.compile(lambda x, y: autograd.tanh(x * y) + x**2 + number, backend="c")

    def check(self):
        assert self.function(0.5, 2.0).data == pytest.approx(self.number + 0.25 + autograd.tanh(1.0), rel=1e-15)
        for folder in list(library_cache._unfinished):  # what could not be removed at once goes when Python ends
            library_cache.remove(folder)
        left = [path.name for path in self.cache.rglob("*") if path.is_file()]
        assert all(name.endswith((".so", ".dll", ".dylib")) for name in left), left


class Fit:
    """A run ends between two updates: the parameters are those after a whole number of them."""

    compile = False
    inputs = tuple((0.1 * i, 1.0 - 0.2 * i) for i in range(6))
    targets = tuple(0.3 * i for i in range(6))

    def __init__(self, folder):
        self.model = nn.MLP(2, [2, 1], seed=1)
        expected = nn.MLP(2, [2, 1], seed=1)
        self.after = [expected.state_dict()]

        def note(*_):
            self.after.append(expected.state_dict())

        for _ in range(3):
            for first in (0, 2, 4):
                batch = slice(first, first + 2)
                loss = nn.mse_loss([expected(row) for row in self.inputs[batch]], self.targets[batch])
                expected.zero_grad()
                loss.backward()
                nn.SGD(expected.parameters(), lr=0.1).step()
                note()

    def act(self):
        history = nn.fit(
            self.model,
            nn.DataLoader(list(zip(self.inputs, self.targets, strict=True)), batch_size=2),
            loss=nn.mse_loss,
            optimizer=nn.SGD(self.model.parameters(), lr=0.1),
            epochs=3,
            progress=False,
            compile=self.compile,
        )
        if history.interrupted:
            raise KeyboardInterrupt

    def check(self):
        now = list(self.model.state_dict().values())
        assert any(now == pytest.approx(list(state.values()), rel=1e-12) for state in self.after)
        assert all(p.grad == 0.0 for p in self.model.parameters()) or not any(
            now == pytest.approx(list(state.values()), rel=1e-12) for state in self.after[1:]
        )


class FitCompiled(Fit):
    """The same, compiled."""

    compile = True


ACTIONS = [Save, Render, Page, Load, Step, QuasiNewton, Schedule, Clip, Backward, Compile, CompileC, Fit, FitCompiled]

NEEDED = {Compile: "NumPy", FitCompiled: "NumPy", CompileC: "NumPy and a C compiler"}


def skip_where_impossible(action):
    """Skip a test of an action that needs what is not here."""
    if action in NEEDED:
        pytest.importorskip("numpy")
    if action is CompileC and compiler.find() is None:
        pytest.skip("there is no C compiler here")
