// The buttons, the slider and the speed with which one goes through the steps.

const SPEEDS = [["0.5", "slow"], ["1", "normal"], ["2", "fast"], ["6", "very fast"]];

class Controls {
  // `jump(position)` goes to a step, `stepBy(1 or -1)` to the next or the previous one, `togglePlay()` plays or pauses.
  constructor(jump, stepBy, togglePlay) {
    const button = (text, names, click) => make("button", { type: "button", class: names, click }, text);
    this.buttons = {
      first: button("First", "", () => jump(0)),
      previous: button("Previous", "", () => stepBy(-1)),
      play: button("Play", "", togglePlay),
      next: button("Next", "main", () => stepBy(1)),
      last: button("Last", "", () => jump(Infinity)),
    };
    this.scrub = make("input", { type: "range", min: "0", step: "1", class: "scrub", "aria-label": "Step", input: () => jump(Number(this.scrub.value)) });
    this.count = make("output", { class: "count" });
    this.chooser = make("select", { "aria-label": "Speed" }, ...SPEEDS.map(([value, text]) => make("option", { value }, text)));
    this.chooser.value = "1";
    this.element = make("div", { class: "controls" }, make("div", { class: "buttons", role: "group", "aria-label": "Steps" }, ...Object.values(this.buttons)),
      this.scrub, this.count, make("label", { class: "speed" }, "Speed ", this.chooser));
  }

  get speed() {
    return Number(this.chooser.value);
  }

  show(position, total, { predicting, playing }) {
    const { first, previous, play, next, last } = this.buttons;
    const [atStart, atEnd] = [position === 0, position >= total];
    enable(first, !atStart);
    enable(previous, !atStart);
    enable(next, !atEnd);
    enable(last, !atEnd && !predicting);
    enable(play, !predicting);
    this.scrub.disabled = predicting;
    setText(play, playing ? "Pause" : "Play");
    this.scrub.max = total;
    this.scrub.value = position;
    this.scrub.setAttribute("aria-valuetext", `step ${position} of ${total}`);
    setText(this.count, `Step ${position} of ${total}`);
  }
}
