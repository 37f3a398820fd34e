"""Neural networks built out of :class:`autograd.Value`: layers, losses, optimisers and training."""

import nn._sibling
from nn.containers import Sequential as Sequential
from nn.history import History as History
from nn.linear import Linear as Linear
from nn.losses import cross_entropy as cross_entropy
from nn.module import Module as Module
from nn.neurons import MLP as MLP
from nn.neurons import Layer as Layer
from nn.neurons import Neuron as Neuron
from nn.optim import SGD as SGD
from nn.saving import load as load
from nn.saving import save as save
