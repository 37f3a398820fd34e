// The graph as a picture: boxes and edges where Graphviz put them, filled in with the numbers of a step.

const BOX = { width: 118, height: 62 };
const GAP = 102;
const MARGIN = 14;
const PADDING = 9; // inside a box

class Picture {
  // `act` has select(node), open(part) and close(part), called when something is clicked.
  constructor(graph, words, parts, act) {
    this.graph = graph;
    this.words = words;
    this.parts = parts;
    this.act = act;
    this.zoom = "auto";
    this.filling = false; // the stage, however large
    this.svg = makeSvg("svg", { role: "img" });
    this.stage = make("div", { class: "stage", tabindex: "0", role: "group" }, this.svg);
    this.open(null);
    new ResizeObserver(() => this.resize()).observe(this.stage);
  }

  // Show the picture in which `part` is open; null for all parts closed, "whole" for all open.
  open(part) {
    this.opened = this.parts.opened(part);
    this.layout = this.parts.picture(part);
    this.boxes = new Map();
    this.chips = makeSvg("g");
    const [width, height] = this.layout.size;
    const shift = makeSvg("g", { transform: `translate(${MARGIN} ${MARGIN})` });
    const places = new Map(this.layout.boxes.map(([box, left, top]) => [box, { left, top }]));
    for (const frame of this.layout.frames) shift.append(this.frame(frame));
    const edges = this.layout.edges.map(([tail, head, points]) => ({ tail, head, points }));
    this.edgeOf = edgesOfUses(edges, this.graph, (node) => this.parts.box(node, this.opened));
    this.active = makeSvg("g");
    for (const edge of edges) edge.element = edgeElement("edge", edge, "forward");
    this.covered = [];
    shift.append(...edges.map((edge) => edge.element), this.active);
    for (const [box, place] of places) {
      const drawn = box < 0 ? this.partBox(-1 - box, place) : this.nodeBox(box, place);
      this.boxes.set(box, drawn);
      shift.append(drawn.element);
    }
    shift.append(this.chips);
    this.svg.replaceChildren(shift);
    this.size = { width: width + 2 * MARGIN, height: height + 2 * MARGIN };
    this.svg.setAttribute("viewBox", `0 0 ${this.size.width} ${this.size.height}`);
    this.svg.setAttribute("aria-label", phrase("graphLabel", { count: this.graph.names.length }));
    this.resize();
  }

  frame({ part, left, top, width, height }) {
    const title = makeSvg("text", { x: left + 10, y: top + 15, class: "frame-title" }, `− ${this.parts.title(part)}`);
    return makeSvg("g", { class: "frame", click: () => this.act.close(part) },
      makeSvg("title", {}, phrase("close", { part: this.parts.path(part) })),
      makeSvg("rect", { x: left, y: top, width, height, rx: 8 }), title);
  }

  nodeBox(node, place) {
    const symbol = this.graph.isLeaf(node) ? "" : this.symbol(node);
    const name = this.parts.nameInside(this.graph.names[node], this.opened);
    const drawn = boxElement(place, name, symbol);
    drawn.element.addEventListener("click", () => this.act.select(node));
    drawn.element.dataset.node = node;
    drawn.element.append(makeSvg("title", {}, this.graph.names[node]));
    setText(drawn.labels[0], phrase("value"));
    setText(drawn.labels[1], phrase("gradient"));
    drawn.kind = this.graph.isLeaf(node) ? "node leaf" : "node";
    return drawn;
  }

  partBox(part, place) {
    const drawn = boxElement(place, this.parts.title(part), "+");
    const { outputs } = this.parts.list[part];
    drawn.element.addEventListener("click", () => this.act.open(part));
    drawn.element.dataset.part = part;
    drawn.element.append(makeSvg("title", {}, phrase("open", { part: this.parts.path(part), nodes: phrase("nodes", { count: this.parts.members(part).length }), outputs: phrase("outputs", { count: outputs.length }) })));
    drawn.outputs = outputs;
    drawn.kind = "part";
    return drawn;
  }

  // The operator, with its literal operand if it has one: `* 2`, `1 -`.
  symbol(node) {
    const { symbol } = this.graph.shapeOf(node);
    const operands = this.graph.operandsOf(node);
    if (operands.length !== 2 || operands.some(Array.isArray) || symbol.length > 2) return fitted(symbol, 56);
    const [left, right] = operands.map((item) => (typeof item === "string" ? literalText(Number(item)) : ""));
    return fitted([left, symbol, right].filter(Boolean).join(" "), 66);
  }

  // --- showing a step ---

  show(view) {
    const { step } = view;
    const opened = this.opened;
    const active = step ? this.parts.box(step.node, opened) : null;
    const receiving = new Set(step ? step.deposits.map(({ parent }) => this.parts.box(parent, opened)) : []);
    for (const [box, drawn] of this.boxes) {
      const classes = [drawn.kind];
      if (box < 0) this.showPart(drawn, view);
      else this.showNode(box, drawn, view, classes);
      if (box === active) classes.push(`active ${step.phase === "forward" ? "forward" : "backward"}`);
      else if (receiving.has(box)) classes.push("receiving");
      if (box === view.selected) classes.push("selected");
      setClass(drawn.element, classes.join(" "));
    }
    this.showEdges(step);
    this.followed = active === null ? null : [this.boxes.get(active), [...receiving].map((box) => this.boxes.get(box))];
  }

  showNode(node, drawn, view, classes) {
    setNumberText(drawn.numbers[0], view.isComputed(node) ? numberText(view.values[node]) : "");
    setNumberText(drawn.numbers[1], view.gradientText(node));
    if (!view.isComputed(node)) classes.push("empty");
    if (view.isWrong(node)) classes.push("wrong");
  }

  showPart(drawn, view) {
    const computed = drawn.outputs.filter((node) => view.isComputed(node));
    const reached = drawn.outputs.filter((node) => view.isReached(node));
    const one = drawn.outputs.length === 1;
    const texts = [
      one && computed.length ? numberText(view.values[computed[0]]) : rangeText(computed.map((node) => view.values[node])),
      one && reached.length ? view.gradientText(reached[0]) : rangeText(reached.map((node) => view.now[node])),
    ];
    texts.forEach((text, row) => {
      setNumberText(drawn.numbers[row], text);
      const room = BOX.width - 2 * PADDING - widthOf(text, text.length > 9 ? LONG : PLAIN) - 6;
      const label = phrase(["value", "gradient"][row]);
      setText(drawn.labels[row], room < widthOf(label, LABEL) ? "" : label);
    });
  }

  showEdges(step) {
    const active = new Map();
    if (step) {
      const deposits = step.phase === "backward" ? step.deposits : [];
      this.graph.usesOf(step.node).forEach((use, place) => {
        const edge = this.edgeOf(step.node, place);
        if (!edge || step.phase === "seed") return;
        if (!active.has(edge)) active.set(edge, []);
        if (deposits[place]) active.get(edge).push(deposits[place]);
      });
    }
    for (const edge of this.covered) edge.element.style.display = "";
    this.covered = [...active.keys()];
    for (const edge of this.covered) edge.element.style.display = "none";
    this.active.replaceChildren(...this.covered.map((edge) => edgeElement(`edge ${step.phase}`, edge, step.phase)));
    const chips = [];
    for (const [edge, deposits] of active) {
      if (deposits.length) chips.push(chipPlace(chipText(this.words, deposits), edge, this.boxes.get(edge.tail)));
    }
    spread(chips);
    this.chips.replaceChildren(...chips.map(chip));
  }

  // --- size and scrolling ---

  resize() {
    const room = this.stage.clientWidth;
    if (!room) return;
    const fit = Math.min(1, room / this.size.width, 560 / this.size.height);
    const filled = Math.min(room / this.size.width, this.stage.clientHeight / this.size.height);
    const scale = this.filling ? filled : this.zoom === "fit" || (this.zoom === "auto" && fit > 0.78) ? fit : 1;
    this.svg.setAttribute("width", Math.floor(this.size.width * scale));
    this.svg.setAttribute("height", Math.floor(this.size.height * scale));
    this.scale = scale;
  }

  setZoom(zoom) {
    this.zoom = zoom;
    this.resize();
  }

  // Scroll as little as it takes to show the active box, and the boxes it gives to as far as there is room.
  follow() {
    if (!this.followed) return;
    const [active, others] = this.followed;
    const { stage, scale } = this;
    const scrolled = (side, length, at, room) => {
      const range = (boxes) => [
        (Math.min(...boxes.map((box) => box[side]))) * scale,
        (Math.max(...boxes.map((box) => box[side])) + BOX[length] + 2 * MARGIN) * scale,
      ];
      let [low, high] = range([active, ...others]);
      const [activeLow, activeHigh] = range([active]);
      if (high - low > room) [low, high] = [Math.max(low, activeHigh - room), Math.min(high, Math.max(low, activeHigh - room) + room)];
      if (activeLow < low) [low, high] = [activeLow, activeHigh];
      return Math.max(0, Math.min(Math.max(at, high - room), low));
    };
    const left = scrolled("left", "width", stage.scrollLeft, stage.clientWidth);
    const top = scrolled("top", "height", stage.scrollTop, stage.clientHeight);
    if (left !== stage.scrollLeft || top !== stage.scrollTop) stage.scrollTo({ left, top });
  }
}

function boxElement({ left, top }, name, symbol) {
  const text = (x, y, classes, content = "") => makeSvg("text", { x, y, class: classes }, content);
  const right = BOX.width - PADDING;
  const room = right - PADDING - (symbol ? widthOf(symbol) + 6 : 0);
  const labels = [text(PADDING, 36, "label"), text(PADDING, 53, "label")];
  const numbers = [text(right, 36, "number"), text(right, 53, "number")];
  const element = makeSvg("g", { transform: `translate(${left} ${top})` },
    makeSvg("rect", { class: "halo", x: -4, y: -4, width: BOX.width + 8, height: BOX.height + 8, rx: 9 }),
    makeSvg("rect", { class: "shape", width: BOX.width, height: BOX.height, rx: 6 }),
    text(PADDING, 17, "name", fitted(name, room, BOLD)), text(right, 17, "symbol", symbol), ...labels, ...numbers);
  return { element, left, top, labels, numbers };
}

// `-0.91 … 0.8`: the least and the largest of several numbers, which must fit into a box.
function rangeText(numbers) {
  if (!numbers.length) return "";
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)].map((number) => numberText(number, 2));
  return low === high ? low : `${low} … ${high}`;
}

function setNumberText(element, text) {
  setText(element, text);
  setClass(element, text.length > 9 ? "number long" : "number");
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif';
const [PLAIN, BOLD, LABEL, LONG] = ["12px", "600 12px", "11px", "10px"];
const ruler = document.createElement("canvas").getContext("2d");

function widthOf(text, font = PLAIN) {
  ruler.font = `${font} ${FONT}`;
  return ruler.measureText(text).width;
}

// A text cut to the room there is for it; of a path the end says more than the beginning.
function fitted(text, room, font = PLAIN) {
  if (widthOf(text, font) <= room) return text;
  const characters = [...text];
  const path = /^[\w.]+\.[\w.]+$/.test(text);
  while (characters.length > 1) {
    if (path) characters.shift();
    else characters.pop();
    const cut = path ? `…${characters.join("")}` : `${characters.join("")}…`;
    if (widthOf(cut, font) <= room) return cut;
  }
  return "…";
}
