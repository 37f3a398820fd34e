// What if a leaf had another number? A slider and a number box for each; everything is computed anew at once.

const STEPS_OF_A_SLIDER = 200;

class WhatIfPanel {
  // `change(leaf, number)` puts a number into a leaf, `reset()` puts all the recorded numbers back.
  constructor(graph, words, change, reset) {
    this.graph = graph;
    this.words = words;
    this.change = change;
    this.title = phrase("whatIf");
    this.outcome = make("p", { class: "outcome", role: "status" });
    this.rows = [];
    this.list = make("ul", { class: "leaves" });
    this.resetButton = make("button", { type: "button", click: reset }, phrase("resetAll"));
    this.element = make("div", {}, note(graph.frozen ? phrase("frozen", graph.frozen) : phrase("dragOrType")),
      this.outcome, this.list, this.resetButton);
    this.resetButton.hidden = Boolean(graph.frozen);
  }

  show(view) {
    const { graph, words } = this;
    if (graph.frozen) return;
    if (!this.rows.length) {
      this.rows = graph.recorded.values.slice(0, graph.leaves).map((number, leaf) => this.row(leaf, number));
      this.list.append(...this.rows.map(({ element }) => element));
    }
    const shown = (values) => (values.length > graph.output ? numberText(values[graph.output]) : phrase("notDefined"));
    const [before, now] = [shown(graph.recorded.values), shown(view.values)];
    setText(this.outcome, `${words.name(graph.output)} = ${now}${view.changed ? ` ${phrase("recorded", { number: before })}` : ""}`);
    enable(this.resetButton, view.changed);
    this.rows.forEach((row, leaf) => {
      const number = view.values[leaf];
      if (Number(row.slider.value) !== number) row.slider.value = number;
      if (!row.typing && Number(row.box.value) !== number) row.box.value = number;
      row.slider.setAttribute("aria-valuetext", numberText(number));
      setText(row.gradient, view.right ? `${gradient(words, graph.output, leaf)} = ${numberText(view.right[leaf])}` : "");
      setClass(row.element, number === graph.recorded.values[leaf] ? "" : "changed");
    });
  }

  row(leaf, number) {
    const name = this.words.name(leaf);
    const span = Math.max(1, 2 * Math.abs(number));
    const step = roundNumber(span / STEPS_OF_A_SLIDER);
    const low = Math.floor((number - span) / step) * step;
    const change = (text) => {
      if (text.trim() !== "" && Number.isFinite(Number(text))) this.change(leaf, Number(text));
    };
    const row = { typing: false, gradient: make("span", { class: "hint" }) };
    row.slider = make("input", {
      type: "range", min: tidy(low), max: tidy(low + Math.ceil((2 * span) / step) * step), step: tidy(step),
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
    row.element = make("li", {}, make("span", { class: "leaf-name", "data-changed": phrase("changed") }, name), row.slider, row.box, row.gradient);
    return row;
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
