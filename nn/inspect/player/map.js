// The decision map: colours from the recorded surface, the boundary between classes, and the data on top.

const PIXELS = 160; // along each side; colours change slowly, and the boundary is drawn as a line
const UNKNOWN = 255;
const NOWHERE = [236, 238, 240]; // where the model has no finite output
const SHAPES = [
  (s) => `M${-s} 0a${s} ${s} 0 1 0 ${2 * s} 0a${s} ${s} 0 1 0 ${-2 * s} 0Z`,
  (s) => `M${-s} ${-s}H${s}V${s}H${-s}Z`,
  (s) => `M0 ${-1.25 * s}L${1.2 * s} ${s}H${-1.2 * s}Z`,
  (s) => `M0 ${-1.35 * s}L${1.35 * s} 0L0 ${1.35 * s}L${-1.35 * s} 0Z`,
  (s) => `M${-s} ${-0.4 * s}H${-0.4 * s}V${-s}H${0.4 * s}V${-0.4 * s}H${s}V${0.4 * s}H${0.4 * s}V${s}H${-0.4 * s}V${0.4 * s}H${-s}Z`,
  (s) => `M0 ${1.25 * s}L${1.2 * s} ${-s}H${-1.2 * s}Z`,
];

class DecisionMap {
  constructor(data, samples, choose) {
    this.data = data;
    this.choose = choose;
    if (typeof data === "string") {
      this.element = make("figure", { class: "map" }, make("h3", {}, phrase("decisionMap")), make("p", { class: "hint" }, translated(data)));
      return;
    }
    this.surfaces = typeof data.surfaces === "string" ? bytesOf(data.surfaces) : data.surfaces;
    this.cells = data.side * data.side;
    this.rgb = data.colours.map(rgbOf);
    this.weights = this.prepare();
    this.build(samples);
  }

  // For each pixel along one side, the grid point before it and how far it is on the way to the next.
  prepare() {
    return Array.from({ length: PIXELS }, (_, i) => {
      const at = (i / (PIXELS - 1)) * (this.data.side - 1);
      const before = Math.min(Math.floor(at), this.data.side - 2);
      return [before, at - before];
    });
  }

  build(samples) {
    const { data } = this;
    this.canvas = make("canvas", { width: PIXELS, height: PIXELS });
    this.boundary = makeSvg("path", { class: "boundary" });
    this.rings = samples.map((sample, i) => {
      const [x, y] = this.place(sample.point);
      return makeSvg("g", { class: "ring", transform: `translate(${x} ${y})`, click: () => this.choose(i) },
        makeSvg("circle", { r: 10, class: "halo" }), makeSvg("circle", { r: 10 }),
        makeSvg("text", { y: -13 }, String(i + 1)));
    });
    const points = data.points.map(([x, y, target, heldOut]) => this.marker(target, ...this.place([x, y]), heldOut));
    const overlay = makeSvg("svg", { viewBox: "0 0 400 400", "aria-hidden": "true" }, this.boundary, ...points, ...this.rings);
    this.stage = make("div", { class: "map-stage", role: "img" }, this.canvas, overlay);
    const [[left, right], [bottom, top]] = data.limits;
    const axis = (names, low, name, high) => make("div", { class: names }, make("span", {}, numberText(low)), make("span", { class: "axis-name" }, name), make("span", {}, numberText(high)));
    this.element = make("figure", { class: "map" }, make("h3", {}, phrase(data.classes.length ? "decisionMap" : "output")),
      make("div", { class: "map-grid" }, axis("axis up", bottom, data.features[1], top), this.stage, make("span"), axis("axis", left, data.features[0], right)), this.legend());
  }

  legend() {
    const { classes, low, high } = this.data;
    const held = this.data.points.some(([, , , heldOut]) => heldOut) ? [legendEntry(makeSvg("circle", { r: 4.5, class: "point held-out", fill: "#fff" }), phrase("darkOutline"))] : [];
    const ring = makeSvg("circle", { r: 6, class: "sample-ring" });
    if (!classes.length) {
      return make("div", { class: "legend" }, make("span", { class: "entry" }, numberText(low), make("span", { class: "ramp" }), numberText(high)), ...held, legendEntry(ring, phrase("followedSample")));
    }
    const line = makeSvg("path", { d: "M-8 0H8", class: "boundary" });
    return make("div", { class: "legend" }, ...classes.map((name, i) => legendEntry(this.marker(i, 0, 0), name)), legendEntry(line, phrase("boundary")), ...held, legendEntry(ring, phrase("followedSample")));
  }

  place([x, y]) {
    const [[left, right], [bottom, top]] = this.data.limits;
    return [(400 * (x - left)) / (right - left), 400 - (400 * (y - bottom)) / (top - bottom)];
  }

  marker(target, x, y, heldOut = false) {
    const { classes } = this.data;
    const shape = classes.length ? SHAPES[target % SHAPES.length] : SHAPES[0];
    return makeSvg("path", { class: heldOut ? "point held-out" : "point", d: shape(4.2), transform: `translate(${x} ${y})`, fill: this.css(classes.length ? this.rgb[target % this.rgb.length] : this.shade(this.share(target))) });
  }

  share(number) {
    return Math.min(1, Math.max(0, (number - this.data.low) / (this.data.high - this.data.low)));
  }

  css(colour) {
    return `rgb(${colour.map(Math.round).join(" ")})`;
  }

  // From the first colour over white to the second.
  shade(share) {
    const end = this.rgb[share < 0.5 ? 0 : 1];
    return end.map((part) => 255 + (part - 255) * Math.abs(2 * share - 1));
  }

  show(frame, chosen) {
    if (typeof this.data === "string") return;
    const bytes = this.surfaces.subarray(frame * this.cells, (frame + 1) * this.cells);
    this.paint(bytes);
    this.boundary.setAttribute("d", this.data.classes.length ? this.border(bytes) : "");
    this.rings.forEach((ring, i) => setAll(ring, { class: i === chosen ? "ring chosen" : "ring" }));
    this.stage.setAttribute("aria-label", this.summary(bytes));
  }

  // Every pixel lies between four points of the grid. This runs 25,600 times a step, so nothing in it makes objects.
  paint(bytes) {
    const { side, levels, classes } = this.data;
    const context = this.canvas.getContext("2d");
    this.image ??= context.createImageData(PIXELS, PIXELS);
    const pixels = this.image.data;
    const leads = new Float32Array(classes.length);
    const [corners, weights] = [[0, 0, 0, 0], [0, 0, 0, 0]];
    for (let row = 0, at = 0; row < PIXELS; row++) {
      const [below, up] = this.weights[PIXELS - 1 - row];
      for (let column = 0; column < PIXELS; column++, at += 4) {
        const [before, across] = this.weights[column];
        const corner = below * side + before;
        corners[0] = bytes[corner];
        corners[1] = bytes[corner + 1];
        corners[2] = bytes[corner + side];
        corners[3] = bytes[corner + side + 1];
        weights[0] = (1 - across) * (1 - up);
        weights[1] = across * (1 - up);
        weights[2] = (1 - across) * up;
        weights[3] = across * up;
        let [end, strength] = [NOWHERE, 1];
        if (!corners.includes(UNKNOWN)) {
          if (classes.length) {
            leads.fill(0);
            for (let k = 0; k < 4; k++) {
              const best = Math.floor(corners[k] / levels);
              const size = weights[k] * ((corners[k] % levels) + 0.5);
              for (let c = 0; c < leads.length; c++) leads[c] += c === best ? size : -size;
            }
            let best = 0;
            for (let c = 1; c < leads.length; c++) if (leads[c] > leads[best]) best = c;
            end = this.rgb[best % this.rgb.length];
            strength = 0.13 + 0.42 * Math.max(0, leads[best] / levels);
          } else {
            let sum = 0;
            for (let k = 0; k < 4; k++) sum += weights[k] * corners[k];
            end = this.rgb[sum < 127 ? 0 : 1];
            strength = 0.75 * Math.abs(sum / 127 - 1);
          }
        }
        for (let i = 0; i < 3; i++) pixels[at + i] = 255 + (end[i] - 255) * strength;
        pixels[at + 3] = 255;
      }
    }
    context.putImageData(this.image, 0, 0);
  }

  // Lines between points of different classes, by marching squares (Lorensen & Cline 1987, in two dimensions).
  border(bytes) {
    const { side, levels } = this.data;
    const cell = 400 / (side - 1);
    const parts = [];
    const point = (i) => [(i % side) * cell, 400 - Math.floor(i / side) * cell];
    const crossing = (i, j) => {
      if (bytes[i] === UNKNOWN || bytes[j] === UNKNOWN || Math.floor(bytes[i] / levels) === Math.floor(bytes[j] / levels)) return null;
      const [mine, other] = [(bytes[i] % levels) + 0.5, (bytes[j] % levels) + 0.5];
      const share = mine / (mine + other);
      const [[x, y], [u, v]] = [point(i), point(j)];
      return [x + share * (u - x), y + share * (v - y)];
    };
    const text = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;
    for (let row = 0; row < side - 1; row++) {
      for (let column = 0; column < side - 1; column++) {
        const i = row * side + column;
        const found = [crossing(i, i + 1), crossing(i + 1, i + side + 1), crossing(i + side, i + side + 1), crossing(i, i + side)].filter(Boolean);
        if (found.length === 2) parts.push(`M${text(found[0])}L${text(found[1])}`);
        else if (found.length > 2) {
          const middle = [0, 1].map((axis) => found.reduce((sum, at) => sum + at[axis], 0) / found.length);
          found.forEach((at) => parts.push(`M${text(at)}L${text(middle)}`));
        }
      }
    }
    return parts.join("");
  }

  // What a screen reader says of the map.
  summary(bytes) {
    const { classes, levels, features } = this.data;
    if (!classes.length) return phrase("outputMapLabel", { first: features[0], second: features[1] });
    const counts = classes.map(() => 0);
    let known = 0;
    for (const byte of bytes) {
      if (byte === UNKNOWN) continue;
      known++;
      counts[Math.floor(byte / levels)]++;
    }
    const shares = classes.map((name, i) => phrase("shareOf", { name, share: known ? Math.round((100 * counts[i]) / known) : 0 }));
    return phrase("mapLabel", { first: features[0], second: features[1], shares: shares.join(", ") });
  }
}
