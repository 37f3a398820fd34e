// Short names for what a model is made of: `layers.0.neurons.3.w.2` is layer 0, neuron 3, w₂, counted from 0 as in Python.

const MODEL_PATH = /^layers\.(\d+)(?:\.neurons\.(\d+)(?:\.(w\.\d+|b))?)?$/;

function shortName(path) {
  const [, layer, neuron, parameter] = MODEL_PATH.exec(path) ?? [];
  if (layer === undefined) return path;
  if (neuron === undefined) return phrase("layerOf", { layer });
  return [phrase("neuronOf", { layer, neuron }), ...(parameter ? [lowered(parameter)] : [])].join(", ");
}

// `w.12` as w₁₂; other names stay as they are.
function lowered(name) {
  return name.replace(/^w\.(\d+)$/, (_, digits) => `w${[...digits].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("")}`);
}
