// The whole page: one state (numbers, mistake, step, selection), the controls that change it, and what shows it.

const PAUSE = 1400; // milliseconds between steps at normal speed

// Where a recorded graph begins: at the start, or at the moment that the address says.
function beginning({ title }) {
  const { step, tab, handout } = momentOf(location.hash);
  return title ? {} : { position: step ?? 0, tab, handout };
}

class Explorer {
  // `changed(leaf, number)` is called when the user gives a leaf another number; `position`, `tab` and `handout` say where to begin.
  constructor(root, data, { changed = () => {}, position = 0, tab = "node", handout = false, room = 0 } = beginning(data)) {
    this.graph = new Graph(data);
    this.title = data.title;
    this.leafChanged = changed;
    this.words = new Words(this.graph);
    this.parts = new Parts(data);
    this.opened = null;
    this.selected = null;
    this.wanted = position; // also where a computation that fails has no such step
    this.mistake = "none";
    this.playing = null;
    this.leafValues = this.graph.recorded.values.slice(0, this.graph.leaves);
    const { numbers } = momentOf(location.hash);
    if (!data.title) this.leafValues = this.leafValues.map((value, leaf) => numbers.get(data.names[leaf]) ?? value);
    this.build(root);
    this.tabs.begin(tab);
    this.ghost = { values: this.graph.recorded.values, gradients: this.graph.steps(this.graph.recorded).gradients };
    this.picture.resize(room); // known before the browser lays out the page, so that it does so only once
    this.compute();
    if (handout) this.handout.open();
  }

  // --- state ---

  compute() {
    const { graph } = this;
    const { values } = graph.recorded;
    this.changed = this.leafValues.some((value, leaf) => !Object.is(value, values[leaf]));
    this.computed = graph.compute(this.leafValues);
    this.truth = graph.steps(this.computed);
    this.run = this.mistake === "none" ? this.truth : graph.steps(this.computed, this.mistake);
    this.lastDeposits = graph.names.map(() => 0);
    this.run.steps.forEach(({ deposits }, i) => deposits.forEach(({ parent }) => {
      this.lastDeposits[parent] = i + 1;
    }));
    this.position = Math.min(this.wanted, this.run.steps.length);
    this.predict.ask(this.run.steps[this.position]);
    this.render();
  }

  changeLeaves(numbers) {
    this.stopPredicting();
    numbers.forEach((number, leaf) => Object.is(number, this.leafValues[leaf]) || this.leafChanged(leaf, number));
    this.leafValues = numbers;
    if (this.wanted === 0) this.wanted = Infinity; // at the start there would be nothing to see
    this.compute();
  }

  chooseMistake(mistake) {
    this.stopPredicting();
    this.mistake = mistake;
    this.compute();
  }

  select(node) {
    this.selected = this.selected === node ? null : node;
    const chosen = this.selected;
    if (chosen !== null) {
      const shut = this.parts.chains[node].filter((part) => !this.picture.opened.has(part));
      if (shut.length) this.picture.open((this.opened = shut.at(-1)));
      if (!this.predict.on) this.tabs.choose("node");
    }
    this.render(() => {
      this.picture.reveal(chosen);
      this.table.reveal(chosen);
    });
  }

  // Open a part, or show what holds the one that was `clicked`: that stays where it is.
  open(part, clicked = part) {
    const corner = this.picture.cornerOf(clicked);
    this.opened = part;
    this.picture.open(part);
    this.render(() => this.picture.moveTo(clicked, corner));
  }

  close(part) {
    this.open(this.parts.list[part].holder, part);
  }

  // --- moving ---

  // How long a contribution is on its way, in milliseconds.
  get pace() {
    return this.playing === null ? 650 : Math.min(650, (0.55 * PAUSE) / this.controls.speed);
  }

  get total() {
    return this.run.steps.length;
  }

  goTo(position) {
    this.wanted = this.position = Math.max(0, Math.min(position, this.total));
    this.predict.ask(this.run.steps[this.position]);
    this.render();
  }

  // Go where the user asks to; a question that is being asked cannot be skipped.
  jump(position) {
    this.pause();
    if (this.predict.on && position > this.position) this.predict.focus();
    else this.goTo(position);
  }

  // One step forward or back; inside a closed part, to where something in the picture changes.
  move(direction) {
    if (direction > 0 && this.predict.waiting) {
      this.predict.focus();
      return;
    }
    this.goTo(this.after(direction));
  }

  // The position that one step forward or back leads to.
  after(direction) {
    const box = (position) => {
      const step = this.run.steps[position - 1];
      return step && step.phase !== "seed" ? this.parts.box(step.node, this.picture.opened) : null;
    };
    let position = this.position + direction;
    while (position > 0 && position < this.total && box(position) < 0 && box(position) === box(position + direction)) {
      position += direction;
    }
    return position;
  }

  stepBy(direction) {
    this.pause();
    this.move(direction);
  }

  play() {
    this.pause();
    if (this.predict.on) return;
    if (this.position >= this.total) this.goTo(0);
    const tick = () => {
      this.move(1);
      if (this.position >= this.total) this.pause();
      else this.playing = setTimeout(tick, PAUSE / this.controls.speed);
      this.renderControls();
    };
    this.playing = setTimeout(tick, 0);
    this.renderControls();
  }

  pause() {
    clearTimeout(this.playing);
    this.playing = null;
    this.renderControls();
  }

  togglePlay() {
    if (this.playing === null) this.play();
    else this.pause();
  }

  // --- predicting ---

  beginPredicting() {
    this.pause();
    this.mistake = "none";
    this.selected = null;
    this.wanted = this.predict.forward ? 0 : this.graph.names.length - this.graph.leaves + 1;
    this.compute();
    if (!this.predict.waiting) this.nextQuestion();
    this.predict.focus();
  }

  // Take the step that was asked about, and those about which there is nothing to ask.
  nextQuestion() {
    do this.goTo(this.position + 1);
    while (this.predict.on && !this.predict.waiting);
  }

  stopPredicting() {
    if (this.predict.on) this.predict.stop();
  }

  // --- building ---

  build(root) {
    const { graph, words } = this;
    const act = {
      select: (node) => this.select(node), open: (part) => this.open(part), close: (part) => this.close(part),
      begin: () => this.beginPredicting(), end: () => this.render(), refresh: () => this.render(),
      advance: () => this.nextQuestion(),
    };
    this.picture = new Picture(graph, words, this.parts, act);
    this.picture.stage.setAttribute("aria-label", phrase("stageLabel"));
    this.table = new Table(graph, words, act.select);
    this.predict = new PredictPanel(graph, words, act);
    this.tabs = new Tabs({
      node: new NodePanel(graph, words),
      whatIf: new WhatIfPanel(graph, words, (numbers) => this.changeLeaves(numbers)),
      predict: this.predict,
      mistakes: new MistakesPanel(graph, words, (mistake) => this.chooseMistake(mistake)),
    }, () => new View(this), () => (this.predict.on ? "predict" : null));
    this.controls = new Controls((position) => this.jump(position), (direction) => this.stepBy(direction), () => this.togglePlay());
    this.story = new Story(graph, words);
    this.handout = new Handout(this);
    this.presenter = new Presenter((event) => this.key(event), () => this.fill());
    const name = words.name(graph.output);
    const title = this.title ?? (graph.isLeaf(graph.output) ? name : `${name} = ${words.call(graph.output)}`);
    this.card = make("section", { class: EMBEDDED ? "card embedded" : "card", "aria-label": phrase("pageTitle", { name }), keydown: (event) => this.key(event) },
      make("header", {}, make("h2", { "aria-level": OWN_PAGE ? "1" : null }, title), this.buildPlaces()),
      this.handout.element, this.picture.stage, this.controls.element, this.story.element,
      make("div", { class: "columns" }, this.table.element, this.tabs.element));
    root.append(this.card);
    this.presenter.attach(this.card);
    followTheme(this.card);
    keepSteady(this.card);
  }

  // Where in a big graph one is, and how large the picture is.
  buildPlaces() {
    this.crumbs = make("nav", { class: "crumbs", "aria-label": phrase("partsLabel") });
    const zoom = (kind, text) => make("button", { type: "button", class: "quiet", click: () => this.picture.setZoom(kind) }, text);
    return make("div", { class: "places" }, this.crumbs, make("span", { class: "zoom" }, zoom("fit", phrase("fit")), zoom("actual", "100%")),
      this.presenter.buttons, this.handout.button, copyButton(this));
  }

  // Presenting, the graph fills what there is.
  fill() {
    this.picture.filling = this.presenter.on;
    this.picture.resize();
    this.picture.follow();
  }

  key(event) {
    event.stopPropagation();
    const target = event.composedPath()[0];
    if (event.altKey || event.ctrlKey || event.metaKey || target.matches("input, select, [role=tab]")) return;
    const actions = {
      ArrowRight: () => this.move(1), ArrowLeft: () => this.move(-1), Home: () => this.jump(0), End: () => this.jump(Infinity),
      PageDown: this.presenter.on ? () => this.move(1) : null, PageUp: this.presenter.on ? () => this.move(-1) : null,
      Escape: this.presenter.on ? () => this.presenter.stop() : null,
      " ": target === this.picture.stage ? () => this.togglePlay() : null,
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    if (event.key !== " ") this.pause();
    action();
  }

  // --- showing ---

  // `follow` scrolls to what has changed.
  render(follow = () => this.follow()) {
    const view = new View(this);
    this.picture.show(view);
    this.table.show(view);
    this.tabs.show(view);
    this.story.show(view, this);
    this.renderControls();
    this.renderCrumbs();
    writeAddress(this);
    follow(); // asking where things are makes the browser lay out the page, so that comes last
  }

  follow() {
    this.picture.follow();
    this.table.follow();
  }

  renderControls() {
    this.controls.show(this.position, this.total, { predicting: this.predict.on, playing: this.playing !== null });
  }

  renderCrumbs() {
    if (!this.parts.any || this.shownCrumbs === this.opened) return;
    this.shownCrumbs = this.opened;
    const place = (part, text) => make("button", { type: "button", class: "quiet", "aria-current": part === this.opened ? "true" : null, click: () => this.open(part) }, text);
    const holders = this.opened === "whole" ? [] : this.parts.holders(this.opened);
    const options = this.parts.list.map((_, part) => make("option", { value: part }, this.parts.path(part)));
    const chooser = make("select", { "aria-label": phrase("openPartLabel"), change: () => chooser.value && this.open(Number(chooser.value)) },
      make("option", { value: "" }, phrase("openPart")), ...options);
    this.crumbs.replaceChildren(place(null, phrase("overview")), ...holders.map((part) => place(part, this.parts.title(part))), chooser,
      ...(this.parts.whole ? [place("whole", phrase("wholeGraph"))] : []));
  }
}
