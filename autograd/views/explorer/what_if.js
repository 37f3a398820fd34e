// What if a leaf had another number? A slider and a number box for each; everything is computed anew at once.
// What was recorded stays in sight as a ghost, other states can be pinned, and a plot shows the output along the leaf.

const STEPS_OF_A_SLIDER = 200;
const LARGEST = 1.79e308; // beside which a float has room for nothing but rounding

class WhatIfPanel {
  // `change(numbers)` puts numbers into all the leaves.
  constructor(graph, words, change) {
    this.graph = graph;
    this.words = words;
    this.change = change;
    this.title = phrase("whatIf");
    this.rows = [];
    this.pins = [];
    this.leaf = 0; // the one that the plot is about
    this.outcome = make("p", { class: "outcome", role: "status" });
    this.plot = new Plot(graph);
    this.caption = make("p", { class: "hint" });
    this.list = make("ul", { class: "leaves" });
    this.pinned = make("ul", { class: "pins", "aria-label": phrase("pinned") });
    this.pinButton = make("button", { type: "button", class: "quiet", click: () => this.pin() }, phrase("pin"));
    this.resetButton = make("button", { type: "button", class: "quiet", click: () => change(this.recorded.numbers) }, phrase("resetAll"));
    const head = make("div", { class: "head" }, this.outcome, this.pinButton, this.resetButton);
    this.element = make("div", {}, make("div", { class: "watched" }, head, this.plot.svg, this.caption), this.list, this.pinned,
      note(graph.frozen ? phrase("frozen", graph.frozen) : phrase("dragOrType")),
      graph.settledChoice && !graph.frozen ? note(phrase("whereKept")) : null);
    if (graph.frozen) for (const part of this.element.children) show(part, part.matches(".hint:last-child"));
  }

  get recorded() {
    const { leaves, recorded } = this.graph;
    return { numbers: recorded.values.slice(0, leaves), output: this.outputOf(recorded.values) };
  }

  outputOf(values) {
    return values.length > this.graph.output ? values[this.graph.output] : null;
  }

  show(view) {
    const { graph, words } = this;
    if (graph.frozen) return;
    if (!this.rows.length) {
      this.rows = this.recorded.numbers.map((number, leaf) => this.row(leaf, number));
      this.list.append(...this.rows.map(({ element }) => element));
    }
    this.view = view;
    this.numbers = view.values.slice(0, graph.leaves);
    const shown = (number) => (number === null ? phrase("notDefined") : numberText(number));
    const was = view.changed ? ` ${phrase("recorded", { number: shown(this.recorded.output) })}` : "";
    setText(this.outcome, `${words.name(graph.output)} = ${shown(this.outputOf(view.values))}${was}`);
    enable(this.resetButton, view.changed);
    this.rows.forEach((row, leaf) => this.showRow(row, leaf, view));
    this.showPlot();
    this.showPins();
  }

  showRow(row, leaf, view) {
    const [number, recorded] = [view.values[leaf], this.graph.recorded.values[leaf]];
    if (Number(row.slider.value) !== number) row.slider.value = number;
    if (!row.typing && Number(row.box.value) !== number) row.box.value = number;
    row.slider.setAttribute("aria-valuetext", numberText(number));
    const said = [];
    if (view.right) said.push(`${gradient(this.words, this.graph.output, leaf)} = ${inked("product", numberText(view.right[leaf]))}`);
    if (number !== recorded) said.push(phrase("was", { number: numberText(recorded) }));
    setInked(row.hint, said.join(" · "));
    setClass(row.element, number === recorded ? "" : "changed");
  }

  showPlot() {
    const { graph, words, view, leaf, numbers } = this;
    const { recorded, rows } = this;
    const now = { x: numbers[leaf], y: this.outputOf(view.values) };
    const slope = view.right && !graph.constants.has(leaf) && now.y !== null ? view.right[leaf] : null;
    const range = [Math.min(Number(rows[leaf].slider.min), now.x), Math.max(Number(rows[leaf].slider.max), now.x)];
    const name = words.name(leaf);
    const said = { output: words.name(graph.output), leaf: name, at: `${name} = ${numberText(now.x)}` };
    const caption = slope === null ? phrase("noTangent", said)
      : phrase("tangent", { ...said, slope: `${gradient(words, graph.output, leaf)} = ${inked("product", numberText(slope))}` });
    this.plot.show({
      leaf, numbers, range, now, slope, label: plain(caption), recorded: { x: recorded.numbers[leaf], y: recorded.output },
      pins: this.pins.map((pin) => ({ x: pin.numbers[leaf], y: pin.output })),
    });
    setInked(this.caption, `${caption} ●\u00a0${phrase("now")}${view.changed ? ` ○\u00a0${phrase("then")}` : ""}`);
  }

  // --- pins ---

  pin() {
    this.pins.push({ numbers: this.numbers, output: this.outputOf(this.view.values) });
    this.show(this.view);
  }

  showPins() {
    const key = this.pins.map(({ numbers }) => numbers).join(";");
    if (this.pinned.key === key) return;
    this.pinned.key = key;
    this.pinned.replaceChildren(...this.pins.map((pin, i) => make("li", {}, make("span", { class: "number" }, String(i + 1)),
      make("span", { class: "state" }, this.stateText(pin)),
      make("button", { type: "button", class: "quiet", "aria-label": phrase("backToPin", { number: i + 1 }), click: () => this.change(pin.numbers) }, phrase("backToIt")),
      make("button", { type: "button", class: "quiet", "aria-label": phrase("removePin", { number: i + 1 }), click: () => this.unpin(i) }, phrase("remove")))));
  }

  unpin(i) {
    this.pins.splice(i, 1);
    this.show(this.view);
    this.pinButton.focus({ preventScroll: true });
  }

  // `a = 3, b = -1: loss = 0.5`, of the leaves that were changed.
  stateText({ numbers, output }) {
    const { words, graph } = this;
    const changed = numbers.flatMap((number, leaf) => (number === graph.recorded.values[leaf] ? [] : [`${words.name(leaf)} = ${numberText(number)}`]));
    const leaves = changed.length > 4 ? [...changed.slice(0, 4), "…"] : changed.length ? changed : [phrase("asRecorded")];
    return `${leaves.join(", ")}: ${words.name(graph.output)} = ${output === null ? phrase("notDefined") : numberText(output)}`;
  }

  // --- the leaves ---

  row(leaf, number) {
    const name = this.words.name(leaf);
    const span = Math.max(1, Math.min(2 * Math.abs(number), LARGEST / 4));
    const step = roundNumber(span / STEPS_OF_A_SLIDER);
    const low = Math.max(-LARGEST, Math.floor((number - span) / step) * step);
    const high = Math.min(LARGEST, low + Math.ceil((2 * span) / step) * step);
    const change = (text) => {
      this.leaf = leaf;
      if (text.trim() !== "" && Number.isFinite(Number(text))) this.change(this.numbers.map((each, i) => (i === leaf ? Number(text) : each)));
    };
    const row = { typing: false, hint: make("span", { class: "hint" }) };
    row.slider = make("input", {
      type: "range", min: tidy(low), max: tidy(high), step: tidy(step),
      "aria-label": phrase("slider", { name }), input: (event) => change(event.target.value),
    });
    row.box = make("input", {
      type: "number", step: "any", "aria-label": phrase("number", { name }),
      input(event) {
        row.typing = true;
        change(event.target.value);
      },
      blur() {
        row.typing = false;
      },
    });
    row.slider.value = number;
    row.box.value = number;
    const track = make("span", { class: "track", style: `--at: ${(number - low) / (high - low)}` }, row.slider);
    row.element = make("li", { focusin: () => this.look(leaf) }, make("span", { class: "leaf-name", "data-changed": phrase("changed") }, name), track, row.box, row.hint);
    return row;
  }

  // Plot the output along this leaf.
  look(leaf) {
    if (this.leaf === leaf) return;
    this.leaf = leaf;
    this.showPlot();
  }
}

// A round number near the given one: 1, 2 or 5 times a power of ten.
function roundNumber(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  return power * [1, 2, 5, 10].find((multiple) => multiple * power >= number * 0.999);
}

// Without the last digits, which only binary fractions have.
function tidy(number) {
  return String(Number(number.toPrecision(12)));
}
