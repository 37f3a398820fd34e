// The network: one box per unit with its output for the chosen sample, one line per weight.

const PLAIN = { width: 66, height: 20 };
const WITH_HEAT = { width: 92, height: 36 };
const ROOM = 120; // that a column with heat maps needs at least
const HEADER = 46;

class NetworkPicture {
  constructor(data, select, tall = true) {
    Object.assign(this, data.network);
    this.data = data;
    this.select = select;
    this.tall = tall; // as high as what stands beside it
    this.state = null;
    this.signs = data.signs.map(rgbOf); // below 0 and above
    this.heat = Heat.fits(data) ? new Heat(data, this.signs) : null;
    this.element = make("figure", { class: "network" }, make("h3", {}, phrase("network")));
    if (this.problem) {
      this.element.append(make("p", { class: "hint" }, translated(this.problem)));
      return;
    }
    this.offsets = [];
    this.columns.reduce((sum, { drawn }, i) => (this.offsets[i] = sum) + drawn, 0);
    this.units = this.columns.reduce((sum, { drawn }) => sum + drawn, 0);
    this.svg = makeSvg("svg", { role: "img" });
    this.scroll = make("div", { class: "network-scroll", tabindex: "0", role: "group", "aria-label": phrase("networkPicture") }, this.svg);
    const key = (text, names, width) => make("span", { class: "entry" }, makeSvg("svg", { width: 30, height: 10, "aria-hidden": "true" }, makeSvg("path", { d: "M1 5H29", class: names, "stroke-width": width })), make("span", {}, text));
    this.element.append(this.scroll, make("div", { class: "legend" }, key(phrase("positiveWeight"), "edge positive", 2.5), key(phrase("negativeWeight"), "edge negative", 2.5),
      make("span", { class: "entry" }, phrase(this.heat ? "widerLargerHeat" : "widerLarger"))));
    this.scales = this.edgeScales();
    whenResized(this.scroll, (width) => this.draw(width));
  }

  // The largest weight between two columns over the whole run is the widest line there.
  edgeScales() {
    const groups = new Map();
    this.edges.forEach(([from, , to, , parameter]) => {
      const key = `${from}-${to}`;
      groups.set(key, [...(groups.get(key) ?? []), parameter]);
    });
    const largest = new Map([...groups].map(([key, parameters]) => [key, this.data.rows.values.largest(parameters) || 1]));
    return this.edges.map(([from, , to]) => largest.get(`${from}-${to}`));
  }

  index(column, unit) {
    return this.offsets[column] + unit;
  }

  name(column, unit) {
    if (column === 0) return this.inputs[unit];
    const { title } = this.columns[column];
    const short = shortName(`${title}.neurons.${unit}`);
    return short.includes(".") ? phrase("unitOf", { layer: title, unit }) : short;
  }

  // Every parameter that belongs to a unit: its weights and its bias.
  parametersOf(column, unit) {
    const mine = this.edges.filter(([, , to, at]) => to === column && at === unit).map((edge) => edge[4]);
    return [...mine, ...this.biases.filter(([to, at]) => to === column && at === unit).map((bias) => bias[2])];
  }

  at(column, unit) {
    const { drawn } = this.columns[column];
    const pitch = Math.min(2 * this.size.height + 16, this.body / drawn);
    return [this.left + column * this.gap, HEADER + this.body / 2 + (unit - (drawn - 1) / 2) * pitch];
  }

  draw(width) {
    const rows = Math.max(...this.columns.map(({ drawn }) => drawn));
    const count = this.columns.length;
    this.size = this.heat && width >= count * ROOM ? WITH_HEAT : PLAIN; // of a box
    this.body = Math.max(rows * (this.size.height + 8), width > 600 && this.tall ? 590 : 240);
    const total = Math.max(width, count * (this.size.width + 14));
    this.left = this.size.width / 2 + 11;
    this.gap = (total - 2 * this.left) / Math.max(count - 1, 1);
    const height = HEADER + this.body + (this.columns.some(({ size, drawn }) => size > drawn) ? 24 : 6);
    setAll(this.svg, { width: total, height, viewBox: `0 0 ${total} ${height}` });
    this.lines = this.edges.map(([from, start, to, end]) => {
      const [[x, y], [u, v]] = [this.at(from, start), this.at(to, end)];
      return makeSvg("path", { d: `M${x + this.size.width / 2} ${y}L${u - this.size.width / 2} ${v}` });
    });
    this.boxes = [];
    const boxes = this.columns.flatMap(({ drawn }, column) => Array.from({ length: drawn }, (_, unit) => this.box(column, unit)));
    const heads = this.columns.map((column, i) => this.head(column, i));
    this.svg.replaceChildren(...this.lines, ...boxes, ...heads);
    if (this.state) this.show(...this.state);
  }

  head({ title, kind, size, drawn }, column) {
    const [x] = this.at(column, 0);
    const anchor = column === 0 ? "start" : column === this.columns.length - 1 ? "end" : "middle";
    const at = x + { start: -this.size.width / 2 - 8, middle: 0, end: this.size.width / 2 + 8 }[anchor];
    const room = Math.floor(Math.min(this.gap - 8, 240) / 6.6);
    const more = size > drawn ? makeSvg("text", { x, y: HEADER + this.body + 16, class: "small", "text-anchor": "middle" }, phrase("plusMore", { count: size - drawn })) : null;
    return makeSvg("g", {}, makeSvg("text", { x: at, y: 14, class: "head", "text-anchor": anchor }, cut(shortName(title), room), makeSvg("title", {}, title)),
      makeSvg("text", { x: at, y: 29, class: "small", "text-anchor": anchor }, cut(kind ? `${kind}, ${size}` : String(size), room)), ...(more ? [more] : []));
  }

  box(column, unit) {
    const [x, y] = this.at(column, unit);
    const shape = makeSvg("rect", { x: x - this.size.width / 2, y: y - this.size.height / 2, width: this.size.width, height: this.size.height, rx: 5 });
    const heat = this.size === WITH_HEAT && makeSvg("image", { x: x - this.size.width / 2 + 3, y: y - 15, width: 30, height: 30, preserveAspectRatio: "none" });
    const text = makeSvg("text", { x: x + (heat ? 16 : 0), y: y + 4, "text-anchor": "middle" });
    const last = this.columns.length - 1;
    const { classes } = this.data;
    const outputs = column === last && classes.length === this.columns[last].size ? classes : null;
    const label = column === 0 ? this.inputs[unit] : outputs?.[unit];
    const above = label && this.columns[column].drawn <= 8 ? makeSvg("text", { x, y: y - this.size.height / 2 - 4, class: "small", "text-anchor": "middle" }, cut(label, Math.max(9, Math.floor(this.gap / 14)))) : null;
    const group = makeSvg("g", { class: "unit", click: () => column && this.select(column, unit) }, shape, ...(heat ? [heat] : []), text, makeSvg("title", {}, this.name(column, unit)), ...(above ? [above] : []));
    this.boxes.push({ group, shape, heat, text, column, unit });
    return group;
  }

  show(frame, sample, selected) {
    this.state = [frame, sample, selected];
    if (this.problem || !this.boxes) return;
    const weights = this.data.rows.values.row(frame);
    const units = sample.rows.row(frame);
    const [chosenColumn, chosenUnit] = selected ?? [];
    this.edges.forEach(([, , to, end, parameter], i) => {
      const weight = weights[parameter];
      const share = Math.abs(weight) / this.scales[i];
      const away = selected && !(to === chosenColumn && end === chosenUnit);
      setAll(this.lines[i], {
        class: `edge ${weight < 0 ? "negative" : "positive"}${away ? " away" : ""}`,
        "stroke-width": (0.3 + 3.6 * share).toFixed(2), "stroke-opacity": (0.12 + 0.78 * share).toFixed(2),
      });
    });
    const heats = this.size === WITH_HEAT ? this.heat.pictures(weights) : [];
    for (const { group, shape, heat, text, column, unit } of this.boxes) {
      if (heat) heat.setAttribute("href", heats[column]?.[unit] ?? "");
      const output = units[this.index(column, unit)];
      const share = Math.min(1, Math.abs(output) / (this.outputScale(sample, column) || 1));
      const chosen = column === chosenColumn && unit === chosenUnit;
      setAll(group, { class: `unit ${output < 0 ? "negative" : "positive"}${chosen ? " chosen" : ""}${column ? " can-open" : ""}` });
      shape.setAttribute("fill", tint(this.signs[Number(output >= 0)], 0.42 * (share || 0)));
      setText(text, Number.isNaN(output) ? "–" : numberText(output));
    }
    this.svg.setAttribute("aria-label", phrase("networkLabel", { layers: this.columns.map(({ title, size }) => phrase("layerWith", { title: shortName(title), size })).join(", ") }));
  }

  outputScale(sample, column) {
    sample.scales ??= this.columns.map(({ drawn }, i) => sample.rows.largest(Array.from({ length: drawn }, (_, unit) => this.index(i, unit))));
    return sample.scales[column];
  }
}

// A colour thinned with white, so that nothing shines through it.
function tint(colour, share) {
  return `rgb(${colour.map((part) => Math.round(255 + (part - 255) * share)).join(" ")})`;
}

function cut(text, room) {
  return text.length > room ? `${text.slice(0, Math.max(room - 1, 1))}…` : text;
}
