"""Optimisers, under PyTorch's names, one file for each family: how gradients change parameters."""

from nn.optim.adagrad import Adagrad as Adagrad
from nn.optim.adam import Adam as Adam
from nn.optim.adam import AdamW as AdamW
from nn.optim.base import Optimizer as Optimizer
from nn.optim.lbfgs import LBFGS as LBFGS
from nn.optim.rmsprop import RMSprop as RMSprop
from nn.optim.sgd import SGD as SGD
