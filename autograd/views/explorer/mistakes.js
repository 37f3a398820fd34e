// Wrong on purpose: the same graph with one of the usual mistakes in backward(), beside the truth.

class MistakesPanel {
  constructor(graph, words, choose) {
    this.graph = graph;
    this.words = words;
    this.title = "Wrong on purpose";
    this.radios = Object.entries(MISTAKES).map(([key, { name, code }]) => {
      const radio = make("input", { type: "radio", name: "mistake", value: key, change: () => choose(key) });
      return { key, radio, element: make("label", { class: "choice" }, radio, make("span", {}, name, make("code", {}, code))) };
    });
    this.why = make("p");
    this.verdict = make("div", { role: "status" });
    this.element = make("div", {},
      make("fieldset", {}, make("legend", {}, "Mistake in backward()"), ...this.radios.map(({ element }) => element)),
      this.why, this.verdict);
  }

  show(view) {
    for (const { key, radio } of this.radios) radio.checked = key === view.mistake;
    setText(this.why, MISTAKES[view.mistake].why);
    this.verdict.replaceChildren(...(view.mistaken && view.right ? this.compared(view) : []));
  }

  compared(view) {
    const { graph, words } = this;
    const wrong = graph.names.map((_, node) => node).filter((node) => view.willBeWrong(node));
    const [comes, are] = wrong.length === 1 ? ["comes out wrong. It is", "it is"] : ["come out wrong. They are", "they are"];
    const count = `${wrong.length} of ${graph.names.length} gradients`;
    const said = [wrong.length
      ? make("p", { class: "verdict" }, `≠ ${count} ${comes} marked ≠ in the picture and the table once ${are} final.`)
      : make("p", { class: "verdict" }, "On this graph the mistake makes no difference: every gradient comes out right.")];
    if (view.cut) {
      said.push(make("p", {}, `Stopped after ${MOST_VISITS} visits. In topological order ${graph.names.length - graph.leaves} are enough.`));
    }
    const items = listed(wrong, 10, (node) =>
      make("li", {}, `${words.name(node)}: ${numberText(view.gradients[node])} instead of ${numberText(view.right[node])}`));
    return [...said, make("ul", {}, ...items)];
  }
}
