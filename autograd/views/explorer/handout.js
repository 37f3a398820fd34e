// The handout: every step as a picture with its sentence and its numbers, one below the other, to be printed.

const MOST_LISTED = 12; // with more nodes than these, a step lists only those that take part in it

class Handout {
  constructor(explorer) {
    this.explorer = explorer;
    this.on = false;
    const button = (key, click) => make("button", { type: "button", class: "quiet", click }, phrase(key));
    this.button = button("handout", () => this.open());
    this.back = button("back", () => this.close());
    this.list = make("ol", { class: "steps" });
    this.element = make("div", { class: "storyboard" }, make("div", { class: "storyboard-head" }, this.back, button("print", () => print())), this.list);
    this.element.hidden = true;
  }

  open() {
    const { explorer } = this;
    explorer.pause();
    explorer.stopPredicting();
    this.on = true;
    this.list.replaceChildren(...this.moments());
    this.mark();
    this.back.focus();
  }

  close() {
    this.on = false;
    this.list.replaceChildren();
    this.mark();
    this.button.focus();
  }

  mark() {
    this.explorer.card.classList.toggle("handout", this.on);
    this.element.hidden = !this.on;
    writeAddress(this.explorer);
  }

  // Every step that shows, from the start to the end, as the arrow keys go through them.
  moments() {
    const { explorer } = this;
    const at = explorer.position;
    explorer.position = 0;
    const found = [this.moment(0)];
    while (explorer.position < explorer.total) {
      explorer.position = explorer.after(1);
      found.push(this.moment(found.length));
    }
    explorer.goTo(at);
    return found;
  }

  moment(number) {
    const { explorer } = this;
    const view = new View(explorer);
    explorer.picture.show(view);
    explorer.story.show(view, explorer);
    const { phase, narration, source } = explorer.story;
    const picture = explorer.picture.svg.cloneNode(true);
    setAll(picture, { width: null, height: null, style: `max-width: ${explorer.picture.size.width}px` });
    const text = (element) => Object.assign(element.cloneNode(true), { ariaLive: null });
    return make("li", { class: "moment" }, make("div", { class: "moment-head" }, number ? make("h2", {}, phrase("stepNumber", { number })) : null, text(phase)),
      picture, text(narration), text(source), this.numbers(view));
  }

  numbers(view) {
    const { graph, words } = this.explorer;
    const { step } = view;
    const taking = step ? new Set([step.node, ...graph.usesOf(step.node).map(({ parent }) => parent)]) : new Set();
    const nodes = graph.names.map((_, node) => node).filter((node) => view.isComputed(node) && (graph.names.length <= MOST_LISTED || taking.has(node)));
    const head = (key) => make("th", { scope: "row" }, phrase(key));
    const row = (key, text) => make("tr", {}, head(key), ...nodes.map((node) => make("td", { class: step?.node === node ? "now" : "" }, text(node))));
    if (!nodes.length) return null;
    return make("table", { class: "moment-numbers" }, make("thead", {}, make("tr", {}, head("node"), ...nodes.map((node) => make("th", { scope: "col" }, words.name(node))))),
      make("tbody", {}, row("valueTitle", (node) => numberText(view.values[node])), row("gradientTitle", (node) => view.gradientText(node))));
  }
}
