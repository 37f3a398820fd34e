// What every neuron answers over the plane of the map, as a small picture, computed anew from the parameters of a step.

const HEAT_SIDE = 14; // points along each side

class Heat {
  constructor({ map, network, retraining }, signs) {
    this.points = gridOf({ side: HEAT_SIDE, limits: map.limits });
    this.training = new Training(retraining, network.columns.slice(1).map(({ size }) => size));
    this.signs = signs;
    this.canvas = make("canvas", { width: HEAT_SIDE, height: HEAT_SIDE });
  }

  // Whether there is a plane, and a model that the page can compute.
  static fits({ map, network, retraining }) {
    return typeof map === "object" && !network.problem && typeof retraining === "object";
  }

  // For each column the pictures of its units; none where a number grew beyond what can be held.
  pictures(parameters) {
    let found;
    try {
      found = this.points.map((point) => this.training.forward(parameters, point).layers);
    } catch (error) {
      if (error instanceof RangeError) return [];
      throw error;
    }
    return found[0].map((layer, column) => {
      const largest = found.reduce((most, layers) => Math.max(most, ...layers[column].map(Math.abs)), 0) || 1;
      return layer.map((_, unit) => this.picture(found.map((layers) => layers[column][unit] / largest)));
    });
  }

  picture(shares) {
    const context = this.canvas.getContext("2d");
    const image = context.createImageData(HEAT_SIDE, HEAT_SIDE);
    shares.forEach((share, i) => {
      const at = 4 * ((HEAT_SIDE - 1 - Math.floor(i / HEAT_SIDE)) * HEAT_SIDE + (i % HEAT_SIDE)); // the map's second axis points up
      const end = this.signs[Number(share >= 0)];
      for (let part = 0; part < 3; part++) image.data[at + part] = 255 + (end[part] - 255) * 0.8 * Math.abs(share);
      image.data[at + 3] = 255;
    });
    context.putImageData(image, 0, 0);
    return this.canvas.toDataURL();
  }
}
