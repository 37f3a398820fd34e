// Trains a small MLP in the page, by plain gradient descent. Every value and every local derivative comes from the
// table (OPERATIONS, printed from Python). Parameters stand in one row: neuron after neuron, its weights, its bias.

const MOST_FRAMES = 60;

class Training {
  constructor(facts, widths) {
    this.facts = facts;
    this.sizes = [facts.inputs, ...widths];
    this.starts = widths.map((_, layer) => this.countBefore(layer));
    this.count = this.countBefore(widths.length);
    this.activation = OPERATIONS[facts.activation];
  }

  countBefore(layer) {
    return this.sizes.slice(0, layer).reduce((sum, size, i) => sum + (size + 1) * this.sizes[i + 1], 0);
  }

  // He's or Glorot's normal numbers, as the library's, from this page's own generator.
  start(random) {
    const parameters = new Float64Array(this.count);
    this.starts.forEach((at, layer) => {
      const [before, after] = [this.sizes[layer], this.sizes[layer + 1]];
      const hidden = layer < this.starts.length - 1;
      const spread = Math.sqrt(2 / (hidden && this.facts.he ? before : before + after));
      for (let j = 0; j < after; j++) for (let k = 0; k < before; k++) parameters[at + j * (before + 1) + k] = spread * normal(random);
    });
    return parameters;
  }

  // The outputs of every layer, the inputs first, and the derivative of each activation.
  forward(parameters, inputs) {
    const [layers, slopes] = [[inputs], []];
    this.starts.forEach((at, layer) => {
      const before = layers[layer];
      const hidden = layer < this.starts.length - 1;
      const [outputs, derivatives] = [[], []];
      for (let j = 0; j < this.sizes[layer + 1]; j++) {
        const place = at + j * (before.length + 1);
        let sum = 0;
        for (let k = 0; k < before.length; k++) sum += parameters[place + k] * before[k];
        sum += parameters[place + before.length];
        const out = hidden ? this.activation.value(sum, ...this.facts.constants) : sum;
        outputs.push(bounded(out));
        derivatives.push(hidden ? this.activation.slopes[0](sum, ...this.facts.constants, out) : 1);
      }
      layers.push(outputs);
      slopes.push(derivatives);
    });
    return { layers, slopes };
  }

  // The loss of one sample, and its derivatives with respect to the outputs.
  loss(outputs, target) {
    const { classes, losses } = this.facts;
    const values = [...outputs, classes ? NaN : target];
    const nodes = losses[classes ? target : 0];
    for (const [name, operands] of nodes) values.push(bounded(OPERATIONS[name].value(...operands.map((operand) => numbersIn(operand, values)))));
    const gradients = values.map(() => 0);
    gradients[values.length - 1] = 1;
    for (let i = nodes.length - 1; i >= 0; i--) {
      const [name, operands] = nodes[i];
      const at = outputs.length + 1 + i;
      if (gradients[at] === 0) continue;
      const numbers = operands.map((operand) => numbersIn(operand, values));
      operands.forEach((operand, position) => {
        const several = Array.isArray(operand);
        if (!(several ? operand : [operand]).some((item) => typeof item === "number")) return;
        const slope = OPERATIONS[name].slopes[position](...numbers, values[at]);
        (several ? operand : [operand]).forEach((item, place) => {
          if (typeof item === "number") gradients[item] += gradients[at] * (Array.isArray(slope) ? slope[place] : slope);
        });
      });
    }
    return { loss: values.at(-1), gradients: gradients.slice(0, outputs.length) };
  }

  // One sample there and back: what it adds to the gradient of each parameter, and the gradient of each unit.
  pass(parameters, [inputs, target], total) {
    const { layers, slopes } = this.forward(parameters, inputs);
    const { loss, gradients } = this.loss(layers.at(-1), target);
    const units = [gradients];
    let incoming = gradients;
    for (let layer = this.starts.length - 1; layer >= 0; layer--) {
      const before = layers[layer];
      const passed = before.map(() => 0);
      incoming.forEach((gradient, j) => {
        const local = gradient * slopes[layer][j];
        const place = this.starts[layer] + j * (before.length + 1);
        for (let k = 0; k < before.length; k++) {
          total[place + k] += local * before[k];
          passed[k] += local * parameters[place + k];
        }
        total[place + before.length] += local;
      });
      units.unshift((incoming = passed));
    }
    return { loss, layers, units };
  }

  // Trains from `parameters` and returns the states on the way, with the losses of batches and epochs.
  run(parameters, { rate, seed, epochs, batchSize }) {
    const { training, heldOut } = this.facts;
    const random = generator(seed + 1);
    const perEpoch = Math.ceil(training.length / batchSize);
    const every = Math.ceil((perEpoch * epochs) / MOST_FRAMES);
    const frames = [{ update: 0, epoch: 0, loss: null, parameters: parameters.slice() }];
    const curves = [{ title: "training loss", points: [] }, ...(heldOut.length ? [{ title: "validation loss", points: [] }] : [])];
    for (let epoch = 1, update = 0; epoch <= epochs; epoch++) {
      const order = shuffled(training, random);
      let sum = 0;
      for (let first = 0; first < order.length; first += batchSize) {
        const batch = order.slice(first, first + batchSize);
        const total = new Float64Array(this.count);
        let loss = 0;
        for (const pair of batch) loss += this.pass(parameters, pair, total).loss;
        for (let i = 0; i < this.count; i++) parameters[i] = bounded(parameters[i] - (rate * total[i]) / batch.length);
        update++;
        sum += loss;
        if (update % every === 0 || (epoch === epochs && first + batchSize >= order.length)) {
          frames.push({ update, epoch: update / perEpoch, loss: loss / batch.length, parameters: parameters.slice() });
        }
      }
      curves[0].points.push([epoch, sum / training.length]);
      if (heldOut.length) curves[1].points.push([epoch, heldOut.reduce((before, [x, y]) => before + this.loss(this.forward(parameters, x).layers.at(-1), y).loss, 0) / heldOut.length]);
    }
    return { frames, curves, perEpoch };
  }
}

function numbersIn(operand, values) {
  if (Array.isArray(operand)) return operand.map((item) => numbersIn(item, values));
  return typeof operand === "number" ? values[operand] : Number(operand);
}

// A number that can be held; the arithmetic raises a RangeError too where there is none.
function bounded(number) {
  if (Number.isFinite(number)) return number;
  throw new RangeError("no finite value");
}

// Uniform numbers from 0 to 1, the same for the same seed: the generator mulberry32 of Tommy Ettinger (2017).
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

// A normal number, of mean 0 and standard deviation 1 (Box & Muller 1958).
function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function shuffled(items, random) {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
