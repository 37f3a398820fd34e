// The graph as a picture: boxes and edges where Graphviz put them, filled in with the numbers of a step.

const BOX = { width: 124, height: 62 };
const GAP = 118;
const MARGIN = 14;
const LETTERS = 17; // fit side by side into the first line of a box

class Picture {
  // `act` has select(node), open(part) and close(part), called when something is clicked.
  constructor(graph, words, parts, act) {
    this.graph = graph;
    this.words = words;
    this.parts = parts;
    this.act = act;
    this.zoom = "auto";
    this.svg = makeSvg("svg", { role: "img" });
    this.stage = make("div", { class: "stage", tabindex: "0", role: "group" }, this.svg);
    this.open(null);
    new ResizeObserver(() => this.resize()).observe(this.stage);
  }

  // Show the picture in which `part` is open; null for all parts shut, "whole" for all open.
  open(part) {
    this.opened = this.parts.opened(part);
    this.layout = this.parts.picture(part);
    this.boxes = new Map();
    this.chips = makeSvg("g");
    const [width, height] = this.layout.size;
    const shift = makeSvg("g", { transform: `translate(${MARGIN} ${MARGIN})` });
    const places = new Map(this.layout.boxes.map(([box, left, top]) => [box, { left, top }]));
    for (const frame of this.layout.frames) shift.append(this.frame(frame));
    this.edges = this.layout.edges.map(([tail, head, points]) => new Edge(tail, head, points));
    this.edgeOf = edgesOfUses(this.edges, this.graph, (node) => this.parts.box(node, this.opened));
    shift.append(...this.edges.map((edge) => edge.element));
    for (const [box, place] of places) {
      const drawn = box < 0 ? this.partBox(-1 - box, place) : this.nodeBox(box, place);
      this.boxes.set(box, drawn);
      shift.append(drawn.element);
    }
    shift.append(this.chips);
    this.svg.replaceChildren(shift);
    this.size = { width: width + 2 * MARGIN, height: height + 2 * MARGIN };
    this.svg.setAttribute("viewBox", `0 0 ${this.size.width} ${this.size.height}`);
    this.svg.setAttribute("aria-label", `Graph of ${this.graph.names.length} nodes; the table lists them all.`);
    this.resize();
  }

  frame({ part, left, top, width, height }) {
    const title = makeSvg("text", { x: left + 10, y: top + 15, class: "frame-title" }, `− ${this.parts.title(part)}`);
    return makeSvg("g", { class: "frame", click: () => this.act.close(part) },
      makeSvg("title", {}, `Close ${this.parts.path(part)}`),
      makeSvg("rect", { x: left, y: top, width, height, rx: 8 }), title);
  }

  nodeBox(node, place) {
    const symbol = this.graph.isLeaf(node) ? "" : this.symbol(node);
    const drawn = boxElement(place, shortened(this.graph.names[node], LETTERS - symbol.length - (symbol ? 1 : 0)), symbol);
    drawn.element.addEventListener("click", () => this.act.select(node));
    drawn.element.dataset.node = node;
    drawn.element.append(makeSvg("title", {}, this.graph.names[node]));
    setText(drawn.labels[0], "value");
    setText(drawn.labels[1], "grad");
    drawn.kind = this.graph.isLeaf(node) ? "node leaf" : "node";
    return drawn;
  }

  partBox(part, place) {
    const drawn = boxElement(place, shortened(this.parts.title(part), LETTERS - 2), "+");
    drawn.element.addEventListener("click", () => this.act.open(part));
    drawn.element.dataset.part = part;
    drawn.element.append(makeSvg("title", {}, `Open ${this.parts.path(part)}`));
    drawn.members = this.parts.members(part);
    setText(drawn.labels[0], `${drawn.members.length} nodes`);
    drawn.kind = "part";
    return drawn;
  }

  // The operator, with its literal operand if it has one: `* 2`, `1 -`.
  symbol(node) {
    const { symbol } = this.graph.shapeOf(node);
    const operands = this.graph.operandsOf(node);
    if (operands.length !== 2 || operands.some(Array.isArray) || symbol.length > 2) return shortened(symbol, 9);
    const [left, right] = operands.map((item) => (typeof item === "string" ? numberText(Number(item)) : ""));
    return [left, symbol, right].filter(Boolean).join(" ");
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
    if (active !== null) this.follow(this.boxes.get(active));
  }

  showNode(node, drawn, view, classes) {
    setText(drawn.numbers[0], view.isComputed(node) ? numberText(view.values[node]) : "");
    setText(drawn.numbers[1], view.gradientText(node));
    if (!view.isComputed(node)) classes.push("empty");
    if (view.isWrong(node)) classes.push("wrong");
  }

  showPart(drawn, view) {
    const reached = drawn.members.filter((node) => view.isReached(node)).length;
    setText(drawn.labels[1], reached ? `grad in ${reached} of ${drawn.members.length}` : "");
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
    for (const edge of this.edges) edge.show(active.has(edge) ? step.phase : "");
    const byTail = new Map();
    for (const [edge, deposits] of active) {
      if (!deposits.length) continue;
      if (!byTail.has(edge.tail)) byTail.set(edge.tail, []);
      byTail.get(edge.tail).push(chipText(this.words, deposits), edge);
    }
    const chips = [];
    for (const entries of byTail.values()) {
      const count = entries.length / 2;
      for (let i = 0; i < count; i++) chips.push(chip(entries[2 * i], entries[2 * i + 1], i, count));
    }
    this.chips.replaceChildren(...chips);
  }

  // --- size and scrolling ---

  resize() {
    const room = this.stage.clientWidth;
    if (!room) return;
    const fit = Math.min(1, room / this.size.width, 560 / this.size.height);
    const scale = this.zoom === "fit" || (this.zoom === "auto" && fit > 0.8) ? fit : 1;
    this.svg.setAttribute("width", Math.floor(this.size.width * scale));
    this.svg.setAttribute("height", Math.floor(this.size.height * scale));
    this.scale = scale;
  }

  setZoom(zoom) {
    this.zoom = zoom;
    this.resize();
  }

  follow({ left, top }) {
    const { stage, scale } = this;
    const view = { left: stage.scrollLeft, top: stage.scrollTop, width: stage.clientWidth, height: stage.clientHeight };
    const to = {
      left: nearest(view.left, view.width, (left + MARGIN - GAP) * scale, (BOX.width + 2 * GAP) * scale),
      top: nearest(view.top, view.height, top * scale, (BOX.height + 2 * MARGIN) * scale),
    };
    if (to.left !== view.left || to.top !== view.top) stage.scrollTo(to);
  }
}

// The scroll position nearest to `at` that shows `length` pixels from `start` on.
function nearest(at, room, start, length) {
  if (length >= room) return Math.max(0, start + (length - room) / 2);
  return Math.max(0, Math.min(Math.max(at, start + length - room), start));
}

function boxElement({ left, top }, name, symbol) {
  const text = (x, y, classes, content = "") => makeSvg("text", { x, y, class: classes }, content);
  const right = BOX.width - 9;
  const labels = [text(9, 36, "label"), text(9, 53, "label")];
  const numbers = [text(right, 36, "number"), text(right, 53, "number")];
  const element = makeSvg("g", { transform: `translate(${left} ${top})` },
    makeSvg("rect", { class: "halo", x: -4, y: -4, width: BOX.width + 8, height: BOX.height + 8, rx: 9 }),
    makeSvg("rect", { class: "shape", width: BOX.width, height: BOX.height, rx: 6 }),
    text(9, 17, "name", name), text(right, 17, "symbol", symbol), ...labels, ...numbers);
  return { element, left, top, labels, numbers };
}

// A name cut to a number of letters; of a path the end says more than the beginning.
function shortened(name, letters) {
  const characters = [...name];
  if (characters.length <= letters) return name;
  const path = /^[\w.]+\.[\w.]+$/.test(name);
  return path ? `…${characters.slice(1 - letters).join("")}` : `${characters.slice(0, letters - 1).join("")}…`;
}

// --- edges ---

class Edge {
  constructor(tail, head, points) {
    this.tail = tail;
    this.head = head;
    this.points = points;
    const path = `M${points[0]} ${points[1]}C${points.slice(2).join(" ")}`;
    this.toHead = makeSvg("path", { class: "arrow", d: arrow(points.slice(-4)) });
    this.toTail = makeSvg("path", { class: "arrow", d: arrow([points[2], points[3], points[0], points[1]]) });
    this.element = makeSvg("g", { class: "edge" }, makeSvg("path", { class: "line", d: path }), this.toHead, this.toTail);
  }

  show(phase) {
    setClass(this.element, `edge ${phase}`);
  }

  // The height of the curve at a distance from its left end.
  heightAt(x) {
    const { points } = this;
    for (let i = 0; i + 7 < points.length; i += 6) {
      const [x0, y0, x1, y1, x2, y2, x3, y3] = points.slice(i, i + 8);
      if (x > x3 && i + 13 < points.length) continue;
      let low = 0;
      let high = 1;
      for (let round = 0; round < 20; round++) {
        const middle = (low + high) / 2;
        if (bezier(middle, x0, x1, x2, x3) < x) low = middle;
        else high = middle;
      }
      return bezier(low, y0, y1, y2, y3);
    }
    return points[1];
  }
}

function bezier(t, a, b, c, d) {
  const s = 1 - t;
  return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
}

function arrow([fromX, fromY, toX, toY]) {
  const length = Math.hypot(toX - fromX, toY - fromY) || 1;
  const [x, y] = [(toX - fromX) / length, (toY - fromY) / length];
  const corner = (side) => `${toX - 9 * x - side * 4 * y} ${toY - 9 * y + side * 4 * x}`;
  return `M${toX} ${toY}L${corner(1)}L${corner(-1)}Z`;
}

// A function that finds the edge of one use. Two plain nodes have an edge for every use, others share one.
function edgesOfUses(edges, graph, boxOf) {
  const between = new Map();
  for (const edge of edges) {
    const key = `${edge.tail} ${edge.head}`;
    if (!between.has(key)) between.set(key, []);
    between.get(key).push(edge);
  }
  return (node, place) => {
    const uses = graph.usesOf(node);
    const { parent } = uses[place];
    const found = between.get(`${boxOf(parent)} ${boxOf(node)}`) ?? [];
    const turn = uses.slice(0, place).filter((use) => use.parent === parent).length;
    return found[Math.min(turn, found.length - 1)];
  };
}

// --- labels of active edges: incoming x local = contribution ---

function chipText(words, deposits) {
  if (deposits.length > 1) {
    const total = deposits.reduce((sum, { amount }) => sum + amount, 0);
    return [`${deposits.length} contributions`, `sum ${numberText(total)}`];
  }
  const [{ incoming, local, amount }] = deposits;
  const lines = [`${numberText(incoming)} × ${factor(local)}`, `= ${numberText(amount)}`];
  return lines[0].length <= 18 ? lines : [numberText(incoming), `× ${factor(local)}`, lines[1]];
}

function chip(lines, edge, position, count) {
  const height = 13 * lines.length + 8;
  const width = Math.min(GAP - 8, Math.max(...lines.map((line) => line.length)) * 5.9 + 12);
  const left = edge.points[0] + 5;
  const middle = edge.heightAt(edge.points[0] + GAP * 0.35);
  const alone = count === 1 ? middle : edge.points[1];
  const top = alone - height / 2 + (position - (count - 1) / 2) * (height + 3);
  const texts = lines.map((line, i) => makeSvg("text", { x: left + width / 2, y: top + 15 + 13 * i }, line));
  texts.at(-1).setAttribute("class", "amount");
  return makeSvg("g", { class: "chip" }, makeSvg("rect", { x: left, y: top, width, height, rx: 5 }), ...texts);
}
