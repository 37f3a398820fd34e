// The page of an exercise: the graph, a line for each question, and the result code.

const LEVEL = OWN_PAGE ? 1 : 2; // of the page's title among headings

class Exercise {
  constructor(root, data) {
    this.sheet = new Worksheet(data);
    this.graph = this.sheet.graph;
    this.words = new Words(this.graph);
    this.hints = new Hints(this.graph, this.words);
    this.parts = new Parts(data);
    this.picture = new Picture(this.graph, this.words, this.parts, {
      select: (node) => this.go(node), open: (part) => this.open(part), close: (part) => this.open(this.parts.list[part].holder),
    });
    this.picture.stage.setAttribute("aria-label", phrase("knownSoFar"));
    this.lines = this.sheet.questions.map((question) => this.line(question));
    const name = this.words.name(this.graph.output);
    this.card = make("section", { class: "card exercise", "aria-label": this.titled(name), keydown: (event) => event.stopPropagation() },
      make("header", {}, make(`h${LEVEL}`, { class: "title" }, this.titled(`${name} = ${this.words.call(this.graph.output)}`))),
      this.picture.stage, make("div", { class: "sheet" }, make("p", { class: "hint" }, phrase("exerciseNote")),
        this.section(phrase("forwardValues"), "value"), this.section(phrase("backwardGradients"), "gradient"), this.buildResult()));
    root.append(this.card);
    followTheme(this.card);
    this.render();
  }

  section(title, kind) {
    const lines = this.lines.filter(({ question }) => question.kind === kind);
    const start = kind === "gradient" ? phrase("seedIsOne", { name: this.words.name(this.graph.output) }) : phrase("given", { numbers: this.leaves() });
    return make("div", {}, this.heading(title), make("p", {}, start), make("ol", {}, ...lines.map(({ element }) => element)));
  }

  titled(name) {
    return phrase("exerciseTitle", { seed: this.sheet.seed, name });
  }

  heading(text) {
    return make(`h${LEVEL + 1}`, { class: "part-title" }, text);
  }

  leaves() {
    const { graph, words } = this;
    return listed(graph.names.slice(0, graph.leaves), 40, (_, leaf) => `${words.name(leaf)} = ${literalText(graph.recorded.values[leaf])}`)
      .map((item) => (typeof item === "string" ? item : item.textContent)).join(", ");
  }

  // One question with its field and its buttons, and what is said to the answer.
  line(question) {
    const label = make("span", { class: "asked" }, this.asked(question));
    const input = make("input", { type: "text", autocomplete: "off", inputmode: "text", size: "12", "aria-label": this.asked(question) });
    const check = make("button", { type: "submit", class: "main" }, phrase("check"));
    const reveal = make("button", { type: "button", click: () => this.reveal(line) }, phrase("showMe"));
    const reply = make("p", { class: "reply", role: "status" });
    const form = make("form", {
      submit: (event) => {
        event.preventDefault();
        this.check(line);
      },
    }, make("label", {}, label, input), make("span", { class: "buttons" }, check, reveal));
    const line = { question, input, check, reveal, reply, element: make("li", {}, form, reply) };
    return line;
  }

  asked({ kind, about }) {
    const { graph, words } = this;
    if (kind === "value") return `${words.name(about)} = ${words.call(about)}`;
    const users = [...new Set(graph.consumers[about].map(({ node }) => node))];
    const names = users.slice(0, 3).map((node) => words.name(node)).join(", ");
    return phrase("gradientUsedBy", { name: words.name(about), names: users.length > 3 ? `${names}, …` : names });
  }

  buildResult() {
    this.nameInput = make("input", { type: "text", autocomplete: "name", maxlength: "60", input: () => this.rename() });
    this.nameInput.value = this.sheet.name;
    this.score = make("p", { class: "score", role: "status" });
    this.code = make("output", { class: "code" });
    this.copyButton = make("button", { type: "button", class: "main", click: () => this.copy() }, phrase("copyCode"));
    const again = make("button", { type: "button", click: () => this.again() }, phrase("startAgain"));
    return make("div", { class: "result" }, this.heading(phrase("result")), this.score,
      make("label", {}, make("span", {}, phrase("yourName")), this.nameInput),
      make("p", {}, `${phrase("handIn")} `, this.code), make("div", { class: "answer" }, this.copyButton, again));
  }

  // --- answering ---

  check(line) {
    if (line.question !== this.sheet.current) return;
    const number = readNumber(line.input.value);
    if (number === null) {
      this.say(line, "wrong", phrase("typeNumber"));
      return;
    }
    const { question } = line;
    if (this.sheet.answer(number)) {
      this.settle(line);
      this.render();
      this.focus();
      return;
    }
    const view = this.view();
    const worked = question.misses > 1 ? ` ${this.hints.worked(question, view)}` : "";
    this.say(line, "wrong", `✗ ${this.hints.hint(number, question, view)}${worked}`);
    line.input.select();
    this.render();
  }

  reveal(line) {
    if (line.question !== this.sheet.current) return;
    this.sheet.giveUp();
    this.settle(line);
    this.render();
    this.focus();
  }

  // Shows how the answer comes about.
  settle({ question, reply, input }) {
    const { kind, about, step, deposits, how } = question;
    const { values } = this.sheet.computed;
    input.value = numberText(kind === "value" ? values[about] : question.right);
    const explained = kind === "value" ? this.words.computed(about, values) : deposits.map((deposit) => this.words.deposit(deposit, step.deposits)).join("; ");
    const marks = { first: "rightFirst", hinted: "rightHinted", shown: "shownAnswer" };
    setClass(reply, how === "shown" ? "reply" : "reply right");
    setText(reply, phrase(marks[how], { explained }));
  }

  say({ reply }, kind, text) {
    setClass(reply, `reply ${kind}`);
    setText(reply, text);
  }

  // Where the next answer is given, or the code once there is none.
  focus() {
    const line = this.lines.find(({ question }) => question === this.sheet.current);
    (line?.input ?? (this.nameInput.value ? this.copyButton : this.nameInput)).focus();
  }

  // A click on a node leads to the question about it.
  go(node) {
    const { current } = this.sheet;
    const line = this.lines.find(({ question }) => question.about === node && question.kind === (current?.kind ?? "gradient"));
    line?.input.focus();
  }

  open(part) {
    this.picture.open(part);
    this.render();
  }

  rename() {
    this.sheet.name = this.nameInput.value;
    this.sheet.save();
    setText(this.code, this.sheet.code);
  }

  again() {
    this.sheet.clear();
    for (const { input, reply } of this.lines) {
      input.value = "";
      setText(reply, "");
    }
    this.render();
    this.focus();
  }

  async copy() {
    const { code } = this.sheet;
    try {
      await navigator.clipboard.writeText(code);
      setText(this.copyButton, phrase("copied"));
    } catch {
      getSelection().selectAllChildren(this.code);
      setText(this.copyButton, phrase("codeSelected"));
    }
    setTimeout(() => setText(this.copyButton, phrase("copyCode")), 2000);
  }

  // --- showing ---

  view() {
    return new Known(this);
  }

  render() {
    const { sheet } = this;
    const { current } = sheet;
    for (const line of this.lines) {
      const { question, input, check, reveal, element } = line;
      const asked = question === current;
      input.readOnly = question.how !== null;
      input.disabled = question.how === null && !asked;
      show(check, asked);
      show(reveal, asked);
      if (question.how && !line.reply.textContent) this.settle(line);
      setClass(element, asked ? "current" : question.how ? "done" : "");
      element[asked ? "setAttribute" : "removeAttribute"]("aria-current", "step");
    }
    const [first, hinted, shown] = ["first", "hinted", "shown"].map((how) => sheet.count(how));
    const total = sheet.questions.length;
    setText(this.score, phrase("answeredSoFar", { answered: first + hinted + shown, total, first, hinted, shown }));
    setText(this.code, sheet.code);
    this.picture.show(this.view());
  }
}

// What the picture may show: the numbers that were given or have been answered.
class Known extends View {
  constructor({ sheet, graph }) {
    const { computed, run } = sheet;
    super({
      graph, computed, run, truth: run, position: run.steps.length, mistake: "none", changed: false, lastDeposits: graph.names.map(() => 0),
      selected: sheet.current?.about ?? null,
    });
    this.sheet = sheet;
    this.graph = graph;
    this.step = null; // its edges would tell the answer
  }

  isComputed(node) {
    return this.sheet.knows("value", node);
  }

  isReached(node) {
    return this.sheet.knows("gradient", node);
  }

  isFinal() {
    return true;
  }

  // How much flowed into gradients that are known; the width of the others would tell.
  *flowed() {
    for (const each of super.flowed()) {
      if (this.isReached(this.graph.usesOf(each.node)[each.place].parent)) yield each;
    }
  }
}
