// The lines between boxes. While a gradient flows, their arrows point back, and their width says how much flows.

const [THIN, WIDE] = [1.3, 6.5]; // an edge that carries nothing, and the one that carries most

// Half as wide for a quarter as much: also what is small beside the largest stays in sight.
function widthOfFlow(amount, largest) {
  const part = Math.sqrt(Math.min(1, Math.abs(amount) / largest));
  return Number.isFinite(part) ? THIN + (WIDE - THIN) * part : THIN;
}

function edgeElement() {
  return makeSvg("g", {}, makeSvg("path", { class: "line" }), makeSvg("path", { class: "arrow" }));
}

// Draw an edge with an arrowhead at the end that numbers (forward) or gradients (backward) flow to.
function drawEdge(edge, names, width, backward) {
  const { element, points } = edge;
  edge.reach = 2.8 + 0.9 * width; // to either side, with the arrowhead
  const drawn = `${names} ${width.toFixed(2)}`;
  if (element.drawn === drawn) return;
  element.drawn = drawn;
  const [x0, y0, x1, y1] = points;
  const [fromX, fromY, toX, toY] = backward ? [x1, y1, x0, y0] : points.slice(-4);
  const far = Math.hypot(toX - fromX, toY - fromY) || 1;
  const [x, y] = [(toX - fromX) / far, (toY - fromY) / far];
  const [length, half] = [7 + 1.6 * width, edge.reach];
  const corner = (side) => `${toX - length * x - side * half * y} ${toY - length * y + side * half * x}`;
  const end = [toX - 0.7 * length * x, toY - 0.7 * length * y]; // the line ends inside the arrowhead
  const along = backward ? [...end, ...points.slice(2)] : [...points.slice(0, -2), ...end];
  const [line, arrow] = element.children;
  line.setAttribute("d", `M${along[0]} ${along[1]}C${along.slice(2).join(" ")}`);
  line.setAttribute("stroke-width", width.toFixed(2));
  arrow.setAttribute("d", `M${toX} ${toY}L${corner(1)}L${corner(-1)}Z`);
  setClass(element, names);
}

// Places along a chain of Bézier curves, from its beginning to its end.
function placesAlong(points, each = 12) {
  const found = [points.slice(0, 2)];
  for (let i = 0; i + 8 <= points.length; i += 6) {
    const at = (t, axis) => {
      const [a, b, c, d] = [0, 2, 4, 6].map((j) => points[i + j + axis]);
      const s = 1 - t;
      return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
    };
    for (let k = 1; k <= each; k++) found.push([at(k / each, 0), at(k / each, 1)]);
  }
  return found;
}

// A function that finds the edge of one use. Two plain nodes have an edge for every use, others share one.
function edgesOfUses(edges, graph, boxOf) {
  const between = new Map();
  for (const edge of edges) {
    const key = `${edge.tail} ${edge.head}`;
    if (!between.has(key)) between.set(key, []);
    between.get(key).push(edge);
  }
  const found = new Map(); // by node, the edges of its uses
  const edgesOf = (node) => {
    const uses = graph.usesOf(node);
    return uses.map(({ parent }, place) => {
      const all = between.get(`${boxOf(parent)} ${boxOf(node)}`) ?? [];
      const turn = uses.slice(0, place).filter((use) => use.parent === parent).length;
      return all[Math.min(turn, all.length - 1)];
    });
  };
  return (node, place) => {
    if (!found.has(node)) found.set(node, edgesOf(node));
    return found.get(node)[place];
  };
}
