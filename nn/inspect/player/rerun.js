// A run in the page: from other settings to the same data that Python makes of a recorded run.

function rerun(data, { rate, seed, widths, epochs }) {
  const facts = data.retraining;
  const training = new Training(facts, widths);
  if (training.count * facts.training.length * epochs > facts.mostWork) throw new RangeError("tooMuch");
  const recorded = new Rows(data.values, data.updates.length).row(0);
  const parameters = seed === null ? Float64Array.from(recorded) : training.start(generator(seed));
  const { frames, curves, perEpoch } = training.run(parameters, { rate, seed: seed ?? 0, epochs, batchSize: facts.batchSize });
  const outputs = (frame, inputs) => training.forward(frame.parameters, inputs).layers.at(-1);
  const grid = typeof data.map === "string" ? [] : gridOf(data.map);
  return {
    ...data,
    optimizer: phrase("sgdHere"),
    ending: phrase("rerunEnding", { count: epochs, rate: numberText(rate), widths: widths.slice(0, -1).join(", ") || phrase("none"), start: seed === null ? phrase("recordedStart") : phrase("seedOf", { seed }) }),
    parameterCount: training.count,
    ...namesAndEdges(data, training.sizes),
    updates: frames.map(({ update }) => update), epochs: frames.map(({ epoch }) => epoch), batchLosses: frames.map(({ loss }) => loss),
    batchesPerEpoch: perEpoch, learningRates: frames.map(() => rate), curves,
    values: Float32Array.from(frames.flatMap((frame) => [...frame.parameters])), stateNames: [], state: [],
    samples: data.samples.map((sample) => followed(training, frames, sample)),
    accuracies: data.accuracies.map((group, i) => ({ ...group, shares: frames.map((frame) => shareRight(data, i ? facts.heldOut : facts.training, (x) => outputs(frame, x))) })),
    map: grid.length ? { ...data.map, surfaces: Uint8Array.from(frames.flatMap((frame) => grid.map((x) => byteOf(data.map, outputs(frame, x))))) } : data.map,
    fitted: data.fitted && { ...data.fitted, outputs: Float32Array.from(frames.flatMap((frame) => lineOf(data.fitted).map((x) => outputs(frame, [x])[0]))) },
  };
}

function namesAndEdges(data, sizes) {
  const [parameters, edges, biases] = [[], [], []];
  sizes.slice(1).forEach((size, layer) => {
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < sizes[layer]; k++) edges.push([layer, k, layer + 1, j, parameters.push(`layers.${layer}.neurons.${j}.w.${k}`) - 1]);
      biases.push([layer + 1, j, parameters.push(`layers.${layer}.neurons.${j}.b`) - 1]);
    }
  });
  const columns = sizes.map((size, i) => ({ title: i ? `layers.${i - 1}` : "inputs", kind: i ? "Layer" : "", size, drawn: size }));
  return { parameters, network: { ...data.network, columns, edges, biases } };
}

// What the page shows of a followed sample in every frame.
function followed(training, frames, sample) {
  const [units, gradients, outcomes] = [[], [], []];
  for (const { parameters } of frames) {
    const total = new Float64Array(training.count);
    const { loss, layers, units: slopes } = training.pass(parameters, sample.pair, total);
    units.push(...layers.flat(), ...slopes.flat());
    gradients.push(...total);
    outcomes.push([loss, ...layers.at(-1)]);
  }
  return { ...sample, units: Float32Array.from(units), gradients: Float32Array.from(gradients), outcomes };
}

function bestOf({ threshold }, outputs) {
  return outputs.length === 1 ? Number(outputs[0] > threshold) : outputs.indexOf(Math.max(...outputs));
}

function shareRight(data, pairs, outputs) {
  return pairs.filter(([x, target]) => bestOf(data, outputs(x)) === target).length / pairs.length;
}

function gridOf({ side, limits }) {
  const [xs, ys] = limits.map(([low, high]) => Array.from({ length: side }, (_, i) => low + ((high - low) * i) / (side - 1)));
  return ys.flatMap((y) => xs.map((x) => [x, y]));
}

function lineOf({ limits: [left, right], positions }) {
  return Array.from({ length: positions }, (_, i) => left + ((right - left) * i) / (positions - 1));
}

// Outputs as the byte of a decision surface; surface.py says how it is made up.
function byteOf(map, outputs) {
  const { classes, threshold, levels, low, high } = map;
  if (!classes.length) return Math.round(Math.min(Math.max((outputs[0] - low) / (high - low), 0), 1) * (UNKNOWN - 1));
  const [first, second] = [...outputs].sort((one, other) => other - one);
  const lead = outputs.length === 1 ? Math.abs(outputs[0] - threshold) : first - second;
  return bestOf(map, outputs) * levels + Math.round((levels - 1) * (lead / (lead + (threshold ? 0.25 : 1))));
}

// The form: learning rate, seed and widths, and what came of the last try.
class RerunForm {
  constructor(recorded, settings, show) {
    const facts = recorded.retraining;
    this.recorded = recorded;
    this.show = show;
    const hidden = facts.widths.slice(0, -1).join(", ");
    const given = settings ?? { rate: String(facts.learningRate), seed: "", widths: hidden, epochs: String(facts.epochs) };
    const field = (label, value, attributes) => {
      const input = make("input", { value, autocomplete: "off", ...attributes });
      return [input, make("label", {}, `${label} `, input)];
    };
    const [rate, rateLabel] = field(phrase("learningRate"), given.rate, { inputmode: "decimal", size: 7 });
    const [seed, seedLabel] = field(phrase("seedLabel"), given.seed, { inputmode: "numeric", size: 11, placeholder: phrase("recordedSeed") });
    const [widths, widthsLabel] = field(phrase("hiddenWidths"), given.widths, { size: 9 });
    const [epochs, epochsLabel] = field(phrase("epochs"), given.epochs, { inputmode: "numeric", size: 5 });
    this.fields = { rate, seed, widths, epochs };
    this.status = make("p", { class: "hint", role: "status" });
    const back = settings ? make("button", { type: "button", click: () => show(recorded, null) }, phrase("recordedRun")) : null;
    this.button = make("button", { type: "submit" }, phrase("train"));
    this.element = make("form", { class: "rerun", "aria-label": phrase("trainAgainHere"), submit: (event) => this.train(event) }, make("strong", {}, phrase("trainAgain")),
      rateLabel, widthsLabel, seedLabel, epochsLabel, this.button, back,
      make("p", { class: "hint" }, phrase("rerunNote")), this.status);
  }

  train(event) {
    event.preventDefault();
    const text = Object.fromEntries(Object.entries(this.fields).map(([name, input]) => [name, input.value.trim()]));
    const facts = this.recorded.retraining;
    const hidden = text.widths ? text.widths.split(/[ ,]+/).map(Number) : [];
    const [rate, epochs] = [Number(text.rate), Number(text.epochs)];
    const same = hidden.join() === facts.widths.slice(0, -1).join();
    const seed = text.seed === "" && same ? null : Number(text.seed);
    const whole = (number, low, high) => Number.isInteger(number) && number >= low && number <= high;
    if (!(rate > 0 && Number.isFinite(rate))) return setText(this.status, phrase("rateIs"));
    if (!hidden.every((width) => whole(width, 1, facts.mostUnits)) || hidden.length > 5) return setText(this.status, phrase("widthsAre", { most: facts.mostUnits }));
    if (hidden.length && !facts.activation) return setText(this.status, phrase("noHidden"));
    if (seed !== null && !whole(seed, 0, 2 ** 32 - 1)) return setText(this.status, phrase("seedIs"));
    if (!whole(epochs, 1, 100000)) return setText(this.status, phrase("epochsAre"));
    try {
      this.show(rerun(this.recorded, { rate, seed, widths: [...hidden, facts.widths.at(-1)], epochs }), text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      setText(this.status, phrase(error.message === "tooMuch" ? "tooMuch" : "tooBig"));
    }
  }
}
