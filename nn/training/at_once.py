"""``AtOnce``: gives a step many batches in one call, as many as leave a run alive to Ctrl-C and its progress bar."""

import time
from collections.abc import Sequence

from nn.data.loading import DataLoader
from nn.optim import Optimizer
from nn.schedulers import Scheduler
from nn.training.continuation import Progress
from nn.training.rates import Rates, coming, put_into, rates_in
from nn.training.step import Ahead, BatchResult, TrainingStep

SECONDS = 0.05
"""How long one call may take, about."""
GROWTH = 8
"""How many times more batches than before a call may get; how long they take is known from what has been measured."""
NOTHING = Ahead([], lambda batch: [])


class AtOnce:
    """Trains on batches, or on whole epochs, by one call of the step where the step can do that."""

    def __init__(self, step: TrainingStep, loader: DataLoader, optimizer: Optimizer) -> None:
        self.step, self.loader, self.optimizer = step, loader, optimizer
        self.size = 1
        """How many batches the next call gets."""

    @property
    def possible(self) -> bool:
        """Whether the step can do that at all."""
        return self.step.ahead is not None

    def run(
        self, batches: Sequence[list[int]], schedule: Scheduler | None, every: int = 1
    ) -> tuple[Ahead, float, Sequence[Sequence[Rates]]]:
        """Let the step train on batches, and return what it gave, the seconds for each, and the rates.

        Args:
            batches: the positions of the samples in each batch.
            schedule: what changes the learning rate; it ends where the training does.
            every: after how many batches it does so.
        """
        started, step, ahead = time.perf_counter(), self.step.ahead, NOTHING
        before = schedule.state_dict() if schedule else {}
        now = rates_in(self.optimizer)
        rates = coming(self.optimizer, schedule, len(batches), every) if step else []
        later = rates_in(self.optimizer)
        put_into(self.optimizer, now)
        try:
            if step and rates:
                ahead = step.train_ahead(self.loader, batches, rates) or NOTHING
        finally:
            put_into(self.optimizer, later)
            done = len(ahead.losses)
            if schedule and done < len(batches):
                schedule.load_state_dict(before)
                for _ in range(done // every):
                    schedule.step()
        seconds = (time.perf_counter() - started) / max(done, 1)
        if done:
            self.size = max(1, min(GROWTH * done, int(SECONDS / max(seconds, 1e-9))))
        return ahead, seconds, rates

    def go_on(self, progress: Progress, schedule: Scheduler | None) -> int:
        """Train on the next batches of an epoch and return how many; 0 if the next one has to be trained on alone."""
        if progress.order is None:
            return 0
        batches = self.loader.chunks(progress.order)[progress.done : progress.done + self.size]
        losses, outputs = self.run(batches, schedule)[0]
        for i, loss in enumerate(losses):
            progress.add(BatchResult(loss, outputs(i)), [self.loader.dataset[place][1] for place in batches[i]])
        return len(losses)

    def epochs(self, most: int, schedule: Scheduler | None) -> list[Progress]:
        """Train on whole epochs that begin now.

        Args:
            most: how many there are to be at most.
            schedule: what changes the learning rate after each batch, or after each epoch.

        Returns:
            The progress of each; that of the last one is not complete where a batch has to be trained on alone.
        """
        loader, each = self.loader, len(self.loader)
        count = min(most, self.size // each)
        if not count:
            return []
        state = loader.generator.getstate()
        orders = [loader.draw_order() for _ in range(count if loader.shuffle else 1)]
        batches = [loader.chunks(order) for order in orders] * (count // len(orders))
        orders *= count // len(orders)
        every = 1 if schedule is None or schedule.per_batch else each
        ahead, seconds, rates = self.run([batch for epoch in batches for batch in epoch], schedule, every)
        made: list[Progress] = []
        for start in range(0, len(ahead.losses), each):
            losses = ahead.losses[start : start + each]
            first = rates[start][0][0]
            progress = Progress(order=orders[len(made)], learning_rate=first, seconds=seconds * len(losses))
            for k, (loss, batch) in enumerate(zip(losses, batches[len(made)], strict=False)):
                if len(losses) == each:  # nobody asks for the outputs of an epoch that is complete
                    progress.count_batch(loss, len(batch))
                else:
                    targets = [loader.dataset[place][1] for place in batch]
                    progress.add(BatchResult(loss, ahead.outputs(start + k)), targets)
            made.append(progress)
        if len(made) < count and loader.shuffle:  # the orders of the epochs that have not begun are drawn later
            loader.generator.setstate(state)
            for _ in made:
                loader.draw_order()
        return made
