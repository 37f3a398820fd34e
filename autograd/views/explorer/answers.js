// Reads what a learner types: a number, or arithmetic such as `1/-0.7*-6.021`, worked out without running any code.

const FUNCTIONS = {
  exp: Math.exp, log: Math.log, ln: Math.log, sqrt: Math.sqrt, sin: Math.sin, cos: Math.cos, tan: Math.tan,
  tanh: Math.tanh, abs: Math.abs, sigmoid: (x) => 1 / (1 + Math.exp(-x)), relu: (x) => Math.max(0, x),
};
const CONSTANTS = { e: Math.E, pi: Math.PI };
const TOKEN = /\s*(\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|[a-z]+|\*\*|[-+*/^()])/y;

// The number, or null where the text is none.
function readNumber(text) {
  const tidied = text.trim().toLowerCase().replace(/[−–]/g, "-").replace(/[×·]/g, "*").replace(/[÷∕⁄]/g, "/").replace(/,(?=\d)/g, ".");
  const tokens = tokensOf(tidied);
  if (!tokens?.length) return null;
  const reader = new Arithmetic(tokens);
  const number = reader.sum();
  return reader.at === tokens.length && Number.isFinite(number) ? number : null;
}

function tokensOf(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text);
    if (!token) return null;
    found.push(token[1]);
  }
  return found;
}

// What cannot be read is NaN, which no sum or product turns back into a number.
class Arithmetic {
  constructor(tokens) {
    this.tokens = tokens;
    this.at = 0;
  }

  take(...wanted) {
    return wanted.includes(this.tokens[this.at]) ? this.tokens[this.at++] : null;
  }

  sum() {
    let total = this.product();
    for (let sign = this.take("+", "-"); sign; sign = this.take("+", "-")) total += (sign === "+" ? 1 : -1) * this.product();
    return total;
  }

  product() {
    let total = this.signed();
    for (let sign = this.take("*", "/"); sign; sign = this.take("*", "/")) {
      const next = this.signed();
      total = sign === "*" ? total * next : total / next;
    }
    return total;
  }

  signed() {
    if (this.take("-")) return -this.signed();
    return this.take("+") ? this.signed() : this.power();
  }

  power() {
    const base = this.atom();
    return this.take("**", "^") ? base ** this.signed() : base;
  }

  atom() {
    const token = this.tokens[this.at++];
    if (token === "(") return this.closed();
    if (Object.hasOwn(FUNCTIONS, token ?? "")) return this.take("(") ? FUNCTIONS[token](this.closed()) : NaN;
    if (Object.hasOwn(CONSTANTS, token ?? "")) return CONSTANTS[token];
    return /^[\d.]/.test(token ?? "") ? Number(token) : NaN;
  }

  closed() {
    const inside = this.sum();
    return this.take(")") ? inside : NaN;
  }
}
