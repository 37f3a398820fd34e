// What the quiz asks before a step, which wrong answers it knows, and what it says to them.

const MOST_QUESTIONS = 3; // of gradients in one step
const MOST_CHOICES = 6; // nodes offered as the next one
const KINDS = { gradient: "Gradients", value: "Values", next: "Which node is next?" };

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

// Three digits are enough, and so is what follows from the rounded numbers on the page.
function close(answer, right, ...terms) {
  return Math.abs(answer - right) <= 0.006 * Math.abs(right) + 0.001 * Math.max(0, ...terms.map(Math.abs)) + 1e-9;
}

function isRight(answer, question, values) {
  if (question.kind === "next") return question.ready.includes(answer);
  if (question.kind === "value") return close(answer, values[question.node]);
  return close(answer, question.right, ...(question.before === 0 ? [] : [question.before]));
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
    if (question.kind === "value") return "Not yet. Put the numbers of the operands into the formula.";
    return "Not yet. Incoming gradient × local derivative, added to what is there already.";
  }

  notReady(answer, { forward, blockers }) {
    const names = [...new Set(blockers(answer))].slice(0, 3).map((node) => this.words.name(node)).join(", ");
    const name = this.words.name(answer);
    return forward ? `${name} is not ready: it is computed from ${names}.` : `${name} is not ready: its gradient still lacks what comes from ${names}.`;
  }

  ofValue({ node }, values) {
    const { graph } = this;
    const found = [];
    const add = (hint, ...numbers) => numbers.forEach((number) => found.push({ hint, number }));
    const operands = graph.operandsOf(node);
    const numbers = numbersOf(operands, values);
    const apply = (name, given) => attempt(() => OPERATIONS[name]?.value(...given)) ?? NaN;
    const { operation } = graph.shapeOf(node);
    add("The size is right, the sign is not.", -values[node]);
    if (numbers.length === 2 && !numbers.some(Array.isArray)) {
      const [x, y] = numbers;
      add("The operands are swapped: their order matters here.", apply(operation, [y, x]));
      add("That is another operation of the same operands. Look at the sign between them.", ...[x + y, x - y, x * y, x / y].filter(Number.isFinite));
    }
    add("That is the value of an operand. The operation still has to be applied to it.", ...numbers.flat());
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
    if (agreed.length) add(`Mind the convention: ${agreed[0]}.`, before, before + incoming, 0, incoming, 2 * contribution);
    if (before !== 0) {
      add("That is the new contribution alone. This gradient was not 0 before: add to it (+=), do not replace it.", contribution);
    }
    if (deposits.length > 1) {
      add("The node is used more than once in this step. Add up the contribution of every use.",
        ...deposits.flatMap(({ amount }) => [amount, before + amount]));
    }
    add("That is the local derivative alone. Multiply it by the gradient that comes in: the chain rule.", local, before + local);
    for (const other of others) {
      add("That is the local derivative with respect to the other operand. Swap them: which operand is being asked about?",
        incoming * other.local, before + incoming * other.local);
    }
    add("The size is right, the sign is not.", -(before + contribution), before - contribution, -contribution);
    add("That is the gradient that came in. It still has to be multiplied by the local derivative.", incoming, before + incoming);
    add("That is a value, not a derivative. How fast does the result change when this operand moves?",
      values[parent], values[node], incoming * values[node], before + incoming * values[node], incoming * values[parent]);
    return found;
  }

  // After two misses: everything but the last calculation.
  worked(question, { values, slopes }) {
    const { graph, words } = this;
    const { kind, node } = question;
    if (kind === "next") {
      return `Ready is ${question.forward ? "a node whose operands have all been computed" : "a node all of whose users have passed their gradients on"}: ` +
        `${question.ready.slice(0, 3).map((each) => words.name(each)).join(", ")}.`;
    }
    if (kind === "value") return `Worked out so far: ${words.inNumbers(node, values)}. Calculate that.`;
    const { deposits, step, before } = question;
    const uses = graph.usesOf(node);
    const lines = deposits.slice(0, 2).map((deposit) => {
      const place = step.deposits.indexOf(deposit);
      return `${derivative(words, node, deposit.parent)}${words.which(uses[place], uses)} = ${words.localDerivative(node, deposit.slot, slopes[node - graph.leaves][place], values)}`;
    });
    const times = `Multiply ${deposits.length > 1 ? "each" : "it"} by the ${numberText(step.incoming)} that comes in`;
    const add = deposits.length > 1 ? `, add the ${deposits.length} uses up` : "";
    return `Worked out so far: ${lines.join("; ")}. ${times}${add}${before === 0 ? "" : `, and add that to ${numberText(before)}`}.`;
  }
}
