// Wrong on purpose: the same graph with one of the usual mistakes in backward(), beside the truth.

const MISTAKES = {
  none: {
    name: phrase("noMistake"),
    code: "parent.grad += node.grad * local",
    why: phrase("noMistakeWhy"),
  },
  assign: {
    name: phrase("assign"),
    code: "parent.grad = node.grad * local",
    why: phrase("assignWhy"),
  },
  unsorted: {
    name: phrase("unsorted"),
    code: "for parent in node.parents: parent.backward()",
    why: phrase("unsortedWhy"),
  },
  stale: {
    name: phrase("stale"),
    code: phrase("staleCode"),
    why: phrase("staleWhy"),
  },
};

class MistakesPanel {
  constructor(graph, words, choose) {
    this.graph = graph;
    this.words = words;
    this.title = phrase("wrongOnPurpose");
    this.radios = Object.entries(MISTAKES).map(([key, { name, code }]) => {
      const radio = make("input", { type: "radio", name: "mistake", value: key, change: () => choose(key) });
      return { key, radio, element: make("label", { class: "choice" }, radio, make("span", {}, name, make("code", {}, code))) };
    });
    this.why = make("p");
    this.verdict = make("div", { role: "status" });
    this.element = make("div", {},
      make("fieldset", {}, make("legend", {}, phrase("mistakeIn")), ...this.radios.map(({ element }) => element)),
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
    const said = [make("p", { class: "verdict" }, wrong.length ? phrase("wrongOf", { count: wrong.length, total: graph.names.length }) : phrase("noDifference"))];
    if (view.cut) {
      said.push(make("p", {}, phrase("enough", { visits: MOST_VISITS, count: graph.names.length - graph.leaves })));
    }
    const items = listed(wrong, 10, (node) =>
      make("li", {}, phrase("insteadOf", { name: words.name(node), number: numberText(view.gradients[node]), right: numberText(view.right[node]) })));
    return [...said, make("ul", {}, ...items)];
  }
}
