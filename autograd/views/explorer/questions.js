// What the quiz asks before a step, which wrong answers it knows, and what it says to them.

const MOST_QUESTIONS = 3; // of gradients in one step
const MOST_CHOICES = 6; // nodes offered as the next one
const KINDS = { gradient: phrase("askGradients"), value: phrase("askValues"), next: phrase("askNext") };

// The questions before `step`: which node comes now, its value, or the gradients it passes on.
function questionsOf(step, kinds, graph) {
  const found = [];
  if (kinds.has("next") && step.phase !== "seed") found.push(...nextQuestion(step, graph));
  if (kinds.has("value") && step.phase === "forward") found.push({ kind: "value", node: step.node, step });
  if (kinds.has("gradient") && step.phase === "backward") found.push(...gradientQuestions(step));
  return found;
}

// For each parent that gets something, its gradient afterwards.
function gradientQuestions(step) {
  const parents = [...new Set(step.deposits.map(({ parent }) => parent))];
  return parents.slice(0, MOST_QUESTIONS).map((parent) => {
    const deposits = step.deposits.filter((deposit) => deposit.parent === parent);
    return { kind: "gradient", node: step.node, parent, deposits, step, right: deposits.at(-1).after, before: deposits[0].before };
  });
}

// Which node can be visited now; not asked where only one is left.
function nextQuestion(step, graph) {
  const forward = step.phase === "forward";
  const waiting = graph.names.map((_, node) => node).filter((node) => !graph.isLeaf(node) && (forward ? node >= step.node : node <= step.node));
  const blockers = (node) => (forward
    ? graph.usesOf(node).map(({ parent }) => parent).filter((parent) => parent >= step.node && !graph.isLeaf(parent))
    : graph.consumers[node].map((use) => use.node).filter((user) => user <= step.node));
  if (waiting.length < 2) return [];
  const ready = waiting.filter((node) => !blockers(node).length);
  const others = waiting.filter((node) => blockers(node).length);
  const choices = [...new Set([step.node, ...ready.slice(0, MOST_CHOICES - 2), ...others])].slice(0, MOST_CHOICES).sort((one, other) => one - other);
  return [{ kind: "next", node: step.node, step, forward, ready, choices, blockers }];
}

const ROUNDING = 1e-15; // what floats leave of numbers that cancel

// Three digits are enough, and so is what follows from `term` as the page rounds it. Of what cancels, as in sin(pi) or
// 0.1 + 0.2 - 0.3, floats leave a little of its `size`, which need not be known.
function close(answer, right, term = 0, size = 0) {
  return Math.abs(answer - right) <= 0.006 * Math.abs(right) + 0.001 * Math.abs(term) + ROUNDING * size;
}

function isRight(answer, question, { values, slopes }, graph) {
  if (question.kind === "next") return question.ready.includes(answer);
  if (question.kind === "gradient") return close(answer, question.right, question.before, Math.abs(question.step.incoming));
  const { node } = question;
  const sizes = graph.usesOf(node).map(({ parent }, place) => Math.abs((slopes[node - graph.leaves]?.[place] ?? 0) * values[parent]));
  return close(answer, values[node], 0, Math.max(...sizes));
}

class Hints {
  constructor(graph, words) {
    this.graph = graph;
    this.words = words;
  }

  // What to say to a wrong answer.
  hint(answer, question, { values }) {
    if (question.kind === "next") return this.notReady(answer, question);
    const right = question.kind === "value" ? values[question.node] : question.right;
    const mistakes = question.kind === "value" ? this.ofValue(question, values) : this.ofGradient(question, values);
    const known = mistakes.find(({ number }) => !close(number, right) && close(answer, number));
    if (known) return known.hint;
    if (question.kind === "value") return phrase("hintValue");
    return phrase("hintGradient");
  }

  notReady(answer, { forward, blockers }) {
    const names = [...new Set(blockers(answer))].slice(0, 3).map((node) => this.words.name(node)).join(", ");
    const name = this.words.name(answer);
    return phrase(forward ? "notReadyForward" : "notReadyBackward", { name, names });
  }

  ofValue({ node }, values) {
    const { graph } = this;
    const found = [];
    const add = (hint, ...numbers) => numbers.forEach((number) => found.push({ hint, number }));
    const operands = graph.operandsOf(node);
    const numbers = numbersOf(operands, values);
    const apply = (name, given) => attempt(() => OPERATIONS[name]?.value(...given)) ?? NaN;
    const { operation } = graph.shapeOf(node);
    add(phrase("hintSign"), -values[node]);
    if (numbers.length === 2 && !numbers.some(Array.isArray)) {
      const [x, y] = numbers;
      add(phrase("hintOrder"), apply(operation, [y, x]));
      add(phrase("hintOperation"), ...[x + y, x - y, x * y, x / y].filter(Number.isFinite));
    }
    add(phrase("hintOperand"), ...numbers.flat());
    return found;
  }

  ofGradient({ node, deposits, step, before, parent }, values) {
    const { incoming } = step;
    const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
    const contribution = sum(deposits.map(({ amount }) => amount));
    const local = sum(deposits.map((deposit) => deposit.local));
    const others = step.deposits.filter((deposit) => !deposits.includes(deposit));
    const found = [];
    const add = (hint, ...numbers) => numbers.forEach((number) => found.push({ hint, number }));
    const agreed = deposits.flatMap(({ slot }) => this.words.conventions(node, slot, values));
    if (agreed.length) add(phrase("hintConvention", { convention: agreed[0] }), before, before + incoming, 0, incoming, 2 * contribution);
    if (before !== 0) {
      add(phrase("hintAlone"), contribution);
    }
    if (deposits.length > 1) {
      add(phrase("hintUses"),
        ...deposits.flatMap(({ amount }) => [amount, before + amount]));
    }
    add(phrase("hintLocal"), local, before + local);
    for (const other of others) {
      add(phrase("hintSwapped"),
        incoming * other.local, before + incoming * other.local);
    }
    add(phrase("hintSign"), -(before + contribution), before - contribution, -contribution);
    add(phrase("hintIncoming"), incoming, before + incoming);
    add(phrase("hintIsValue"),
      values[parent], values[node], incoming * values[node], before + incoming * values[node], incoming * values[parent]);
    return found;
  }

  // After two misses: everything but the last calculation.
  worked(question, { values, slopes }) {
    const { graph, words } = this;
    const { kind, node } = question;
    if (kind === "next") {
      return phrase(question.forward ? "readyForward" : "readyBackward", { names: question.ready.slice(0, 3).map((each) => words.name(each)).join(", ") });
    }
    if (kind === "value") return phrase("workedValue", { lines: words.inNumbers(node, values) });
    const { deposits, step, before } = question;
    const uses = graph.usesOf(node);
    const lines = deposits.slice(0, 2).map((deposit) => {
      const place = step.deposits.indexOf(deposit);
      return `${derivative(words, node, deposit.parent)}${words.which(uses[place], uses)} = ${words.localDerivative(node, deposit.slot, slopes[node - graph.leaves][place], values)}`;
    });
    const times = phrase(deposits.length > 1 ? "multiplyEach" : "multiplyIt", { number: numberText(step.incoming), count: deposits.length });
    return phrase("workedOut", { lines: lines.join("; "), times: before === 0 ? times : phrase("andAdd", { times, number: numberText(before) }) });
  }
}
