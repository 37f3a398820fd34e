"""Turns a graph, folded or not, into the ``graphviz.Digraph`` that shows it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from autograd.engine import Value
from autograd.formulas.notation import counted, literal_text, name_text, number_text
from autograd.views.picture import dot_text as look
from autograd.views.picture.digraph import Drawing
from autograd.views.picture.dot_text import lines, record
from autograd.views.picture.folded import Edge, Folded, FoldedGroup, Item, Numbers, layer_within, shorter_direction
from autograd.views.picture.units import ParameterPath

MOST_LITERALS = 8
"""Longer runs of plain numbers in one operation are shown as their count."""

MOST_PARALLEL = 3
"""More lines than this from a folded box to one operation become one line, labelled with their number."""

MOST_SHOWN = 4
"""Up to this many parameters of a neuron are written into its box."""

MOST_WITH_WEIGHTS = 8
"""In layers of up to this many neurons; in larger ones the column would become too tall."""

MOST_NAMED = 3
"""How many outputs the alternative text names."""

MANY = 150
"""With more items than this a quicker layout has to do."""

MOST_LISTED = 8
"""How many parameters of a neuron its tooltip lists."""

NO_GRADIENT = "No gradient yet: call backward() first."
OLD_GRADIENT = "No gradient from this output yet; those shown are of another backward()."
FOLDED = "A double border holds several nodes."
NOTHING_FOLDED = "Nothing to fold: no model was found. Name it: draw(value, model=model)."
WEIGHTS = "The thicker a line, the larger the weight; dashed: negative."


class Sketch:
    """Draws one graph; the result is ``drawing``."""

    def __init__(
        self,
        graph: Folded,
        names: Mapping[Value, str],
        paths: Mapping[Value, str],
        direction: str | None,
        number: Callable[[float], str],
        *,
        folding_asked: bool = False,
    ) -> None:
        self.graph, self.names, self.paths = graph, names, paths
        self.number, self.folding_asked = number, folding_asked
        self.literal = literal_text if number is number_text else number  # in full, unless a format was asked for
        self.ids = {item: f"n{i}" for i, item in enumerate(graph.items)}
        self.outputs = set(graph.outputs)
        self.has_gradient = any(output.grad != 0 for output in graph.outputs)
        into_groups = [edge for edge in graph.edges if isinstance(edge.target, FoldedGroup)]
        self.weighted = [edge for edge in into_groups if len(edge.weights) == 1]
        self.largest = max((abs(edge.weights[0].data) for edge in self.weighted), default=0.0)
        self.direction = direction or shorter_direction(graph)
        attributes = look.GRAPH | {"rankdir": self.direction, "label": look.sentences(self.caption())}
        if len(graph.items) > MANY:
            attributes |= look.CROWD
        if self.weighted:
            attributes |= look.NETWORK
        self.tallest = max(map(len, graph.layers.values()), default=0)
        self.ports = (":e", ":w") if self.direction == "LR" else (":s", ":n")
        self.drawing = Drawing(
            "computation", format="svg", graph_attr=attributes, node_attr=look.NODE, edge_attr=look.EDGE
        )
        self.drawing.alternative = alternative_text(graph, names)
        for item in graph.items:
            if isinstance(item, Value):
                self.value(item)
            elif isinstance(item, Numbers):
                self.numbers(item)
            else:
                self.group(item)
        for edge in into_groups:
            if not edge.carries_parameters:
                self.connection(edge)
        self.columns()

    def caption(self) -> list[str]:
        sentences = []
        if not self.has_gradient:
            sentences.append(OLD_GRADIENT if any(node.grad != 0 for node in self.graph.holder) else NO_GRADIENT)
        if self.graph.groups:
            sentences.append(FOLDED)
        elif self.folding_asked:
            sentences.append(NOTHING_FOLDED)
        if self.weighted:
            sentences.append(WEIGHTS)
        return sentences

    # --- a node shown by itself -------------------------------------------------------------------------

    def value(self, node: Value) -> None:
        title, cells = name_text(self.names.get(node, "")), self.cells(node)
        label = record(title, cells, self.direction)
        if node.operation is not None:
            style = look.COMPUTED
            self.operation(node)
        elif node in self.paths:
            style, label = look.PARAMETER, lines(title, "   ".join(cells))
        else:
            style = look.INPUT
        emphasis = look.OUTPUT if node in self.outputs else {}
        self.drawing.node(self.ids[node], label, tooltip=self.hint(node), **style | emphasis)

    def cells(self, node: Value) -> list[str]:
        """Return the number and the gradient of a node as text; a dash for a gradient that has not arrived."""
        grad = self.number(node.grad) if self.has_gradient or node.grad != 0 else "–"
        return [f"data {self.number(node.data)}", f"grad {grad}"]

    def ranges(self, nodes: Sequence[Value]) -> Iterator[str]:
        """Yield the least and the largest number and gradient of several nodes as text."""
        gradients = [node.grad for node in nodes]
        known = self.has_gradient or any(gradients)
        for kind, numbers in ("data", [node.data for node in nodes]), ("grad", gradients if known else []):
            low, high = (self.number(bound) for bound in (min(numbers), max(numbers))) if numbers else ("–", "–")
            yield f"{kind} {low}" if low == high else f"{kind} {low} … {high}"

    def hint(self, node: Value) -> str:
        """Return the tooltip: the path of a parameter, and the numbers in full."""
        name = name_text(self.paths.get(node, self.names.get(node, "")))
        return lines(f"{name}: data {node.data!r}, grad {node.grad!r}".removeprefix(": "))

    def operation(self, node: Value) -> None:
        """Draw the operation that made a node, with an edge per operand in their order."""
        name = self.ids[node] + "o"
        symbol = name_text(node.op)
        is_short = len(symbol) < 3
        row = node.operation
        style = look.OPERATOR if is_short else look.FUNCTION
        self.drawing.node(name, lines(symbol), ordering="in", tooltip=lines(row.call if row else ""), **style)
        self.drawing.edge(name, self.ids[node], arrowhead="none", weight="4")
        counts = Counter(self.graph.holder[parent] for parent in node.parents)
        counted: set[Item] = set()
        for place, (operand, text) in enumerate(drawn_operands(node, self.literal)):
            if operand is None:
                self.drawing.node(f"{name}{place}", lines(text), **look.LITERAL)
                self.drawing.edge(f"{name}{place}", name)
                continue
            source = self.graph.holder[operand]
            start = self.ids[source] + (self.ports[0] if isinstance(source, FoldedGroup) else "")
            if counts[source] <= MOST_PARALLEL or isinstance(source, Value):
                straight = {"weight": "8"} if self.direction == "TB" and operand.operation else {}
                self.drawing.edge(start, name, **straight)
            elif source not in counted:
                counted.add(source)
                self.drawing.edge(start, name, taillabel=f"×{counts[source]:,}", minlen="2")

    # --- what is folded -----------------------------------------------------------------------------------

    def columns(self) -> None:
        """Put the neurons of each layer, and the numbers that go into it, below each other in their order."""
        inputs: dict[str, list[str]] = {}
        for item in self.graph.items:
            if isinstance(item, Numbers):
                inputs.setdefault(item.layer, []).append(self.ids[item])
        for numbers in inputs.values():
            self.column(numbers)
        gap = min(self.tallest, 16) / 10  # the title of a layer is so large that lines have room to spread
        size = {"width": f"{2.2 + gap:.1f}"} if self.direction == "LR" else {"height": f"{1 + gap:.1f}"}
        chained = {layer_within(edge) for edge in self.graph.edges}
        for place, (layer, groups) in enumerate(self.graph.layers.items()):
            if groups[0].kind == "unit" and layer not in chained:
                title = f"layer {layer}" if layer.isdecimal() else name_text(layer) or "model"
                self.drawing.node(f"layer{place}", lines(title), **look.LAYER, **size)
                self.column([f"layer{place}", *(self.ids[group] for group in groups)])

    def column(self, ids: Sequence[str]) -> None:
        """Put boxes below each other; in a picture from top to bottom, beside each other."""
        with self.drawing.subgraph() as column:
            column.attr(rank="same")
            for above, below in pairwise(ids):
                column.edge(above, below, style="invis")

    def group(self, group: FoldedGroup) -> None:
        contents = [f"{name_text(group.title) or 'model'} · {counted(len(group.nodes), 'node')}"]
        if len(group.outputs) == 1:
            contents.append("   ".join(self.cells(group.outputs[0])))
        elif group.outputs:
            contents.append(f"{len(group.outputs):,} outputs")
            contents.append("   ".join(self.ranges(group.outputs)))
        if group.kind == "unit" and len(group.parameters) <= MOST_SHOWN and self.tallest <= MOST_WITH_WEIGHTS:
            contents.append(self.weights(group))
        emphasis = look.OUTPUT if self.outputs.intersection(group.outputs) else {}
        self.drawing.node(self.ids[group], lines(*contents), tooltip=self.listed(group), **look.FOLDED | emphasis)

    def weights(self, group: FoldedGroup) -> str:
        """Return the parameters of a neuron as a line such as ``w 0.5, -1   b 0``."""
        numbers: dict[str, list[str]] = {}
        for parameter in group.parameters:
            attribute = ParameterPath.of(self.paths[parameter]).attribute
            numbers.setdefault(name_text(attribute), []).append(self.number(parameter.data))
        return "   ".join(f"{attribute} {', '.join(listed)}" for attribute, listed in numbers.items())

    def listed(self, group: FoldedGroup) -> str:
        """Return the tooltip of a box: its path and its parameters."""
        named = [f"{name_text(self.paths[p])} = {self.number(p.data)}" for p in group.parameters[:MOST_LISTED]]
        more = len(group.parameters) - len(named)
        return lines(name_text(group.name) or "model", *named, f"and {more:,} more" if more else "")

    def numbers(self, numbers: Numbers) -> None:
        columns = numbers.columns
        samples = max(map(len, columns), default=0)
        if numbers.position is not None:
            text = self.number(columns[0][0])
        else:
            text = f"{samples:,} samples of {len(columns):,} numbers" if samples > 1 else f"{len(columns):,} numbers"
        self.drawing.node(self.ids[numbers], lines(text), **look.LITERAL | look.APART[self.direction])

    def connection(self, edge: Edge) -> None:
        """Draw what a neuron or a layer takes from elsewhere; one weight shows in the line."""
        leave, arrive = self.ports
        ends = self.ids[edge.source] + leave, self.ids[edge.target] + arrive
        if len(edge.weights) != 1:
            self.drawing.edge(*ends)
            return
        weight = edge.weights[0]
        share = abs(weight.data) / self.largest if self.largest else 0.0
        style = dict(look.NEGATIVE if weight.data < 0 else look.POSITIVE)
        style["color"] += f"{110 + int(145 * share):02x}"  # the opacity
        style["penwidth"] = f"{0.6 + 2 * share:.2f}"
        style["tooltip"] = lines(f"{name_text(self.paths[weight])}: {', '.join(self.cells(weight))}")
        self.drawing.edge(*ends, arrowhead="none", **style)


def alternative_text(graph: Folded, names: Mapping[Value, str]) -> str:
    """Return what a picture shows, in words, for who cannot see it."""
    outputs = [f"{name_text(names.get(node, 'the output'))} = {number_text(node.data)}" for node in graph.outputs]
    more = [counted(len(outputs) - MOST_NAMED, "more output")] if len(outputs) > MOST_NAMED else []
    return f"Graph of {counted(len(graph.holder), 'node')}: {', '.join(outputs[:MOST_NAMED] + more)}"


def drawn_operands(node: Value, number: Callable[[float], str]) -> Iterator[tuple[Value | None, str]]:
    """Yield each operand: a Value, or None and the text of a literal. Two sequences are taken in turns."""
    names = node.operation.operands if node.operation else ()
    sequences = [operand for operand in node.operands if isinstance(operand, tuple)]
    if len(sequences) == 2:
        yield from drawn_sequence([item for pair in zip(*sequences, strict=True) for item in pair], number)
    for name, operand in zip(names, node.operands, strict=True):
        if isinstance(operand, tuple):
            if len(sequences) == 1:
                yield from drawn_sequence(operand, number)
        elif isinstance(operand, Value):
            yield operand, ""
        else:
            text = number(operand)
            yield None, text if name in {"x", "y"} else f"{name} = {text}"


def drawn_sequence(
    items: Sequence[Value | float], number: Callable[[float], str]
) -> Iterator[tuple[Value | None, str]]:
    """Yield the items of a sequence; many literals only as their count."""
    literals = sum(not isinstance(item, Value) for item in items)
    if literals > MOST_LITERALS:
        yield None, f"{literals:,} numbers"
    for item in items:
        if isinstance(item, Value):
            yield item, ""
        elif literals <= MOST_LITERALS:
            yield None, number(item)
