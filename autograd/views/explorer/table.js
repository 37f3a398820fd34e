// The table of all nodes: what each computes, its value and its gradient, as far as the step has come.
//
// The rows are laid out one by one, so that a big table costs no more than what is seen of it. Browsers then
// forget that they are a table; the roles say it again for screen readers.

class Table {
  constructor(graph, words, select) {
    this.words = words;
    this.rows = graph.names.map((_, node) => {
      const name = words.name(node);
      const computation = graph.isLeaf(node) ? "" : words.call(node);
      const end = /(\.\d+)?\.[^.\d][^.]*(\.\d+)*$/.exec(name)?.index ?? name.length; // of a path, `.3.w.1` stays in sight
      const button = make("button", { type: "button", class: "link", title: name, "aria-label": name, click: () => select(node) },
        make("span", { class: "start" }, name.slice(0, end)), make("span", {}, name.slice(end)));
      const mark = cell("mark");
      const cells = [cell("number value"), cell("number gradient"), cell("number right")];
      const share = make("span", { class: "share" });
      const row = make("tr", { role: "row" }, mark, make("th", { scope: "row", role: "rowheader", class: "name" }, button),
        make("td", { role: "cell", class: "computation", title: computation }, make("span", { class: "start" }, computation), share), ...cells);
      return { row, mark, cells, share };
    });
    const head = make("tr", { role: "row" }, header("mark", make("span", { class: "unseen" }, phrase("active"))), header("name", phrase("node")),
      header("computation", phrase("computation")), header("number", phrase("valueTitle")), header("number", phrase("gradientTitle")), header("number right", phrase("right")));
    this.element = make("div", { class: "table", tabindex: "0", role: "group", "aria-label": phrase("tableLabel") },
      make("table", { role: "table" }, make("thead", { role: "rowgroup" }, head),
        make("tbody", { role: "rowgroup" }, ...this.rows.map(({ row }) => row))));
  }

  show(view) {
    this.followed = null;
    const received = new Map(); // what each parent gets in this step, as it is shown
    if (view.step?.phase === "backward") {
      for (const deposit of view.step.deposits) received.set(deposit.parent, [...(received.get(deposit.parent) ?? []), this.words.product(deposit)]);
    }
    this.rows.forEach(({ row, mark, cells, share }, node) => {
      const active = view.step?.node === node;
      setText(mark, active ? "▶" : received.has(node) ? "+" : "");
      setInked(share, received.get(node)?.join(", ") ?? "");
      setNumber(cells[0], view.isComputed(node) ? numberText(view.values[node]) : "", view.values[node]);
      setNumber(cells[1], view.gradientText(node), view.now[node]);
      setNumber(cells[2], view.mistaken && view.isFinal(node) ? numberText(view.right[node]) : "", view.right?.[node]);
      const phase = active ? `active ${view.step.phase === "forward" ? "forward" : "backward"}` : "";
      const names = [phase, view.isWrong(node) ? "wrong" : "", view.selected === node ? "selected" : "", received.has(node) ? "receiving" : ""];
      setClass(row, names.filter(Boolean).join(" "));
      if (active) this.followed = row;
    });
    setClass(this.element, view.mistaken ? "table compared" : "table");
  }

  // Scroll as little as it takes to show the row of the step.
  follow(row = this.followed) {
    const { element } = this;
    if (!row) return;
    const { offsetTop, offsetHeight } = row;
    const above = offsetTop - offsetHeight; // the head of the table covers as much
    const below = offsetTop + offsetHeight - element.clientHeight;
    if (element.scrollTop > above) element.scrollTop = above;
    else if (element.scrollTop < below) element.scrollTop = below;
  }

  // Scroll to the row of a node unless some of it is in sight: where it was clicked, nothing moves.
  reveal(node) {
    const row = this.rows[node]?.row;
    const { scrollTop, clientHeight } = this.element;
    if (row && (row.offsetTop >= scrollTop + clientHeight || row.offsetTop <= scrollTop)) this.follow(row);
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
