"""A big graph as a small one: its nodes grouped by neuron and layer, as plain data.

The picture and the page draw what :func:`fold` returns. It works for any model with ``named_parameters()``,
because the paths of the parameters tell what belongs together.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from typing import Literal

from autograd.engine import Value
from autograd.graph import consumers, parents_of, topological_order
from autograd.views.picture.folded import Edge, Folded, FoldedGroup, Item, Numbers, layers_in_circles, sorted_items
from autograd.views.picture.units import Unit, members_of_units, units_of, weighted_operands

MOST_UNITS = 80
MOST_EDGES = 600
"""With more neurons, or more connections between them, whole layers are folded."""

MOST_LOOSE = 24
"""Up to this many nodes outside all neurons are shown one by one; of more, only those nearest to the output."""

NEAREST = 6
"""How many of more are shown in a graph that has neurons."""

MOST_INPUTS = 16
"""More leaves than this that go to the same place are folded."""

MOST_NUMBERS = 5_000
"""If a layer has more literal inputs than this, they are not compared from neuron to neuron."""


def fold(outputs: Sequence[Value], paths: Mapping[Value, str], by: Literal["unit", "layer"] | None = None) -> Folded:
    """Group the nodes of a graph by neuron (unit) and layer.

    Args:
        outputs: the Values whose graph is folded.
        paths: the path of each parameter; see :func:`autograd.views.names.paths_of`.
        by: the size of the groups; by default units, or layers where there are very many units. A layer whose
            units feed each other in a circle, as in a recurrent network, is one group in any case.

    Example:
        >>> from autograd import Value, dot
        >>> from autograd.views.picture.folding import fold
        >>> w, b, x = [Value(0.5), Value(-1.0)], Value(0.1), [Value(1.0), Value(2.0)]
        >>> loss = ((dot(w, x) + b).tanh() - 1) ** 2
        >>> neuron, *rest = fold([loss], {w[0]: "out.w.0", w[1]: "out.w.1", b: "out.b"}).groups
        >>> neuron.name, len(neuron.nodes), neuron.outputs[0].op, rest
        ('out', 6, 'tanh', [])
    """
    folder = Folder(outputs, paths)
    layers = {unit.layer for unit in folder.members.values()}
    if by == "layer" or (by is None and len(set(folder.members.values())) > MOST_UNITS):
        return folder.folded(layers)
    folded = folder.folded(set())
    recurrent = layers_in_circles(folded)
    if recurrent:
        folded = folder.folded(recurrent)
    return folded if by is not None or len(folded.edges) <= MOST_EDGES else folder.folded(layers)


def unfolded(outputs: Sequence[Value]) -> Folded:
    """Return a graph in the same form with every node shown by itself; its edges are those of the nodes."""
    order = topological_order(*outputs)
    uses = Counter((parent, node) for node in order for parent in parents_of(node))
    edges = tuple(Edge(source, target, count, (), False) for (source, target), count in uses.items())
    return Folded(tuple(order), edges, {node: node for node in order}, tuple(outputs))


class Folder:
    """Folds one graph."""

    def __init__(self, outputs: Sequence[Value], paths: Mapping[Value, str]) -> None:
        self.outputs = tuple(outputs)
        self.order = topological_order(*outputs)
        self.consumers = consumers(*outputs)
        by_path = units_of(paths.values())
        self.units = {node: by_path[path] for node, path in paths.items() if node in self.consumers}
        self.members, self.of_parameters = members_of_units(self.order, self.units)
        if not self.members.keys() - self.units.keys():
            self.of_parameters = set()  # there is nothing else to set them apart from
        self.stages = self.stages_of_nodes()

    def stages_of_nodes(self) -> dict[Value, str]:
        """Return for every node outside the units the last layer it comes after; empty before the first."""
        layers = list(dict.fromkeys(self.members[node].layer for node in self.order if self.is_inside(node)))
        stage: dict[Value, int] = {}
        for node in self.order:
            if self.is_inside(node):
                stage[node] = layers.index(self.members[node].layer)
            else:
                stage[node] = max((stage[parent] for parent in parents_of(node)), default=-1)
        return {node: layers[stage[node]] if stage[node] >= 0 else "" for node in self.order}

    def is_inside(self, node: Value) -> bool:
        """Whether a node is computed inside a unit."""
        return node in self.members and node.operation is not None

    # --- which group each node is in --------------------------------------------------------------------

    def folded(self, layers: Set[str]) -> Folded:
        """Return the graph folded into units, and into whole layers for those named."""
        keys = self.keys(layers)
        contents: dict[object, list[Value]] = defaultdict(list)
        for node in self.order:
            contents[keys.get(node, node)].append(node)
        holder: dict[Value, Item] = {}
        for key, nodes in contents.items():
            item = nodes[0] if key is nodes[0] else self.group(key, nodes, keys)
            holder.update(dict.fromkeys(nodes, item))
        numbers, edges = self.edges(holder)
        shown = dict.fromkeys(holder.values())
        return Folded((*numbers, *sorted_items(shown, edges)), tuple(edges), holder, self.outputs)

    def keys(self, layers: Set[str]) -> dict[Value, object]:
        """Return what decides which group a node goes into; nodes that are shown themselves are left out."""
        keys: dict[Value, object] = {
            node: unit.layer if unit.layer in layers else unit for node, unit in self.members.items()
        }
        if len(self.of_parameters) > 1:
            keys.update(dict.fromkeys(self.of_parameters, FoldedGroup))  # any key that no unit has
        loose = [node for node in self.order if node.operation is not None and node not in keys]
        for node in self.further_back(loose):
            keys[node] = ("rest", self.stages[node])
        return keys | self.input_keys(keys)

    def further_back(self, loose: Sequence[Value]) -> list[Value]:
        """Return the nodes outside all units that are too many to be shown one by one.

        What is shown is nearest to the output and closed under use, so that the folded rest lies wholly before it.
        """
        if len(loose) <= MOST_LOOSE:
            return []
        distance: dict[Value, float] = {}
        candidates = set(loose)
        for node in reversed(loose):
            uses = [distance[use] if use in candidates else float("inf") for use in self.consumers[node]]
            distance[node] = max(uses, default=-1.0) + 1
        count = NEAREST if self.members else MOST_LOOSE
        limit = max(sorted(distance.values())[count], 1)  # outputs are always shown
        return [node for node in loose if distance[node] >= limit]

    def input_keys(self, keys: Mapping[Value, object]) -> dict[Value, object]:
        """Return the keys of leaves that are folded because many of them go to the same place."""
        places: dict[object, list[Value]] = defaultdict(list)
        for node in self.order:
            if node.operation is None and node not in keys:
                users = {  # layers and groups; nodes shown one by one are one place
                    self.members[use].layer if use in self.members else keys.get(use) for use in self.consumers[node]
                }
                places[frozenset(users)].append(node)
        return {node: ("inputs", key) for key, nodes in places.items() if len(nodes) > MOST_INPUTS for node in nodes}

    def group(self, key: object, nodes: Sequence[Value], keys: Mapping[Value, object]) -> FoldedGroup:
        inside, outputs = set(nodes), set(self.outputs)
        computed = [node for node in nodes if node.operation is not None]
        used = tuple(node for node in computed if node in outputs or not inside.issuperset(self.consumers[node]))
        parameters = tuple(node for node in nodes if node in self.units)
        contents = (tuple(nodes), parameters, used)
        if isinstance(key, Unit):
            return FoldedGroup("unit", key.path, key.name, key.layer, *contents)
        if isinstance(key, str):
            return FoldedGroup("layer", key, key, key, *contents)
        if key is FoldedGroup:
            return FoldedGroup("parameters", "of parameters alone", "from the parameters alone", "", *contents)
        if isinstance(key, tuple) and key[0] == "inputs":
            return FoldedGroup("inputs", "inputs", "inputs", "", *contents)
        stage = self.stages[nodes[-1]]
        name = f"after {stage}" if stage else "earlier nodes"
        return FoldedGroup("rest", name, name, "", *contents)

    # --- edges ------------------------------------------------------------------------------------------

    def edges(self, holder: Mapping[Value, Item]) -> tuple[list[Numbers], list[Edge]]:
        """Return the plain numbers that go into units, and every edge between two items."""
        uses: dict[tuple[Item, Item], int] = defaultdict(int)
        computed: set[tuple[Item, Item]] = set()
        weights: dict[tuple[Item, Item], dict[Value, None]] = defaultdict(dict)
        literals: dict[FoldedGroup, dict[Value, list[float]]] = defaultdict(lambda: defaultdict(list))
        for node in self.order:
            target = holder[node]
            for parent in parents_of(node):
                source = holder[parent]
                if source is not target:
                    uses[source, target] += 1
                    if parent not in self.units:
                        computed.add((source, target))
            if isinstance(target, FoldedGroup):
                for weight, operand in weighted_operands(node, self.units):
                    if isinstance(operand, float):
                        literals[target][weight].append(operand)
                    elif holder[operand] is not target:
                        weights[holder[operand], target][weight] = None
        numbers, number_edges = numbers_of_layers(literals)
        edges = [
            Edge(source, target, count, tuple(weights[source, target]), (source, target) not in computed)
            for (source, target), count in uses.items()
        ]
        return numbers, number_edges + edges


def numbers_of_layers(literals: Mapping[FoldedGroup, Mapping[Value, list[float]]]) -> tuple[list[Numbers], list[Edge]]:
    """Return the plain numbers that units were given, each once for all units that share it."""
    shared: dict[object, Numbers] = {}
    edges: list[Edge] = []
    counts: dict[str, int] = defaultdict(int)
    for group, columns in literals.items():
        counts[group.layer] += sum(map(len, columns.values()))
    for group, columns in literals.items():
        content = tuple(map(tuple, columns.values()))
        if group.kind == "unit" and all(len(column) == 1 for column in content) and len(content) <= MOST_INPUTS:
            for position, (weight, column) in enumerate(zip(columns, content, strict=True)):
                key = (group.layer, position, column)
                numbers = shared.setdefault(key, Numbers(group.layer, position, (column,)))
                edges.append(Edge(numbers, group, 1, (weight,), False))
        else:
            content = tuple(dict.fromkeys(content))
            equal = content if counts[group.layer] <= MOST_NUMBERS else len(content)
            numbers = shared.setdefault((group.layer, equal), Numbers(group.layer, None, content))
            edges.append(Edge(numbers, group, sum(map(len, columns.values())), tuple(columns), False))
    return list(shared.values()), edges
