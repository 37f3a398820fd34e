// Predict: before each step the learner says which node is next, what its value is, or the gradient that comes next.

class PredictPanel {
  // `act` has begin() and end(), which lead the explorer in and out, and advance(), which takes the step asked about.
  constructor(graph, words, act) {
    this.graph = graph;
    this.words = words;
    this.act = act;
    this.hints = new Hints(graph, words);
    this.title = phrase("predict");
    this.on = false;
    this.kinds = new Set(["gradient"]);
    this.boxes = Object.entries(KINDS).map(([kind, text]) => {
      const box = make("input", { type: "checkbox", change: () => this.choose(kind, box.checked) });
      box.checked = this.kinds.has(kind);
      return make("label", { class: "choice" }, box, text);
    });
    this.chooser = make("fieldset", {}, make("legend", {}, phrase("askFor")), ...this.boxes);
    this.input = make("input", { type: "text", autocomplete: "off", size: "12", "aria-label": phrase("yourPrediction") });
    this.checkButton = make("button", { type: "submit", class: "main" }, phrase("check"));
    this.revealButton = make("button", { type: "button", click: () => this.reveal() }, phrase("showMe"));
    this.question = make("p", { class: "question", role: "status" });
    this.reply = make("p", { class: "reply", role: "status" });
    this.score = make("p", { class: "score", role: "status" });
    this.toggle = make("button", { type: "button", click: () => (this.on ? this.stop() : this.start()) });
    this.choices = make("div", { class: "answer", role: "group", "aria-label": phrase("nodesLabel") });
    this.form = make("form", {
      submit: (event) => {
        event.preventDefault();
        this.check();
      },
    }, this.question, this.choices, make("div", { class: "answer" }, this.input, this.checkButton, this.revealButton));
    this.element = make("div", {},
      note(phrase("predictNote")),
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
      setInked(this.reply, phrase("finished", { reply: this.reply.inked }));
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
    if (answer === null) this.say("wrong", phrase("typeNumber"));
    else this.answer(answer);
  }

  answer(answer) {
    const [question] = this.pending;
    if (isRight(answer, question, this.view, this.graph)) {
      this.marks[this.misses ? "hinted" : "first"] += 1;
      this.say("right", phrase("rightReply", { explained: this.explained(question, answer) }));
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
    return answer === node ? phrase("isNext", { name: words.name(node) }) : phrase("readyToo", { name: words.name(answer), next: words.name(node) });
  }

  say(kind, text) {
    setClass(this.reply, `reply ${kind}`);
    setInked(this.reply, text);
  }

  show(view) {
    this.view = view;
    show(this.form, this.waiting);
    show(this.chooser, !this.on);
    setText(this.toggle, phrase(this.on ? "stop" : this.marks ? "startAgain" : "begin"));
    this.possible = Boolean(view.right);
    enable(this.toggle, this.possible && this.kinds.size > 0);
    const { first, hinted, shown } = this.marks ?? {};
    const total = first + hinted + shown;
    setText(this.score, this.marks ? phrase("score", { first, total, hinted, shown }) : "");
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
    if (kind === "next") return phrase(forward ? "askedForward" : "askedBackward");
    if (kind === "value") return phrase("askedValue", { call: `${words.name(node)} = ${words.call(node)}`, numbers: words.operandValues(node, view.values), name: words.name(node) });
    const asked = phrase("askedGradient", { node: words.computed(node, view.values), gradient: numberText(step.incoming), name: words.name(parent) });
    return before === 0 ? asked : `${asked} ${phrase("soFar", { number: numberText(before) })}`;
  }
}
