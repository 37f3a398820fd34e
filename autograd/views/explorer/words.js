// Says in words and formulas what a step does, as autograd/views/steps/record.py says it in Python.

// A name of the user's in a sentence; one that runs from right to left must not turn the sentence around.
function isolated(name) {
  return /^[\x20-\x7e…]*$/.test(name) ? name : `\u2068${name}\u2069`;
}

const MOST_MENTIONED = 3; // contributions that a sentence mentions one by one

class Words {
  constructor(graph) {
    this.graph = graph;
  }

  name(node) {
    return isolated(this.graph.names[node]);
  }

  // Fill a template (texts and slots in turn) with the operands of `node`: their names, or their numbers.
  filled(template, node, values = null, digits = DIGITS) {
    const items = [...this.graph.operandsOf(node).flat(), node];
    return template.map((part, i) => {
      if (typeof part === "string") return part;
      const item = items[part];
      if (typeof item === "number" && !values) return this.name(item);
      const text = numberText(numberOf(item, values), digits);
      const inside = /[-+*/]\s*$/.test(template[i - 1] ?? "") || /^ \*\*/.test(template[i + 1] ?? "");
      return text.startsWith("-") && inside ? `(${text})` : text;
    }).join("");
  }

  call(node) {
    return this.filled(this.graph.shapeOf(node).call, node);
  }

  definition(node) {
    return this.filled(this.graph.shapeOf(node).value, node);
  }

  slope(node, slot) {
    return this.filled(this.graph.shapeOf(node).slopes[slot], node);
  }

  // `n = a * b = 2 * (-3) = -6`, without the parts that only repeat the one before.
  computed(node, values) {
    const name = this.name(node);
    if (this.graph.isLeaf(node)) return `${name} = ${resultText(values[node])}`;
    const shape = this.graph.shapeOf(node);
    const how = this.settle(node, values, OPERATIONS[shape.operation]?.value, values[node]);
    const numbers = this.filled(shape.value, node, values, how.left);
    return chained([name, this.call(node), this.definition(node), numbers, numberText(values[node], how.right)], how.sign);
  }

  // `n = a * b = 2 * (-3)`, without what it gives.
  inNumbers(node, values) {
    const shape = this.graph.shapeOf(node);
    const how = this.settle(node, values, OPERATIONS[shape.operation]?.value, values[node]);
    return chained([this.name(node), this.call(node), this.definition(node), this.filled(shape.value, node, values, how.left)]);
  }

  // `a = 2, b = -3`: the operands of a node, each once, the first few.
  operandValues(node, values) {
    const digits = this.settle(node, values, OPERATIONS[this.graph.shapeOf(node).operation]?.value, values[node] ?? NaN).left;
    return [...new Set(this.graph.usesOf(node).map(({ parent }) => parent))].slice(0, 6)
      .map((parent) => `${this.name(parent)} = ${numberText(values[parent], digits)}`).join(", ");
  }

  // `1 - t * t = 1 - 0.5 * 0.5 = 0.75`: the local derivative with respect to the operand in a slot.
  localDerivative(node, slot, local, values) {
    const [operand, place] = this.owner(node, slot);
    const operation = OPERATIONS[this.graph.shapeOf(node).operation];
    const formula = operation && (operation.shown[operand] ?? operation.slopes[operand]);
    const slope = formula && ((...numbers) => {
      const found = formula(...numbers);
      return Array.isArray(found) ? found[place] : found;
    });
    const how = this.settle(node, values, slope, local, true);
    if (how.sign === "≈" && this.conventions(node, slot, values).length) return resultText(local); // no formula says what was agreed upon
    const numbers = this.filled(this.graph.shapeOf(node).slopes[slot], node, values, how.left);
    return chained([this.slope(node, slot), numbers, numberText(local, how.right)], how.sign);
  }

  // How many digits make a formula of the operands of `node` (and of its value, for a derivative) give `result`.
  settle(node, values, formula, result, withValue = false) {
    if (!formula) return { left: DIGITS, right: DIGITS, sign: "=" };
    const given = (item, rounded) =>
      Array.isArray(item) ? item.map((each) => given(each, rounded)) : typeof item === "number" ? rounded(values[item]) : Number(item);
    return settled((rounded) =>
      formula(...this.graph.operandsOf(node).map((item) => given(item, rounded)), ...(withValue ? [rounded(values[node])] : [])), result);
  }

  // Which operand a slot belongs to, and where in a sequence it stands.
  owner(node, slot) {
    let first = 0;
    for (const [position, item] of this.graph.operandsOf(node).entries()) {
      const length = Array.isArray(item) ? item.length : 1;
      if (slot < first + length) return [position, slot - first];
      first += length;
    }
    return null;
  }

  // What was agreed upon that matters at this node, with the names of its operands; of one slot, or of all.
  conventions(node, slot, values) {
    const shape = this.graph.shapeOf(node);
    const when = OPERATIONS[shape.operation]?.when ?? [];
    const operands = this.graph.operandsOf(node);
    const items = [...operands.flat(), node];
    const numbers = [...numbersOf(operands, values), values[node]];
    const slots = slot === null ? this.graph.usesOf(node).map((use) => use.slot) : [slot];
    const called = (part) => (typeof part === "string" ? part : typeof items[part] === "string" ? literalText(Number(items[part])) : this.name(items[part]));
    const equal = (part) => {
      const names = part.filter((each) => (typeof each === "string" ? Number(each) : numberOf(items[each], values)) === values[node]).map(called);
      return names.length > 1 ? phrase("and", { list: names.slice(0, -1).join(", "), last: names.at(-1) }) : names.join("");
    };
    const said = (word, names) => (!Object.hasOwn(names, word) ? word : Array.isArray(names[word]) ? equal(names[word]) : called(names[word]));
    return shape.conventions.filter(({ of }, i) => (of === null || slots.some((each) => of.includes(each))) && attempt(() => when[i]?.(...numbers) ?? true))
      .map(({ says, names }) => translated(says).replace(/[\p{L}_]+/gu, (word) => said(word, names)));
  }

  narrate(step, values) {
    const name = this.name(step.node);
    if (step.phase === "forward") return `${this.computed(step.node, values)}.`;
    if (step.phase === "seed") {
      return phrase("seed", { name });
    }
    const mentioned = step.deposits.slice(0, MOST_MENTIONED).map((deposit) => this.deposit(deposit, step.deposits));
    mentioned.push(...this.rest(step.deposits, MOST_MENTIONED));
    const last = mentioned.pop();
    const list = mentioned.length ? phrase("commaAnd", { list: mentioned.join(", "), last }) : last;
    return phrase("passesOn", { node: `${name} = ${this.call(step.node)}`, gradient: inked("incoming", numberText(step.incoming)), list });
  }

  // What is said of the contributions that are not mentioned one by one, each parent counted once.
  rest(deposits, mentioned) {
    const known = new Set(deposits.slice(0, mentioned).map(({ parent }) => parent));
    const others = new Set(deposits.slice(mentioned).map(({ parent }) => parent).filter((parent) => !known.has(parent)));
    if (others.size) return [phrase("moreParents", { count: others.size })];
    const uses = deposits.length - mentioned;
    return uses > 0 ? [phrase("moreUses", { count: uses })] : [];
  }

  // ` (use 2)` for one of several uses of a parent by the same node.
  which(use, all) {
    const same = all.filter(({ parent }) => parent === use.parent);
    return same.length > 1 ? ` ${phrase("use", { number: same.indexOf(use) + 1 })}` : "";
  }

  // How the sum of the gradient before and a contribution is printed.
  total({ before, amount, after }) {
    return settled((rounded) => rounded(before) + rounded(amount), after);
  }

  product(deposit) {
    const { incoming, local, amount, before, after } = deposit;
    const adds = before !== 0 && after === before + amount;
    deposit.shown ??= productText([incoming, local], amount, adds ? this.total(deposit).left : DIGITS, inked);
    return deposit.shown;
  }

  deposit(deposit, all) {
    const { before, amount, after } = deposit;
    const text = phrase("gets", { parent: `${this.name(deposit.parent)}${this.which(deposit, all)}`, product: this.product(deposit) });
    if (before === 0) return text;
    if (after !== before + amount) return `${text}, ${phrase("replaces", { before: numberText(before) })}`;
    const how = this.total(deposit);
    return `${text}, ${phrase("makes", { sum: `${numberText(before, how.left)} + ${inked("product", factor(amount, how.left))} ${how.sign} ${numberText(after, how.right)}` })}`;
  }

  // `0 + 4 → 4`: what one step does to the gradient of one node; more contributions than `most` are added up.
  landing(deposits, most = 2) {
    const [{ before }, { after }] = [deposits[0], deposits.at(-1)];
    if (deposits.some((each) => each.after !== each.before + each.amount)) return `${numberText(before)} → ${inked("product", numberText(after))}`;
    const amounts = deposits.map(({ amount }) => amount);
    const terms = amounts.length > most ? [amounts.reduce((sum, each) => sum + each, 0)] : amounts;
    const how = settled((rounded) => terms.reduce((sum, each) => sum + rounded(each), rounded(before)), after);
    const added = terms.map((each) => ` + ${inked("product", factor(each, how.left))}`).join("");
    return `${numberText(before, how.left)}${added} → ${numberText(after, how.right)}`;
  }

  // Why a node has no number, no local derivative or no gradient at the numbers chosen in the page.
  failure({ node, derivative, overflow }, values) {
    if (overflow) return phrase("noGradient", { name: this.name(node) });
    const shape = this.graph.shapeOf(node);
    const said = phrase(derivative ? "noDerivative" : "noValue", { call: this.call(node), numbers: this.operandValues(node, values) });
    return shape.domain ? `${said} ${phrase("here", { domain: translated(shape.domain) })}` : said;
  }
}
