// From an expression that was read to the data of a graph: nodes in the order of autograd.graph.sort, names, pictures.

const MOST_TYPED = 60; // nodes that a typed expression may have: more would not be legible

// The data of the graph that `text` stands for, with the numbers of the leaves by name.
function typedGraph(text, numbers) {
  const reader = new Reader(text, numbers);
  const output = reader.result();
  const [leaves, interior] = sorted(output);
  const nodes = [...leaves, ...interior];
  if (nodes.length > MOST_TYPED) reader.fail(phrase("tooMany", { count: nodes.length, most: MOST_TYPED }), 0);
  const place = new Map(nodes.map((node, number) => [node, number]));
  const coded = (item) => (Array.isArray(item) ? item.map(coded) : isNode(item) ? place.get(item) : String(item));
  const operands = interior.map((node) => node.operands.map(coded));
  const edges = operands.flatMap((each, i) => each.flat().flatMap((item) => (typeof item === "number" ? [[item, leaves.length + i]] : [])));
  const kinds = [...new Set(interior.map(kindOf))];
  return {
    title: text.trim(), names: namesOf(nodes), values: leaves.map(({ number }) => number), slopes: null, constants: [], operands,
    shapes: interior.map((node) => kinds.indexOf(kindOf(node))), kinds, lines: nodes.map(() => null), sources: [], frozen: "",
    parts: [], chains: nodes.map(() => []), pictures: [layered(nodes.length, edges)], whole: null,
  };
}

// Leaves and other nodes, each after its operands, from left to right.
function sorted(output) {
  const [leaves, interior, seen] = [[], [], new Set()];
  const visit = (node) => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.operation) node.operands.flat().filter(isNode).forEach(visit);
    (node.operation ? interior : leaves).push(node);
  };
  visit(output);
  return [leaves, interior];
}

// Nodes without a name are numbered, in the order of computation.
function namesOf(nodes) {
  const taken = new Set(nodes.map(({ name }) => name));
  let count = 0;
  return nodes.map(({ name }) => {
    if (name) return name;
    do count += 1;
    while (taken.has(`v${count}`));
    return `v${count}`;
  });
}

// The formulas of a node: those for a known exponent if there are any, for a sequence those of its length.
function kindOf({ operation, operands }) {
  const { kinds } = ROWS.functions[operation];
  const shape = operands.map((item, i) => (Array.isArray(item) ? item.length : ROWS.functions[operation].operands[i] === "index" ? item : "")).join();
  const literal = operands.map((item) => (isNode(item) ? "" : item)).join();
  return kinds[literal] ?? kinds[shape];
}
