// What stands in the picture while a gradient flows: beside each line the product, under each box what it adds up to,
// and the contribution on its way from the one to the other.

const CHIP = 11; // the size of its letters
const CHIP_ROOM = GAP - 6 - 10; // for its text, between two columns
const LANDING = 14; // the height of what stands under a box
const MOST_TRAVELLERS = 12;

// `1 × 4` and `= 4`; long numbers, a line each.
function chipLines(words, deposits) {
  if (deposits.length > 1) {
    const total = deposits.reduce((sum, { amount }) => sum + amount, 0);
    return [phrase("contributions", { count: deposits.length }), phrase("sum", { number: inked("product", numberText(total)) })];
  }
  const [first, ...others] = words.product(deposits[0]).split(/ (?=[×=≈] )/);
  const { incoming, local, amount } = deposits[0];
  const forms = [[`${first} ${others[0]}`, ...others.slice(1)], [first, ...others]];
  const short = [inked("incoming", numberText(incoming)), `× ${inked("local", factor(local))}`, `≈ ${inked("product", numberText(amount))}`];
  return forms.find((lines) => chipWidth(lines) <= CHIP_ROOM) ?? short;
}

function chipWidth(lines) {
  return Math.max(...lines.map((line) => inkedWidth(line, CHIP)));
}

// Beside the box that receives it, above or below the line: where it hides least of what flows.
function chipPlace(lines, edge, box, sides, picture) {
  const [height, width] = [13 * lines.length + 8, chipWidth(lines) + 10];
  const left = box.left + BOX.width + 3;
  const heights = placesOf(edge).filter(([x]) => x <= left + width).map(([, y]) => y);
  const reach = edge.reach + 2;
  const tops = { above: Math.min(...heights) - reach - height, below: Math.max(...heights) + reach };
  const [low, high] = [Math.min(tops.above, tops.below) - 4, Math.max(tops.above, tops.below) + height + 4];
  const near = picture.active.size > MOST_TRAVELLERS ? [] : picture.edges.filter((each) => {
    const { points } = each;
    each.span ??= [Math.min(...points.filter((_, i) => i % 2)), Math.max(...points.filter((_, i) => i % 2))];
    return points[0] < left + width + 3 && points.at(-2) > left - 3 && each.span[0] < high && each.span[1] > low;
  });
  const hidden = (top) => {
    const inside = ([x, y]) => x > left - 3 && x < left + width + 3 && y > top - 4 && y < top + height + 4;
    const outside = top < -MARGIN || top + height > picture.bottom + MARGIN;
    return 100 * outside + near.reduce((sum, each) => sum + (picture.active.has(each) ? 5 : 1) * placesOf(each).filter(inside).length, 0);
  };
  const [top] = sides.map((side) => tops[side]).map((each) => [each, hidden(each)]).reduce((one, other) => (other[1] < one[1] ? other : one));
  return { lines, left, top: Math.max(1 - MARGIN, Math.min(top, picture.bottom + MARGIN - 1 - height)), width, height };
}

function placesOf(edge) {
  edge.places ??= placesAlong(edge.points);
  return edge.places;
}

// The labels of a step: one for each line, but one for all the lines between two boxes where there would be no room.
function chipsOf(words, picture) {
  const bundles = new Map();
  for (const [edge, deposits] of picture.active) {
    if (deposits.length) bundles.set(edge.tail, [...(bundles.get(edge.tail) ?? []), { edge, deposits }]);
  }
  return [...bundles].flatMap(([tail, bundle]) => {
    const place = (deposits, edge, ...sides) => chipPlace(chipLines(words, deposits), edge, picture.boxes.get(tail), sides, picture);
    bundle.sort((one, other) => one.edge.points[3] - other.edge.points[3]);
    const [{ edge, deposits }] = bundle;
    if (bundle.length === 1) return [place(deposits, edge, "above", "below")];
    if (bundle.length === 2 && bundles.size === 1) return [place(deposits, edge, "above"), place(bundle[1].deposits, bundle[1].edge, "below")];
    return [place(bundle.flatMap((each) => each.deposits), edge, "above")];
  });
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
  const texts = lines.map((line, i) => inkedText({ x: left + width / 2, y: top + 15 + 13 * i }, line));
  return makeSvg("g", { class: "chip" }, makeSvg("rect", { x: left, y: top, width, height, rx: 5 }), ...texts);
}

function inkedText(attributes, text) {
  const element = makeSvg("text", attributes);
  setInked(element, text);
  return element;
}

// `0 + 4 → 4` under the box: as wide as it, wider to the left or to the right where nothing is hidden by that.
function landing(texts, { left, top }, chips, edges) {
  const right = left + BOX.width;
  const [above, below] = [top + BOX.height - 2, top + BOX.height + LANDING + 2];
  const places = edges.flatMap(placesOf);
  const isFree = ({ from, to }) => from > -MARGIN &&
    chips.every((each) => each.left > to || each.left + each.width < from || each.top > below || each.top + each.height < above) &&
    places.every(([x, y]) => x < from - 4 || x > to + 4 || y < above || y > below);
  const options = texts.flatMap((text) => [CHIP, CHIP - 1].flatMap((size) => {
    const needed = inkedWidth(text, size) + 10;
    return [{ text, size, from: Math.min(left, right - needed), to: right }, { text, size, from: left, to: Math.max(right, left + needed) }];
  }));
  const tight = { text: texts.at(-1), size: CHIP - 1, from: left + 4 - MARGIN, to: right };
  const { text, size, from, to } = options.find(isFree) ?? tight;
  const squeeze = inkedWidth(text, size) > to - from - 8 ? { textLength: to - from - 8, lengthAdjust: "spacingAndGlyphs" } : {};
  return makeSvg("g", { class: "landing" },
    makeSvg("rect", { x: from, y: top + BOX.height, width: to - from, height: LANDING, rx: 4 }),
    inkedText({ x: (from + to) / 2, y: top + BOX.height + 11, style: `font-size: ${size}px`, ...squeeze }, text));
}

// --- on the way ---

const calm = matchMedia("(prefers-reduced-motion: reduce)");

// A contribution that moves back along its edge, for so many milliseconds.
function traveller(edge, amount, duration) {
  const text = numberText(amount);
  const width = widthOf(text, `700 ${CHIP}px`) + 12;
  const element = makeSvg("g", { class: "traveller", "aria-hidden": "true" },
    makeSvg("rect", { x: -width / 2, y: -9, width, height: 18, rx: 9 }), makeSvg("text", { y: 4 }, text));
  const frames = [...placesOf(edge)].reverse().map(([x, y]) => ({ transform: `translate(${x}px, ${y}px)` }));
  element.animate(frames, { duration, easing: "ease-in-out", fill: "both" }).onfinish = () => element.remove();
  return element;
}

// What a step has brought about appears when its contributions land.
function appearAfter(elements, duration) {
  for (const element of elements) element.animate([{ opacity: 0 }, { opacity: 0, offset: 0.98 }, { opacity: 1 }], { duration });
}
