// The buttons, the slider and the speed with which one goes through the steps.

const SPEEDS = [["0.5", phrase("slow")], ["1", phrase("normal")], ["2", phrase("fast")], ["6", phrase("veryFast")]];

class Controls {
  // `jump(position)` goes to a step, `stepBy(1 or -1)` to the next or the previous one, `togglePlay()` plays or pauses.
  constructor(jump, stepBy, togglePlay) {
    const button = (text, names, click) => make("button", { type: "button", class: names, click }, text);
    this.buttons = {
      first: button(phrase("first"), "", () => jump(0)),
      previous: button(phrase("previous"), "", () => stepBy(-1)),
      play: button(phrase("play"), "", togglePlay),
      next: button(phrase("next"), "main", () => stepBy(1)),
      last: button(phrase("last"), "", () => jump(Infinity)),
    };
    this.scrub = make("input", { type: "range", min: "0", step: "1", class: "scrub", "aria-label": phrase("step"), input: () => jump(Number(this.scrub.value)) });
    this.count = make("output", { class: "count" });
    this.chooser = make("select", { "aria-label": phrase("speed") }, ...SPEEDS.map(([value, text]) => make("option", { value }, text)));
    this.chooser.value = "1";
    this.element = make("div", { class: "controls" }, make("div", { class: "buttons", role: "group", "aria-label": phrase("steps") }, ...Object.values(this.buttons)),
      this.scrub, this.count, make("label", { class: "speed" }, `${phrase("speed")} `, this.chooser));
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
    setText(play, phrase(playing ? "pause" : "play"));
    this.scrub.max = total;
    this.scrub.value = position;
    this.scrub.setAttribute("aria-valuetext", phrase("stepOfSpoken", { step: position, total }));
    setText(this.count, phrase("stepOf", { step: position, total }));
  }
}
