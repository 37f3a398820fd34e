// The whole page: one state (frame, sample, unit), the controls that change it, and what shows it.

// What the page's data become where they are shown; copies on one page share the data but not what is made of it.
function prepared(data) {
  const frames = data.updates.length;
  const rows = { values: new Rows(data.values, frames), state: data.state.map((text) => new Rows(text, frames)) };
  const fitted = data.fitted && { ...data.fitted, rows: new Rows(data.fitted.outputs, frames) };
  const samples = data.samples.map((sample) => ({ ...sample, target: translated(sample.target), rows: new Rows(sample.units, frames), gradients: sample.gradients && new Rows(sample.gradients, frames) }));
  const columns = data.network.columns.map((column) => ({ ...column, title: translated(column.title) }));
  const map = typeof data.map === "string" ? data.map : { ...data.map, features: data.map.features.map(translated), classes: data.map.classes.map(translated) };
  return { data: { ...data, rows, fitted, map, classes: data.classes.map(translated), network: { ...data.network, columns } }, samples };
}

// What the model answers over one or two features; for others, the reason why there is no such picture.
function pictureOf(data, samples, choose) {
  return data.fitted ? new FittedCurve(data, samples, choose) : new DecisionMap(data.map, samples, choose);
}

function runText({ parameterCount, optimizer, ending }) {
  return `${phrase("trainedBy", { count: parameterCount, parameters: parameterCount.toLocaleString(LANGUAGE), optimizer })} ${translated(ending)}`;
}

// How many samples are right at a step, in words.
function accuracyTexts({ accuracies }, frame) {
  return accuracies.map(({ title, count, shares }) => phrase(title === "training" ? "ofTraining" : "ofHeldOut", { share: numberText(100 * shares[frame]), count }));
}

class Player {
  // `again` says of a run in the page what was recorded, and with which settings it was made.
  constructor(root, data, again = null) {
    this.again = again;
    Object.assign(this, prepared(data));
    this.sample = 0;
    this.selected = null;
    this.playback = new Playback(data.updates.length - 1, {
      show: () => this.render(), text: (step) => this.momentText(step),
      // While it plays, a screen reader is told nothing: it could not keep up.
      moving: (moves) => this.narration.parentElement.setAttribute("aria-live", moves ? "off" : "polite"),
    });
    this.build(root);
    this.playback.goTo(0);
  }

  get frame() {
    return this.playback.step;
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
    this.map = pictureOf(data, this.samples, (sample) => this.chooseSample(sample));
    this.curve = new Curve(data, (frame) => this.playback.jump(frame));
    this.network = new NetworkPicture(data, (column, unit) => this.select(column, unit));
    this.table = new NumberTable(data, this.network, (selected) => this.selectUnit(selected));
    this.chooser = make("select", { class: "sample", change: () => this.chooseSample(Number(this.chooser.value)) },
      ...this.samples.map(({ inputs, target, position }, i) => make("option", { value: String(i) }, `${i + 1}: ${inputs} (${target})`.slice(0, 80))));
    const picker = make("label", { class: "sample-picker" }, `${phrase("sample")} `, this.chooser);
    this.network.element.prepend(make("div", { class: "figure-head" }, this.network.element.firstChild, picker));
    this.stage = make("div", { class: "stage", tabindex: "0", role: "group", "aria-label": phrase("runLabel") },
      make("div", { class: "left" }, this.map.element, this.curve.element), this.network.element);
    this.card = make("section", { class: "card", "aria-label": phrase("runTitle", { title: data.title }), keydown: (event) => this.playback.key(event, this.stage) },
      make("header", {}, make("h1", {}, phrase("runTitle", { title: data.title })), make("p", { class: "hint" }, runText(data))),
      this.playback.element, this.buildRerun(root), this.buildStory(), make("h2", { class: "unseen" }, phrase("thisStep")), this.stage, this.table.element);
    root.append(this.card);
  }

  // Training again replaces the card by one of the new run.
  buildRerun(root) {
    const recorded = this.again?.recorded ?? this.data;
    if (!recorded.retraining || typeof recorded.retraining === "string") return recorded.retraining ? make("p", { class: "rerun hint" }, translated(recorded.retraining)) : null;
    const form = new RerunForm(recorded, this.again?.settings, (data, settings) => {
      this.playback.pause();
      this.card.remove();
      const player = new Player(root, data, settings && { recorded, settings });
      player.form.button.focus();
      if (settings) player.playback.goTo(player.playback.last);
    });
    this.form = form;
    return form.element;
  }

  buildStory() {
    this.narration = make("p", { class: "narration" });
    this.accuracy = make("p", { class: "accuracy" });
    this.change = make("p", { class: "hint" });
    return make("div", { class: "story", "aria-live": "polite" }, this.narration, this.accuracy, this.change);
  }

  // --- showing ---

  render() {
    const { frame, selected } = this;
    const sample = this.samples[this.sample];
    this.map.show(frame, this.sample);
    this.curve.show(frame);
    this.network.show(frame, sample, selected);
    this.table.show(frame, sample);
    this.renderStory();
  }

  momentText(step) {
    const { epochs, updates, batchesPerEpoch } = this.data;
    return phrase("moment", { epoch: epochs[step].toFixed(Number.isInteger(epochs.at(-1)) && batchesPerEpoch === 1 ? 0 : 1), update: updates[step] });
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
    const sample = { number: this.sample + 1, inputs: isolated(inputs), target: isolated(target) };
    const about = loss === null ? phrase("sampleBeyond", sample)
      : phrase("sampleGives", { ...sample, outputs: `${shown}${meaning === null ? "" : ` (${isolated(meaning)})`}`, loss: numberText(loss) });
    if (frame === 0) return `${phrase("beforeFirst")} ${about}`;
    const update = { update: data.updates[frame], loss: numberText(data.batchLosses[frame]), rate: numberText(data.learningRates[frame]) };
    return `${phrase(data.batchLosses[frame] === null ? "afterUpdate" : "afterUpdateOfBatch", update)} ${about}`;
  }

  // The class that outputs mean; null where there are no classes.
  predicted(outputs) {
    const { classes, threshold } = this.data;
    return classes.length ? classes[outputs.length === 1 ? Number(outputs[0] > threshold) : outputs.indexOf(Math.max(...outputs))] : null;
  }

  // How many samples are right at this step.
  counted() {
    const groups = accuracyTexts(this.data, this.frame);
    return groups.length ? phrase("accuracy", { shares: groups.join(", ") }) : "";
  }

  changed() {
    const { data, frame } = this;
    if (frame === 0) return phrase("asFound");
    const [before, now] = [data.rows.values.row(frame - 1), data.rows.values.row(frame)];
    let most = 0;
    for (let i = 1; i < now.length; i++) if (Math.abs(now[i] - before[i]) > Math.abs(now[most] - before[most])) most = i;
    return phrase("largestChange", { update: data.updates[frame - 1], name: shortName(isolated(data.parameters[most])), before: numberText(before[most]), now: numberText(now[most]) });
  }
}
