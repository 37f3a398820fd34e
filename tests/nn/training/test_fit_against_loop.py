"""``nn.fit`` in both modes against a loop written by hand, in many settings: the same numbers after about 20 steps."""

import os
import random

import pytest

import autograd
import nn
from autograd import Value
from nn.schedulers import Scheduler

pytest.importorskip("numpy")

COUNT, FEATURES, EPOCHS = 11, 3, 7
CHANCE = random.Random(5)
SAMPLES = [[CHANCE.gauss(0, 1) for _ in range(FEATURES)] for _ in range(COUNT)]
TARGETS = {
    "number": [CHANCE.gauss(0, 1) for _ in range(COUNT)],
    "bit": [float(x[0] + x[1] > 0) for x in SAMPLES],
    "sign": [1.0 if x[0] > x[2] else -1.0 for x in SAMPLES],
    "class": [CHANCE.randrange(3) for _ in range(COUNT)],
}


class Branching(nn.Optimizer):
    """Follows a case that depends on the gradient, from the third step on."""

    def __init__(self, parameters, lr):
        super().__init__(parameters, lr=lr)

    @staticmethod
    def update(parameter, gradient, state, hyperparameters, step):
        if step > 2:
            gradient = 2 * gradient if gradient > 0 else gradient
        return parameter - hyperparameters["lr"] * gradient, {}


class Warming(Scheduler):
    """Changes something of the model after every batch, besides the learning rate."""

    per_batch = True

    def __init__(self, optimizer, scaled):
        self.scaled = scaled
        super().__init__(optimizer)

    def rate(self, base, epoch):
        return base * (1 + epoch % 3)

    def step(self):
        super().step()
        if self.last_epoch in {5, 12}:
            self.scaled.scale *= 1.5


class Scaled(nn.Module):
    """Reads a plain attribute, a list and an entry of a dictionary."""

    def __init__(self):
        self.scale, self.shifts, self.options = 1.0, [0.25], {"slope": 0.5}

    def forward(self, x):
        return [[self.scale * v + self.shifts[0] * self.options["slope"] for v in row] for row in x]


class Drawing(nn.Module):
    """Draws from a generator of its own, sometimes."""

    def __init__(self):
        self.generator = random.Random(2)

    def forward(self, x):
        factor = 1.5 if self.training and self.generator.random() < 0.3 else 1.0
        return [[factor * v for v in row] for row in x]


class Counting(nn.Module):
    """Does something else at every fourth call."""

    def __init__(self):
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        return [[v * (0.5 if self.calls % 4 == 0 else 1.0) for v in row] for row in x]


class Buffer:
    """A data set that fills the same lists at every access, with new numbers each time."""

    def __init__(self, samples, targets):
        self.samples, self.targets, self.rows, self.taken = samples, targets, [[0.0] * FEATURES for _ in range(4)], 0

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, i):
        self.taken += 1
        row = self.rows[self.taken % 4]
        row[:] = [x + 0.01 * self.taken for x in self.samples[i]]
        return row, self.targets[i]


ACTIVATIONS = [nn.ReLU, nn.Tanh, nn.SiLU, nn.GELU, nn.Sigmoid, nn.Softplus, lambda: nn.LeakyReLU(0.1), nn.ELU]
OPTIMIZERS = {
    "SGD": lambda p: nn.SGD(p, lr=0.05),
    "momentum": lambda p: nn.SGD(p, lr=0.03, momentum=0.9, weight_decay=0.01),
    "Nesterov": lambda p: nn.SGD(p, lr=0.03, momentum=0.8, nesterov=True),
    "Adam": lambda p: nn.Adam(p, lr=0.02, eps=1e-4),
    "AdamW": lambda p: nn.AdamW(p, lr=0.02, eps=1e-4),
    "RMSprop": lambda p: nn.RMSprop(p, lr=0.01, eps=1e-4),
    "Adagrad": lambda p: nn.Adagrad(p, lr=0.05, eps=1e-4),
    "Branching": lambda p: Branching(p, lr=0.02),
}
LOSSES = ["mse", "huber", "bits", "hinge", "classes", "CrossEntropyLoss", "closure", "object"]
SCHEDULERS = ["none", "none", "StepLR", "ExponentialLR", "OneCycleLR", "plateau", "Warming"]
CHANGES = [
    "nothing", "nothing", "dropout", "scale", "list", "entry", "loss weight", "closure", "layer", "learning rate",
    "number", "freeze", "thaw", "evaluation", "state", "unused", "smoothing",
]  # fmt: skip


class Weighted:
    """A loss with an attribute of its own."""

    def __init__(self):
        self.factor = 2.0

    def __call__(self, outputs, targets):
        return self.factor * nn.mse_loss(outputs, targets)


class Setting:
    """One configuration, built from its number: everything is made anew for each run of it."""

    def __init__(self, number):
        chance = random.Random(number)
        pick = chance.choice
        self.loss_name, optimizer, scheduler = pick(LOSSES), pick([*OPTIMIZERS]), pick(SCHEDULERS)
        self.change, self.when = pick(CHANGES), chance.randrange(1, 4)
        classes = self.loss_name in {"classes", "CrossEntropyLoss"}
        self.scaled, self.dropout, self.shared = Scaled(), nn.Dropout(pick([0.0, 0.3]), seed=number), None
        width = pick([2, 4])
        layers = [nn.Linear(FEATURES, width, seed=number)]
        middle = [pick(ACTIVATIONS)(), self.scaled]
        if chance.random() < 0.4:
            middle.append(self.dropout)
        if chance.random() < 0.3:
            self.norm = nn.BatchNorm1d(width)
            layers[0] = nn.Linear(FEATURES, width, bias=False, seed=number)
            middle.insert(0, self.norm)
        if chance.random() < 0.2 and width > 2:  # of two numbers it makes 1 and -1, whose true gradient is almost zero
            middle.append(nn.LayerNorm(width))
        if chance.random() < 0.3:
            self.shared = nn.Linear(width, width, seed=number + 1)
            middle += [self.shared, nn.Tanh(), self.shared]
        if chance.random() < 0.08:
            middle.append(pick([Drawing, Counting])())
        last = nn.Linear(width, 3 if classes else 1, seed=number + 2)
        self.model = nn.Sequential(*layers, *middle, last)
        self.extra = Value(0.5)
        parameters = self.model.parameters()
        self.parameters = [*parameters, self.extra]
        trained = parameters[1:] if chance.random() < 0.3 else parameters
        self.optimizer = OPTIMIZERS[optimizer]([*trained, self.extra])
        self.loss, self.box = self.made_loss(), None
        kind = {"bits": "bit", "hinge": "sign"}.get(self.loss_name, "class" if classes else "number")
        self.targets = TARGETS[kind]
        self.clip, shuffle = pick([None, None, 0.05, 1.0]), pick([False, True])
        data = pick(["pair", "list", "buffer"])
        pairs = list(zip([list(x) for x in SAMPLES], self.targets, strict=True))
        source = {
            "pair": nn.TensorDataset(SAMPLES, self.targets),
            "list": pairs,
            "buffer": Buffer(SAMPLES, self.targets),
        }
        self.loader = nn.DataLoader(source[data], 4, shuffle=shuffle, seed=number)
        self.validation = nn.DataLoader(pairs[:5], 3) if chance.random() < 0.4 else None
        self.patience = pick([None, 1, 2]) if self.validation else None
        self.scheduler = self.made_scheduler(scheduler)
        if chance.random() < 0.15:
            self.dropout.eval()

    def made_loss(self):
        self.weights, goals = [0.5, 1.5, 1.0], self
        self.factor = 1.0
        factor = 1.0

        def closure(outputs, targets):
            total = nn.mse_loss(outputs, targets) * factor * goals_weights[0]
            return total + 0.01 * extra * extra

        goals_weights, extra = self.weights, goals.extra

        def set_factor(number):
            nonlocal factor
            factor = number

        self.set_factor = set_factor
        self.cross_entropy = nn.CrossEntropyLoss(weight=self.weights, label_smoothing=0.1)
        self.weighted = Weighted()
        return {
            "mse": nn.mse_loss,
            "huber": nn.huber_loss if hasattr(nn, "huber_loss") else nn.mse_loss,
            "bits": nn.binary_cross_entropy_with_logits,
            "hinge": nn.hinge_loss,
            "classes": nn.cross_entropy,
            "CrossEntropyLoss": self.cross_entropy,
            "closure": closure,
            "object": self.weighted,
        }[self.loss_name]

    def made_scheduler(self, name):
        o = self.optimizer
        if name == "OneCycleLR":
            momentum = bool({"momentum", "betas"} & o.defaults.keys())
            return nn.OneCycleLR(
                o, max_lr=0.05, total_steps=3 * EPOCHS, cycle_momentum=momentum and "RMS" not in repr(o)
            )
        makers = {
            "StepLR": lambda: nn.StepLR(o, step_size=2, gamma=0.5),
            "ExponentialLR": lambda: nn.ExponentialLR(o, gamma=0.8),
            "plateau": lambda: nn.ReduceLROnPlateau(o, patience=0, factor=0.5, threshold=0.3),
            "Warming": lambda: Warming(o, self.scaled),
        }
        return makers[name]() if name in makers else None

    def changed(self, epoch):  # noqa: PLR0912  # one case for each kind of change
        """Do at the end of an epoch what a callback of the user's may do."""
        if epoch != self.when:
            return
        group = self.optimizer.param_groups[0]
        if self.change == "dropout":
            self.dropout.p = 0.5
        elif self.change == "scale":
            self.scaled.scale = 0.7
        elif self.change == "list":
            self.scaled.shifts[0] = -0.5
        elif self.change == "entry":
            self.scaled.options["slope"] = 2.0
        elif self.change == "loss weight":
            self.weights[0], self.weighted.factor = 2.5, 0.5
        elif self.change == "closure":
            self.set_factor(0.25)
        elif self.change == "smoothing":
            self.cross_entropy.label_smoothing = 0.3
        elif self.change == "layer":
            self.model.layers.insert(2, nn.Tanh()) if hasattr(self.model, "layers") else None
        elif self.change == "learning rate":
            group["lr"] *= 0.5
        elif self.change == "number":
            self.model.parameters()[0].data = 0.125
        elif self.change in {"freeze", "unused"}:
            members = group["params"]
            gone = members.pop()
            if self.change == "freeze":
                gone = members.pop()
            for columns in self.optimizer.state:
                for column in columns.values():
                    del column[len(members) :]
            assert isinstance(gone, Value)
        elif self.change == "thaw":
            known = {id(value) for value in group["params"]}
            new = [value for value in self.model.parameters() if id(value) not in known]
            if new:
                self.optimizer.add_param_group({"params": new, "lr": 0.01})
                self.optimizer.param_groups[-1]["initial_lr"] = 0.01  # as its scheduler has for the others
        elif self.change == "evaluation":
            for module in self.model.modules():
                if isinstance(module, nn.BatchNorm1d | nn.Dropout):
                    module.eval()
        elif self.change == "state":
            for columns in self.optimizer.state:
                for column in columns.values():
                    column[0] = 0.03125

    def by_hand(self):  # noqa: PLR0912  # a loop is written out, not divided up
        """Train in a loop written out, and return what must agree."""
        model, best, best_epoch, best_state, losses = self.model, float("inf"), 0, None, []
        for epoch in range(1, EPOCHS + 1):
            total = count = 0
            for xs, ys in self.loader:
                self.optimizer.zero_grad()
                loss = self.loss(model(xs), ys)
                loss.backward()
                if self.clip is not None:
                    members = [value for group in self.optimizer.param_groups for value in group["params"]]
                    nn.clip_grad_norm_(members, self.clip)
                self.optimizer.step()
                if isinstance(self.scheduler, Scheduler) and self.scheduler.per_batch:
                    self.scheduler.step()
                total, count = total + loss.data * len(ys), count + len(ys)
            losses.append(total / count)
            measured = losses[-1]
            if self.validation is not None:
                modes = [(module, module.training) for module in model.modules()]
                model.eval()
                total, outputs, targets = 0, [], []
                with autograd.no_grad():
                    for xs, ys in self.validation:
                        outputs, targets = [*outputs, *model(xs)], [*targets, *ys]
                        total += self.loss(outputs[-len(ys) :], ys).data * len(ys)
                    # what is no plain mean over samples depends on the batches, so it is taken of all samples
                    plain = self.loss_name not in {"CrossEntropyLoss", "closure", "object"}
                    measured = total / len(targets) if plain else self.loss(outputs, targets).data
                losses.append(measured)
                for module, mode in modes:
                    module.training = mode
            if isinstance(self.scheduler, nn.ReduceLROnPlateau):
                self.scheduler.step(measured)
            elif self.scheduler is not None and not self.scheduler.per_batch:
                self.scheduler.step()
            stop = False
            if self.patience is not None:
                if measured < best:
                    best, best_epoch, best_state = measured, epoch, model.state_dict()
                else:
                    stop = epoch - best_epoch >= self.patience
            self.changed(epoch)
            if stop:
                break
        if best_state is not None and best_state.keys() == model.state_dict().keys():
            model.load_state_dict(best_state)
        return self.result(losses)

    def by_fit(self, compile):
        history = nn.fit(
            self.model,
            self.loader,
            loss=self.loss,
            optimizer=self.optimizer,
            epochs=EPOCHS,
            clip=self.clip,
            validation=self.validation,
            early_stopping=self.patience,
            scheduler=self.scheduler,
            callbacks=[lambda training: self.changed(training.epoch)],
            progress=False,
            compile=compile,
        )
        losses = [row[name] for row in history.rows for name in ("loss", "validation_loss") if name in row]
        return self.result(losses), history.computation

    def result(self, losses):
        buffers = [number for _, numbers in self.model.named_buffers() for number in numbers]
        state = [x for columns in self.optimizer.state for column in columns.values() for x in column]
        return losses, [value.data for value in self.parameters], buffers, state


def apart(ones, others):
    """Return the largest difference of two lists, relative to the larger number or to the typical one."""
    assert len(ones) == len(others)
    size = sum(map(abs, ones)) / len(ones) if ones else 1.0
    return max(
        (abs(a - b) / max(abs(a), abs(b), 0.01 * size, 1e-30) for a, b in zip(ones, others, strict=True)), default=0.0
    )


def compare(number):
    """Check one setting, and return how the default mode ran."""
    by_hand = Setting(number).by_hand()
    eager, _ = Setting(number).by_fit(False)
    assert eager == by_hand, f"setting {number}: the eager mode is a loop, to the last bit"
    default, computation = Setting(number).by_fit("auto")
    worst = [apart(one, other) for one, other in zip(default, by_hand, strict=True)]
    assert max(worst) <= 1e-10, (
        f"setting {number}: losses, parameters, buffers and state are {worst} apart; {computation}"
    )
    return computation


@pytest.mark.slow
@pytest.mark.parametrize("start", [0, 10, 20, 30])
def test_some_settings(start):
    for number in range(start, start + 10):
        compare(number)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(40, 40 + int(os.environ.get("FIT_SETTINGS", "100")), 50))
def test_many_settings(start):
    ran = [compare(number).partition(":")[0] for number in range(start, start + 50)]
    assert ran.count("compiled") > 25  # falling back is allowed where it must be, and must not become the rule
