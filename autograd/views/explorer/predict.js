// Predict: before each step of the backward pass, the learner types the gradient that comes next.

const MOST_QUESTIONS = 3; // of one step

// What is asked before a backward step: for each parent that gets something, its gradient afterwards.
function questionsOf(step, total) {
  const parents = [...new Set(step.deposits.map(({ parent }) => parent))];
  return parents.slice(0, total).map((parent) => {
    const deposits = step.deposits.filter((deposit) => deposit.parent === parent);
    return { node: step.node, parent, deposits, step, right: deposits.at(-1).after, before: deposits[0].before };
  });
}

function close(answer, right) {
  return Math.abs(answer - right) <= 0.006 * Math.abs(right) + 1e-9;
}

// The usual mistakes: what each would give, and what to say to it.
function usualMistakes({ deposits, step, before }) {
  const { incoming } = step;
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  const contribution = sum(deposits.map(({ amount }) => amount));
  const local = sum(deposits.map((deposit) => deposit.local));
  const others = step.deposits.filter((deposit) => !deposits.includes(deposit));
  const found = [];
  const add = (hint, ...numbers) => numbers.forEach((number) => found.push({ hint, number }));
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
  return found;
}

function hintFor(answer, question) {
  const { right } = question;
  const mistake = usualMistakes(question).find(({ number }) => !close(number, right) && close(answer, number));
  return mistake ? mistake.hint : "Not yet. Incoming gradient × local derivative, added to what is there already.";
}

function readNumber(text) {
  const tidied = text.trim().replace(/[−–]/g, "-").replace(/^(-?\d*),(\d+)$/, "$1.$2");
  const [, above, below] = /^([^/]+)(?:\/([^/]+))?$/.exec(tidied) ?? [null, "", undefined];
  const number = above.trim() === "" ? NaN : Number(above) / (below === undefined ? 1 : Number(below));
  return Number.isFinite(number) ? number : null;
}

class PredictPanel {
  // `act` has begin() and end(), which lead the explorer in and out, and advance(), which takes the step asked about.
  constructor(graph, words, act) {
    this.graph = graph;
    this.words = words;
    this.act = act;
    this.title = "Predict";
    this.on = false;
    this.input = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", size: "12", "aria-label": "Your prediction" });
    this.checkButton = make("button", { type: "submit", class: "main" }, "Check");
    this.revealButton = make("button", { type: "button", click: () => this.reveal() }, "Show me");
    this.question = make("p", { class: "question", role: "status" });
    this.reply = make("p", { class: "reply", role: "status" });
    this.score = make("p", { class: "score", role: "status" });
    this.toggle = make("button", { type: "button", click: () => (this.on ? this.stop() : this.start()) });
    this.form = make("form", {
      submit: (event) => {
        event.preventDefault();
        this.check();
      },
    }, this.question, make("div", { class: "answer" }, this.input, this.checkButton, this.revealButton));
    this.element = make("div", {},
      note("Before each backward step you say what a gradient will be. A fraction such as 1/3 will do; so will three digits."),
      this.form, this.reply, this.score, this.toggle);
  }

  start() {
    if (!this.possible) return;
    this.on = true;
    this.marks = { first: 0, hinted: 0, shown: 0 };
    setText(this.reply, "");
    this.act.begin();
  }

  stop() {
    this.on = false;
    this.pending = [];
    this.act.end();
  }

  // The explorer has come to a place from which `step` is next.
  ask(step) {
    this.pending = this.on && step?.phase === "backward" ? questionsOf(step, MOST_QUESTIONS) : [];
    this.tried = false;
    if (this.on && !step) {
      this.on = false;
      setText(this.reply, `Finished. ${this.reply.textContent}`);
    }
  }

  get waiting() {
    return this.on && this.pending.length > 0;
  }

  check() {
    if (!this.waiting) return;
    const answer = readNumber(this.input.value);
    if (answer === null) {
      this.say("wrong", "Type a number, such as -1.5 or 1/3.");
      return;
    }
    const [question] = this.pending;
    if (close(answer, question.right)) {
      this.marks[this.tried ? "hinted" : "first"] += 1;
      this.say("right", `✓ Right: ${this.explained(question)}`);
      this.answered();
    } else {
      this.tried = true;
      this.say("wrong", `✗ ${hintFor(answer, question)}`);
      this.input.select();
    }
  }

  reveal() {
    if (!this.waiting) return;
    this.marks.shown += 1;
    this.say("", this.explained(this.pending[0]));
    this.answered();
  }

  answered() {
    this.pending.shift();
    this.tried = false;
    this.input.value = "";
    if (this.pending.length) this.act.refresh();
    else this.act.advance();
    if (this.waiting) this.input.focus();
    else if (!this.on) this.toggle.focus();
  }

  explained(question) {
    return question.deposits.map((deposit) => this.words.deposit(deposit, question.step.deposits)).join("; ") + ".";
  }

  say(kind, text) {
    setClass(this.reply, `reply ${kind}`);
    setText(this.reply, text);
  }

  show(view) {
    const { words } = this;
    show(this.form, this.waiting);
    setText(this.toggle, this.on ? "Stop" : this.marks ? "Start again" : "Start");
    this.possible = Boolean(view.right);
    enable(this.toggle, this.possible);
    const { first, hinted, shown } = this.marks ?? {};
    const total = first + hinted + shown;
    setText(this.score, this.marks ? `Score: ${first} of ${total} right at the first try, ${hinted} after a hint, ${shown} shown.` : "");
    if (!this.waiting) return;
    const [{ node, parent, step, before }] = this.pending;
    const so = before === 0 ? "" : ` It is ${numberText(before)} so far.`;
    setText(this.question, `${words.computed(node, view.values)} has gradient ${numberText(step.incoming)} and passes it on. ` +
      `What is the gradient of ${words.name(parent)} after this step?${so}`);
  }
}
