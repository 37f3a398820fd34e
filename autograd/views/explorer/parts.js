// The parts of a big graph: which box shows a node, and which picture belongs to which open part.

class Parts {
  constructor({ parts, chains, pictures, whole }) {
    this.list = parts;
    this.chains = chains;
    this.pictures = pictures;
    this.whole = whole;
  }

  get any() {
    return this.list.length > 0;
  }

  title(part) {
    return shortName(translated(this.list[part].title));
  }

  path(part) {
    return translated(this.list[part].path);
  }

  // A name as it reads inside the open parts: there, `layers.0.neurons.3.w.1` is just w₁.
  nameInside(name, opened) {
    const prefixes = [...opened].map((part) => `${this.path(part)}.`).filter((prefix) => name.startsWith(prefix));
    return lowered(name.slice(Math.max(0, ...prefixes.map((prefix) => prefix.length))));
  }

  members(part) {
    return this.chains.flatMap((chain, node) => (chain.includes(part) ? [node] : []));
  }

  // The part itself and those that hold it, the outermost first.
  holders(part) {
    const found = [];
    for (let at = part; typeof at === "number"; at = this.list[at].holder) found.unshift(at);
    return found;
  }

  opened(part) {
    if (part === null && this.pictures[0].network) return new Set(this.list.flatMap(({ holder }) => holder ?? [])); // it shows every neuron
    return new Set(part === "whole" ? this.list.keys() : this.holders(part));
  }

  picture(part) {
    return part === "whole" ? this.whole : this.pictures[part === null ? 0 : part + 1];
  }

  box(node, opened) {
    const shut = this.chains[node].find((part) => !opened.has(part));
    return shut === undefined ? node : -1 - shut;
  }
}
