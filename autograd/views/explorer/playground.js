// A field for an expression above the page about its graph: typing lays the graph out again.

class Playground {
  constructor(root, { rows, expression, numbers }) {
    [ROWS, HINTS] = [rows, rows.hints];
    const moment = momentOf(location.hash);
    this.numbers = new Map([...Object.entries(numbers), ...moment.numbers]);
    this.first = { position: moment.step ?? Infinity, tab: moment.tab, handout: moment.handout };
    this.field = make("input", { type: "text", spellcheck: "false", autocomplete: "off", autocapitalize: "off", "aria-label": phrase("expression"), input: () => this.read() });
    this.message = make("p", { class: "hint", role: "status" });
    this.form = make("div", { class: EMBEDDED ? "card entry embedded" : "card entry" }, make("label", {}, make("span", {}, phrase("expression")), this.field), this.message);
    this.slot = make("div");
    root.append(this.form, this.slot);
    followTheme(this.form);
    this.field.value = moment.expression ?? expression;
    this.read();
  }

  // Show the graph of what stands in the field; while it cannot be read, the last graph stays.
  read() {
    const text = this.field.value;
    let data;
    try {
      data = typedGraph(text, this.numbers);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.refuse(error, text);
      return;
    }
    setText(this.message, phrase("namesStand", { functions: Object.keys(ROWS.functions).filter((name) => !ROWS.operations.includes(name)).slice(0, 8).join(", ") }));
    this.field.removeAttribute("aria-invalid");
    if (OWN_PAGE) document.title = phrase("pageTitle", { name: text.trim() });
    this.begin(data);
  }

  refuse({ message, place }, text) {
    const near = text.slice(place, place + 12);
    setText(this.message, `✗ ${near ? phrase("at", { near, message }) : message}`);
    this.field.setAttribute("aria-invalid", "true");
  }

  begin(data) {
    const before = this.explorer;
    const wasAtEnd = before && before.position >= before.total;
    before?.pause();
    this.slot.replaceChildren();
    this.explorer = new Explorer(this.slot, data, {
      changed: (leaf, number) => this.numbers.set(data.names[leaf], number),
      ...(before ? { room: before.picture.room, position: wasAtEnd ? Infinity : before.wanted, tab: before.tabs.chosen } : this.first),
    });
  }
}

let ROWS = null;
let HINTS = null;
