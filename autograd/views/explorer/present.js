// Presenting: the whole screen for the graph and the sentence, the keys of a clicker, and larger text, which is remembered.

const SIZES = [1, 1.2, 1.45, 1.75, 2.1];
const KEPT = "autograd.text";

class Presenter {
  // `move(direction)` goes a step on or back, `key(event)` is what the keys do, `changed()` is called when the room changes.
  constructor(key, changed) {
    this.key = key;
    this.changed = changed;
    this.on = false;
    this.size = kept();
    const button = (text, name, click) => make("button", { type: "button", class: "quiet", "aria-label": name, click }, text);
    this.buttons = make("span", { class: "zoom" },
      button("A−", phrase("smallerText"), () => this.resize(-1)), button("A+", phrase("largerText"), () => this.resize(1)),
      button(phrase("present"), null, () => this.start()));
    this.exit = make("button", { type: "button", class: "quiet exit", click: () => this.stop() }, phrase("exit"));
    this.heard = (event) => this.key(event);
    this.left = () => document.fullscreenElement || this.stop();
  }

  attach(card) {
    this.card = card;
    card.append(this.exit);
    this.apply();
  }

  apply() {
    this.card.style.setProperty("--text", SIZES[this.size]);
  }

  resize(turn) {
    this.size = Math.max(0, Math.min(this.size + turn, SIZES.length - 1));
    this.apply();
    try {
      localStorage.setItem(KEPT, this.size);
    } catch {
      // where nothing may be kept, nothing is
    }
    this.changed();
  }

  async start() {
    this.on = true;
    this.card.classList.add("presenting");
    document.addEventListener("keydown", this.heard);
    this.changed();
    try {
      await this.card.requestFullscreen();
      document.addEventListener("fullscreenchange", this.left);
    } catch {
      // the page alone is filled, which does as well
    }
    this.exit.focus({ preventScroll: true });
  }

  stop() {
    if (!this.on) return;
    this.on = false;
    this.card.classList.remove("presenting");
    document.removeEventListener("keydown", this.heard);
    document.removeEventListener("fullscreenchange", this.left);
    if (document.fullscreenElement) document.exitFullscreen();
    this.changed();
  }
}

function kept() {
  try {
    return Number(localStorage.getItem(KEPT)) || 0;
  } catch {
    return 0;
  }
}
