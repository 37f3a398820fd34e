// Tabs as the ARIA pattern has them: arrow keys move between them, only the chosen one is in the tab order.
class Tabs {
  // `view` gives what the panels show now, `only` the one panel that may show anything while the quiz runs, or null.
  constructor(panels, view, only) {
    this.panels = panels;
    this.view = view;
    this.only = only;
    this.shut = {};
    this.chosen = Object.keys(panels)[0];
    const row = make("div", { class: "tabs", role: "tablist", "aria-label": phrase("panels"), keydown: (event) => this.key(event) });
    this.buttons = {};
    this.bodies = {};
    for (const [key, { title, element }] of Object.entries(panels)) {
      this.buttons[key] = make("button", { type: "button", role: "tab", id: `tab-${key}`, "aria-controls": `panel-${key}`, click: () => this.choose(key) }, title);
      this.bodies[key] = make("div", { role: "tabpanel", class: "panel", id: `panel-${key}`, "aria-labelledby": `tab-${key}`, tabindex: "0" }, element);
      this.shut[key] = note(phrase("hidden"));
      this.shut[key].hidden = true;
      this.bodies[key].append(this.shut[key]);
      row.append(this.buttons[key]);
    }
    this.element = make("div", { class: "side" }, make("div", { class: "unseen", role: "heading", "aria-level": "2" }, phrase("panels")), row, ...Object.values(this.bodies));
    this.mark();
  }

  // Choose the first panel, before there is anything to show.
  begin(key) {
    this.chosen = key;
    this.mark();
  }

  choose(key) {
    this.chosen = key;
    this.show(this.view()); // before it takes the place of the other: a page that shrinks for a moment scrolls
    this.mark();
  }

  mark() {
    for (const [key, button] of Object.entries(this.buttons)) {
      button.setAttribute("aria-selected", String(key === this.chosen));
      button.tabIndex = key === this.chosen ? 0 : -1;
      show(this.bodies[key], key === this.chosen);
    }
  }

  key(event) {
    const keys = Object.keys(this.panels);
    const turn = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!turn) return;
    event.preventDefault();
    const key = keys[(keys.indexOf(this.chosen) + turn + keys.length) % keys.length];
    this.choose(key);
    this.buttons[key].focus();
  }

  show(view) {
    const only = this.only();
    for (const [key, { element }] of Object.entries(this.panels)) {
      const open = only === null || only === key;
      show(element, open);
      show(this.shut[key], !open);
    }
    if (only === null || only === this.chosen) this.panels[this.chosen].show(view);
    if (only !== null && only !== this.chosen) this.panels[only].show(view); // it goes on, unseen
  }
}
