// The fitted curve: what a model of one feature answers along its range, the data, and the followed samples.

const FITTED_HEIGHT = 300;

class FittedCurve {
  constructor(data, samples, choose) {
    Object.assign(this, data.fitted);
    this.feature = translated(this.feature);
    this.samples = samples;
    this.choose = choose;
    const targets = this.points.map(([, y]) => y);
    const [low, high] = [Math.min(...targets), Math.max(...targets)];
    const margin = 0.15 * (high - low) || 1;
    [this.low, this.high] = [low - margin, high + margin];
    this.svg = makeSvg("svg", { height: FITTED_HEIGHT, role: "img" });
    this.stage = make("div", { class: "fitted-stage" }, this.svg);
    const line = makeSvg("path", { d: "M-8 0H8", class: "fit" });
    const held = this.points.some(([, , seen]) => seen);
    const entries = [legendEntry(line, phrase("modelsOutput")), legendEntry(fittedPoint(0, 0, false), phrase("trainingSample")),
      ...(held ? [legendEntry(fittedPoint(0, 0, true), phrase("heldOutSample"))] : []), legendEntry(makeSvg("circle", { r: 6, class: "sample-ring" }), phrase("followedSample"))];
    this.element = make("figure", { class: "fitted" }, make("h3", {}, phrase("fittedCurve")), this.stage, make("div", { class: "legend" }, ...entries));
    whenResized(this.stage, (width) => this.draw(width));
  }

  x(number) {
    const [left, right] = this.limits;
    return MARGIN.left + ((this.width - MARGIN.left - MARGIN.right) * (number - left)) / (right - left);
  }

  y(number) {
    return FITTED_HEIGHT - MARGIN.bottom - ((FITTED_HEIGHT - MARGIN.top - MARGIN.bottom) * (number - this.low)) / (this.high - this.low);
  }

  draw(width) {
    this.width = width;
    setAll(this.svg, { width, viewBox: `0 0 ${width} ${FITTED_HEIGHT}` });
    const [right, bottom] = [width - MARGIN.right, FITTED_HEIGHT - MARGIN.bottom];
    const grid = ticks(this.low, this.high, 5).map((at) => makeSvg("g", {}, makeSvg("path", { d: `M${MARGIN.left} ${this.y(at)}H${right}`, class: "grid" }),
      makeSvg("text", { x: MARGIN.left - 6, y: this.y(at) + 4, "text-anchor": "end" }, numberText(at))));
    const labels = ticks(...this.limits, 5).map((at) => makeSvg("text", { x: this.x(at), y: bottom + 18, "text-anchor": "middle" }, numberText(at)));
    const name = makeSvg("text", { x: right, y: bottom - 6, "text-anchor": "end", class: "small" }, cut(this.feature, Math.floor(width / 9)));
    const points = this.points.map(([x, y, seen]) => fittedPoint(this.x(x), this.y(y), seen));
    this.rings = this.samples.map(({ point, wanted }, i) => makeSvg("g", { class: "ring", transform: `translate(${this.x(point[0])} ${this.y(wanted)})`, click: () => this.choose(i) },
      makeSvg("circle", { r: 8, class: "halo" }), makeSvg("circle", { r: 8 }), makeSvg("text", { y: -12 }, String(i + 1))));
    this.path = makeSvg("path", { class: "fit" });
    const inside = makeSvg("svg", { x: MARGIN.left, y: MARGIN.top, width: right - MARGIN.left, height: bottom - MARGIN.top, viewBox: `${MARGIN.left} ${MARGIN.top} ${right - MARGIN.left} ${bottom - MARGIN.top}`, overflow: "hidden" }, this.path);
    this.svg.replaceChildren(...grid, makeSvg("path", { class: "axis-line", d: `M${MARGIN.left} ${bottom}H${right}` }), ...labels, name, ...points, inside, ...this.rings);
    if (this.state) this.show(...this.state);
  }

  show(frame, chosen) {
    this.state = [frame, chosen];
    if (!this.width) return;
    const [left, right] = this.limits;
    const outputs = [...this.rows.row(frame)];
    const far = 4 * (this.high - this.low); // beyond it a line is out of the picture anyway
    let pen = "M";
    const parts = outputs.map((output, i) => {
      if (!Number.isFinite(output)) return (pen = "M"), "";
      const height = this.y(Math.min(Math.max(output, this.low - far), this.high + far));
      const part = `${pen}${this.x(left + ((right - left) * i) / (this.positions - 1)).toFixed(1)} ${height.toFixed(1)}`;
      pen = "L";
      return part;
    });
    this.path.setAttribute("d", parts.join(""));
    this.rings.forEach((ring, i) => setAll(ring, { class: i === chosen ? "ring chosen" : "ring" }));
    this.svg.setAttribute("aria-label", phrase("fittedLabel", { feature: this.feature, left: numberText(left), right: numberText(right), first: numberText(outputs[0]), middle: numberText(outputs[Math.floor(this.positions / 2)]), last: numberText(outputs.at(-1)) }));
  }
}

function fittedPoint(x, y, seen) {
  return makeSvg("circle", { class: seen ? "point fitted-point held-out" : "point fitted-point", cx: x, cy: y, r: 3.4 });
}

function legendEntry(shape, text) {
  return make("span", { class: "entry" }, makeSvg("svg", { width: 16, height: 16, viewBox: "-8 -8 16 16", "aria-hidden": "true" }, shape), make("span", {}, text));
}
