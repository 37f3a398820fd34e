// Predict: before each step the learner says which node is next, what its value is, or the gradient that comes next.

class PredictPanel {
  // `act` has begin() and end(), which lead the explorer in and out, and advance(), which takes the step asked about.
  constructor(graph, words, act) {
    this.graph = graph;
    this.words = words;
    this.act = act;
    this.hints = new Hints(graph, words);
    this.title = "Predict";
    this.on = false;
    this.kinds = new Set(["gradient"]);
    this.boxes = Object.entries(KINDS).map(([kind, text]) => {
      const box = make("input", { type: "checkbox", change: () => this.choose(kind, box.checked) });
      box.checked = this.kinds.has(kind);
      return make("label", { class: "choice" }, box, text);
    });
    this.chooser = make("fieldset", {}, make("legend", {}, "Ask for"), ...this.boxes);
    this.input = make("input", { type: "text", autocomplete: "off", size: "12", "aria-label": "Your prediction" });
    this.checkButton = make("button", { type: "submit", class: "main" }, "Check");
    this.revealButton = make("button", { type: "button", click: () => this.reveal() }, "Show me");
    this.question = make("p", { class: "question", role: "status" });
    this.reply = make("p", { class: "reply", role: "status" });
    this.score = make("p", { class: "score", role: "status" });
    this.toggle = make("button", { type: "button", click: () => (this.on ? this.stop() : this.start()) });
    this.choices = make("div", { class: "answer", role: "group", "aria-label": "Nodes" });
    this.form = make("form", {
      submit: (event) => {
        event.preventDefault();
        this.check();
      },
    }, this.question, this.choices, make("div", { class: "answer" }, this.input, this.checkButton, this.revealButton));
    this.element = make("div", {},
      note("You answer before each step. A fraction such as 1/3 will do, and so will three digits, or arithmetic such as 2*(1-0.5^2)."),
      this.chooser, this.form, this.reply, this.score, this.toggle);
  }

  choose(kind, wanted) {
    if (wanted) this.kinds.add(kind);
    else this.kinds.delete(kind);
    this.act.refresh();
  }

  // Whether the quiz has questions about the forward pass, and so begins before it.
  get forward() {
    return this.kinds.has("value") || this.kinds.has("next");
  }

  start() {
    if (!this.possible || !this.kinds.size) return;
    this.on = true;
    this.marks = { first: 0, hinted: 0, shown: 0 };
    setInked(this.reply, "");
    this.act.begin();
  }

  stop() {
    this.on = false;
    this.pending = [];
    this.act.end();
  }

  // The explorer has come to a place from which `step` is next.
  ask(step) {
    this.pending = this.on && step ? questionsOf(step, this.kinds, this.graph) : [];
    this.misses = 0;
    if (this.on && !step) {
      this.on = false;
      setInked(this.reply, `Finished. ${this.reply.inked}`);
    }
  }

  get waiting() {
    return this.on && this.pending.length > 0;
  }

  get asksForNext() {
    return this.waiting && this.pending[0].kind === "next";
  }

  // Where the answer is given: in the field, or with the first of the buttons.
  focus() {
    const place = this.asksForNext ? this.choices.querySelector("button") : this.input;
    place?.focus();
  }

  check() {
    if (!this.waiting || this.asksForNext) return;
    const answer = readNumber(this.input.value);
    if (answer === null) this.say("wrong", "Type a number, such as -1.5 or 1/3.");
    else this.answer(answer);
  }

  answer(answer) {
    const [question] = this.pending;
    if (isRight(answer, question, this.view.values)) {
      this.marks[this.misses ? "hinted" : "first"] += 1;
      this.say("right", `✓ Right: ${this.explained(question, answer)}`);
      this.answered();
      return;
    }
    this.misses += 1;
    const worked = this.misses > 1 ? ` ${this.hints.worked(question, this.view)}` : "";
    this.say("wrong", `✗ ${this.hints.hint(answer, question, this.view)}${worked}`);
    this.input.select();
  }

  reveal() {
    if (!this.waiting) return;
    this.marks.shown += 1;
    this.say("", this.explained(this.pending[0]));
    this.answered();
  }

  answered() {
    this.pending.shift();
    this.misses = 0;
    this.input.value = "";
    if (this.pending.length) this.act.refresh();
    else this.act.advance();
    if (this.waiting) this.focus();
    else if (!this.on) this.toggle.focus();
  }

  explained({ kind, node, step, deposits }, answer = node) {
    const { words } = this;
    if (kind === "value") return `${words.computed(node, this.view.values)}.`;
    if (kind === "gradient") return `${deposits.map((deposit) => words.deposit(deposit, step.deposits)).join("; ")}.`;
    return answer === node ? `${words.name(node)} is next.` : `${words.name(answer)} is ready, too; here ${words.name(node)} comes first.`;
  }

  say(kind, text) {
    setClass(this.reply, `reply ${kind}`);
    setInked(this.reply, text);
  }

  show(view) {
    this.view = view;
    show(this.form, this.waiting);
    show(this.chooser, !this.on);
    setText(this.toggle, this.on ? "Stop" : this.marks ? "Start again" : "Start");
    this.possible = Boolean(view.right);
    enable(this.toggle, this.possible && this.kinds.size > 0);
    const { first, hinted, shown } = this.marks ?? {};
    const total = first + hinted + shown;
    setText(this.score, this.marks ? `Score: ${first} of ${total} right at the first try, ${hinted} after a hint, ${shown} shown.` : "");
    if (!this.waiting) return;
    const [question] = this.pending;
    const next = this.asksForNext;
    for (const part of [this.input, this.checkButton]) show(part, !next);
    show(this.choices, next);
    if (next && this.offered !== question) {
      this.choices.replaceChildren(...question.choices.map((node) => make("button", { type: "button", click: () => this.answer(node) }, this.words.name(node))));
    }
    this.offered = question;
    setText(this.question, this.asked(question, view));
  }

  asked({ kind, node, parent, step, before, forward }, view) {
    const { words } = this;
    if (kind === "next") return forward ? "Which node can be computed now?" : "Which node can pass its gradient on now?";
    if (kind === "value") return `${words.name(node)} = ${words.call(node)}, where ${words.operandValues(node, view.values)}. What is the value of ${words.name(node)}?`;
    const so = before === 0 ? "" : ` It is ${numberText(before)} so far.`;
    return `${words.computed(node, view.values)} has gradient ${numberText(step.incoming)} and passes it on. ` +
      `What is the gradient of ${words.name(parent)} after this step?${so}`;
  }
}
