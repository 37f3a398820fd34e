// The lines between boxes, and the labels of those along which a gradient flows: incoming x local = contribution.

// A line with an arrowhead at the end that numbers (forward) or gradients (backward) flow to.
function edgeElement(names, { points }, phase) {
  const [x0, y0, x1, y1] = points;
  return makeSvg("g", { class: names },
    makeSvg("path", { class: "line", d: `M${x0} ${y0}C${points.slice(2).join(" ")}` }),
    makeSvg("path", { class: "arrow", d: arrow(phase === "backward" ? [x1, y1, x0, y0] : points.slice(-4)) }));
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

// --- labels ---

function chipText(words, deposits) {
  if (deposits.length > 1) {
    const total = deposits.reduce((sum, { amount }) => sum + amount, 0);
    return [phrase("contributions", { count: deposits.length }), phrase("sum", { number: numberText(total) })];
  }
  const [first, ...others] = words.product(deposits[0]).split(/ (?=[×=≈] )/);
  const lines = [`${first} ${others[0]}`, others[1]];
  if (lines[0].length <= 15) return lines;
  const { incoming, local, amount } = deposits[0];
  const short = [first, ...others].every((line) => line.length <= 16);
  return short ? [first, ...others] : [numberText(incoming), `× ${factor(local)}`, `≈ ${numberText(amount)}`];
}

// Beside the box that receives it, about where the edge comes in.
function chipPlace(lines, edge, { left, top }) {
  const height = 13 * lines.length + 8;
  const width = Math.min(GAP - 6, Math.max(...lines.map((line) => line.length)) * 5.9 + 12);
  const center = Math.max(top + 4, Math.min(edge.points[1], top + BOX.height - 4));
  return { lines, left: left + BOX.width + 3, top: center - height / 2, width, height };
}

// Move labels of one column apart, as little as it takes.
function spread(chips) {
  for (const left of new Set(chips.map((each) => each.left))) {
    const column = chips.filter((each) => each.left === left).sort((one, other) => one.top - other.top);
    for (let i = 1; i < column.length; i++) {
      const overlap = column[i - 1].top + column[i - 1].height + 3 - column[i].top;
      if (overlap <= 0) continue;
      column[i].top += overlap / 2;
      for (let j = i - 1, push = overlap / 2; j >= 0 && push > 0; j--) {
        column[j].top -= push;
        push = j > 0 ? column[j - 1].top + column[j - 1].height + 3 - column[j].top : 0;
      }
    }
  }
}

function chip({ lines, left, top, width, height }) {
  const texts = lines.map((line, i) => makeSvg("text", { x: left + width / 2, y: top + 15 + 13 * i }, line));
  texts.at(-1).setAttribute("class", "amount");
  return makeSvg("g", { class: "chip" }, makeSvg("rect", { x: left, y: top, width, height, rx: 5 }), ...texts);
}
