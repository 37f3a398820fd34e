// The table of all nodes: what each computes, its value and its gradient, as far as the step has come.

class Table {
  constructor(graph, words, select) {
    this.rows = graph.names.map((_, node) => {
      const button = make("button", { type: "button", class: "link", click: () => select(node) }, words.name(node));
      const cells = ["value", "gradient", "right"].map((name) => make("td", { class: `number ${name}` }));
      const mark = make("td", { class: "mark" });
      const computation = graph.isLeaf(node) ? "" : words.call(node);
      const row = make("tr", {}, mark, make("th", { scope: "row" }, button), make("td", {}, computation), ...cells);
      return { row, mark, cells };
    });
    this.right = make("th", { scope: "col", class: "number right" }, "Right");
    const head = make("tr", {},
      make("th", { scope: "col" }, make("span", { class: "unseen" }, "Active")),
      make("th", { scope: "col" }, "Node"), make("th", { scope: "col" }, "Computation"),
      make("th", { scope: "col", class: "number" }, "Value"), make("th", { scope: "col", class: "number" }, "Gradient"),
      this.right);
    this.element = make("div", { class: "table", tabindex: "0", role: "group", "aria-label": "Table of all nodes" },
      make("table", {}, make("thead", {}, head), make("tbody", {}, ...this.rows.map(({ row }) => row))));
  }

  show(view) {
    const receiving = new Set(view.step ? view.step.deposits.map(({ parent }) => parent) : []);
    this.rows.forEach(({ row, mark, cells }, node) => {
      const active = view.step?.node === node;
      const wrong = view.isWrong(node);
      setText(mark, active ? "▶" : receiving.has(node) ? "+" : "");
      setText(cells[0], view.isComputed(node) ? numberText(view.values[node]) : "");
      setText(cells[1], view.gradientText(node));
      setText(cells[2], view.mistaken && view.isFinal(node) ? numberText(view.right[node]) : "");
      const phase = active ? `active ${view.step.phase === "forward" ? "forward" : "backward"}` : "";
      const names = [phase, wrong ? "wrong" : "", view.selected === node ? "selected" : ""];
      setClass(row, names.filter(Boolean).join(" "));
      if (active) this.follow(row);
    });
    setClass(this.element, view.mistaken ? "table compared" : "table");
  }

  follow(row) {
    const { element } = this;
    const head = 34;
    const above = row.offsetTop - head;
    const below = row.offsetTop + row.offsetHeight - element.clientHeight;
    if (element.scrollTop > above) element.scrollTop = above;
    else if (element.scrollTop < below) element.scrollTop = below;
  }
}
