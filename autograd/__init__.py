"""A scalar reverse-mode automatic differentiation engine: numbers that remember how they were made."""

from autograd.functions import log_softmax, softmax, take, zero_grad
from autograd.modes import no_grad, remember_source_lines
from autograd.ops import *  # noqa: F403
from autograd.value import Value
