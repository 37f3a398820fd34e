"""The checks of notebook 11, Build Value yourself."""

import math
import operator
import random
from collections.abc import Callable
from typing import Any

from checks import check_facts, exercise, is_missing, is_number, near, quiz

import autograd

EXPRESSIONS = 200


@exercise
def exercise_1(value: Any) -> None:
    """Check that a Value keeps four things."""
    parents = (value(1.0), value(2.0))
    made = value(3.0, parents, (1.0, 1.0))
    kept = {"data": 3.0, "grad": 0.0, "parents": parents, "slopes": (1.0, 1.0)}
    untouched = [f"self.{name}" for name in kept if is_missing(getattr(made, name, None))]
    facts = []
    for name, right in kept.items():
        own = getattr(made, name, None)
        same = own == right or (isinstance(own, list) and tuple(own) == right)
        facts.append((same or is_missing(own), f"self.{name} is {own!r} instead of {right!r}."))
    check_facts("Exercise 1", facts, missing=untouched, well_done="Everything that comes needs no more than that.")


@exercise
def exercise_2(value: Any) -> None:
    """Check a sum and a product of two Values."""
    facts = []
    for name, compute, number, slopes in (
        ("a + b", operator.add, -1.0, (1.0, 1.0)),
        ("a * b", operator.mul, -6.0, (-3.0, 2.0)),
    ):
        a, b = value(2.0), value(-3.0)
        try:
            result = compute(a, b)
        except RecursionError:
            advice = "calls itself without end: compute with the numbers, a.data and b.data."
            check_facts("Exercise 2", [(False, f"{name} {advice}")])
            return
        if is_missing(result):
            check_facts("Exercise 2", [], missing=[f"{name} (it returns nothing yet)"])
            return
        facts += node_facts(f"{name} with a = 2 and b = -3", result, number, (a, b), slopes)
    check_facts("Exercise 2", facts, well_done="That is the forward pass.")


@exercise
def exercise_3(value: Any) -> None:
    """Check that plain numbers may stand on either side."""
    facts = []
    for name, compute, x, y, number in (
        ("a + 1", operator.add, value(2.0), 1, 3.0),
        ("1 + a", operator.add, 1, value(2.0), 3.0),
        ("a * 4", operator.mul, value(2.0), 4, 8.0),
        ("4 * a", operator.mul, 4, value(2.0), 8.0),
    ):
        try:
            result = compute(x, y)
        except AttributeError as error:
            if "ellipsis" in str(error) or "NoneType" in str(error):
                check_facts("Exercise 3", [], missing=["as_value (it returns nothing yet)"])
                return
            raise
        facts += [(result.data == number, f"{name} with a = 2 gives {result.data!r} instead of {number:g}.")]
    a = value(2.0)
    product = a * a
    same = product.parents == (a, a)
    facts.append((same, "in a * a both parents are a itself: as_value must return a Value as it is, not a copy."))
    check_facts("Exercise 3", facts)


@exercise
def exercise_4(value: Any) -> None:
    """Check powers, and what is made of them."""
    a = value(2.0)
    cube = a**3
    if is_missing(cube):
        check_facts("Exercise 4", [], missing=["power (it returns nothing yet)"])
        return
    facts = node_facts("a ** 3 with a = 2", cube, 8.0, (a,), (12.0,))
    b = value(4.0)
    facts += node_facts("b ** 0.5 with b = 4", b**0.5, 2.0, (b,), (0.25,))
    for name, result, number in (
        ("a - b", a - b, -2.0),
        ("1 - a", 1 - a, -1.0),
        ("a / b", a / b, 0.5),
        ("1 / b", 1 / b, 0.25),
    ):
        facts.append(
            (near(result.data, number), f"{name} with a = 2 and b = 4 gives {result.data:g} instead of {number:g}.")
        )
    check_facts("Exercise 4", facts, well_done="Three operators for the price of one rule.")


@exercise
def exercise_5(value: Any, pass_back: Callable[[Any], object]) -> None:
    """Check that one node adds its gradient times the local derivatives to its parents'."""
    root, b = value(1.0), value(-3.0)
    a = value(2.0, (root,), (2.0,))
    a.grad, node = 10.0, value(-6.0, (a, b), (-3.0, 2.0))
    node.grad = 5.0
    pass_back(node)
    if (a.grad, b.grad) == (10.0, 0.0):
        check_facts("Exercise 5", [], missing=["pass_back (it changes no gradient yet)"])
        return
    facts = [
        (a.grad != -15.0, "a had the gradient 10 already, and it is lost: add (+=), do not assign (=)."),
        (a.grad != 7.0, "the node's own gradient is missing: each parent gets node.grad times the local derivative."),
        (a.grad in {-5.0, -15.0, 7.0}, f"a had the gradient 10 and gets 5 × (-3); it is now {a.grad:g}, not -5."),
        (b.grad in {10.0, 2.0}, f"b had the gradient 0 and gets 5 × 2; it is now {b.grad:g}, not 10."),
    ]
    if node.grad != 5.0:
        facts.append((False, "the node's own gradient must stay as it is."))
    facts.append((root.grad == 0.0, "only the node's own parents get something: theirs have their turn later."))
    square = value(9.0, (a, a), (3.0, 3.0))
    a.grad, square.grad = 0.0, 1.0
    pass_back(square)
    facts.append((a.grad == 6.0, f"in a * a, with a = 3, both factors are a: 3 + 3 = 6, but yours gives {a.grad:g}."))
    check_facts("Exercise 5", facts, well_done="All of backpropagation is this, in the right order.")


@exercise
def exercise_6(value: Any, order: Callable[[Any], list[Any]]) -> None:
    """Check that every node comes once, and after its parents."""
    a = value(1.0)
    b = value(2.0, (a, a), (1.0, 1.0))
    c = value(3.0, (a, b), (1.0, 1.0))
    d = value(5.0, (c, b), (1.0, 1.0))
    names = {a: "a", b: "b", c: "c", d: "d"}
    nodes = order(d)
    if is_missing(nodes):
        check_facts("Exercise 6", [], missing=["order (it returns nothing yet)"])
        return
    nodes = list(nodes)
    got = f"for b = a + a, c = a + b, d = c + b it gives {', '.join(names.get(node, repr(node)) for node in nodes)}"
    facts = [
        (set(nodes) == set(names), f"{got}; it should give a, b, c and d."),
        (len(nodes) == len(set(nodes)), f"{got}: each node only once. Remember which were seen."),
        (nodes == [a, b, c, d], f"{got}: each has to come after its parents, so a, b, c, d."),
    ]
    check_facts("Exercise 6", [next((fact for fact in facts if not fact[0]), facts[0])])


@exercise
def exercise_7(value: Any) -> None:
    """Check gradients, also of Values that are used twice, and over two calls."""
    a, b, c = value(2.0), value(-3.0), value(10.0)
    inner = a * b + c
    loss = inner**2
    loss.backward()
    if (a.grad, b.grad, c.grad, loss.grad) == (0.0, 0.0, 0.0, 0.0):
        check_facts("Exercise 7", [], missing=["backward (no gradient has flowed yet)"])
        return
    right = {"a": (a, -24.0), "b": (b, 16.0), "c": (c, 8.0), "the result": (loss, 1.0)}
    facts = [
        (near(node.grad, number), f"for (a * b + c) ** 2 at 2, -3, 10 {name} gets {node.grad:g}, not {number:g}.")
        for name, (node, number) in right.items()
    ]
    if not all(holds for holds, _ in facts):
        check_facts("Exercise 7", facts)
        return
    x = value(1.0)
    y = x + x
    (y + y).backward()
    facts.append(
        (x.grad == 4.0, f"for y = x + x and y + y the gradient of x is 4, yours is {x.grad:g}: is the order right?")
    )
    if x.grad != 4.0:
        check_facts("Exercise 7", facts)
        return
    loss.backward()
    facts += [
        (
            not near(a.grad, -24.0),
            "after a second backward() the gradient of a is still -24: leaves should add up, to -48.",
        ),
        (
            near(a.grad, -48.0) or near(a.grad, -24.0),
            f"a second backward() makes it {a.grad:g}, not -48: intermediate nodes must start from 0.",
        ),
    ]
    check_facts("Exercise 7", facts, well_done="It is an engine.")


@exercise
def exercise_8(value: Any) -> None:
    """Compare an engine with the library on expressions drawn at random."""
    a = value(0.5)
    out = a.tanh()
    if is_missing(out):
        check_facts("Exercise 8", [], missing=["tanh (it returns nothing yet)"])
        return
    facts = node_facts("a.tanh() with a = 0.5", out, math.tanh(0.5), (a,), (1 - math.tanh(0.5) ** 2,))
    if not all(holds for holds, _ in facts):
        check_facts("Exercise 8", facts)
        return
    for number in range(EXPRESSIONS):
        ours, gradients = expression(value, number)
        theirs, right = expression(autograd.Value, number)
        if not near(ours, theirs) or not all(map(near, gradients, right)):
            what = f"expression {number} is {ours:.6g} with gradients {rounded(gradients)}"
            check_facts("Exercise 8", [(False, f"{what}; the library has {theirs:.6g} and {rounded(right)}.")])
            return
    check_facts("Exercise 8", [], well_done=f"{EXPRESSIONS} random expressions, and every gradient is the library's.")


def rounded(numbers: list[float]) -> str:
    """Return numbers to four digits."""
    return ", ".join(f"{number:.4g}" for number in numbers)


def expression(value: Any, seed: int) -> tuple[float, list[float]]:
    """Return the number and the gradients of an expression of three Values that depends on the seed only."""
    draw = random.Random(seed)
    leaves = [value(draw.uniform(-2, 2)) for _ in range(3)]
    nodes = list(leaves)
    for _ in range(8):
        x, y = draw.choice(nodes), draw.choice(nodes)
        choices = (
            lambda x, y: x + y,
            lambda x, y: x * y,
            lambda x, y: x - y * 2,
            lambda x, y: x.tanh() + y,
            lambda x, y: x / (1 + y**2),
        )
        nodes.append(draw.choice(choices)(x, y))
    result = (nodes[-1] + nodes[-2]).tanh()
    result.backward()
    return result.data, [leaf.grad for leaf in leaves]


def node_facts(
    name: str, node: Any, number: float, parents: tuple[Any, ...], slopes: tuple[float, ...]
) -> list[tuple[object, str]]:
    """Return what must hold of a new node, and what to say where it does not."""
    if not hasattr(node, "slopes"):
        return [(False, f"{name} gives {node!r}; it should be a Value with its parents and local derivatives.")]
    for what, kept in (("parents", node.parents), ("slopes", node.slopes)):
        if not isinstance(kept, tuple | list):
            return [
                (False, f"{name}: the {what} are {kept!r}, not a tuple. A tuple of one needs a comma: ({kept!r},).")
            ]
    if not all(map(is_number, (node.data, *node.slopes))):
        return [(False, f"{name}: data and slopes are numbers, such as b.data, not Values such as b.")]
    right_slopes = len(node.slopes) == len(slopes) and all(map(near, node.slopes, slopes))
    wanted = ", ".join(f"{slope:.4g}" for slope in slopes) + "," * (len(slopes) == 1)
    return [
        (near(node.data, number), f"{name} is {number:.4g}, yours is {node.data!r}."),
        (tuple(node.parents) == parents, f"{name}: its parents are the Values it was computed from, in their order."),
        (right_slopes, f"{name}: the local derivatives are ({wanted}), yours are {node.slopes!r}."),
    ]


quiz_1 = quiz(
    1,
    "Why does backward need an order at all? A node may pass its gradient on when ...",
    right=("all nodes that use it have passed on theirs", "only then is its own gradient complete."),
    wrong={
        "its parents have passed on theirs": "gradients flow to the parents, so these come later.",
        "it has a gradient other than 0": "it may be only a part of it.",
    },
)
quiz_2 = quiz(
    2,
    "Which of your functions stands in the library's engine almost letter for letter?",
    right=("pass_back", "it is called chain_rule there."),
    wrong={
        "add": "it is a row of a table there.",
        "order": "a stack takes the place of recursion there.",
    },
)
quiz_3 = quiz(
    3,
    "2 * a in the library: how many new nodes?",
    right=("one, the product", "a plain number needs no gradient, so it stays a float."),
    wrong={
        "two, the product and the 2": "yours makes two; the library leaves the 2 a float.",
        "none": "the product has to remember how it was made.",
    },
)
quiz_4 = quiz(
    4,
    "What is the use of formulas that are written down as text?",
    right=("one row serves floats, Values, arrays and pictures", "each reads the same text in its own way."),
    wrong={
        "text is quicker to compute": "it is turned into a function once, when it is first needed.",
        "Python cannot keep functions in a table": "it can; but a function cannot be printed as mathematics.",
    },
)
quiz_5 = quiz(
    5,
    "Why does backward set the gradients of intermediate nodes to 0, and leave those of leaves?",
    right=(
        "leaves add up over several losses; the others would be passed on twice",
        "an old gradient in between would flow on once more.",
    ),
    wrong={
        "leaves have no gradient": "theirs are the ones that are wanted.",
        "to save time": "it costs time; it is needed for the right numbers.",
    },
)
