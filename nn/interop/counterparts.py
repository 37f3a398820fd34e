"""Which layers there are in PyTorch as well, and which of their options mean the same."""

from collections.abc import Callable
from typing import Any, TypeAlias

from nn.layers.activations import ELU, GELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh
from nn.layers.attention import MultiheadAttention
from nn.layers.convolution import Conv2d
from nn.layers.dropout import Dropout
from nn.layers.embedding import Embedding
from nn.layers.gru import GRU
from nn.layers.linear import Linear
from nn.layers.lstm import LSTM
from nn.layers.neurons import ACTIVATIONS
from nn.layers.normalization import BatchNorm1d, LayerNorm
from nn.layers.pooling import MaxPool2d
from nn.layers.reshaping import Flatten, Identity
from nn.layers.rms_norm import RMSNorm
from nn.layers.rnn import RNN
from nn.module import Module

Options: TypeAlias = "Callable[[Any], dict[str, object]]"


def same(*names: str) -> Options:
    """Return a function that reads these attributes, which have the same names in PyTorch, of a layer."""
    return lambda layer: {name: getattr(layer, name) for name in names}


def same_and_bias(*names: str) -> Options:
    """Return the same for layers whose attribute ``bias`` is the bias itself, or None."""
    return lambda layer: {**same(*names)(layer), "bias": layer.bias is not None}


RECURRENT = ("input_size", "hidden_size", "num_layers", "bias", "batch_first", "bidirectional")
OPTIONS: dict[type[Module], Options] = {
    **dict.fromkeys((ReLU, GELU, SiLU, Tanh, Sigmoid, Softplus, Softmax, LogSoftmax, Identity), same()),
    LeakyReLU: same("negative_slope"),
    ELU: same("alpha"),
    Dropout: same("p"),
    Flatten: same("start_dim", "end_dim"),
    MaxPool2d: same("kernel_size", "stride", "padding", "dilation"),
    Linear: same_and_bias("in_features", "out_features"),
    Conv2d: same_and_bias("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups"),
    Embedding: same("num_embeddings", "embedding_dim", "padding_idx"),
    BatchNorm1d: same("num_features", "eps", "momentum", "affine", "track_running_stats"),
    LayerNorm: lambda layer: {
        **same("normalized_shape", "eps", "elementwise_affine")(layer),
        "bias": layer.bias is not None or not layer.elementwise_affine,
    },
    RMSNorm: same("normalized_shape", "eps", "elementwise_affine"),
    RNN: same(*RECURRENT, "dropout", "nonlinearity"),
    LSTM: same(*RECURRENT, "dropout"),
    GRU: same(*RECURRENT, "dropout"),
    MultiheadAttention: lambda layer: {
        **same("embed_dim", "num_heads", "dropout", "batch_first")(layer),
        "bias": layer.in_proj_bias is not None,
    },
}
"""Layers that have the same name and the same parameters in PyTorch: how to read the arguments that make one alike."""
BY_NAME = dict(zip(ACTIVATIONS, (ReLU, LeakyReLU, ELU, GELU, SiLU, Softplus, Tanh, Sigmoid), strict=True))
"""The module for the name that a neuron gives its activation."""
REQUIRED: dict[str, dict[str, tuple[object, ...]]] = {
    "GELU": {"approximate": ("none",)},
    "Softplus": {"beta": (1, 1.0)},
    "Softmax": {"dim": (-1, 1)},
    "LogSoftmax": {"dim": (-1, 1)},
    "Conv2d": {"padding_mode": ("zeros",)},
    "MaxPool2d": {"ceil_mode": (False,), "return_indices": (False,)},
    "Embedding": {"max_norm": (None,), "scale_grad_by_freq": (False,)},
    "LSTM": {"proj_size": (0,)},
    "MultiheadAttention": {"bias_k": (None,), "add_zero_attn": (False,), "_qkv_same_embed_dim": (True,)},
}
"""Options that PyTorch has and this library has not, with the settings under which both mean the same."""


def what_is_known() -> str:
    """Return a sentence about what can be converted."""
    names = ", ".join([layer.__name__ for layer in OPTIONS])
    return f"what can be converted: {names} and Sequential, and from here also Neuron, Layer and MLP"
