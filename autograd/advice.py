"""What to write instead of a call that does not fit or a name that does not exist, for every public name at once."""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from functools import cache, update_wrapper
from importlib import import_module
from types import FrameType, FunctionType, MethodType, TracebackType
from typing import Any

from autograd.errors import AutogradError, CallError, NumberError
from autograd.source import is_installed, is_of_library

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
    "device": "There are no devices here: everything runs on the CPU.",
    "hidden": "An MLP takes the sizes of all its layers in one list: MLP(2, [16, 16, 1]).",
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
    **{"learning_rate": "param_groups[0]['lr']"},
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


# --- names --------------------------------------------------------------------------------------------------


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


def load_later(package: str, modules: Mapping[str, str], names: Iterable[str]) -> Callable[[str], object]:
    """Return the ``__getattr__`` of a package that loads some names when they are first asked for.

    Args:
        package: the name of the package.
        modules: the module where each name that is loaded later is defined.
        names: all public names, for the message where a name does not exist.
    """

    def load(name: str) -> object:
        if name not in modules:
            raise UnknownNameError(f"module {package!r}", name, names)
        exports = vars(sys.modules[package])
        exports[name] = getattr(import_module(modules[name]), name)
        explain_calls(package, [name])
        return exports[name]

    return load


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


# --- numbers ------------------------------------------------------------------------------------------------


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


# --- calls --------------------------------------------------------------------------------------------------

METHODS = ("__init__", "backward", "detach", "step", "save", "load", "state_dict", "load_state_dict")
"""The methods of a class whose calls are explained; not those that a training step calls for every number."""


def explain_calls(module: str, names: Iterable[str], *, besides: Iterable[type] = ()) -> None:
    """Make every function and class of a module explain a call that does not fit, in the module that defines it.

    Args:
        module: the name of a module that exports ``names``.
        names: functions and classes; what else has such a name is left alone.
        besides: classes that are left as they are.
    """
    exports = vars(sys.modules[module])
    for name in names:
        item = exports.get(name)
        if isinstance(item, type):
            for owner in item.__mro__:
                if owner.__module__.partition(".")[0] == module and owner not in besides:
                    explain_methods(owner, METHODS)
        elif isinstance(item, FunctionType) and not hasattr(item, "__wrapped__"):
            home: MutableMapping[str, object] = vars(sys.modules[item.__module__])
            exports[name] = explained(item)
            if home.get(item.__name__) is item:
                home[item.__name__] = exports[name]  # a pickle looks for it there


def explain_methods(owner: type, methods: Iterable[str]) -> None:
    """Make some methods that a class itself defines explain a call that does not fit."""
    for name in methods:
        method = vars(owner).get(name)
        if isinstance(method, FunctionType) and not hasattr(method, "__wrapped__"):
            setattr(owner, name, explained(method))


@cache  # a function of two names stays one
def explained(function: FunctionType) -> FunctionType:
    """Return a function that raises a CallError with its signature and an example where its arguments do not fit.

    They do not fit its parameters, or something in this library meets a TypeError or AttributeError with them. What a
    function of the user raises passes through.
    """
    explanation = explained_error

    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except (TypeError, AttributeError) as error:
            instead = explanation(error, function, arguments, named)
            if instead is None:
                raise
            raise instead from None  # what was caught stays in its __context__

    # With the globals of the original it counts as defined in that module, so that its docstring is still tested.
    wrapped = FunctionType(call.__code__, function.__globals__, function.__name__, None, call.__closure__)
    update_wrapper(wrapped, function)
    return wrapped


def explained_error(
    error: Exception, function: Callable[..., object], arguments: tuple[object, ...], named: dict[str, object]
) -> CallError | None:
    """Return what to raise instead of an error that was caught where a function is called.

    None where it is an error of ours, comes from a function of the user's, or comes from where none of the arguments is
    at hand, in this library or in another package: what fails there is the library or the machine, not the call.
    """
    traceback = error.__traceback__
    if isinstance(error, AutogradError) or traceback is None:
        return None
    if traceback.tb_next is None and isinstance(error, TypeError):  # the arguments do not fit the parameters
        return refusal(function, arguments, named)
    from traceback import walk_tb  # only when something went wrong

    frames = [frame for frame, _ in walk_tb(traceback)]
    foreign = [frame for frame in frames if not is_of_library(frame.f_code.co_filename)]
    if not all(is_installed(frame.f_code.co_filename) for frame in foreign):
        return None
    own = list(inspect.signature(function).parameters)[:1] == ["self"]
    if not holds((foreign or frames[-1:])[0], [*arguments[own:], *named.values()]):
        return None
    return refusal(function, arguments, named, str(error))


def holds(frame: FrameType, items: Sequence[object]) -> bool:
    """Whether a function that is running was given one of the items."""
    given = [one for local in frame.f_locals.values() for one in (local if type(local) is tuple else (local,))]
    return any(one is item for one in given for item in items if item is not None)


def refusal(
    function: Callable[..., object], arguments: tuple[object, ...], named: dict[str, object], reason: str = ""
) -> CallError:
    """Return the error for a call whose arguments do not fit, for a reason that is looked for unless it is given."""
    name, document = getattr(function, "__name__", "call"), function.__doc__ or ""
    parameters = [p.replace(annotation=p.empty) for p in inspect.signature(function).parameters.values()]
    given = list(arguments)
    if parameters and parameters[0].name == "self":
        owner = type(given.pop(0))
        parameters = parameters[1:]
        name, document = (owner.__name__, owner.__doc__ or "") if name == "__init__" else (name, document)
    takes = inspect.Signature(parameters)
    try:
        takes.bind(*given, **named)
    except TypeError as error:
        reason = reason or str(error).replace(" keyword-only", "")  # as some Pythons say it
    words = ", ".join([*map(short, given), *(f"{key}={short(value)}" for key, value in named.items())])
    advice = [instead(key, takes) for key in named if key not in takes.parameters]
    advice += [f"Call the method: {method.__name__}()." for method in given if isinstance(method, MethodType)]
    parts = [f"{name}({words}): {reason or 'this does not fit'}.", *advice]
    return CallError(" ".join(filter(None, [*parts, f"It takes {name}{takes}{example(name, document)}."])))


def instead(keyword: str, takes: inspect.Signature) -> str:
    """Return what to write instead of a keyword that a function does not take; an empty text if nobody knows."""
    similar = closest(keyword, takes.parameters)
    return KEYWORDS.get(keyword) or (f"Did you mean {similar}=?" if similar else "")


def example(name: str, document: str) -> str:
    """Return ``, as in MLP(2, [16, 16, 1])``: the first call in the examples of a docstring, or an empty text."""
    for line in re.findall(r"^\s*>>> (.*)$", document, re.MULTILINE):
        start = re.search(rf"\b{re.escape(name)}\(", line)
        if start is not None and (call := call_at(line, start.start())):
            return f", as in {call}"
    return ""


def call_at(line: str, start: int) -> str:
    """Return the call that begins somewhere in a line, or an empty text if it goes on in the next one."""
    depth = 0
    for end in range(start, len(line)):
        depth += (line[end] in "([{") - (line[end] in ")]}")
        if depth == 0 and line[end] == ")":
            return line[start : end + 1]
    return ""


def short(item: object) -> str:
    """Return an argument as a message shows it: its text, or its type if that is long."""
    try:
        text = repr(item)
    except Exception:  # a broken repr must not hide the error that we are about to explain
        text = "?"
    return text if len(text) <= 40 and "\n" not in text and " at 0x" not in text else f"<{type(item).__name__}>"
