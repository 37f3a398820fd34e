"""PyTorch: what exported programs call there, and how its tensors are made.

Rules are of the kind ``torch.autograd.Function``. Their backward passes are made of functions with rules, so that they
can be differentiated again, and their rules for ``vmap`` and forward mode come with them.
"""

from importlib import import_module

from autograd.formulas.foreign import SHARED, ForeignLibrary

HEADER = '''"""{title}, as a PyTorch function; works with autograd and torch.func."""

import inspect

import torch as xp
from torch._C._functorch import TransformType
from torch._functorch.pyfunctorch import retrieve_all_functorch_interpreters


def array(numbers):
    return xp.tensor(numbers, dtype=xp.int64 if numbers and isinstance(numbers[0], int) else xp.float64)


fixed = array


def tensors(*operands):
    """Return plain numbers as tensors, of the type of the tensors beside them."""
    if all(isinstance(x, xp.Tensor) for x in operands):
        return operands
    like = next((x for x in operands if isinstance(x, xp.Tensor)), None)
    like = xp.tensor(0.0, dtype=xp.float64) if like is None else like
    return [x if isinstance(x, xp.Tensor) else xp.tensor(x, dtype=like.dtype, device=like.device) for x in operands]


def function_of(value, *slopes, twice=False):
    """Return a function of tensors with its local derivatives: for each operand None, or (slope, is a sequence).

    Where ``twice``, it is a step of a backward pass: what is passed back through it goes forward again.
    """

    class Function(xp.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(*operands):
            out = value(*operands)
            return out.clone() if any(out is x for x in operands) else out

        @staticmethod
        def setup_context(ctx, operands, out):
            ctx.save_for_backward(*operands, out)
            ctx.save_for_forward(*operands, out)

        @staticmethod
        def backward(ctx, incoming):
            gradients = []
            for operand, pair, needed in zip(ctx.saved_tensors, slopes, ctx.needs_input_grad):
                if pair is None or not needed:
                    gradients.append(None)
                    continue
                slope, is_sequence = pair
                flow = pushed if twice else passed
                part = flow(slope(*ctx.saved_tensors), incoming[..., None] if is_sequence else incoming)
                if part.shape != operand.shape:
                    part = part.expand(xp.broadcast_shapes(part.shape, operand.shape)).sum_to_size(operand.shape)
                gradients.append(part)
            return tuple(gradients)

        @staticmethod
        def jvp(ctx, *tangents):
            levels = [level.key() for level in retrieve_all_functorch_interpreters()]
            if levels.count(TransformType.Jvp) > 1:
                raise NotImplementedError(
                    "PyTorch loses derivatives of forward mode in forward mode here; use hessian, or jacrev inside."
                )
            total = xp.zeros_like(ctx.saved_tensors[-1])
            for pair, tangent in zip(slopes, tangents):
                if pair is not None and tangent is not None:
                    slope, is_sequence = pair
                    part = pushed(slope(*ctx.saved_tensors), tangent)
                    total = total + (part.sum(-1) if is_sequence else part)
            return total

    # PyTorch asks for the signature at each call, and making it would take longer than many a row
    Function.forward.__signature__ = inspect.signature(Function.forward)
    return lambda *operands: (value if is_plain() else Function.apply)(*tensors(*operands))


def is_plain():
    """Whether nobody differentiates what is computed now, as in a backward pass without ``create_graph``."""
    level = xp.autograd.forward_ad._current_level
    return not (xp.is_grad_enabled() or level >= 0 or retrieve_all_functorch_interpreters())


product = (lambda x, y, out: y, False), (lambda x, y, out: x, False)
passed = function_of(
    lambda slope, incoming: xp.where(incoming == 0, 0.0, slope * incoming),
    product[0],
    (lambda slope, incoming, out: xp.where((incoming == 0) & ~xp.isfinite(slope), 0.0, slope), False),
    twice=True,
)
pushed = function_of(lambda slope, tangent: xp.where((slope == 0) | (tangent == 0), 0.0, slope * tangent), *product)


def rule(value, **slopes):
    """Return the function of a row of the table: its value, and the local derivatives with respect to its operands."""
    names = inspect.signature(value).parameters
    return function_of(value, *[(slopes[name], name.endswith("s")) if name in slopes else None for name in names])


def choose(condition, x, y):
    return xp.where(condition, *tensors(x, y))


def if_finite(chosen, *compared):
    """Return what was chosen; nan where something that was looked at for it is not finite, which it would hide."""
    for x in compared:
        chosen = xp.add(chosen, x, alpha=0)  # 0 times infinity is nan
    return chosen


def take_along(xs, index):
    index = index.long()[..., None]
    shape = xp.broadcast_shapes(xs.shape[:-1], index.shape[:-1])
    xs, index = xp.broadcast_to(xs, (*shape, xs.shape[-1])), xp.broadcast_to(index, (*shape, 1))
    return xp.take_along_dim(xs, index, -1)[..., 0]


def plain_maximum(x, y):
    return xp.maximum(*tensors(x, y))


def plain_minimum(x, y):
    return xp.minimum(*tensors(x, y))


def plain_sign(x):
    return if_finite(xp.sign(x), x)


def plain_softmax(xs):
    return xp.softmax(xs, -1)


def plain_ordered(xs):
    return xp.sort(xs, -1).values


amax, log_gamma = xp.amax, xp.lgamma


def plain_cbrt(x):
    root = xp.sign(x) * xp.abs(x) ** (1 / 3)
    return choose(root == 0, root, root - (root - x / root / root) / 3)  # a step of Newton's for the last digits


def plain_prod(xs):
    product, exponent = product_and_exponent(xs)
    half = exponent // 2
    return product * 2.0 ** half.to(xs.dtype) * 2.0 ** (exponent - half).to(xs.dtype)
'''
SPELLINGS = {"erf": "xp.special.erf", "erfc": "xp.special.erfc", "max": "xp.amax", "min": "xp.amin"}
SPELLINGS |= {"maximum": "plain_maximum", "minimum": "plain_minimum", "cbrt": "plain_cbrt", "round": "xp.round"}
SPELLINGS |= {"sign": "plain_sign", "lgamma": "xp.lgamma", "digamma": "xp.digamma", "polygamma": "plain_polygamma"}


def asarray(numbers: object) -> object:
    """Return numbers as a tensor of floats."""
    torch = import_module("torch")
    make = torch.as_tensor if torch.is_tensor(numbers) else torch.tensor  # which copies: a column may be read-only
    return make(numbers, dtype=torch.float64)


TORCH = ForeignLibrary("torch", HEADER + SHARED, SPELLINGS, asarray)
