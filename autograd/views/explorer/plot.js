// The output along one leaf, the others held still, with its tangent: the picture of a gradient.

const PLOT = { width: 440, height: 140, left: 56, right: 10, top: 8, bottom: 24 };
const [SAMPLES, FEWER] = [120, 48]; // the latter in big graphs
const [INNER_WIDTH, INNER_HEIGHT] = [PLOT.width - PLOT.left - PLOT.right, PLOT.height - PLOT.top - PLOT.bottom];

class Plot {
  constructor(graph) {
    this.graph = graph;
    this.svg = makeSvg("svg", { class: "plot", viewBox: `0 0 ${PLOT.width} ${PLOT.height}`, role: "img" });
  }

  // `now`, `recorded` and each of `pins` are {x, y}, y null where there is no value; `slope` null where there is none.
  show({ leaf, numbers, range, now, slope, recorded, pins, label }) {
    const others = numbers.map((number, each) => (each === leaf ? "" : number));
    const key = `${leaf} ${range} ${others}`;
    if (this.key !== key) {
      this.key = key;
      this.draw(this.graph.along(leaf, numbers), range);
    }
    const { x, y, low, high } = this;
    const seen = (point) => point.y !== null && point.x >= range[0] && point.x <= range[1];
    const dot = (point, names) => makeSvg("circle", { class: names, cx: x(point.x), cy: y(Math.max(low, Math.min(point.y, high))), r: 5 });
    const marks = [makeSvg("path", { class: "held", d: `M${x(now.x)} 0V${INNER_HEIGHT}` })];
    if (seen(now) && slope !== null) {
      const [from, to] = [-0.3, 0.3].map((part) => `${x(now.x) + part * INNER_WIDTH} ${limited(y(now.y + part * (range[1] - range[0]) * slope))}`);
      marks.push(makeSvg("path", { class: "tangent", d: `M${from}L${to}` }));
    }
    if (seen(recorded)) marks.push(dot(recorded, "dot ghost"));
    pins.forEach((pin, i) => seen(pin) && marks.push(dot(pin, "dot pin"), makeSvg("text", { x: x(pin.x) + 8, y: y(Math.max(low, Math.min(pin.y, high))) - 5 }, i + 1)));
    if (seen(now)) marks.push(dot(now, "dot now"));
    this.marks.replaceChildren(...marks);
    this.svg.setAttribute("aria-label", label);
  }

  draw(output, [from, to]) {
    const count = this.graph.output > 150 ? FEWER : SAMPLES;
    const points = Array.from({ length: count + 1 }, (_, i) => from + (to - from) * (i / count)).map((x) => [x, output(x)]);
    const [low, high] = heightsOf(points.map(([, y]) => y).filter((y) => y !== null));
    const x = (number) => ((number - from) / (to - from)) * INNER_WIDTH;
    const y = (number) => (1 - (number - low) / (high - low)) * INNER_HEIGHT;
    Object.assign(this, { x, y, low, high });
    this.marks = makeSvg("g");
    const inner = makeSvg("svg", { x: PLOT.left, y: PLOT.top, width: INNER_WIDTH, height: INNER_HEIGHT },
      makeSvg("rect", { class: "field", width: INNER_WIDTH, height: INNER_HEIGHT }),
      ...ticks(low, high, 3).map((at) => makeSvg("path", { class: "grid", d: `M0 ${y(at)}H${INNER_WIDTH}` })),
      makeSvg("path", { class: "curve", d: pieces(points, output, (high - low) / 8).map((piece) => `M${piece.map((at) => `${x(at[0]).toFixed(1)} ${limited(y(at[1])).toFixed(1)}`).join("L")}`).join("") }),
      this.marks);
    const labels = [
      ...ticks(from, to, 5).map((at) => makeSvg("text", { x: PLOT.left + x(at), y: PLOT.height - 7, class: "tick" }, numberText(at, 3))),
      ...ticks(low, high, 3).map((at) => makeSvg("text", { x: PLOT.left - 6, y: PLOT.top + y(at) + 4, class: "tick side" }, numberText(at, 3))),
    ];
    this.svg.replaceChildren(inner, ...labels);
  }
}

// So far up or down that it is out of sight, and no further.
function limited(pixels) {
  return Math.max(-INNER_HEIGHT, Math.min(pixels, 2 * INNER_HEIGHT));
}

// The heights that a plot shows: all of them, or without the last bit of what runs off to a pole.
function heightsOf(numbers) {
  if (!numbers.length) return [-1, 1];
  const sorted = numbers.sort((one, other) => one - other);
  const [lower, upper] = [0.06, 0.94].map((part) => sorted[Math.round(part * (sorted.length - 1))]);
  const room = 0.7 * (upper - lower);
  const [low, high] = [Math.max(sorted[0], lower - room), Math.min(sorted.at(-1), upper + room)];
  const margin = 0.06 * (high - low) || Math.max(1, Math.abs(high)) / 2;
  return [low - margin, high + margin];
}

// The pieces in which a curve can be drawn in one go: it ends at poles, jumps, and where there is no value.
function pieces(points, output, far) {
  const found = [[]];
  points.forEach(([x, y], i) => {
    const before = points[i - 1];
    if (y === null) found.push([]);
    else if (before && before[1] !== null && Math.abs(y - before[1]) > far && jumps(output, before, [x, y])) found.push([[x, y]]);
    else found.at(-1).push([x, y]);
  });
  return found.filter((piece) => piece.length > 1);
}

// Whether two points stay apart however closely one looks.
function jumps(output, one, other) {
  const before = Math.abs(other[1] - one[1]);
  for (let look = 0; look < 20; look++) {
    const x = (one[0] + other[0]) / 2;
    const y = output(x);
    if (y === null) return true;
    if (Math.abs(y - one[1]) > Math.abs(other[1] - y)) other = [x, y];
    else one = [x, y];
  }
  return Math.abs(other[1] - one[1]) > before / 2;
}

function ticks(low, high, count) {
  const step = roundNumber((high - low) / count);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
