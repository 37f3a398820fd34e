// The table of all nodes: what each computes, its value and its gradient, as far as the step has come.
//
// The rows are laid out one by one, so that a big table costs no more than what is seen of it. Browsers then
// forget that they are a table; the roles say it again for screen readers.

class Table {
  constructor(graph, words, select) {
    this.rows = graph.names.map((_, node) => {
      const name = words.name(node);
      const computation = graph.isLeaf(node) ? "" : words.call(node);
      const end = /(\.\d+)?\.[^.\d][^.]*(\.\d+)*$/.exec(name)?.index ?? name.length; // of a path, `.3.w.1` stays in sight
      const button = make("button", { type: "button", class: "link", title: name, "aria-label": name, click: () => select(node) },
        make("span", { class: "start" }, name.slice(0, end)), make("span", {}, name.slice(end)));
      const mark = cell("mark");
      const cells = [cell("number value"), cell("number gradient"), cell("number right")];
      const row = make("tr", { role: "row" }, mark, make("th", { scope: "row", role: "rowheader", class: "name" }, button),
        make("td", { role: "cell", class: "computation", title: computation }, computation), ...cells);
      return { row, mark, cells };
    });
    const head = make("tr", { role: "row" }, header("mark", make("span", { class: "unseen" }, phrase("active"))), header("name", phrase("node")),
      header("computation", phrase("computation")), header("number", phrase("valueTitle")), header("number", phrase("gradientTitle")), header("number right", phrase("right")));
    this.element = make("div", { class: "table", tabindex: "0", role: "group", "aria-label": phrase("tableLabel") },
      make("table", { role: "table" }, make("thead", { role: "rowgroup" }, head),
        make("tbody", { role: "rowgroup" }, ...this.rows.map(({ row }) => row))));
  }

  show(view) {
    this.followed = null;
    const receiving = new Set(view.step ? view.step.deposits.map(({ parent }) => parent) : []);
    this.rows.forEach(({ row, mark, cells }, node) => {
      const active = view.step?.node === node;
      setText(mark, active ? "▶" : receiving.has(node) ? "+" : "");
      setNumber(cells[0], view.isComputed(node) ? numberText(view.values[node]) : "", view.values[node]);
      setNumber(cells[1], view.gradientText(node), view.now[node]);
      setNumber(cells[2], view.mistaken && view.isFinal(node) ? numberText(view.right[node]) : "", view.right?.[node]);
      const phase = active ? `active ${view.step.phase === "forward" ? "forward" : "backward"}` : "";
      const names = [phase, view.isWrong(node) ? "wrong" : "", view.selected === node ? "selected" : ""];
      setClass(row, names.filter(Boolean).join(" "));
      if (active) this.followed = row;
    });
    setClass(this.element, view.mistaken ? "table compared" : "table");
  }

  // Scroll as little as it takes to show the row of the step.
  follow() {
    const { element, followed: row } = this;
    if (!row) return;
    const { offsetTop, offsetHeight } = row;
    const above = offsetTop - offsetHeight; // the head of the table covers as much
    const below = offsetTop + offsetHeight - element.clientHeight;
    if (element.scrollTop > above) element.scrollTop = above;
    else if (element.scrollTop < below) element.scrollTop = below;
  }
}

// The number as it is shown; all its digits appear when it is pointed at.
function setNumber(element, text, number) {
  setText(element, text);
  const title = text ? String(number) : "";
  if (element.title !== title) element.title = title;
}

function cell(names) {
  return make("td", { role: "cell", class: names });
}

function header(names, content) {
  return make("th", { scope: "col", role: "columnheader", class: names }, content);
}
