"""Neural networks built out of :class:`autograd.Value`: layers, losses, optimisers, data and training."""

from typing import TYPE_CHECKING

from nn import _sibling as _sibling  # first: whether `autograd` is ours
from nn import init
from nn.data import datasets
from nn.data.datasets import load_digits, load_iris, make_circles, make_curve, make_moons, make_spirals, make_xor
from nn.data.loading import DataLoader, TensorDataset, standardize, train_test_split
from nn.data.sequences import pad_sequence
from nn.inspect.metrics import accuracy, confusion_matrix, predicted_classes, r2_score
from nn.layers.activations import ELU, GELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh
from nn.layers.attention import MultiheadAttention
from nn.layers.convolution import Conv2d
from nn.layers.dropout import Dropout
from nn.layers.embedding import Embedding
from nn.layers.gru import GRU
from nn.layers.linear import Linear
from nn.layers.lstm import LSTM
from nn.layers.module_dict import ModuleDict
from nn.layers.module_list import ModuleList
from nn.layers.neurons import MLP, Layer, Neuron
from nn.layers.normalization import BatchNorm1d, LayerNorm
from nn.layers.pooling import MaxPool2d
from nn.layers.reshaping import Flatten, Identity
from nn.layers.rms_norm import RMSNorm
from nn.layers.rnn import RNN
from nn.layers.sequential import Sequential
from nn.losses.binary import (
    BCELoss,
    BCEWithLogitsLoss,
    HingeLoss,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    hinge_loss,
)
from nn.losses.classes import CrossEntropyLoss, NLLLoss, cross_entropy, nll_loss
from nn.losses.divergence import KLDivLoss, kl_div
from nn.losses.regression import HuberLoss, L1Loss, MSELoss, SmoothL1Loss, huber_loss, l1_loss, mse_loss, smooth_l1_loss
from nn.module import Module
from nn.optim import LBFGS, SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop
from nn.schedulers.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts, OneCycleLR
from nn.schedulers.decay import ConstantLR, ExponentialLR, LinearLR, MultiStepLR, StepLR
from nn.schedulers.function import LambdaLR
from nn.schedulers.plateau import ReduceLROnPlateau
from nn.schedulers.sequence import ChainedScheduler, SequentialLR
from nn.training.clipping import clip_grad_norm_, clip_grad_value_
from nn.training.early_stopping import EarlyStopping
from nn.training.fit import evaluate, fit
from nn.training.history import History
from nn.training.run import Training

if TYPE_CHECKING:
    from nn.inspect.diagnosis import Diagnosis, diagnose
    from nn.inspect.player import compare
    from nn.inspect.plots.curves import plot_history, plot_learning_rates
    from nn.inspect.plots.layers import plot_activations, plot_diagnosis, plot_gradient_flow, plot_weights
    from nn.inspect.plots.regions import plot_decision_regions
    from nn.interop.from_pytorch import from_torch
    from nn.interop.pytorch import to_torch
    from nn.interop.saving import load, save
    from nn.training.learning_rate_finder import find_learning_rate
    from nn.training.minimize import minimize

# Loaded when they are first asked for, so that importing stays quick.
LOADED_LATER = {
    **dict.fromkeys(("Diagnosis", "diagnose"), "nn.inspect.diagnosis"),
    "compare": "nn.inspect.player",
    **dict.fromkeys(("plot_history", "plot_learning_rates"), "nn.inspect.plots.curves"),
    **dict.fromkeys(
        ("plot_activations", "plot_diagnosis", "plot_gradient_flow", "plot_weights"), "nn.inspect.plots.layers"
    ),
    "plot_decision_regions": "nn.inspect.plots.regions",
    "from_torch": "nn.interop.from_pytorch",
    "to_torch": "nn.interop.pytorch",
    **dict.fromkeys(("load", "save"), "nn.interop.saving"),
    "find_learning_rate": "nn.training.learning_rate_finder",
    "minimize": "nn.training.minimize",
}

__all__ = ["Module", "init"]
__all__ += ["MLP", "BatchNorm1d", "Dropout", "Layer", "LayerNorm", "Linear", "Neuron", "Sequential"]
__all__ += ["ModuleDict", "ModuleList", "RMSNorm"]
__all__ += ["GRU", "LSTM", "RNN", "Conv2d", "Embedding", "Flatten", "Identity", "MaxPool2d", "MultiheadAttention"]
__all__ += ["ELU", "GELU", "LeakyReLU", "LogSoftmax", "ReLU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh"]
__all__ += ["BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "HingeLoss"]
__all__ += ["HuberLoss", "KLDivLoss", "L1Loss", "MSELoss", "NLLLoss", "SmoothL1Loss"]
__all__ += ["binary_cross_entropy", "binary_cross_entropy_with_logits", "hinge_loss"]
__all__ += ["cross_entropy", "huber_loss", "kl_div", "l1_loss", "mse_loss", "nll_loss", "smooth_l1_loss"]
__all__ += ["LBFGS", "SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop"]
__all__ += ["CosineAnnealingLR", "CosineAnnealingWarmRestarts", "OneCycleLR"]
__all__ += ["ConstantLR", "ExponentialLR", "LambdaLR", "LinearLR", "MultiStepLR", "StepLR"]
__all__ += ["ChainedScheduler", "ReduceLROnPlateau", "SequentialLR"]
__all__ += [
    "datasets",
    "load_digits",
    "load_iris",
    "make_circles",
    "make_curve",
    "make_moons",
    "make_spirals",
    "make_xor",
]
__all__ += ["DataLoader", "TensorDataset", "pad_sequence", "standardize", "train_test_split"]
__all__ += ["EarlyStopping", "History", "Training", "evaluate", "find_learning_rate", "fit", "minimize"]
__all__ += ["clip_grad_norm_", "clip_grad_value_"]
__all__ += ["Diagnosis", "accuracy", "compare", "confusion_matrix", "diagnose", "predicted_classes", "r2_score"]
__all__ += ["plot_activations", "plot_decision_regions", "plot_diagnosis", "plot_gradient_flow"]
__all__ += ["plot_history", "plot_learning_rates", "plot_weights"]
__all__ += ["from_torch", "load", "save", "to_torch"]

from autograd.explained_calls import explain_calls, load_later  # noqa: E402  # after _sibling has looked at autograd

explain_calls("nn", __all__)
explain_calls("nn.init", init.__all__)

if not TYPE_CHECKING:  # for type checkers, a name that is not above does not exist
    __getattr__ = load_later("nn", LOADED_LATER, __all__)
    init.__getattr__ = load_later("nn.init", {}, init.__all__)

    def __dir__() -> list[str]:
        return sorted(__all__)
