// The table of parameters with gradient and optimiser state, or of the units with output and gradient.

class NumberTable {
  constructor(data, network, select) {
    this.data = data;
    this.network = network;
    this.select = select;
    this.view = null; // what the rows were built for
    const { parameters, parameterCount } = data;
    const all = parameters.length === parameterCount ? phrase("allParameters") : phrase("someParameters", { count: parameters.length, total: parameterCount });
    this.chooser = make("select", { "aria-label": phrase("rows"), change: () => this.choose() }, make("option", { value: "all" }, all));
    if (!network.problem) {
      this.chooser.append(make("option", { value: "units" }, phrase("unitsForSample")));
      network.columns.forEach(({ title, drawn }, column) => {
        if (!column) return;
        this.chooser.append(make("optgroup", { label: phrase("into", { title: shortName(title) }) }, ...Array.from({ length: drawn }, (_, unit) => make("option", { value: `${column} ${unit}` }, network.name(column, unit)))));
      });
    }
    this.filter = make("input", { type: "search", placeholder: phrase("partOfName"), "aria-label": phrase("filterByName"), input: () => this.applyFilter() });
    this.head = make("thead");
    this.body = make("tbody");
    this.note = make("p", { class: "hint", role: "status" });
    this.scroll = make("div", { class: "table", tabindex: "0", role: "region", "aria-label": phrase("numbers") }, (this.grid = make("table", {}, this.head, this.body)));
    this.element = make("section", { class: "numbers", "aria-label": phrase("table") },
      make("div", { class: "table-tools" }, make("h3", {}, phrase("numbers")), make("label", {}, `${phrase("rows")} `, this.chooser), make("label", {}, `${phrase("filter")} `, this.filter), this.note), this.scroll);
  }

  choose() {
    const { value } = this.chooser;
    this.select(/\d/.test(value) ? value.split(" ").map(Number) : null);
  }

  // Follows the unit that was chosen in the picture.
  follow(selected) {
    if (selected) this.chooser.value = selected.join(" ");
    else if (/\d/.test(this.chooser.value)) this.chooser.value = "all";
  }

  get isUnits() {
    return this.chooser.value === "units";
  }

  build() {
    const { value } = this.chooser;
    if (this.view === value) return;
    this.view = value;
    const { network, data } = this;
    let titles = [phrase("unit"), phrase("outputColumn"), phrase("gradient")];
    if (this.isUnits) {
      this.rows = network.columns.flatMap(({ drawn }, column) => Array.from({ length: drawn }, (_, unit) => ({ name: network.name(column, unit), at: network.index(column, unit) })));
    } else {
      titles = [phrase("parameter"), phrase("value"), phrase("change"), phrase("gradient"), ...data.stateNames];
      const listed = value === "all" ? data.parameters.keys() : network.parametersOf(...value.split(" ").map(Number));
      this.rows = [...listed].map((at) => ({ name: shortName(data.parameters[at]), path: data.parameters[at], at }));
    }
    this.head.replaceChildren(make("tr", {}, ...titles.map((title, i) => make("th", { scope: "col", class: i ? "number" : "name" }, title))));
    this.grid.style.minWidth = `${124 + 84 * (titles.length - 1)}px`;
    for (const row of this.rows) {
      row.cells = titles.slice(1).map(() => make("td", { class: "number" }));
      row.element = make("tr", {}, make("th", { scope: "row", class: "name", title: row.path ?? row.name }, row.name), ...row.cells);
    }
    this.body.replaceChildren(...this.rows.map(({ element }) => element));
    this.applyFilter();
  }

  applyFilter() {
    const wanted = this.filter.value.trim().toLowerCase();
    let shown = 0;
    for (const { element, name, path } of this.rows) {
      const fits = `${name} ${path ?? ""}`.toLowerCase().includes(wanted);
      show(element, fits);
      shown += fits;
    }
    setText(this.note, phrase("rowCount", { count: shown }));
  }

  show(frame, sample) {
    this.build();
    const { rows, stateNames } = this.data;
    for (const { at, cells } of this.rows) {
      const numbers = this.isUnits
        ? [sample.rows.at(frame, at), sample.rows.at(frame, at + this.network.units)]
        : [rows.values.at(frame, at), frame ? rows.values.at(frame, at) - rows.values.at(frame - 1, at) : NaN, sample.gradients.at(frame, at), ...stateNames.map((_, i) => rows.state[i].at(frame, at))];
      numbers.forEach((number, i) => setText(cells[i], numberText(number)));
    }
  }
}
