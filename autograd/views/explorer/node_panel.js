// One node: its formula, its local derivatives, and its gradient as a sum over consumers and over paths.

const MOST_TERMS = 8;

class NodePanel {
  constructor(graph, words) {
    this.graph = graph;
    this.words = words;
    this.title = "Node";
    this.element = make("div", { class: "node-panel" });
  }

  show(view) {
    const node = view.selected ?? view.step?.node ?? this.graph.output;
    this.element.replaceChildren(
      make("h3", {}, this.words.name(node)),
      make("p", { class: "hint" }, view.selected === null ? "The node of the step. Click another to keep it here." : "Chosen by you; click it again to follow the steps."),
      ...this.value(node, view), ...this.locals(node, view), ...this.gradient(node, view));
  }

  value(node, view) {
    const { graph, words } = this;
    if (graph.isLeaf(node)) return [formula(`${words.name(node)} = ${numberText(view.values[node])}`), note("A leaf: its number is given.")];
    const shape = graph.shapeOf(node);
    const parts = [words.call(node), words.definition(node)].filter((part, i, all) => i === 0 || part !== all[0]);
    const line = graph.lines[node];
    return [
      formula(view.isComputed(node) ? words.computed(node, view.values) : `${words.name(node)} = ${parts.join(" = ")}`),
      shape.convention ? note(`Convention: ${shape.convention}.`) : null,
      line ? make("code", { class: "source" }, line) : null,
    ].filter(Boolean);
  }

  locals(node, view) {
    const { graph, words } = this;
    const uses = graph.usesOf(node);
    if (!uses.length) return [];
    const slopes = view.slopes[node - graph.leaves];
    const items = listed(uses.map((use, place) => ({ ...use, place })), MOST_TERMS, ({ parent, slot, place }) => {
      const known = view.isComputed(node) && slopes;
      const parts = [derivative(words, node, parent), words.slope(node, slot)];
      if (known) parts.push(words.slopeNumbers(node, slot, view.values), numberText(slopes[place]));
      return make("li", {}, formula(different(parts).join(" = ")));
    });
    return [make("h4", {}, "Local derivatives"), make("ul", {}, ...items)];
  }

  gradient(node, view) {
    const { graph, words } = this;
    const whole = derivative(words, graph.output, node);
    const heading = make("h4", {}, `Gradient ${whole}`);
    if (node === graph.output) return [heading, formula(`${whole} = 1`), note("Every derivation ends here.")];
    if (!view.isFinal(node) || view.mistaken) {
      const terms = graph.consumers[node].slice(0, MOST_TERMS).map(({ node: consumer }) =>
        `${derivative(words, graph.output, consumer)} × ${derivative(words, consumer, node)}`);
      if (graph.consumers[node].length > MOST_TERMS) terms.push("…");
      const why = view.mistaken ? "Switch the mistake off to see the numbers." : "The numbers appear when the backward pass has reached it.";
      return [heading, formula(`${whole} = ${terms.join(" + ")}`), note(why)];
    }
    const consumers = graph.overConsumers(node, view.slopes, view.right);
    const { count, largest } = graph.overPaths(node, view.slopes, MOST_TERMS);
    const total = numberText(view.right[node]);
    const byConsumer = listed(consumers, MOST_TERMS, ({ consumer, incoming, local, amount }) =>
      make("li", {}, `through ${words.name(consumer)}: `,
        formula(`${derivative(words, graph.output, consumer)} × ${derivative(words, consumer, node)} = ` +
          `${numberText(incoming)} × ${factor(local)} = ${numberText(amount)}`)));
    const byPath = largest.map(({ product, path }) => make("li", {}, ...this.path(node, path, product, view)));
    if (count > largest.length) byPath.push(make("li", { class: "more" }, `and ${count - largest.length} more, each smaller`));
    return [
      heading,
      make("h5", {}, consumers.length === 1 ? "One node uses it" : `Sum over the ${consumers.length} uses of it`),
      make("ul", {}, ...byConsumer),
      formula(`total ${total}`),
      make("h5", {}, count === 1 ? "One path leads to the output" : `Sum over the ${count} paths to the output`),
      make("ul", {}, ...byPath),
    ];
  }

  path(node, path, product, view) {
    const { graph, words } = this;
    const names = [words.name(node)];
    const factors = [];
    for (let at = path; at; at = at.next) {
      names.push(words.name(at.node));
      factors.push(view.slopes[at.node - graph.leaves][at.place]);
    }
    const shown = (items, separator) =>
      (items.length > 9 ? [...items.slice(0, 4), "…", ...items.slice(-4)] : items).join(separator);
    const numbers = factors.map((number, i) => (i ? factor(number) : numberText(number)));
    return [`${shown(names, " → ")}: `, formula(different([shown(numbers, " × "), numberText(product)]).join(" = "))];
  }
}

function derivative(words, above, below) {
  return `∂${words.name(above)}/∂${words.name(below)}`;
}

function different(parts) {
  return parts.filter((part, i) => i === 0 || part !== parts[i - 1]);
}

function formula(text) {
  return make("code", {}, text);
}

function note(text) {
  return make("p", { class: "hint" }, text);
}
