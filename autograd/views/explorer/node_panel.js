// One node: its formula, its local derivatives, and its gradient as a sum over consumers and over paths.

const MOST_TERMS = 8;

class NodePanel {
  constructor(graph, words) {
    this.graph = graph;
    this.words = words;
    this.title = phrase("node");
    this.element = make("div", { class: "node-panel" });
  }

  show(view) {
    const node = view.selected ?? view.step?.node ?? this.graph.output;
    this.element.replaceChildren(
      make("h3", {}, this.words.name(node)),
      make("p", { class: "hint" }, phrase(view.selected === null ? "nodeOfStep" : "nodeChosen")),
      ...this.value(node, view), ...this.locals(node, view), ...this.gradient(node, view));
  }

  value(node, view) {
    const { graph, words } = this;
    if (graph.isLeaf(node)) return [formula(`${words.name(node)} = ${numberText(view.values[node])}`), note(phrase("isLeaf"))];
    const parts = [words.call(node), words.definition(node)].filter((part, i, all) => i === 0 || part !== all[0]);
    const line = graph.lines[node];
    return [
      formula(view.isComputed(node) ? words.computed(node, view.values) : `${words.name(node)} = ${parts.join(" = ")}`),
      ...(view.isComputed(node) ? words.conventions(node, null, view.values) : []).map((says) => note(phrase("convention", { convention: says }))),
      line ? make("code", { class: "source" }, line) : null,
    ].filter(Boolean);
  }

  locals(node, view) {
    const { graph, words } = this;
    const uses = graph.usesOf(node);
    if (!uses.length) return [];
    const slopes = view.slopes[node - graph.leaves];
    const known = view.isComputed(node) && slopes;
    const items = listed(uses, MOST_TERMS, (use) => {
      const worked = known ? words.localDerivative(node, use.slot, slopes[uses.indexOf(use)], view.values) : words.slope(node, use.slot);
      return make("li", {}, formula(`${derivative(words, node, use.parent)}${words.which(use, uses)} = ${worked}`));
    });
    return [make("h4", {}, phrase("localDerivatives")), make("ul", {}, ...items), ...(known ? this.sums(node, uses, slopes) : []), note(phrase("symbols"))];
  }

  // The derivative with respect to an operand that is used several times: the sum over its uses.
  sums(node, uses, slopes) {
    const { words } = this;
    return [...new Set(uses.map(({ parent }) => parent))].flatMap((parent) => {
      const each = slopes.filter((_, place) => uses[place].parent === parent);
      if (each.length < 2) return [];
      return [note(phrase("usedTimes", { name: words.name(parent), count: each.length })), formula(`${derivative(words, node, parent)} = ${sumText(each)}`)];
    });
  }

  gradient(node, view) {
    const { graph, words } = this;
    const whole = gradient(words, graph.output, node);
    const heading = make("h4", {}, phrase("gradientOf", { quotient: whole }));
    if (node === graph.output) return [heading, formula(`${whole} = 1`), note(phrase("endsHere"))];
    if (!view.isFinal(node) || view.mistaken) {
      const terms = graph.consumers[node].slice(0, MOST_TERMS).map(({ node: consumer }) =>
        `${gradient(words, graph.output, consumer)} × ${derivative(words, consumer, node)}`);
      if (graph.consumers[node].length > MOST_TERMS) terms.push("…");
      const why = phrase(view.mistaken ? "switchOff" : "appearLater");
      return [heading, formula(`${whole} = ${terms.join(" + ")}`), note(why)];
    }
    const consumers = graph.overConsumers(node, view.slopes, view.right);
    const { count, largest } = graph.overPaths(node, view.slopes, MOST_TERMS);
    const total = settled((rounded) => consumers.reduce((sum, { amount }) => sum + rounded(amount), 0), view.right[node]);
    const digits = consumers.length > 1 ? total.left : total.right;
    const byConsumer = listed(consumers, MOST_TERMS, (use) => {
      const { consumer, place, incoming, local, amount } = use;
      const uses = graph.usesOf(consumer);
      const symbols = `${gradient(words, graph.output, consumer)} × ${derivative(words, consumer, node)}${words.which(uses[place], uses)}`;
      return make("li", {}, `${phrase("through", { name: words.name(consumer) })} `, formula(`${symbols} = ${productText([incoming, local], amount, digits)}`));
    });
    const overPaths = settled((rounded) => largest.reduce((sum, { product }) => sum + rounded(product), 0), view.right[node]);
    const byPath = largest.map(({ product, path }) => make("li", {}, ...this.path(node, path, product, count > 1 ? overPaths.left : overPaths.right, view)));
    if (count > largest.length) byPath.push(make("li", { class: "more" }, phrase("moreSmaller", { count: count - largest.length })));
    return [
      heading,
      make("h5", {}, phrase("sumOverUses", { count: consumers.length })),
      make("ul", {}, ...byConsumer),
      formula(phrase("total", { number: `${total.sign === "=" ? "" : "≈ "}${numberText(view.right[node], total.right)}` })),
      make("h5", {}, phrase("sumOverPaths", { count })),
      make("ul", {}, ...byPath),
    ];
  }

  path(node, path, product, digits, view) {
    const { graph, words } = this;
    const names = [words.name(node)];
    const factors = [];
    for (let at = path; at; at = at.next) {
      names.push(words.name(at.node));
      factors.push(view.slopes[at.node - graph.leaves][at.place]);
    }
    const shown = names.length > 9 ? [...names.slice(0, 4), "…", ...names.slice(-4)] : names;
    return [`${shown.join(" → ")}: `, formula(productText(factors, product, digits))];
  }
}

// The gradient, or total derivative: over all paths, d. The local derivative of one operation: ∂.
const gradient = (words, ...nodes) => quotient("d", words, nodes);
const derivative = (words, ...nodes) => quotient("∂", words, nodes);

function quotient(sign, words, nodes) {
  return nodes.map((node) => words.name(node)).map((name) => (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? `${sign}${name}` : `${sign}(${name})`)).join("/");
}

function sumText(terms) {
  const sum = terms.reduce((total, each) => total + each, 0);
  const how = settled((rounded) => terms.reduce((total, each) => total + rounded(each), 0), sum);
  const texts = terms.map((each, i) => (i ? factor(each, how.left) : numberText(each, how.left)));
  const cut = texts.length > MOST_TERMS ? [...texts.slice(0, 3), "…", ...texts.slice(-3)] : texts;
  return chained([cut.join(" + "), numberText(sum, how.right)], how.sign);
}

function formula(text) {
  const code = make("code");
  setInked(code, text);
  return code;
}

function note(text) {
  return make("p", { class: "hint" }, text);
}
