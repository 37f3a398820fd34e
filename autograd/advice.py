"""What to write instead of names, keywords and numbers that other libraries know and this one does not."""

import sys
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, cast

from autograd.console import printed
from autograd.errors import AutogradError, NumberError

KEYWORDS = {
    "requires_grad": "Every Value can have a gradient; .detach() or autograd.no_grad() cut one off.",
    "retain_graph": "A graph is never freed, so backward() may be called again; gradients of leaves then add up.",
    "create_graph": "For derivatives of derivatives use autograd.gradient(output, inputs) or nest autograd.grad.",
    "gradient": "The gradient to start with is called seed: backward(seed=2.0).",
    "name": "The name to show is called label: Value(1.0, label='w').",
    "learning_rate": "It is called lr, as in lr=0.01.",
    "dim": "There are no dimensions here: softmax([a, b]) works on one list; write a loop or a comprehension for rows.",
    "axis": "There are no axes here: softmax([a, b]) works on one list; write a loop or a comprehension for rows.",
    "keepdim": "There are no dimensions here; a result is a Value, or a list of them.",
    "dtype": "Every number is a float of 64 bits.",
    "device": "There are no devices here: everything runs on the CPU.",
    "hidden": "An MLP takes the sizes of all its layers in one list: MLP(2, [16, 16, 1]).",
    "bias": "Neurons always have a bias; an nn.Sequential of nn.Linear(..., bias=False) has none.",
    "dropout": "Put an nn.Dropout between the layers of an nn.Sequential.",
    "beta1": "Both rates are given together: betas=(0.9, 0.999).",
    "beta2": "Both rates are given together: betas=(0.9, 0.999).",
    "eps": "It is called epsilon where there is one.",
    "jit": "autograd.compile(f) is all there is to say; backend= chooses the form of the program.",
    "inplace": "Every operation gives new Values, so there is nothing to write in place: leave it out.",
    "approximate": "gelu is exact; the approximation: 0.5 * x * (1 + tanh(0.79788456 * (x + 0.044715 * x ** 3))).",
    "beta": "softplus(beta * x) / beta computes the same.",
    "ceil_mode": "Places where the window does not fit are left out; padding= adds such places.",
    "return_indices": "Where the largest number was is not remembered; argmax finds it.",
    "padding_mode": "What is put around an image is 0; put anything else around it before the layer.",
    "kdim": "Queries, keys and values have embed_dim numbers each; an nn.Linear before the layer makes them so.",
    "vdim": "Queries, keys and values have embed_dim numbers each; an nn.Linear before the layer makes them so.",
    "size_average": "It is called reduction now: 'mean', 'sum' or 'none'.",
    "reduce": "It is called reduction now: 'mean', 'sum' or 'none'.",
    "decoupled_weight_decay": "That is nn.AdamW.",
    "last_epoch": "A new scheduler begins at the beginning; load_state_dict(saved) goes on from state_dict().",
    "three_phase": "The rate rises once and falls once; nn.SequentialLR joins phases of your own.",
    **dict.fromkeys(
        ("foreach", "fused", "capturable", "differentiable"), "It changes how PyTorch computes, not what: leave it out."
    ),
    "set_to_none": "A gradient is always a number, and zero_grad() sets it to 0.0: leave it out.",
    "lr": "The learning rate is the optimiser's: optimizer=nn.Adam(model.parameters(), lr=0.01).",
    "verbose": "progress=False shows nothing while it runs.",
    "shuffle": "Batches of batch_size= samples come in a new order in each epoch; a DataLoader can keep the order.",
    "validation_split": "Split first: X, held_out_X, y, held_out_y = nn.train_test_split(X, y), then validation=.",
    "random_state": "It is called seed.",
    "train_size": "Give the other part: test_size= is a share, or a number of samples.",
    **dict.fromkeys(
        ("num_workers", "pin_memory", "persistent_workers"), "Batches are made while they are asked for: leave it out."
    ),
    "format": "The format is the ending of the file: draw(loss).save('graph.svg').",
}
"""What people write who know another library, or an older notebook, and what there is here."""

NAMES = {
    **dict.fromkeys(("Tensor", "tensor", "Variable", "Parameter", "Scalar", "array"), "Value"),
    **dict.fromkeys(("Dense", "FullyConnected", "Affine"), "Linear"),
    **{"arcsin": "asin", "arccos": "acos", "arctan": "atan", "ln": "log", "power": "pow", "divide": "div"},
    **{"multiply": "mul", "subtract": "sub", "negative": "neg", "inner": "dot", "matmul": "dot", "jit": "compile"},
    **{"square": "x ** 2", "backward": "loss.backward()", "functional": "autograd.relu, nn.mse_loss, ... without it"},
    **dict.fromkeys(("graph_of", "draw_dot", "visualize", "plot", "show"), "draw"),
    **dict.fromkeys(("Optim", "optimizer", "optimizers"), "nn.SGD, nn.Adam, ... without it"),
    **{"CrossEntropy": "CrossEntropyLoss", "MSE": "MSELoss", "MAELoss": "L1Loss", "BCE": "BCELoss"},
    **{"BatchNorm": "BatchNorm1d", "train": "fit(model, data, loss=..., optimizer=..., epochs=...)"},
    **dict.fromkeys(("predict", "forward_pass"), "model(x)"),
    **dict.fromkeys(("cuda", "cpu", "to"), "nothing: everything runs on the CPU"),
    **dict.fromkeys(("double", "half", "bfloat16"), "nothing: every number is a float of 64 bits"),
    **{"add_module": "model.name = module, or setattr(model, name, module)", "register_module": "model.name = module"},
    **{"register_parameter": "model.name = Value(...), or a list of Values"},
    **{"get_submodule": "dict(model.named_modules())[name]", "get_parameter": "dict(model.named_parameters())[name]"},
    **dict.fromkeys(
        ("register_forward_hook", "register_forward_pre_hook"), "a subclass whose forward() looks at what goes through"
    ),
    "register_full_backward_hook": "autograd.hook(value, function) around a Value in forward()",
    **dict.fromkeys(("summary", "describe"), "print(model)"),
    **{"weights": "parameters(), or .w of a neuron and .weight of a Linear", "weight": ".w of each of .neurons"},
    **{
        "bias": ".b of each of .neurons",
        "no_gradient": "no_grad",
        "zero_grads": "zero_grad()",
        "minimize": "loss.backward(), then step()",
    },
    **dict.fromkeys(("learning_rate", "lr"), "param_groups[0]['lr']"),
}
"""Names of other libraries, and what there is here in their place."""

ONE_NUMBER = "a list of Values for an array: a Value is one number, without a shape"
OF_SEVERAL = "autograd.{name}([a, b, c]), which takes the elements of an array, too: it is of several Values"
OF_A_VALUE = {
    **dict.fromkeys(("shape", "ndim", "size", "T", "reshape", "view", "flatten", "squeeze", "unsqueeze"), ONE_NUMBER),
    **dict.fromkeys(("dtype", "device", "cuda", "cpu", "to", "type"), "nothing: every Value is a float, on the CPU"),
    **dict.fromkeys(("numpy", "tolist", "value", "val"), ".data for the plain number"),
    **dict.fromkeys(("sum", "mean", "prod", "std", "argmax"), "autograd.{name}(values) for a list of them"),
    **dict.fromkeys(("softmax", "log_softmax", "logsumexp"), OF_SEVERAL),
    **{"requires_grad_": "value.requires_grad = True", "zero_": "value.data = 0.0", "grad_fn": ".op and .parents"},
    **{"gradient": ".grad", "name": ".label", "is_leaf": "not value.parents", "children": ".parents"},
    **{"retain_grad": "nothing: every Value in a graph keeps its gradient", "clone": "value.detach()"},
}
"""What is asked of a Value as if it were a tensor, and what there is here in its place."""


class UnknownNameError(AutogradError, AttributeError):
    """A name that does not exist was asked for; the message, which is composed when it is read, names a similar one.

    Args:
        owner: what was asked, in words.
        name: what for.
        names: the names that there are, or the class that has them.
        written: what there is in place of other names.
    """

    def __init__(self, owner: str, name: str, names: Iterable[str] | type, written: Mapping[str, str] = NAMES) -> None:
        # A name of None keeps Python from adding a second suggestion of its own.
        super().__init__(owner, name, name=name, obj=None)
        self.names, self.written = names, written

    @printed
    def __str__(self) -> str:
        owner, name = self.args
        names = dir(self.names) if isinstance(self.names, type) else self.names
        known = [known for known in names if not known.startswith("_")]
        message = f"{owner} has no attribute {name!r}."
        if name in self.written:
            return f"{message} Write {self.written[name].format(name=name)}."
        similar = elsewhere(name, owner) or closest(name, known)
        return f"{message} Did you mean {similar}?" if similar else message


def closest(name: str, names: Iterable[str]) -> str:
    """Return the most similar of ``names``, whatever its case, or an empty text.

    Example:
        >>> closest("sigmod", ["sin", "sigmoid"])
        'sigmoid'
    """
    import difflib  # only where something is wrong

    by_spelling = {known.lower().replace("_", ""): known for known in names}
    found = difflib.get_close_matches(name.lower().replace("_", ""), by_spelling, n=1, cutoff=0.7)
    return by_spelling[found[0]] if found else ""


def elsewhere(name: str, owner: str) -> str:
    """Return ``nn.MLP`` for a name that the other of the two packages has, where it has been imported."""
    for package in ("autograd", "nn"):
        module = sys.modules.get(package)
        if f"{package!r}" not in owner and module is not None and name in dir(module):
            return f"{package}.{name}"
    return ""


def explain_in_ipython() -> None:
    """Let IPython explain names that a Value does not have, where explaining them costs time everywhere.

    From Python 3.12 on a ``__getattr__`` costs a class nothing; before, it makes every attribute three times slower.
    """
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = get_ipython() if get_ipython else None
    if sys.version_info < (3, 12) and shell is not None and not shell.custom_exceptions:
        shell.set_custom_exc((AttributeError,), show_unknown_name)


def show_unknown_name(
    shell: Any, kind: type[BaseException], error: AttributeError, traceback: TracebackType, tb_offset: int | None = None
) -> None:
    """Show an AttributeError as IPython does; for an object that can explain it, with its explanation."""
    unknown: Callable[[object, str], AttributeError] | None = getattr(type(error.obj), "_unknown_name", None)
    if unknown is not None and not isinstance(error, AutogradError):
        error = unknown(error.obj, error.name or "").with_traceback(traceback)
    shell.showtraceback((type(error), error, traceback), tb_offset=tb_offset)


def short(item: object) -> str:
    """Return an argument as a message shows it: its text, or its type if that is long."""
    try:
        text = repr(item)
    except Exception:  # a broken repr must not hide the error that we are about to explain
        text = "?"
    return text if len(text) <= 40 and "\n" not in text and " at 0x" not in text else f"<{type(item).__name__}>"


def refuse_gradients_of_others(data: object) -> None:
    """Raise an error for a tensor of PyTorch or JAX that is being differentiated: its gradient would be lost."""
    if getattr(data, "requires_grad", False) is True:
        raise NumberError(
            f"{short(data)} requires a gradient in PyTorch, which would be lost here. Write tensor.item() or "
            "tensor.tolist() for the plain numbers; autograd.compile(f).to_torch() gives PyTorch a whole function."
        )
    if any(kind.__name__ == "Tracer" for kind in type(data).__mro__):
        raise NumberError(
            f"{short(data)} stands for a number while JAX differentiates or compiles a function, and would be lost "
            "here. Write autograd.compile(f).to_jax() for a function that JAX can use."
        )


def refuse_masked(data: object) -> None:
    """Raise an error for an array of NumPy with masked elements, or one of these: behind a mask there is no number."""
    if hasattr(data, "filled") and cast("Any", data).mask.any():
        raise NumberError(
            f"{short(data)} has masked elements, which stand for no number. Write array.filled(0.0) to put one in "
            "their place, or array.compressed() for the others alone."
        )
