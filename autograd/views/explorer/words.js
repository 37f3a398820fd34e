// Says in words and formulas what a step does, as autograd/views/steps/record.py says it in Python.

const numberTexts = new Map(); // the same numbers are shown over and over

function numberText(number) {
  let text = numberTexts.get(number);
  if (text === undefined) {
    if (numberTexts.size > 20000) numberTexts.clear();
    text = written(number);
    numberTexts.set(number, text);
  }
  return text;
}

// At most four significant digits, as Python's number_text.
function written(number) {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? "nan" : number < 0 ? "-inf" : "inf";
  const size = Math.abs(number);
  if (Number.isInteger(number) && size < 1e6) return String(number === 0 ? 0 : number);
  if (size >= 1e4 && size < 1e6) return String(evenRounded(number));
  const [digits, exponentText] = fourDigits(number).split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 4) return stripped(Number(`${digits}e${exponentText}`).toFixed(3 - exponent));
  return `${stripped(digits)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function stripped(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

// Where a number lies exactly halfway, Python rounds to the even digit and JavaScript upwards.
function fourDigits(number) {
  const tie = /^(-?\d\.\d\d[02468])50*e(.*)$/.exec(number.toExponential(40));
  return tie ? `${tie[1]}e${tie[2]}` : number.toExponential(3);
}

function evenRounded(number) {
  const below = Math.floor(number);
  return number - below === 0.5 ? below + (below % 2 === 0 ? 0 : 1) : Math.round(number);
}

// A number as it stands to the right of a sign.
function factor(number) {
  const text = numberText(number);
  return text.startsWith("-") ? `(${text})` : text;
}

// A name of the user's in a sentence; one that runs from right to left must not turn the sentence around.
function isolated(name) {
  return /^[\x20-\x7e…]*$/.test(name) ? name : `\u2068${name}\u2069`;
}

class Words {
  constructor(graph) {
    this.graph = graph;
  }

  name(node) {
    return isolated(this.graph.names[node]);
  }

  // Fill a template (texts and slots in turn) with the operands of `node`: their names, or their numbers.
  filled(template, node, values = null) {
    const items = [...this.graph.operandsOf(node).flat(), node];
    return template.map((part, i) => {
      if (typeof part === "string") return part;
      const item = items[part];
      if (typeof item === "number" && !values) return this.name(item);
      const text = numberText(numberOf(item, values));
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

  numbers(node, values) {
    return this.filled(this.graph.shapeOf(node).value, node, values);
  }

  slope(node, slot) {
    return this.filled(this.graph.shapeOf(node).slopes[slot], node);
  }

  slopeNumbers(node, slot, values) {
    return this.filled(this.graph.shapeOf(node).slopes[slot], node, values);
  }

  // `n = a * b = 2 * (-3) = -6`, without the parts that only repeat the one before.
  computed(node, values) {
    const parts = [this.name(node)];
    if (!this.graph.isLeaf(node)) parts.push(this.call(node), this.definition(node), this.numbers(node, values));
    parts.push(numberText(values[node]));
    return parts.filter((part, i) => i === 0 || part !== parts[i - 1]).join(" = ");
  }

  narrate(step, values) {
    const name = this.name(step.node);
    if (step.phase === "forward") return `${this.computed(step.node, values)}.`;
    if (step.phase === "seed") {
      return `The backward pass starts at ${name}: the gradient of ${name} with respect to itself is 1.`;
    }
    const mentioned = step.deposits.slice(0, 3).map((deposit) => this.deposit(deposit));
    const more = step.deposits.length - mentioned.length;
    if (more) mentioned.push(more === 1 ? "1 more parent gets its share" : `${more} more parents get theirs`);
    const last = mentioned.pop();
    const list = mentioned.length ? `${mentioned.join(", ")}, and ${last}` : last;
    return `${name} = ${this.call(step.node)} has gradient ${numberText(step.incoming)}: ${list}.`;
  }

  product({ incoming, local, amount }) {
    return `${numberText(incoming)} × ${factor(local)} = ${numberText(amount)}`;
  }

  deposit(deposit) {
    const text = `${this.name(deposit.parent)} gets ${this.product(deposit)}`;
    if (deposit.before === 0) return text;
    if (deposit.after !== deposit.before + deposit.amount) {
      return `${text}, which replaces ${numberText(deposit.before)}`;
    }
    return `${text}, which makes ${numberText(deposit.before)} + ${factor(deposit.amount)} = ${numberText(deposit.after)}`;
  }

  // Why a node has no number, or no local derivative, at the numbers chosen in the page.
  failure({ node, derivative }, values) {
    const shape = this.graph.shapeOf(node);
    const what = `${derivative ? "The derivative of " : ""}${this.call(node)}`;
    const at = [...new Set(this.graph.usesOf(node).map(({ parent }) => parent))].slice(0, 4)
      .map((parent) => `${this.name(parent)} = ${numberText(values[parent])}`).join(", ");
    return `${what} has no finite value at ${at}.${shape.domain ? ` Here ${shape.domain}.` : ""}`;
  }
}
