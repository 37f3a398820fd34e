// What happens in the step that is shown: its phase, a sentence, the line of the program, and what comes next.

class Story {
  constructor(graph, words) {
    this.graph = graph;
    this.words = words;
    this.phase = make("span", { class: "phase" });
    this.key = make("p", { class: "key" });
    setInked(this.key, `${inked("incoming", "incoming")}\n× ${inked("local", "local")}\n=\u00a0${inked("product", "contribution")}`);
    this.narration = make("p", { class: "narration", "aria-live": "polite", "aria-atomic": "true" });
    this.source = make("code", { class: "source" });
    this.queue = make("p", { class: "queue" });
    this.element = make("div", { class: "story" }, make("div", {}, this.phase, this.key), make("div", {}, this.narration, this.source, this.queue));
  }

  show(view, { computed, total, predict }) {
    const asked = predict.on && predict.kinds.has("next");
    const { step } = view;
    const atEnd = view.position >= total;
    const failed = computed.failure && atEnd;
    const phases = { forward: "Forward", seed: "Backward", backward: "Backward" };
    setText(this.phase, failed ? "Stopped" : step ? phases[step.phase] : "Start");
    setClass(this.phase, `phase ${failed ? "failed" : step ? (step.phase === "forward" ? "forward" : "backward") : ""}`);
    const said = [step ? this.words.narrate(step, view.values) : this.opening(view)];
    if (failed) said.push(this.words.failure(computed.failure, computed.values));
    else if (step && atEnd) said.push(view.cut ? `Stopped after ${MOST_VISITS} visits.` : this.ending(view));
    if (view.mistaken) said.unshift(`Wrong on purpose (${MISTAKES[view.mistake].name}):`);
    setInked(this.narration, said.join(" "));
    show(this.key, step?.phase === "backward");
    const line = step ? this.graph.lines[step.node] : "";
    setText(this.source, line);
    show(this.source, Boolean(line));
    setText(this.queue, asked ? "Queue: hidden while the quiz asks which node is next." : this.queueText(step));
  }

  ending(view) {
    const wrong = this.graph.names.filter((_, node) => view.isWrong(node)).length;
    if (!wrong) return "Every gradient is complete.";
    return `The pass is over, and ${counted(wrong, "gradient is", "gradients are")} wrong.`;
  }

  opening({ mistake }) {
    const { leaves, names } = this.graph;
    const stale = mistake === "stale" ? " Every node still holds the gradient of an earlier backward()." : "";
    return `${counted(leaves, "leaf has its number", "leaves have their numbers")}, ${counted(names.length - leaves, "node is", "nodes are")} still to be computed.${stale}`;
  }

  queueText(step) {
    const { graph, words } = this;
    const queue = step ? step.queue : { length: graph.names.length - graph.leaves, at: (i) => graph.leaves + i };
    if (!queue.length) return step?.phase === "forward" ? "Queue: empty. The backward pass comes next." : "Queue: empty.";
    const names = Array.from({ length: Math.min(queue.length, 10) }, (_, i) => words.name(queue.at(i)));
    return `Queue: ${names.join(", ")}${queue.length > names.length ? `, and ${queue.length - names.length} more` : ""}`;
  }
}
