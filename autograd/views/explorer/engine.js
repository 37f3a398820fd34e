// Computes what the page shows: values, local derivatives, the steps of a backward pass, and its usual mistakes.
//
// Nodes are numbered as autograd.graph sorts them: the leaves first, then every other node after its parents.
// A number the library computed is shown as the library computed it; only after a leaf has been changed are
// the formulas of the table (OPERATIONS, printed from Python) run here.

class Graph {
  constructor(data) {
    this.names = data.names;
    this.leaves = data.names.length - data.shapes.length;
    this.output = data.names.length - 1;
    this.operands = data.operands;
    this.shapes = data.shapes.map((shape) => data.kinds[shape]);
    this.lines = data.lines.map((line) => data.sources[line] ?? "");
    this.frozen = data.frozen;
    this.constants = new Set(data.constants); // leaves whose requires_grad is False
    this.uses = this.operands.map((operands) => operands.flat().flatMap((item, slot) =>
      typeof item === "number" ? [{ parent: item, slot }] : []));
    this.consumers = this.names.map(() => []);
    this.uses.forEach((uses, position) => uses.forEach((use, place) =>
      this.consumers[use.parent].push({ node: this.leaves + position, place })));
    // A graph that was typed comes without numbers but those of its leaves.
    // What a comparison said when it was recorded is a number now, and no longer follows what was compared.
    this.settledChoice = this.shapes.some(({ operation }, i) => operation === "where" && typeof this.operands[i][0] === "string");
    this.recorded = data.slopes ? { values: data.values, slopes: data.slopes, failure: null } : this.evaluated(data.values);
  }

  isLeaf(node) {
    return node < this.leaves;
  }

  usesOf(node) {
    return this.isLeaf(node) ? [] : this.uses[node - this.leaves];
  }

  operandsOf(node) {
    return this.operands[node - this.leaves];
  }

  shapeOf(node) {
    return this.shapes[node - this.leaves];
  }

  // Values and local derivatives for the given numbers in the leaves. `failure` says at which node there is no
  // value (then none of the later nodes has one), no local derivative, or no gradient, the first if there are several.
  compute(leafValues) {
    const { values } = this.recorded;
    return leafValues.every((value, leaf) => Object.is(value, values[leaf])) ? this.recorded : this.evaluated(leafValues);
  }

  evaluated(leafValues) {
    const computed = { values: [...leafValues], slopes: [], failure: null };
    for (let node = this.leaves; node <= this.output; node++) {
      const operation = OPERATIONS[this.shapeOf(node).operation];
      const operands = this.operandsOf(node);
      const numbers = numbersOf(operands, computed.values);
      const out = attempt(() => finite(operation.value(...numbers)));
      if (out === null) {
        computed.failure = { node, derivative: false };
        break;
      }
      computed.values.push(out);
      const found = attempt(() => slopesOf(operation, operands, numbers, out));
      const uses = this.usesOf(node);
      computed.slopes.push(found && found.map((slope, place) => (this.constants.has(uses[place].parent) ? 0 : slope)));
    }
    computed.failure ??= this.missingGradient(computed);
    return computed;
  }

  // The output as a function of the number in one leaf, the others as they are; null where it has no value.
  along(leaf, leafValues) {
    const values = [...leafValues];
    const compute = (node) => {
      const { value } = OPERATIONS[this.shapeOf(node).operation];
      const out = attempt(() => finite(value(...numbersOf(this.operandsOf(node), values))));
      values[node] = out;
      return out !== null;
    };
    const moving = this.downstream(leaf);
    const [still, changing] = [[], []];
    for (let node = this.leaves; node <= this.output; node++) (moving.has(node) ? changing : still).push(node);
    const possible = still.every(compute);
    return (number) => {
      values[leaf] = number;
      return possible && changing.every(compute) ? values[this.output] : null;
    };
  }

  // Where a gradient meets a local derivative that does not exist, or is too large itself. Where nothing flows in, none is needed.
  missingGradient({ values, slopes }) {
    const gradients = values.map((_, node) => (node === this.output ? 1 : 0));
    for (let node = this.output; node >= this.leaves; node--) {
      const local = slopes[node - this.leaves];
      if (gradients[node] === 0) continue;
      if (local === null) return { node, derivative: true };
      this.usesOf(node).forEach(({ parent }, place) => (gradients[parent] += gradients[node] * local[place]));
      const large = this.usesOf(node).find(({ parent }) => !Number.isFinite(gradients[parent]));
      if (large) return { node: large.parent, derivative: true, overflow: true };
    }
    return null;
  }

  // The steps of one computation: forward, seed and backward, each with what is added to which gradient.
  steps({ values, slopes, failure }, mistake = "none") {
    const forward = values.slice(this.leaves).map((_, position) => ({
      phase: "forward", node: this.leaves + position, deposits: [], queue: [],
    }));
    forward.forEach((step, position) => {
      step.queue = { length: forward.length - position - 1, at: (i) => forward[position + 1 + i].node };
    });
    if (failure) return { steps: forward, start: this.names.map(() => 0), gradients: null, cut: false, largest: 0 };
    const pass = new Pass(this, slopes, mistake);
    const amounts = pass.steps.slice(1).flatMap(({ deposits }) => deposits.map(({ amount }) => Math.abs(amount)));
    const largest = amounts.filter(Number.isFinite).reduce((most, each) => Math.max(most, each), 0);
    return { steps: [...forward, ...pass.steps], start: pass.start, gradients: pass.gradients, cut: pass.cut, largest };
  }

  // The gradient of `node` as a sum over the nodes that use it.
  overConsumers(node, slopes, gradients) {
    return this.consumers[node].map(({ node: consumer, place }) => {
      const local = slopes[consumer - this.leaves]?.[place] ?? NaN;
      const incoming = gradients[consumer];
      return { consumer, place, incoming, local, amount: passedOn(incoming, local) };
    });
  }

  // The gradient of `node` as a sum over the paths that lead from it to the output: how many there are, and the
  // `most` largest of them. A path is a list of {node, place}, each a use on the way.
  overPaths(node, slopes, most) {
    const known = new Map([[this.output, { count: 1, largest: [{ product: 1, path: null }] }]]);
    const downstream = this.downstream(node);
    for (let at = this.output; at >= node; at--) {
      if (at === this.output || !downstream.has(at)) continue;
      let count = 0;
      const largest = [];
      for (const { node: consumer, place } of this.consumers[at]) {
        const local = slopes[consumer - this.leaves]?.[place] ?? NaN;
        const further = known.get(consumer);
        count += further.count;
        for (const { product, path } of further.largest) {
          largest.push({ product: product * local, path: { node: consumer, place, next: path } });
        }
      }
      largest.sort((one, other) => Math.abs(other.product) - Math.abs(one.product));
      known.set(at, { count, largest: largest.slice(0, most) });
    }
    return known.get(node);
  }

  // Every node that depends on `node`, itself included.
  downstream(node) {
    const found = new Set([node]);
    for (let at = Math.max(node + 1, this.leaves); at <= this.output; at++) {
      if (this.usesOf(at).some(({ parent }) => found.has(parent))) found.add(at);
    }
    return found;
  }
}

function finite(number) {
  if (Number.isFinite(number)) return number;
  throw new RangeError("no finite value");
}

// Gradient times local derivative; where nothing flows in, nothing is passed on, not even where there is no slope.
function passedOn(incoming, local) {
  return incoming === 0 ? 0 : incoming * local;
}

// What a formula gives, or null where it has no value: the arithmetic says so with a RangeError.
function attempt(formula) {
  try {
    return formula();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

// What an operand list stands for: a node is a number in the data, a literal is a text, a sequence is a list.
function numbersOf(operands, values) {
  return operands.map((item) => (Array.isArray(item) ? numbersOf(item, values) : numberOf(item, values)));
}

function numberOf(item, values) {
  return typeof item === "number" ? values[item] : Number(item);
}

function slopesOf(operation, operands, numbers, out) {
  const found = [];
  operands.forEach((item, position) => {
    const items = Array.isArray(item) ? item : [item];
    if (!items.some((each) => typeof each === "number")) return;
    const slope = operation.slopes[position](...numbers, out);
    items.forEach((each, place) => {
      if (typeof each !== "number") return;
      found.push(finite(Array.isArray(slope) ? slope[place] : slope));
    });
  });
  return found;
}

// --- the backward pass ---

const MOST_VISITS = 2000; // without an order their number can double with every node

class Pass {
  constructor(graph, slopes, mistake) {
    this.graph = graph;
    this.slopes = slopes;
    this.mistake = mistake;
    this.steps = [];
    this.cut = false;
    const stale = mistake === "stale";
    this.gradients = stale ? [...new Pass(graph, slopes, "none").gradients] : graph.names.map(() => 0);
    this.start = [...this.gradients];
    this.seed();
    if (mistake === "unsorted") this.recursive();
    else this.sorted();
  }

  seed() {
    const { output } = this.graph;
    this.gradients[output] = 1;
    this.steps.push({
      phase: "seed", node: output, incoming: 1, queue: this.waiting(output),
      deposits: [{ parent: output, slot: -1, local: 1, incoming: 1, amount: 1, before: this.start[output], after: 1 }],
    });
  }

  // The nodes from `node` back to the first that is not a leaf, in the order of the backward pass.
  waiting(node) {
    return { length: node - this.graph.leaves + 1, at: (i) => node - i };
  }

  visit(node, queue) {
    const incoming = this.gradients[node];
    const slopes = this.slopes[node - this.graph.leaves];
    const deposits = this.graph.usesOf(node).map(({ parent, slot }, place) => {
      const local = slopes?.[place] ?? NaN;
      const before = this.gradients[parent];
      const amount = passedOn(incoming, local);
      const after = this.mistake === "assign" ? amount : before + amount;
      this.gradients[parent] = after;
      return { parent, slot, local, incoming, amount, before, after };
    });
    this.steps.push({ phase: "backward", node, incoming, deposits, queue });
  }

  sorted() {
    for (let node = this.graph.output; node >= this.graph.leaves; node--) this.visit(node, this.waiting(node - 1));
  }

  recursive() {
    const { graph } = this;
    let waiting = graph.isLeaf(graph.output) ? null : { node: graph.output, next: null, length: 1 };
    while (waiting) {
      if (this.steps.length > MOST_VISITS) {
        this.cut = true;
        return;
      }
      const { node } = waiting;
      waiting = waiting.next;
      for (const { parent } of [...graph.usesOf(node)].reverse()) {
        if (!graph.isLeaf(parent)) waiting = { node: parent, next: waiting, length: (waiting?.length ?? 0) + 1 };
      }
      this.visit(node, linked(waiting));
    }
  }
}

function linked(list) {
  return {
    length: list?.length ?? 0,
    at(position) {
      let entry = list;
      for (let i = 0; i < position; i++) entry = entry.next;
      return entry.node;
    },
  };
}
