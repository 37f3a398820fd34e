// The loss curve, with the moment that is shown marked on it.

const CURVE_HEIGHT = 210;
const MARGIN = { left: 46, right: 14, top: 12, bottom: 26 };

class Curve {
  constructor(data, goTo, limits = null) {
    this.data = data;
    this.goTo = goTo;
    this.frame = 0;
    const batches = data.epochs.map((epoch, i) => [epoch, data.batchLosses[i]]).filter(([, loss]) => loss !== null);
    this.lines = data.curves.map(({ title, points }, i) => ({ title: translated(title), points: points.filter(([, loss]) => loss !== null), look: `curve-${i}` }));
    if (data.batchesPerEpoch > 1 || !this.lines.length) this.lines.unshift({ title: phrase("lossOfBatches"), points: batches, look: "curve-batch" });
    this.main = this.lines.find(({ look }) => look === "curve-0") ?? this.lines[0];
    const losses = this.lines.flatMap(({ points }) => points.map(([, loss]) => loss));
    const [low, high] = limits?.losses ?? (losses.length ? [Math.min(...losses), Math.max(...losses)] : [0, 1]);
    this.log = low > 0 && high > 30 * low;
    this.low = this.log ? low : Math.min(0, low);
    this.high = high > this.low ? high : this.low + 1;
    this.start = limits?.start ?? data.epochs[0];
    this.end = Math.max(limits?.end ?? data.epochs.at(-1), this.start + 1e-9);
    this.svg = makeSvg("svg", { height: CURVE_HEIGHT, role: "img", click: (event) => this.click(event) });
    const key = (look) => makeSvg("svg", { width: 26, height: 10, "aria-hidden": "true" }, makeSvg("path", { d: "M1 5H25", class: look }));
    this.element = make("figure", { class: "curve" }, make("h3", {}, phrase(this.log ? "lossLogarithmic" : "loss")), make("div", { class: "curve-stage" }, this.svg),
      make("div", { class: "legend" }, ...this.lines.map(({ title, look }) => make("span", { class: "entry" }, key(look), make("span", {}, title)))));
    whenResized(this.svg.parentElement, (width) => this.draw(width));
  }

  x(epoch) {
    return MARGIN.left + ((this.width - MARGIN.left - MARGIN.right) * (epoch - this.start)) / (this.end - this.start);
  }

  y(loss) {
    const share = this.log ? Math.log(loss / this.low) / Math.log(this.high / this.low) : (loss - this.low) / (this.high - this.low);
    return CURVE_HEIGHT - MARGIN.bottom - (CURVE_HEIGHT - MARGIN.top - MARGIN.bottom) * share;
  }

  draw(width) {
    this.width = width;
    setAll(this.svg, { width, viewBox: `0 0 ${width} ${CURVE_HEIGHT}` });
    const [right, bottom] = [width - MARGIN.right, CURVE_HEIGHT - MARGIN.bottom];
    const grid = this.lossTicks().map((loss) => makeSvg("g", {}, makeSvg("path", { d: `M${MARGIN.left} ${this.y(loss)}H${right}`, class: "grid" }),
      makeSvg("text", { x: MARGIN.left - 6, y: this.y(loss) + 4, "text-anchor": "end" }, numberText(loss))));
    const epochs = ticks(this.start, this.end, width < 420 ? 3 : 6).filter((epoch) => Number.isInteger(epoch) || this.end - this.start < 2);
    const labels = epochs.map((epoch) => makeSvg("text", { x: this.x(epoch), y: bottom + 18, "text-anchor": "middle" }, numberText(epoch)));
    if (labels.length) setText(labels[0], phrase("epoch", { epoch: labels[0].textContent }));
    if (labels.length) setAll(labels[0], { "text-anchor": "start", x: MARGIN.left });
    const paths = this.lines.map(({ points, look }) => makeSvg("path", { class: look, d: points.map(([epoch, loss], i) => `${i ? "L" : "M"}${this.x(epoch).toFixed(1)} ${this.y(loss).toFixed(1)}`).join("") }));
    this.now = makeSvg("path", { class: "now" });
    this.dot = makeSvg("circle", { class: "now-dot", r: 5 });
    this.svg.replaceChildren(...grid, makeSvg("path", { class: "axis-line", d: `M${MARGIN.left} ${bottom}H${right}` }), ...labels, ...paths, this.now, this.dot);
    this.mark();
  }

  lossTicks() {
    if (!this.log) return ticks(this.low, this.high, 4);
    const powers = [];
    for (let power = Math.ceil(Math.log10(this.low)); 10 ** power <= this.high; power++) powers.push(10 ** power);
    return powers;
  }

  // The curve's height at a moment, between the epochs on both sides of it.
  lossAt(epoch) {
    const line = this.main;
    const after = line.points.findIndex(([at]) => at >= epoch);
    if (after < 0) return line.points.at(-1)?.[1];
    if (after === 0) return line.points[0][1];
    const [[x, a], [u, b]] = [line.points[after - 1], line.points[after]];
    return a + ((b - a) * (epoch - x)) / (u - x);
  }

  mark() {
    if (!this.width) return;
    const x = this.x(this.data.epochs[this.frame]).toFixed(1);
    this.now.setAttribute("d", `M${x} ${MARGIN.top}V${CURVE_HEIGHT - MARGIN.bottom}`);
    const loss = this.lossAt(this.data.epochs[this.frame]);
    if (loss !== undefined) setAll(this.dot, { cx: x, cy: this.y(loss).toFixed(1) });
  }

  show(frame) {
    this.frame = frame;
    this.mark();
    const first = this.main;
    const [start, end] = [first.points[0]?.[1], first.points.at(-1)?.[1]];
    this.svg.setAttribute("aria-label", phrase("curveLabel", { title: first.title, start: numberText(start), end: numberText(end), epoch: numberText(this.data.epochs[frame]) }));
  }

  click(event) {
    const epoch = this.start + ((event.offsetX - MARGIN.left) / (this.width - MARGIN.left - MARGIN.right)) * (this.end - this.start);
    const distances = this.data.epochs.map((at) => Math.abs(at - epoch));
    this.goTo(distances.indexOf(Math.min(...distances)));
  }
}

// The ranges of losses and epochs that hold those of several runs.
function sharedLimits(runs) {
  const losses = runs.flatMap((run) => [...run.curves.flatMap(({ points }) => points.map(([, loss]) => loss)), ...run.batchLosses]).filter((loss) => loss !== null);
  return {
    losses: losses.length ? [Math.min(...losses), Math.max(...losses)] : null,
    start: Math.min(...runs.map(({ epochs }) => epochs[0])), end: Math.max(...runs.map(({ epochs }) => epochs.at(-1))),
  };
}

// Round numbers from low to high, about so many.
function ticks(low, high, count) {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw * 0.999);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(Number((i * step).toPrecision(6)));
  return found;
}
