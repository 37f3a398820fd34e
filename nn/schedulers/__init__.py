"""Schedulers, under PyTorch's names: they change the learning rate of an optimiser while it trains."""

from nn.schedulers.base import Scheduler as Scheduler
from nn.schedulers.cosine import CosineAnnealingLR as CosineAnnealingLR
from nn.schedulers.cosine import CosineAnnealingWarmRestarts as CosineAnnealingWarmRestarts
from nn.schedulers.cosine import OneCycleLR as OneCycleLR
from nn.schedulers.decay import ConstantLR as ConstantLR
from nn.schedulers.decay import ExponentialLR as ExponentialLR
from nn.schedulers.decay import LinearLR as LinearLR
from nn.schedulers.decay import MultiStepLR as MultiStepLR
from nn.schedulers.decay import StepLR as StepLR
from nn.schedulers.function import LambdaLR as LambdaLR
from nn.schedulers.plateau import ReduceLROnPlateau as ReduceLROnPlateau
from nn.schedulers.sequence import ChainedScheduler as ChainedScheduler
from nn.schedulers.sequence import SequentialLR as SequentialLR
