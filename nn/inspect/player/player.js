// The whole page: one state (frame, sample, unit), the controls that change it, and what shows it.

const SPEEDS = [["1", "slow"], ["4", "normal"], ["10", "fast"], ["25", "very fast"]]; // frames per second

class Player {
  constructor(root, data) {
    const frames = data.updates.length;
    // Copies on one page share the data but not what is made of it.
    this.data = { ...data, rows: { values: new Rows(data.values, frames), state: data.state.map((text) => new Rows(text, frames)) } };
    if (data.fitted) this.data.fitted = { ...data.fitted, rows: new Rows(data.fitted.outputs, frames) };
    this.samples = data.samples.map((sample) => ({ ...sample, rows: new Rows(sample.units, frames), gradients: new Rows(sample.gradients, frames) }));
    this.frame = 0;
    this.sample = 0;
    this.selected = null;
    this.playing = null;
    this.build(root);
    this.render();
    this.renderMotion();
  }

  get last() {
    return this.data.updates.length - 1;
  }

  // --- moving ---

  goTo(frame) {
    this.frame = Math.max(0, Math.min(frame, this.last));
    this.render();
  }

  jump(frame) {
    this.pause();
    this.goTo(frame);
  }

  play() {
    if (this.frame >= this.last) this.goTo(0);
    const tick = () => {
      this.goTo(this.frame + 1);
      if (this.frame >= this.last) this.pause();
      else this.playing = setTimeout(tick, 1000 / Number(this.speed.value));
    };
    this.playing = setTimeout(tick, 1000 / Number(this.speed.value));
    this.renderMotion();
  }

  pause() {
    clearTimeout(this.playing);
    this.playing = null;
    this.renderMotion();
  }

  togglePlay() {
    if (this.playing === null) this.play();
    else this.pause();
  }

  chooseSample(sample) {
    this.sample = sample;
    this.chooser.value = String(sample);
    this.render();
  }

  // A second click on the same unit shows everything again.
  select(column, unit) {
    const same = this.selected && this.selected[0] === column && this.selected[1] === unit;
    this.selectUnit(same ? null : [column, unit]);
  }

  selectUnit(selected) {
    this.selected = selected;
    this.table.follow(selected);
    this.render();
  }

  // --- building ---

  build(root) {
    const { data } = this;
    const choose = (sample) => this.chooseSample(sample);
    this.map = data.fitted ? new FittedCurve(data, this.samples, choose) : new DecisionMap(data.map, this.samples, choose);
    this.curve = new Curve(data, (frame) => this.jump(frame));
    this.network = new NetworkPicture(data, (column, unit) => this.select(column, unit));
    this.table = new NumberTable(data, this.network, (selected) => this.selectUnit(selected));
    this.chooser = make("select", { class: "sample", change: () => this.chooseSample(Number(this.chooser.value)) },
      ...this.samples.map(({ inputs, target, position }, i) => make("option", { value: String(i) }, `${i + 1}: ${inputs} (${target})`.slice(0, 80))));
    const picker = make("label", { class: "sample-picker" }, "Sample ", this.chooser);
    this.network.element.prepend(make("div", { class: "figure-head" }, this.network.element.firstChild, picker));
    this.stage = make("div", { class: "stage", tabindex: "0", role: "group", "aria-label": "The run. Left and right arrow keys go from step to step, space plays." },
      make("div", { class: "left" }, this.map.element, this.curve.element), this.network.element);
    const count = `${data.parameterCount.toLocaleString("en")} parameter${data.parameterCount === 1 ? "" : "s"}`;
    this.card = make("section", { class: "card", "aria-label": `Training run: ${data.title}`, keydown: (event) => this.key(event) },
      make("header", {}, make("h1", {}, `Training run: ${data.title}`), make("p", { class: "hint" }, `${count}, trained by ${data.optimizer}. ${data.ending}`)),
      this.buildControls(), this.buildStory(), this.stage, this.table.element);
    root.append(this.card);
  }

  buildControls() {
    const button = (text, names, click) => make("button", { type: "button", class: names, click }, text);
    this.buttons = {
      first: button("First", "", () => this.jump(0)),
      previous: button("Previous", "", () => this.jump(this.frame - 1)),
      play: button("Play", "main", () => this.togglePlay()),
      next: button("Next", "", () => this.jump(this.frame + 1)),
      last: button("Last", "", () => this.jump(this.last)),
    };
    this.scrub = make("input", { type: "range", min: "0", max: String(this.last), step: "1", class: "scrub", "aria-label": "Step", input: () => this.jump(Number(this.scrub.value)) });
    this.count = make("output", { class: "count" });
    this.speed = make("select", { "aria-label": "Speed" }, ...SPEEDS.map(([value, text]) => make("option", { value }, text)));
    this.speed.value = "4";
    return make("div", { class: "controls" }, make("div", { class: "buttons", role: "group", "aria-label": "Steps" }, ...Object.values(this.buttons)),
      this.scrub, this.count, make("label", { class: "speed" }, "Speed ", this.speed));
  }

  buildStory() {
    this.narration = make("p", { class: "narration" });
    this.accuracy = make("p", { class: "accuracy" });
    this.change = make("p", { class: "hint" });
    return make("div", { class: "story", "aria-live": "polite" }, this.narration, this.accuracy, this.change);
  }

  key(event) {
    event.stopPropagation();
    const target = event.composedPath()[0];
    if (event.altKey || event.ctrlKey || event.metaKey || target.matches("input, select")) return;
    const actions = {
      ArrowRight: () => this.jump(this.frame + 1), ArrowLeft: () => this.jump(this.frame - 1), Home: () => this.jump(0), End: () => this.jump(this.last),
      " ": target === this.stage ? () => this.togglePlay() : null,
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  // --- showing ---

  // What depends on whether the run is playing.
  renderMotion() {
    setText(this.buttons.play, this.playing === null ? "Play" : "Pause");
    // While it does, a screen reader is told nothing: it could not keep up.
    this.narration.parentElement.setAttribute("aria-live", this.playing === null ? "polite" : "off");
  }

  render() {
    const { frame, selected } = this;
    const sample = this.samples[this.sample];
    this.map.show(frame, this.sample);
    this.curve.show(frame);
    this.network.show(frame, sample, selected);
    this.table.show(frame, sample);
    this.renderControls();
    this.renderStory();
  }

  renderControls() {
    const { first, previous, next, last } = this.buttons;
    const { epochs, updates } = this.data;
    enable(first, this.frame > 0);
    enable(previous, this.frame > 0);
    enable(next, this.frame < this.last);
    enable(last, this.frame < this.last);
    this.scrub.value = String(this.frame);
    const text = `Epoch ${epochs[this.frame].toFixed(Number.isInteger(epochs.at(-1)) && this.data.batchesPerEpoch === 1 ? 0 : 1)}, update ${updates[this.frame]}`;
    this.scrub.setAttribute("aria-valuetext", `${text}; step ${this.frame} of ${this.last}`);
    setText(this.count, text);
  }

  renderStory() {
    setText(this.narration, this.told());
    setText(this.accuracy, this.counted());
    setText(this.change, this.changed());
  }

  told() {
    const { data, frame } = this;
    const { outcomes, target, inputs } = this.samples[this.sample];
    const [loss, ...outputs] = outcomes[frame];
    const shown = `${outputs.slice(0, 10).map((output) => numberText(output)).join(", ")}${outputs.length > 10 ? ", …" : ""}`;
    const meaning = loss === null ? null : this.predicted(outputs);
    const sample = loss === null ? "is beyond what numbers can hold" : `gives ${shown}${meaning === null ? "" : ` (${isolated(meaning)})`}, a loss of ${numberText(loss)}`;
    const about = `Sample ${this.sample + 1} (${isolated(inputs)}; target ${isolated(target)}) ${sample}.`;
    if (frame === 0) return `Before the first update. ${about}`;
    const batch = data.batchLosses[frame] === null ? "" : `, whose batch had a loss of ${numberText(data.batchLosses[frame])}`;
    return `After update ${data.updates[frame]}${batch}; learning rate ${numberText(data.learningRates[frame])}. ${about}`;
  }

  // The class that outputs mean; null where there are no classes.
  predicted(outputs) {
    const { classes, threshold } = this.data;
    return classes.length ? classes[outputs.length === 1 ? Number(outputs[0] > threshold) : outputs.indexOf(Math.max(...outputs))] : null;
  }

  // How many samples are right at this step.
  counted() {
    const groups = this.data.accuracies.map(({ title, count, shares }) => `${numberText(100 * shares[this.frame])}% of ${count} ${title} sample${count === 1 ? "" : "s"}`);
    return groups.length ? `Accuracy: ${groups.join(", ")}.` : "";
  }

  changed() {
    const { data, frame } = this;
    if (frame === 0) return "The parameters are as training found them.";
    const [before, now] = [data.rows.values.row(frame - 1), data.rows.values.row(frame)];
    let most = 0;
    for (let i = 1; i < now.length; i++) if (Math.abs(now[i] - before[i]) > Math.abs(now[most] - before[most])) most = i;
    return `Largest change since update ${data.updates[frame - 1]}: ${isolated(data.parameters[most])}, from ${numberText(before[most])} to ${numberText(now[most])}.`;
  }
}
