// What happens in the step that is shown: its phase, a sentence, the line of the program, and what comes next.

class Story {
  constructor(graph, words) {
    this.graph = graph;
    this.words = words;
    this.phase = make("span", { class: "phase" });
    this.key = make("p", { class: "key" });
    setInked(this.key, `${inked("incoming", phrase("incoming"))}\n× ${inked("local", phrase("local"))}\n=\u00a0${inked("product", phrase("contribution"))}`);
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
    const phases = { forward: phrase("forward"), seed: phrase("backward"), backward: phrase("backward") };
    setText(this.phase, failed ? phrase("stopped") : step ? phases[step.phase] : phrase("start"));
    setClass(this.phase, `phase ${failed ? "failed" : step ? (step.phase === "forward" ? "forward" : "backward") : ""}`);
    const said = [step ? this.words.narrate(step, view.values) : this.opening(view)];
    if (failed) said.push(this.words.failure(computed.failure, computed.values));
    else if (step && atEnd) said.push(view.cut ? phrase("stoppedAfter", { count: MOST_VISITS }) : this.ending(view));
    if (view.mistaken) said.unshift(phrase("wrongOnPurposeOf", { mistake: MISTAKES[view.mistake].name }));
    setInked(this.narration, said.join(" "));
    show(this.key, step?.phase === "backward");
    const line = step ? this.graph.lines[step.node] : "";
    setText(this.source, line);
    show(this.source, Boolean(line));
    setText(this.queue, asked ? phrase("queueHidden") : this.queueText(step));
  }

  ending(view) {
    const wrong = this.graph.names.filter((_, node) => view.isWrong(node)).length;
    return wrong ? phrase("overAndWrong", { count: wrong }) : phrase("complete");
  }

  opening({ mistake }) {
    const { leaves, names } = this.graph;
    const said = phrase("opening", { leaves: phrase("leavesHave", { count: leaves }), nodes: phrase("nodesAre", { count: names.length - leaves }) });
    return mistake === "stale" ? `${said} ${phrase("stillHolds")}` : said;
  }

  queueText(step) {
    const { graph, words } = this;
    const queue = step ? step.queue : { length: graph.names.length - graph.leaves, at: (i) => graph.leaves + i };
    if (!queue.length) return phrase(step?.phase === "forward" ? "queueEmptyNext" : "queueEmpty");
    const names = Array.from({ length: Math.min(queue.length, 10) }, (_, i) => words.name(queue.at(i)));
    const more = queue.length - names.length;
    return phrase(more > 0 ? "queueMore" : "queue", { names: names.join(", "), count: more });
  }
}
