// Going through steps: buttons, slider, speed and keys. Whoever owns it says what a step shows and is called.

const SPEEDS = [["1", phrase("slow")], ["4", phrase("normal")], ["10", phrase("fast")], ["25", phrase("veryFast")]]; // steps per second

class Playback {
  constructor(last, { show, text, moving }) {
    Object.assign(this, { last, show, text, moving, step: 0, playing: null });
    const button = (words, names, click) => make("button", { type: "button", class: names, click }, words);
    this.buttons = {
      first: button(phrase("first"), "", () => this.jump(0)),
      previous: button(phrase("previous"), "", () => this.jump(this.step - 1)),
      play: button(phrase("play"), "main", () => this.toggle()),
      next: button(phrase("next"), "", () => this.jump(this.step + 1)),
      last: button(phrase("last"), "", () => this.jump(this.last)),
    };
    this.scrub = make("input", { type: "range", min: "0", max: String(last), step: "1", class: "scrub", "aria-label": phrase("step"), input: () => this.jump(Number(this.scrub.value)) });
    this.count = make("output", { class: "count" });
    this.speed = make("select", { "aria-label": phrase("speed") }, ...SPEEDS.map(([value, words]) => make("option", { value }, words)));
    this.speed.value = "4";
    this.element = make("div", { class: "controls" }, make("div", { class: "buttons", role: "group", "aria-label": phrase("steps") }, ...Object.values(this.buttons)),
      this.scrub, this.count, make("label", { class: "speed" }, `${phrase("speed")} `, this.speed));
  }

  goTo(step) {
    this.step = Math.max(0, Math.min(step, this.last));
    this.render();
    this.show(this.step);
  }

  jump(step) {
    this.pause();
    this.goTo(step);
  }

  play() {
    if (this.step >= this.last) this.goTo(0);
    const tick = () => {
      this.goTo(this.step + 1);
      if (this.step >= this.last) this.pause();
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

  toggle() {
    if (this.playing === null) this.play();
    else this.pause();
  }

  // Keys go here from the whole card; space plays where the focus is on its stage.
  key(event, stage) {
    event.stopPropagation();
    const target = event.composedPath()[0];
    if (event.altKey || event.ctrlKey || event.metaKey || target.matches("input, select")) return;
    const actions = {
      ArrowRight: () => this.jump(this.step + 1), ArrowLeft: () => this.jump(this.step - 1), Home: () => this.jump(0), End: () => this.jump(this.last),
      " ": target === stage ? () => this.toggle() : null,
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  renderMotion() {
    setText(this.buttons.play, phrase(this.playing === null ? "play" : "pause"));
    this.moving(this.playing !== null);
  }

  render() {
    const { first, previous, next, last } = this.buttons;
    enable(first, this.step > 0);
    enable(previous, this.step > 0);
    enable(next, this.step < this.last);
    enable(last, this.step < this.last);
    this.scrub.value = String(this.step);
    const text = this.text(this.step);
    this.scrub.setAttribute("aria-valuetext", phrase("stepSpoken", { moment: text, step: this.step, last: this.last }));
    setText(this.count, text);
  }
}
