"""A scalar reverse-mode automatic differentiation engine: numbers that remember how they were made."""

import builtins
from types import ModuleType
from typing import TYPE_CHECKING

from autograd.advice import explain_in_ipython
from autograd.checking import check_gradient as check_gradient
from autograd.collecting import without_collecting as without_collecting
from autograd.custom import define_operation as define_operation
from autograd.engine import Value as Value
from autograd.explained_calls import explain_calls, explain_methods, load_later
from autograd.freeing import hand_over_operands as _hand_over_operands  # noqa: F401  # frees Values in WebAssembly
from autograd.frozen import Frozen as _Frozen  # noqa: F401  # gives Values their requires_grad
from autograd.functions import fresh as fresh
from autograd.functions import log_softmax as log_softmax
from autograd.functions import observe as observe
from autograd.functions import softmax as softmax
from autograd.functions import take as take
from autograd.functions import zero_grad as zero_grad
from autograd.gradients.checkpoint import checkpoint as checkpoint
from autograd.gradients.custom_gradient import custom_gradient as custom_gradient
from autograd.gradients.grad import grad as grad
from autograd.gradients.grad import value_and_grad as value_and_grad
from autograd.gradients.hooks import detach as detach
from autograd.gradients.hooks import hook as hook
from autograd.gradients.jacobians import hessian as hessian
from autograd.gradients.jacobians import jacfwd as jacfwd
from autograd.gradients.jacobians import jacobian as jacobian
from autograd.gradients.jacobians import jacrev as jacrev
from autograd.gradients.products import hvp as hvp
from autograd.gradients.products import jvp as jvp
from autograd.gradients.reverse import gradient as gradient
from autograd.gradients.vjp import vjp as vjp
from autograd.lanes import quick as _quick  # noqa: F401  # gives Values the quick ways to apply rows
from autograd.modes import no_grad as no_grad
from autograd.modes import remember_source_lines as remember_source_lines
from autograd.more_ops import *  # noqa: F403  # every public row of the table
from autograd.ops import *  # noqa: F403  # the same for those of the one-sitting reading
from autograd.sequences import cumprod as cumprod
from autograd.sequences import cumsum as cumsum
from autograd.sequences import sort as sort
from autograd.sequences import std as std
from autograd.sequences import variance as variance

if TYPE_CHECKING:
    from autograd.program.compile import compile as compile
    from autograd.program.vmap import vmap as vmap
    from autograd.views.exercise import exercise as exercise
    from autograd.views.exercise.codes import exercise_results as exercise_results
    from autograd.views.explain.derivation import derivation as derivation
    from autograd.views.explain.diagnosis import diagnose as diagnose
    from autograd.views.explain.explain import explain as explain
    from autograd.views.explorer import explore as explore
    from autograd.views.picture.draw import draw as draw
    from autograd.views.steps.stepper import step as step
    from autograd.views.steps.stepper import step_through as step_through
    from autograd.views.steps.steps import steps as steps

# Programs and views are loaded when they are first asked for, so that importing the engine stays quick.
LOADED_LATER = {
    "compile": "autograd.program.compile",
    "derivation": "autograd.views.explain.derivation",
    "diagnose": "autograd.views.explain.diagnosis",
    "draw": "autograd.views.picture.draw",
    "explain": "autograd.views.explain.explain",
    "exercise": "autograd.views.exercise",
    "exercise_results": "autograd.views.exercise.codes",
    "explore": "autograd.views.explorer",
    "step": "autograd.views.steps.stepper",
    "step_through": "autograd.views.steps.stepper",
    "steps": "autograd.views.steps.steps",
    "vmap": "autograd.program.vmap",
}


MACHINERY = {
    "MACHINERY",
    "TYPE_CHECKING",
    "LOADED_LATER",
    "ModuleType",
    "explain_calls",
    "explain_in_ipython",
    "explain_methods",
    "load_later",
}
PUBLIC = ["errors"] + [
    name
    for name in sorted({*globals(), *LOADED_LATER} - MACHINERY)
    if not name.startswith("_") and not isinstance(globals().get(name), ModuleType)
]
explain_calls("autograd", PUBLIC, besides=[Value])
explain_methods(Value, ["backward", "detach"])  # not __init__, which is called too often:
Value.__init__.__qualname__ = (  # what Python's own message about such a call begins with
    "Value takes (data, label=''), as in Value(2, 'w'), and can always have a gradient: __init__"
)
explain_in_ipython()

if not TYPE_CHECKING:  # for type checkers, a name that is not above does not exist
    __getattr__ = load_later("autograd", LOADED_LATER, PUBLIC)

    def __dir__() -> list[str]:
        return PUBLIC

    # What `from autograd import *` gives: every public name but those that would hide Python's own max, sum, ...
    __all__ = [name for name in PUBLIC if name not in {*dir(builtins), "errors"}]
