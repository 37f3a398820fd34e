// Places the boxes of a small graph in columns from left to right, as layout.py has Graphviz do it beforehand.
//
// Columns by the longest way from a leaf; an edge across several columns gets a place in each of them, so that it
// passes between the boxes; the order within a column comes from the middle of the neighbours, back and forth.

const COLUMN = BOX.width + GAP;
const [APART, NARROW] = [16, 10]; // between two boxes of a column, and beside an edge that passes through
const SWEEPS = 12;

function layered(count, edges) {
  const columns = columnsOf(count, edges);
  const { layers, points, chains } = withPassages(count, edges, columns);
  order(layers, chains);
  heights(layers, chains);
  const all = points.filter(Boolean);
  const top = Math.min(...all.map((point) => point.y - point.height / 2));
  for (const point of all) point.y -= top;
  const boxes = points.slice(0, count).map(({ x, y }, node) => [node, x, Math.round(y - BOX.height / 2)]);
  const size = [layers.length * COLUMN - GAP, Math.ceil(Math.max(...all.map((point) => point.y + point.height / 2)))];
  return { size, boxes, edges: curves(edges, chains), frames: [] };
}

function columnsOf(count, edges) {
  const columns = Array(count).fill(0);
  for (const [tail, head] of edges) columns[head] = Math.max(columns[head], columns[tail] + 1); // heads come in order
  for (let node = count - 1; node >= 0; node--) {
    const out = edges.filter(([tail]) => tail === node).map(([, head]) => columns[head]);
    const into = edges.filter(([, head]) => head === node);
    if (out.length && out.length >= into.length) columns[node] = Math.max(columns[node], Math.min(...out) - 1);
  }
  return columns;
}

// Every box as a point in its column, and every edge as a chain of points with one in each column on its way.
function withPassages(count, edges, columns) {
  const layers = Array.from({ length: Math.max(...columns) + 1 }, () => []);
  const points = [];
  const add = (column, height) => {
    const point = { x: column * COLUMN, y: 0, height, near: [], before: [], after: [] };
    points.push(point);
    layers[column].push(point);
    return point;
  };
  for (let node = 0; node < count; node++) add(columns[node], BOX.height);
  const chains = edges.map(([tail, head]) => {
    const chain = [points[tail]];
    for (let column = columns[tail] + 1; column < columns[head]; column++) chain.push(add(column, 0));
    return [...chain, points[head]];
  });
  for (const chain of chains) {
    chain.slice(1).forEach((point, i) => {
      point.before.push(chain[i]);
      chain[i].after.push(point);
    });
  }
  return { layers, points, chains };
}

function order(layers, chains) {
  const number = () => layers.forEach((layer) => layer.forEach((point, i) => (point.place = i)));
  const crossings = () => {
    let found = 0;
    const pairs = chains.flatMap((chain) => chain.slice(1).map((point, i) => [chain[i], point]));
    pairs.forEach(([a, b], i) => pairs.slice(i + 1).forEach(([c, d]) => {
      if (a.x === c.x && (a.place - c.place) * (b.place - d.place) < 0) found += 1;
    }));
    return found;
  };
  number();
  let best = { found: crossings(), layers: layers.map((layer) => [...layer]) };
  for (let sweep = 0; sweep < SWEEPS && best.found > 0; sweep++) {
    const [side, way] = sweep % 2 ? ["after", [...layers].reverse()] : ["before", layers];
    for (const layer of way) {
      for (const point of layer) point.middle = point[side].length ? middle(point[side].map(({ place }) => place)) : point.place;
      layer.sort((one, other) => one.middle - other.middle);
      layer.forEach((point, i) => (point.place = i));
    }
    const found = crossings();
    if (found < best.found) best = { found, layers: layers.map((layer) => [...layer]) };
  }
  layers.forEach((layer, i) => layer.splice(0, layer.length, ...best.layers[i]));
  number();
}

function middle(numbers) {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

// Move every point towards the middle of its neighbours, as far as those above and below leave room.
function heights(layers) {
  const apart = (one, other) => (one.height + other.height) / 2 + (one.height && other.height ? APART : NARROW);
  for (const layer of layers) {
    layer.forEach((point, i) => (point.y = i ? layer[i - 1].y + apart(layer[i - 1], point) : 0));
    const half = layer.at(-1).y / 2;
    for (const point of layer) point.y -= half;
  }
  for (let sweep = 0; sweep < 2 * SWEEPS; sweep++) {
    const way = sweep % 2 ? [...layers].reverse() : layers;
    for (const layer of way) {
      const wanted = layer.map((point) => {
        const near = sweep < SWEEPS ? (sweep % 2 ? point.after : point.before) : [...point.before, ...point.after];
        return near.length ? middle(near.map(({ y }) => y)) : point.y;
      });
      settle(layer, wanted, apart);
    }
  }
}

// Put the points of one column where they want to be; groups that would overlap share their middle.
function settle(layer, wanted, apart) {
  const groups = [];
  layer.forEach((point, i) => {
    let offset = 0;
    let group = { first: i, offsets: [0], sum: wanted[i], at: wanted[i] };
    while (groups.length) {
      const above = groups.at(-1);
      const last = layer[group.first - 1];
      offset = above.offsets.at(-1) + apart(last, layer[group.first]);
      if (above.at + offset <= group.at) break;
      groups.pop();
      const offsets = [...above.offsets, ...group.offsets.map((each) => each + offset)];
      const sum = above.sum + group.sum - offset * group.offsets.length;
      group = { first: above.first, offsets, sum, at: sum / offsets.length };
    }
    groups.push(group);
  });
  for (const { first, offsets, at } of groups) offsets.forEach((offset, i) => (layer[first + i].y = at + offset));
}

// Edges as chains of Bézier curves, level through the columns they pass; at a box they are spread by where they lead.
function curves(edges, chains) {
  const room = (BOX.height - 16) / 2;
  const spreadOut = (end, next) => {
    const at = new Map();
    chains.forEach((chain, i) => {
      const box = chain.at(end);
      if (!at.has(box)) at.set(box, []);
      at.get(box).push([chain.at(next).y, i]);
    });
    const offsets = [];
    for (const found of at.values()) {
      found.sort(([one, first], [other, second]) => one - other || first - second);
      found.forEach(([, i], place) => (offsets[i] = Math.max(-room, Math.min(room, (place - (found.length - 1) / 2) * Math.min(12, (2 * room) / found.length)))));
    }
    return offsets;
  };
  const [out, into] = [spreadOut(0, 1), spreadOut(-1, -2)];
  return edges.map(([tail, head], i) => {
    const chain = chains[i];
    const points = [chain[0].x + BOX.width, chain[0].y + out[i]];
    chain.slice(1).forEach((point, place) => {
      const y = point.y + (place === chain.length - 2 ? into[i] : 0);
      const [fromX, fromY] = points.slice(-2);
      const half = (fromX + point.x) / 2;
      points.push(half, fromY, half, y, point.x, y);
      if (place < chain.length - 2) points.push(point.x + BOX.width / 3, y, point.x + (2 * BOX.width) / 3, y, point.x + BOX.width, y);
    });
    return [tail, head, points.map(Math.round)];
  });
}
