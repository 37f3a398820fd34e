// Several runs side by side under one slider, which goes through their epochs together.

class Comparison {
  constructor(root, { title, runs }) {
    this.runs = runs.map((run) => ({ name: run.name, ...prepared(run) }));
    this.moments = [...new Set(runs.flatMap(({ epochs }) => epochs))].sort((one, other) => one - other);
    this.playback = new Playback(this.moments.length - 1, {
      show: () => this.render(), text: (step) => phrase("momentOfAll", { epoch: numberText(this.moments[step]) }), moving: (moves) => this.told?.setAttribute("aria-live", moves ? "off" : "polite"),
    });
    const limits = sharedLimits(this.runs.map(({ data }) => data));
    const panels = this.runs.map((run) => this.panel(run, limits));
    this.told = make("p", { class: "unseen", "aria-live": "polite" });
    this.stage = make("div", { class: "runs", tabindex: "0", role: "group", "aria-label": phrase("runsLabel") }, ...panels);
    root.append(make("section", { class: "card", "aria-label": title, keydown: (event) => this.playback.key(event, this.stage) },
      make("header", {}, make("h1", {}, title), make("p", { class: "hint" }, phrase("oneSlider"))),
      this.playback.element, this.told, this.stage));
    this.playback.goTo(0);
  }

  panel(run, limits) {
    const { data, samples } = run;
    run.map = pictureOf(data, samples, () => {});
    run.curve = new Curve(data, (frame) => this.playback.jump(this.moments.indexOf(data.epochs[frame])), limits);
    run.network = new NetworkPicture(data, () => {}, false);
    run.facts = make("p", { class: "accuracy" });
    const [{ inputs, target }] = samples;
    return make("section", { class: "run", "aria-label": run.name }, make("h2", {}, run.name), make("p", { class: "hint" }, runText(data)), run.facts,
      run.map.element, run.curve.element, run.network.element, make("p", { class: "hint" }, phrase("boxesShow", { inputs: isolated(inputs), target: isolated(target) })));
  }

  // The newest step of a run that is not later than the moment.
  frameOf({ data }, epoch) {
    return Math.max(0, data.epochs.findLastIndex((at) => at <= epoch));
  }

  render() {
    const epoch = this.moments[this.playback.step];
    const told = this.runs.map((run) => {
      const frame = this.frameOf(run, epoch);
      run.map.show(frame, 0);
      run.curve.show(frame);
      run.network.show(frame, run.samples[0], null);
      const loss = run.curve.lossAt(run.data.epochs[frame]);
      const facts = [loss === undefined ? "" : `${run.curve.main.title} ${numberText(loss)}`, ...accuracyTexts(run.data, frame)].filter(Boolean).join(", ");
      const measured = facts || phrase("nothingMeasured");
      setText(run.facts, phrase("measuredAfter", { update: run.data.updates[frame], facts: measured }));
      return `${isolated(run.name)}: ${measured}`;
    });
    setText(this.told, `${told.join(" · ")}.`);
  }
}
