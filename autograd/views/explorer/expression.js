// Reads an expression that is typed in the page, such as `tanh(a*b + c)`: the twin of autograd/expressions.py.
//
// `ROWS` says of each function what its operands are called, `HINTS` what to write in place of other notation. What is
// read becomes the data of a graph as graph_data.py writes it. A name that has no number yet stands for 1.

const LEXEME = /[\t\p{Zs}]*(?:(0[xob]\w*|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d[\d_]*)?)|([\p{L}_][\p{L}\p{Nd}\p{M}_]*)|(\*\*|\/\/|<=|>=|==|!=|:=|[^\t\p{Zs}]))/iuy;
const WHOLE_NUMBER = /^(?:0(?:_?0)*|[1-9](?:_?\d)*|0x(?:_?[\da-f])+|0o(?:_?[0-7])+|0b(?:_?[01])+)$/i;
const OTHER_NUMBER = /^(?=.*[.e])(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:e[+-]?\d(?:_?\d)*)?$/i;
const MOST_LEVELS = 200;

class ExpressionError extends Error {
  constructor(message, place) {
    super(message);
    this.place = place;
  }
}

class Reader {
  constructor(text, numbers) {
    this.text = text;
    this.numbers = numbers; // by name
    this.leaves = new Map();
    this.level = 0;
    this.at = 0;
    this.next();
  }

  // The node that the whole text stands for.
  result() {
    if (this.token === null) this.fail(phrase("empty"), 0);
    const found = this.one(() => this.sum());
    if (this.token !== null) this.unexpected();
    return isNode(found) ? found : { name: "", number: found };
  }

  next() {
    LEXEME.lastIndex = this.at;
    const found = LEXEME.exec(this.text);
    [this.token, this.kind] = [null, "end"];
    this.end = this.at; // of the token before
    this.place = this.text.trimEnd().length;
    if (!found) return;
    this.token = found[1] ?? found[2] ?? found[3];
    this.place = LEXEME.lastIndex - this.token.length;
    this.kind = found[1] !== undefined ? "number" : found[2] !== undefined ? "name" : "sign";
    this.at = LEXEME.lastIndex;
  }

  fail(message, place) {
    throw new ExpressionError(message.trim(), place);
  }

  unexpected() {
    const hint = own(HINTS, this.token);
    if (hint) this.fail(phrase("noOperator", { hint: translated(hint) }), this.place);
    this.fail(phrase(this.token === null ? "missing" : "invalid"), this.place);
  }

  expect(sign, opened) {
    if (this.token === null) this.fail(phrase("neverClosed", { sign: this.text[opened] }), opened);
    if (this.token !== sign) this.unexpected();
    this.next();
  }

  // What `read` gives, which must be one number and no sequence.
  one(read) {
    const { place } = this;
    return this.single(read(), place);
  }

  single(found, place) {
    if (!Array.isArray(found)) return found;
    return this.fail(phrase("sequenceForNumber"), place);
  }

  // --- from what binds least to what binds most ---

  sum() {
    return this.chain(["+", "-"], () => this.product());
  }

  product() {
    return this.chain(["*", "/", "%"], () => this.sign());
  }

  chain(signs, read) {
    const { place } = this;
    let left = read();
    while (signs.includes(this.token)) {
      this.single(left, place);
      const sign = this.token;
      this.next();
      left = this.apply(ROWS.operators[sign], [left, this.one(read)], place);
    }
    return left;
  }

  sign() {
    const { token, place } = this;
    if (token !== "-" && token !== "+") return this.power();
    this.next();
    const operand = this.deeper(() => this.one(() => this.sign()));
    return token === "+" ? operand : this.apply("neg", [operand], place);
  }

  power() {
    const { place } = this;
    const base = this.element();
    if (this.token !== "**") return base;
    this.single(base, place);
    this.next();
    return this.apply("pow", [base, this.deeper(() => this.one(() => this.sign()))], place);
  }

  element() {
    const start = this.place;
    let found = this.atom();
    while (this.token === "[" || this.token === "." || this.token === "(") {
      if (this.token !== "[") this.fail(phrase("notPart", { hint: translated(HINTS[this.token === "." ? "a.b" : "2a"]) }), start);
      const opened = this.place;
      this.next();
      if (!Array.isArray(found)) this.fail(phrase("numberForSequence"), start);
      found = found[this.position(found.length)];
      this.expect("]", opened);
    }
    return found;
  }

  position(count) {
    const { token, place } = this;
    const found = this.kind === "number" ? this.literal(token, place) : NaN;
    const position = WHOLE_NUMBER.test(token ?? "") ? found : Infinity;
    this.within(position, count, place);
    return position;
  }

  // Fails where there is no such position; Infinity stands for no position, or for a sequence that is not known yet.
  within(position, count, place) {
    if (position < count) return;
    if (count === Infinity) this.fail(phrase("wholePosition"), place);
    this.fail(count ? phrase("position", { last: count - 1 }) : phrase("sequenceEmpty"), place);
  }

  atom() {
    const { token, kind, place } = this;
    if (kind === "number") return this.literal(token, place);
    if (kind === "name" && !ROWS.keywords.includes(token)) return this.named(token.normalize("NFKC"), place);
    if (kind === "name" || /^["'{]$/.test(token)) this.fail(phrase("notPart", { hint: translated(own(HINTS, token) ?? "") }), place);
    if (token === "(") return this.inBrackets(")");
    if (token === "[") return this.inBrackets("]");
    return this.unexpected();
  }

  literal(token, place) {
    this.next();
    if (this.kind === "name" && this.end === this.place) this.fail(phrase("notPart", { hint: translated(HINTS["2a"]) }), place);
    if (!WHOLE_NUMBER.test(token) && !OTHER_NUMBER.test(token)) this.fail(phrase("invalid"), place); // as 01 and 1__0, which Python refuses
    const number = Number(token.replaceAll("_", ""));
    return Number.isFinite(number) ? number : this.fail(phrase("tooLarge"), place);
  }

  inBrackets(closing) {
    const opened = this.place;
    this.next();
    if (closing === ")") {
      const inside = this.deeper(() => this.sum());
      if (this.token === ",") this.fail(phrase("notPart", { hint: phrase("writeSequence") }), opened);
      this.expect(")", opened);
      return inside;
    }
    const items = [];
    while (this.token !== "]") {
      items.push(this.deeper(() => this.one(() => this.sum())));
      if (this.token !== ",") break;
      this.next();
    }
    this.expect("]", opened);
    return items;
  }

  deeper(read) {
    this.level += 1;
    if (this.level > MOST_LEVELS) this.fail(phrase("tooDeep"), 0);
    const found = read();
    this.level -= 1;
    return found;
  }

  // --- names and calls ---

  named(name, place) {
    this.next();
    if (this.token === "(") return this.call(name, place);
    if (!this.leaves.has(name)) {
      if (own(ROWS.functions, name) && !this.numbers.has(name)) this.fail(phrase("toCall", { name }), place);
      this.leaves.set(name, { name, number: this.numbers.get(name) ?? 1 });
    }
    return this.leaves.get(name);
  }

  call(name, place) {
    const row = own(ROWS.functions, name);
    if (!row) this.fail(phrase("noFunction", { name, nearest: nearest(name) }), place);
    const opened = this.place;
    this.next();
    const given = new Map();
    let ofIndex = place;
    for (let count = 0; this.token !== ")"; count++) {
      const keyword = this.kind === "name" && /^\s*=(?!=)/.test(this.text.slice(this.at)) ? this.token : null;
      if (keyword) this.next();
      if (keyword) this.next();
      const operand = keyword ?? row.operands[count];
      if (!row.operands.includes(operand) || given.has(operand)) this.fail(phrase("calledOtherwise", { call: callText(name, row) }), place);
      if (operand === "index") ofIndex = this.place;
      given.set(operand, this.deeper(() => this.operand(name, row, operand, given)));
      if (this.token !== ",") break;
      this.next();
    }
    this.expect(")", opened);
    if (given.has("index")) this.within(given.get("index"), lengthIn(given) ?? ROWS.longest, ofIndex);
    if (ROWS.lists.includes(name) && given.size === 1 && given.has("xs")) {
      return given.get("xs").map((_, index) => this.apply(name, [given.get("xs"), index], place));
    }
    const operands = row.operands.map((operand) => given.get(operand) ?? row.defaults[operand]);
    if (operands.includes(undefined)) this.fail(phrase("calledOtherwise", { call: callText(name, row) }), place);
    return this.apply(name, operands, place);
  }

  operand(name, row, operand, given) {
    const { place } = this;
    if (operand === "index") return this.position(lengthIn(given) ?? Infinity);
    if (!operand.endsWith("s")) return this.one(() => this.sum());
    const items = this.sum();
    if (!Array.isArray(items)) this.fail(phrase("takesSequence", { call: callText(name, row), operand }), place);
    return items;
  }

  // The node for an operation on these operands, or its number where all of them are numbers.
  apply(operation, operands, place) {
    const sequences = operands.filter(Array.isArray);
    if (sequences.some(({ length }) => length !== sequences[0].length)) this.fail(phrase("sameLength", { operation }), place);
    if (sequences.some(({ length }) => !length) && operation !== "sum") this.fail(phrase("ofEmpty", { operation }), place);
    if (sequences.some(({ length }) => length > ROWS.longest)) this.fail(phrase("atMostElements", { count: ROWS.longest }), place);
    if (operands.flat().some(isNode)) return { name: "", operation, operands };
    const number = attempt(() => finite(OPERATIONS[operation].value(...operands)));
    return number ?? this.fail(phrase("noFinite"), place);
  }
}

// How long the sequence among the operands is, where there is one.
function lengthIn(given) {
  return [...given.values()].find(Array.isArray)?.length;
}

// What an object has under a name of the user's, which may be `constructor`.
function own(object, name) {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isNode(term) {
  return typeof term === "object";
}

function callText(name, { operands }) {
  return `${name}(${operands.join(", ")})`;
}

// `Did you mean tanh?`, for a name of which at most two letters are wrong.
function nearest(name) {
  const distance = (one, other) => {
    let row = Array.from({ length: other.length + 1 }, (_, i) => i);
    for (const [i, letter] of [...one].entries()) {
      const below = [i + 1];
      for (let j = 0; j < other.length; j++) below.push(Math.min(row[j] + (letter === other[j] ? 0 : 1), row[j + 1] + 1, below[j] + 1));
      row = below;
    }
    return row.at(-1);
  };
  const [found] = Object.keys(ROWS.functions).map((each) => [distance(name, each), each]).sort(([one], [other]) => one - other);
  return found[0] <= 2 ? phrase("didYouMean", { name: found[1] }) : "";
}
