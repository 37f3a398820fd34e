// One moment of the page, and what the picture, the table and the panels may ask about it.

class View {
  constructor(explorer) {
    const { graph, computed, run, truth, position, mistake } = explorer;
    const forward = graph.names.length - graph.leaves;
    this.step = position > 0 ? run.steps[position - 1] : null;
    this.values = computed.values;
    this.slopes = computed.slopes;
    this.selected = explorer.selected;
    this.mistake = mistake;
    this.mistaken = mistake !== "none";
    this.right = truth.gradients;
    this.gradients = run.gradients;
    this.cut = run.cut;
    this.changed = explorer.changed;
    this.ghost = explorer.changed ? explorer.ghost : null;
    this.computedUpTo = graph.leaves + Math.min(position, forward);
    this.now = [...run.start];
    this.reached = mistake === "stale" && run.gradients ? graph.names.map(() => true) : [];
    this.last = explorer.lastDeposits;
    this.steps = run.steps;
    this.largest = run.largest;
    this.forward = forward;
    this.pace = explorer.pace;
    this.position = position;
    for (let i = forward; i < position; i++) {
      for (const { parent, after } of run.steps[i].deposits) {
        this.now[parent] = after;
        this.reached[parent] = true;
      }
    }
  }

  // Every contribution that has flowed so far, with the use along which it did.
  *flowed() {
    for (let i = this.forward; i < this.position; i++) {
      const { phase, node, deposits } = this.steps[i];
      if (phase !== "backward") continue;
      for (let place = 0; place < deposits.length; place++) yield { node, place, amount: deposits[place].amount };
    }
  }

  isComputed(node) {
    return node < this.computedUpTo;
  }

  isReached(node) {
    return Boolean(this.reached[node]);
  }

  // Whether no later step adds anything to the gradient of the node.
  isFinal(node) {
    return this.isReached(node) && this.last[node] <= this.position;
  }

  willBeWrong(node) {
    const [mine, right] = [this.gradients[node], this.right[node]];
    return Math.abs(mine - right) > 1e-9 * Math.max(Math.abs(mine), Math.abs(right));
  }

  isWrong(node) {
    return this.mistaken && this.isFinal(node) && this.willBeWrong(node);
  }

  // The value and the gradient that were recorded, as shown, where they are others now.
  ghosts(node) {
    const { values, gradients } = this.ghost ?? {};
    const shown = (number, text) => (number === undefined || numberText(number) === text ? "" : numberText(number));
    return this.ghost ? [
      this.isComputed(node) ? shown(values[node], numberText(this.values[node])) : "",
      gradients && !this.mistaken && this.isFinal(node) ? shown(gradients[node], this.gradientText(node)) : "",
    ] : ["", ""];
  }

  gradientText(node) {
    if (!this.isReached(node)) return "";
    const text = numberText(this.now[node]);
    if (this.isWrong(node)) return `≠ ${text}`;
    return this.isFinal(node) ? text : `${text} …`;
  }
}
