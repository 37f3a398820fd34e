// The graph as a picture: boxes and edges where Graphviz put them, filled in with the numbers of a step.

const BOX = { width: 118, height: 62 };
const GAP = 102;
const MARGIN = 32; // room for labels above the first box and below the last
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
    new ResizeObserver(() => {
      const first = !this.scale;
      this.resize();
      if (first) this.follow();
    }).observe(this.stage);
  }

  // Show the picture in which `part` is open; null for all parts closed, "whole" for all open.
  open(part) {
    this.opened = this.parts.opened(part);
    this.layout = this.parts.picture(part);
    this.boxes = new Map();
    this.labels = makeSvg("g");
    const [width, height] = this.layout.size;
    const shift = makeSvg("g", { transform: `translate(${MARGIN} ${MARGIN})` });
    const places = new Map(this.layout.boxes.map(([box, left, top]) => [box, { left, top }]));
    for (const frame of this.layout.frames) shift.append(this.frame(frame));
    const edges = this.layout.edges.map(([tail, head, points, weight]) => ({ tail, head, points, weight }));
    const { network } = this.layout;
    this.edgeOf = edgesOfUses(edges, this.graph, (node) => this.parts.box(node, this.opened));
    for (const edge of edges) edge.element = edgeElement();
    this.edges = edges;
    this.weighted = edges.filter(({ weight }) => weight !== undefined);
    this.lines = makeSvg("g", {}, ...edges.map(({ element }) => element));
    shift.append(this.lines);
    if (network) shift.append(networkParts(network, height));
    for (const [box, place] of places) {
      const drawn = box < 0 ? this.partBox(-1 - box, place) : this.nodeBox(box, place);
      this.boxes.set(box, drawn);
      shift.append(drawn.element);
    }
    shift.append(this.labels);
    this.svg.replaceChildren(shift);
    this.size = { width: width + 2 * MARGIN, height: height + 2 * MARGIN };
    this.svg.setAttribute("viewBox", `0 0 ${this.size.width} ${this.size.height}`);
    this.svg.setAttribute("aria-label", network ? networkLabel(network) : phrase("graphLabel", { count: this.graph.names.length }));
    this.resize();
  }

  frame({ part, left, top, width, height }) {
    const title = makeSvg("text", { x: left + 10, y: top + 15, class: "frame-title" }, `− ${this.parts.title(part)}`);
    return makeSvg("g", { class: "frame", "data-part": part, click: () => this.act.close(part) },
      makeSvg("title", {}, phrase("close", { part: this.parts.path(part) })),
      makeSvg("rect", { x: left, y: top, width, height, rx: 8 }), title);
  }

  nodeBox(node, place) {
    const symbol = this.graph.isLeaf(node) ? "" : this.symbol(node);
    const name = this.parts.nameInside(this.graph.names[node], this.opened);
    const half = this.layout.network?.neurons[node];
    const drawn = half ? neuronElement(place, half, name) : boxElement(place, name, symbol);
    drawn.element.addEventListener("click", () => this.act.select(node));
    drawn.element.dataset.node = node;
    drawn.element.append(makeSvg("title", {}, this.graph.names[node]));
    drawn.labels.forEach((label, row) => setText(label, phrase(["value", "gradient"][row])));
    drawn.kind = `node${this.graph.isLeaf(node) ? " leaf" : ""}${half ? " neuron" : ""}`;
    return drawn;
  }

  partBox(part, place) {
    const half = this.layout.network?.neurons[-1 - part];
    const drawn = half ? neuronElement(place, half) : boxElement(place, this.parts.title(part), "+");
    const { outputs } = this.parts.list[part];
    drawn.element.addEventListener("click", () => this.act.open(part));
    drawn.element.dataset.part = part;
    drawn.element.append(makeSvg("title", {}, phrase("open", { part: this.parts.path(part), nodes: phrase("nodes", { count: this.parts.members(part).length }), outputs: phrase("outputs", { count: outputs.length }) })));
    drawn.outputs = outputs;
    drawn.kind = half ? "part neuron" : "part";
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
    this.showEdges(view);
    this.followed = active === null ? null : [this.boxes.get(active), [...receiving].map((box) => this.boxes.get(box))];
  }

  showNode(node, drawn, view, classes) {
    setNumberText(drawn.numbers[0], view.isComputed(node) ? numberText(view.values[node]) : "");
    setNumberText(drawn.numbers[1], view.gradientText(node));
    view.ghosts(node).forEach((ghost, row) => setLabel(drawn.labels[row], drawn.numbers[row].textContent, phrase(["value", "gradient"][row]), ghost));
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
      setLabel(drawn.labels[row], text, phrase(["value", "gradient"][row]));
    });
  }

  showEdges(view) {
    const { step } = view;
    const active = new Map();
    if (step && step.phase !== "seed") {
      this.graph.usesOf(step.node).forEach((use, place) => {
        const edge = this.edgeOf(step.node, place);
        if (!edge) return;
        if (!active.has(edge)) active.set(edge, []);
        if (step.phase === "backward") active.get(edge).push(step.deposits[place]);
      });
    }
    const flowed = new Map();
    for (const { node, place, amount } of view.flowed()) {
      const edge = this.edgeOf(node, place);
      if (edge) flowed.set(edge, (flowed.get(edge) ?? 0) + amount);
    }
    for (const edge of this.edges) {
      const width = flowed.has(edge) ? widthOfFlow(flowed.get(edge), view.largest) : THIN;
      if (!active.has(edge) && edge.weight !== undefined) continue;
      if (!active.has(edge)) drawEdge(edge, flowed.has(edge) ? "edge flowed" : "edge", width, flowed.has(edge));
      else if (step.phase === "forward") drawEdge(edge, "edge forward", 3, false);
      else drawEdge(edge, `edge backward ${flowed.get(edge) === 0 ? "nothing" : ""}`, Math.max(1.6, width), true);
    }
    if (this.weighted.length) drawWeights(this.weighted, active, view.values);
    if (active.size) this.lines.append(...[...active.keys()].map(({ element }) => element)); // above the others
    this.showLabels(view, active);
  }

  // What flows in this step, and what it adds up to; on its way when the step has only now been taken.
  showLabels(view, active) {
    const { step } = view;
    const back = step?.phase === "backward";
    const taken = back && this.shown?.steps === view.steps && view.position > this.shown.position;
    const same = this.shown?.step === step && this.shown?.picture === this.layout;
    this.shown = { step, position: view.position, steps: view.steps, picture: this.layout };
    if (same) return;
    const room = back && (active.size <= MOST_TRAVELLERS || !this.weighted.length); // neurons stand closer than boxes
    const chips = room ? chipsOf(this.words, { active, boxes: this.boxes, edges: this.edges, bottom: this.layout.size[1] }) : [];
    spread(chips);
    const landings = room ? this.landings(step.deposits, chips, [...active.keys()]) : [];
    this.labels.replaceChildren(...landings.map(({ element }) => element), ...chips.map(chip));
    if (!taken || calm.matches || active.size > MOST_TRAVELLERS) return;
    const sum = (deposits) => deposits.reduce((total, { amount }) => total + amount, 0);
    this.labels.append(...[...active].map(([edge, deposits]) => traveller(edge, sum(deposits), view.pace)));
    appearAfter(landings.flatMap(({ element, box }) => [element, box.numbers[1]]), view.pace);
  }

  landings(deposits, chips, edges) {
    const parents = new Map();
    for (const deposit of deposits) parents.set(deposit.parent, [...(parents.get(deposit.parent) ?? []), deposit]);
    return [...parents].flatMap(([parent, all]) => {
      const place = this.parts.box(parent, this.opened);
      const box = this.boxes.get(place);
      const shown = place >= 0 || (box.outputs.length === 1 && box.outputs[0] === parent);
      return shown ? [{ box, element: landing([this.words.landing(all), this.words.landing(all, 1)], box, chips, edges) }] : [];
    });
  }

  // --- size and scrolling ---

  // Make the picture as large as the stage has room for.
  resize(room = this.stage.clientWidth) {
    if (!room) return;
    this.room = room;
    const fit = Math.min(1, room / this.size.width, 560 / this.size.height);
    const filled = () => Math.min(room / this.size.width, this.stage.clientHeight / this.size.height);
    const scale = this.filling ? filled() : this.zoom === "fit" || (this.zoom === "auto" && fit > 0.78) ? fit : 1;
    if (scale === this.scale && this.sized === this.size) return;
    this.svg.setAttribute("width", Math.floor(this.size.width * scale));
    this.svg.setAttribute("height", Math.floor(this.size.height * scale));
    [this.scale, this.sized] = [scale, this.size];
  }

  setZoom(zoom) {
    this.zoom = zoom;
    this.resize();
  }

  // Scroll as little as it takes to show the active box, and the boxes it gives to as far as there is room.
  follow(followed = this.followed) {
    if (!followed || !this.scale) return;
    const [active, others] = followed;
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

  // Scroll to the box of a node unless some of it is in sight: where it was clicked, nothing moves.
  reveal(node) {
    const box = this.boxes.get(node);
    if (box && !this.isInSight(box.element)) this.follow([box, []]);
  }

  isInSight(element) {
    const [one, other] = [element, this.stage].map((each) => each.getBoundingClientRect());
    return one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;
  }

  // Where a part is in the window, as a box or as a frame; null if it is out of sight.
  cornerOf(part) {
    const element = this.svg.querySelector(`[data-part="${part}"]`);
    return element && this.isInSight(element) ? element.getBoundingClientRect() : null;
  }

  // Scroll so that a part is in the given corner of the window, or in that of the stage.
  moveTo(part, corner) {
    const element = this.svg.querySelector(`[data-part="${part}"]`);
    if (!element) {
      this.follow();
      return;
    }
    const [to, now] = [corner ?? this.stage.getBoundingClientRect(), element.getBoundingClientRect()];
    this.stage.scrollBy(now.left - to.left, now.top - to.top);
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

// What stands to the left of a number: the number that was recorded, or what it is, if there is room.
function setLabel(element, number, label, ghost = "") {
  if (!element) return; // a neuron has no room for it
  const key = `${number} ${ghost}`; // measuring takes longest
  if (element.key === key) return;
  element.key = key;
  const room = BOX.width - 2 * PADDING - widthOf(number, number.length > 9 ? LONG : PLAIN) - 6;
  const text = [ghost, label].find((each) => each && widthOf(each, LABEL) <= room) ?? "";
  setText(element, text);
  setClass(element, text && text === ghost ? "label ghost" : "label");
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
  const path = /^[\w.]+\.[\w.]+$/.test(text);
  const characters = path ? [...text].slice(-room) : [...text].slice(0, room); // none is narrower than a pixel
  while (characters.length > 1) {
    if (path) characters.shift();
    else characters.pop();
    const cut = path ? `…${characters.join("")}` : `${characters.join("")}…`;
    if (widthOf(cut, font) <= room) return cut;
  }
  return "…";
}
