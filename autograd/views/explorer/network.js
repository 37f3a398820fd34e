// A model as a network: neurons as circles, weights as lines whose width and colour say how large they are and of which
// sign. Only a page whose overview is a network has this script.

const FLAT = 28; // the height of a neuron where there are so many that circles have no room

// A neuron or an input at the place of a box; `half` is half its width.
function neuronElement({ left, top }, half, name = "") {
  const [x, y] = [BOX.width / 2, BOX.height / 2];
  const round = 2 * half <= BOX.height;
  const shape = (classes, more) => {
    const [width, height] = [2 * half + 2 * more, (round ? 2 * half : FLAT) + 2 * more];
    return makeSvg("rect", { class: classes, x: x - width / 2, y: y - height / 2, width, height, rx: height / 2 });
  };
  const text = (dx, dy, classes, content = "") => makeSvg("text", { x: x + dx, y: y + dy, class: classes }, content);
  const titled = round && name;
  const numbers = round ? [text(0, titled ? 3 : -3, "number"), text(0, titled ? 17 : 13, "number")] : [text(9 - half, 4, "number"), text(half - 9, 4, "number")];
  const drawn = makeSvg("g", { class: round ? "round" : "flat" }, shape("halo", 4), shape("shape", 0),
    ...(titled ? [text(0, -11, "name", fitted(name, 1.3 * half, BOLD))] : []), ...numbers);
  const element = makeSvg("g", { transform: `translate(${left} ${top})` }, drawn);
  return { element, left, top, labels: [], numbers };
}

// What makes the picture a network: the titles of its columns, the plain numbers that go in, and the key.
function networkParts({ columns, given, head }, height) {
  const titles = columns.map(([path, left]) => makeSvg("text", { x: left + BOX.width / 2, y: head, class: "column" }, path ? shortName(path) : phrase("inputs")));
  const inputs = given.map(([left, top, number, half]) => {
    const { element, numbers } = neuronElement({ left, top }, half);
    setNumberText(numbers[0], numberText(number));
    setAll(numbers[0], { x: BOX.width / 2, y: BOX.height / 2 + 4 });
    setClass(element, "leaf neuron");
    return element;
  });
  const key = makeSvg("g", { class: "legend" }, makeSvg("text", { x: 0, y: height - 6 }, phrase("reading")));
  let at = 0;
  for (const [sign, text] of [["positive", phrase("positiveWeight")], ["negative", phrase("negativeWeight")]]) {
    key.append(makeSvg("path", { class: `weight ${sign}`, d: `M${at} ${height - 30}h28`, "stroke-width": 3 }), makeSvg("text", { x: at + 34, y: height - 26 }, text));
    at += 34 + Math.ceil(widthOf(text)) + 18;
  }
  return makeSvg("g", {}, ...titles, ...inputs, key);
}

function networkLabel({ columns }) {
  const layers = columns.map(([path, , count]) => phrase("columnWith", { title: path ? shortName(path) : phrase("inputs"), count }));
  return phrase("networkLabel", { layers: layers.join(", ") });
}

// Draw every edge with a weight that nothing flows along; the widest of two columns carries the largest weight there.
function drawWeights(edges, active, values) {
  const largest = new Map();
  for (const { points, weight } of edges) largest.set(points[0], Math.max(largest.get(points[0]) ?? 0, Math.abs(values[weight])));
  for (const edge of edges) {
    if (active.has(edge)) continue;
    const { element, points, weight } = edge;
    const number = values[weight];
    const share = Math.abs(number) / largest.get(points[0]) || 0;
    const drawn = `weight ${number < 0 ? "negative" : "positive"} ${share.toFixed(3)}`;
    if (element.drawn === drawn) continue;
    element.drawn = drawn;
    const [line, arrow] = element.children;
    edge.reach = 1 + 2 * share;
    setAll(line, { d: `M${points[0]} ${points[1]}L${points.at(-2)} ${points.at(-1)}`, "stroke-width": (0.4 + 3.6 * share).toFixed(2), "stroke-opacity": (0.25 + 0.6 * share).toFixed(2) });
    arrow.setAttribute("d", "");
    setClass(element, number < 0 ? "weight negative" : "weight positive");
  }
}
