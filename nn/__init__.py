"""Neural networks built out of :class:`autograd.Value`: layers, losses, optimisers, data and training."""

from nn import _sibling as _sibling  # first: whether `autograd` is ours
from nn import init
from nn.data.datasets import load_iris, make_circles, make_curve, make_moons, make_spirals, make_xor
from nn.data.loading import DataLoader, TensorDataset, standardize, train_test_split
from nn.inspect.diagnosis import Diagnosis, diagnose
from nn.inspect.metrics import accuracy, confusion_matrix, predicted_classes, r2_score
from nn.inspect.plots.curves import plot_history, plot_learning_rates
from nn.inspect.plots.layers import plot_activations, plot_diagnosis, plot_gradient_flow, plot_weights
from nn.inspect.plots.regions import plot_decision_regions
from nn.interop.pytorch import from_torch, to_torch
from nn.interop.saving import load, save
from nn.layers.activations import ELU, GELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh
from nn.layers.containers import Sequential
from nn.layers.dropout import Dropout
from nn.layers.linear import Linear
from nn.layers.neurons import MLP, Layer, Neuron
from nn.layers.normalization import BatchNorm1d, LayerNorm
from nn.losses.binary import (
    BCELoss,
    BCEWithLogitsLoss,
    HingeLoss,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    hinge_loss,
)
from nn.losses.classes import CrossEntropyLoss, NLLLoss, cross_entropy, nll_loss
from nn.losses.regression import HuberLoss, L1Loss, MSELoss, huber_loss, l1_loss, mse_loss
from nn.module import Module
from nn.optim import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop
from nn.schedulers.base import SequentialLR
from nn.schedulers.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts, OneCycleLR
from nn.schedulers.decay import ExponentialLR, LinearLR, StepLR
from nn.schedulers.plateau import ReduceLROnPlateau
from nn.training.clipping import clip_grad_norm_, clip_grad_value_
from nn.training.early_stopping import EarlyStopping
from nn.training.fit import evaluate, fit
from nn.training.history import History
from nn.training.learning_rate_finder import find_learning_rate
from nn.training.minimize import minimize
from nn.training.run import Training

__all__ = ["Module", "init"]
__all__ += ["MLP", "BatchNorm1d", "Dropout", "Layer", "LayerNorm", "Linear", "Neuron", "Sequential"]
__all__ += ["ELU", "GELU", "LeakyReLU", "LogSoftmax", "ReLU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh"]
__all__ += ["BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "HingeLoss"]
__all__ += ["HuberLoss", "L1Loss", "MSELoss", "NLLLoss"]
__all__ += ["binary_cross_entropy", "binary_cross_entropy_with_logits", "hinge_loss"]
__all__ += ["cross_entropy", "huber_loss", "l1_loss", "mse_loss", "nll_loss"]
__all__ += ["SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop"]
__all__ += ["CosineAnnealingLR", "CosineAnnealingWarmRestarts", "OneCycleLR"]
__all__ += ["ExponentialLR", "LinearLR", "ReduceLROnPlateau", "SequentialLR", "StepLR"]
__all__ += ["load_iris", "make_circles", "make_curve", "make_moons", "make_spirals", "make_xor"]
__all__ += ["DataLoader", "TensorDataset", "standardize", "train_test_split"]
__all__ += ["EarlyStopping", "History", "Training", "evaluate", "find_learning_rate", "fit", "minimize"]
__all__ += ["clip_grad_norm_", "clip_grad_value_"]
__all__ += ["Diagnosis", "accuracy", "confusion_matrix", "diagnose", "predicted_classes", "r2_score"]
__all__ += ["plot_activations", "plot_decision_regions", "plot_diagnosis", "plot_gradient_flow"]
__all__ += ["plot_history", "plot_learning_rates", "plot_weights"]
__all__ += ["from_torch", "load", "save", "to_torch"]
