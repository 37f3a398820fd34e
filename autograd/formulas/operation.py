"""What a row of the formula table is: an operation's name, formula and local derivatives, ready to be called."""

import ast
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, cast, overload

from autograd.errors import ArgumentError, CallError
from autograd.formulas.formula import formula

if TYPE_CHECKING:
    from autograd.engine import Value

Probe = tuple["float | list[float]", ...]


@dataclass(frozen=True, eq=False, repr=False)
class Operation:
    """One row of the table. Calling it applies the operation to Values or plain numbers.

    With a Value among its operands the result is a Value; of plain numbers it is a float.

    Example:
        >>> from autograd import Value, tanh
        >>> tanh(0.0)
        0.0
        >>> tanh(Value(0.0))
        Value(data=0.0, grad=0.0)
        >>> tanh
        <operation tanh(x) = tanh(x), d/dx = 1 - out * out>
    """

    name: str
    operands: tuple[str, ...]
    value: str
    """The formula of the result."""
    slopes: Mapping[str, str]
    """The formula of each local derivative, by operand; ``out`` in it is the result."""
    defaults: Mapping[str, float]
    """What an operand is when a call leaves it out."""
    symbol: str
    """What pictures show for the operation."""
    convention: str
    """What holds at a kink or at the edge of the domain."""
    domain: str
    """Which operands are allowed, and what to write instead, for error messages."""
    probes: Sequence[Probe]
    """Points at which the operation is smooth, for the tests."""
    shown: str = ""
    """The value as a textbook writes it, for the views, where ``value`` is written for floats; otherwise empty."""
    functions: Mapping[str, object] = field(default_factory=dict)
    """Functions beyond the table that a user's own formulas call, by name."""
    commutative: bool = False
    """Whether the two operands, single numbers, may change places."""
    neutral: float | None = None
    """The number that, as either operand, leaves the other one as it is."""
    symmetric: bool = False
    """Whether the elements may be in any order, in all sequence operands alike."""
    sum_of: str = ""
    """The row whose results this row adds up: over its operands, or over the elements of its sequences."""
    expansion: str = ""
    """The same written with other rows, for programs: several results then share what they have in common."""
    keeps_infinity: bool = False
    """Whether an operand that is not finite never gives a finite number: then nobody has to look for one before."""

    apply: ClassVar[Callable[["Operation", tuple[object, ...]], "Value | float"]]
    """How an operation is carried out; :mod:`autograd.applying` provides it."""

    @overload
    def __call__(self, *operands: float) -> float: ...  # type: ignore[overload-overlap]  # floats only
    @overload
    def __call__(self, *operands: "Value | float | Sequence[Value | float]") -> "Value": ...
    def __call__(self, *operands: object, **named: object) -> "Value | float":
        """Apply the operation; operands may also be given by name."""
        if named or len(operands) != len(self.operands):
            operands = self.arranged(operands, named)
        return Operation.apply(self, operands)

    def arranged(self, operands: tuple[object, ...], named: Mapping[str, object]) -> tuple[object, ...]:
        """Return the operands in the row's order, with defaults filled in and names resolved."""
        try:
            bound = self.__signature__.bind(*operands, **named)
        except TypeError as error:
            example = f" It takes a sequence: {self.name}([a, b])." if self.sequences == (True,) else ""
            raise CallError(f"{self.name}{self.__signature__}: {error}.{example}") from None
        bound.apply_defaults()
        return bound.args

    @property
    def __signature__(self) -> inspect.Signature:
        empty = inspect.Parameter.empty
        return inspect.Signature(
            [
                inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=self.defaults.get(name, empty))
                for name in self.operands
            ]
        )

    @cached_property
    def sequences(self) -> tuple[bool, ...]:
        """Whether each operand is a sequence of numbers."""
        return tuple(map(is_sequence, self.operands))

    @cached_property
    def is_nary(self) -> bool:
        """Whether any operand is a sequence of numbers."""
        return any(self.sequences)

    @cached_property
    def detached(self) -> bool:
        """Whether no gradient passes through the row."""
        return all(formula(slope).number == 0.0 for slope in self.slopes.values())

    @cached_property
    def term(self) -> "Operation | None":
        """The row on single numbers whose results this row adds up, if it is a sum."""
        return OPERATIONS[self.sum_of] if self.sum_of else None

    @property
    def sums_products(self) -> bool:
        """Whether the row is a sum of products, so that many of them may be a product of matrices."""
        return self.term is not None and self.term.value == "x * y"

    @cached_property
    def exponents(self) -> frozenset[str]:
        """The operands that stand as exponents; with a constant one such as 2 or 0.5, the row is another function."""
        powers = [node for node in ast.walk(formula(self.value).tree) if isinstance(node, ast.BinOp)]
        powers = [node for node in powers if isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Name)]
        return frozenset(cast("ast.Name", node.right).id for node in powers).intersection(self.operands)

    @property
    def call(self) -> str:
        """How a call of the operation reads: ``x * y`` for an operator, ``tanh(x)`` for a function."""
        name = f"{self.name}({', '.join(self.operands)})"
        return name if self.symbol.isidentifier() or self.symbol == "=" else self.value

    def __repr__(self) -> str:
        slopes = "".join(f", d/d{operand} = {slope}" for operand, slope in self.slopes.items())
        return f"<operation {self.name}({', '.join(self.operands)}) = {self.value}{slopes}>"

    def __reduce__(self) -> tuple[object, ...]:
        if OPERATIONS.get(self.name) is not self:
            raise ArgumentError(
                f"A Value that the compiled function {self.name!r} computed cannot be pickled, because its program "
                "cannot. Pickle its number, value.data, or what you gave to the function."
            )
        return find, (self.name,)


def is_sequence(operand: str) -> bool:
    """Whether an operand of this name is a sequence of numbers."""
    return operand.endswith("s")


OPERATIONS: dict[str, Operation] = {}
"""The table, by name."""


def find(name: str) -> Operation:
    """Return the row called ``name``; pickled graphs name their operations this way."""
    try:
        return OPERATIONS[name]
    except KeyError:
        raise LookupError(
            f"There is no operation called {name!r}. If it is one of your own, define it with "
            "autograd.define_operation(...) before you load what uses it."
        ) from None


def row(
    signature: str,
    value: str,
    *,
    symbol: str = "",
    convention: str = "",
    domain: str = "",
    probes: Sequence[Probe] = (),
    functions: Mapping[str, object] | None = None,
    shown: str = "",
    commutative: bool = False,
    neutral: float | None = None,
    symmetric: bool = False,
    sum_of: str = "",
    expansion: str = "",
    keeps_infinity: bool = False,
    **slopes: str,
) -> Operation:
    """Add a row to the table and return it. ``signature`` reads like ``"elu(x, alpha=1.0)"``."""
    name, operands, defaults = parsed(signature)
    differentiable = {operand for operand in operands if operand != "index"}
    if set(slopes) != differentiable:
        raise ArgumentError(
            f"{signature}: give one local derivative for each of {', '.join(sorted(differentiable))}; "
            f"got {', '.join(sorted(slopes)) or 'none'}."
        )
    operation = Operation(
        name, operands, value, slopes, defaults, symbol or name, convention, domain, tuple(probes), shown,
        functions or {}, commutative, neutral, symmetric, sum_of, expansion, keeps_infinity,
    )  # fmt: skip
    OPERATIONS[name] = operation
    return operation


RESERVED = frozenset(
    {"out", "node", "incoming", "parent", "item", "slope", "contribution"}
    | {"signature", "value", "symbol", "convention", "domain", "probes", "functions", "shown"}
    | {"commutative", "neutral", "symmetric", "sum_of", "expansion", "keeps_infinity"}
)
"""Names that formulas, generated code or the arguments of a definition use themselves."""


def parsed(signature: str) -> tuple[str, tuple[str, ...], dict[str, float]]:
    """Return the name, the operands and their defaults from text like ``"elu(x, alpha=1.0)"``."""
    try:
        call = ast.parse(signature, mode="eval").body
    except SyntaxError:
        call = ast.Constant(None)
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
        raise ArgumentError(f"An operation's signature looks like 'name(x, y)', not {signature!r}.")
    try:
        defaults = {keyword.arg: float(ast.literal_eval(keyword.value)) for keyword in call.keywords if keyword.arg}
    except (ValueError, TypeError):
        raise ArgumentError(f"{signature}: a default is a plain number, as in 'elu(x, alpha=1.0)'.") from None
    names = [argument.id for argument in call.args if isinstance(argument, ast.Name)] + list(defaults)
    if not names or len(names) != len(call.args) + len(call.keywords) or RESERVED.intersection(names):
        raise ArgumentError(
            f"{signature}: an operation needs at least one operand, and each is a name other than "
            f"{', '.join(sorted(RESERVED))}."
        )
    if len(names) > 2 and any(map(is_sequence, names)):
        raise ArgumentError(
            f"{signature}: an operation on a sequence takes at most two operands (a name that ends in s is a sequence)."
        )
    return call.func.id, tuple(names), defaults
