// The questions of an exercise and the answers so far, without anything that is shown.

// What has been answered is kept, so that a page that is closed by mistake goes on where it was.
class Worksheet {
  constructor(data) {
    this.graph = new Graph(data);
    this.seed = data.seed;
    this.digest = data.digest;
    this.computed = this.graph.recorded;
    this.run = this.graph.steps(this.computed);
    const lastStep = new Map(); // of each node that gets a gradient, the step that completes it
    for (const step of this.run.steps) for (const { parent } of step.deposits) lastStep.set(parent, step);
    const forward = new Map(this.run.steps.filter(({ phase }) => phase === "forward").map((step) => [step.node, step]));
    this.questions = [
      ...data.asked.values.map((node) => ({ kind: "value", node, about: node, step: forward.get(node) })),
      ...data.asked.gradients.map((node) => this.gradientQuestion(node, lastStep.get(node))),
    ].map((question) => ({ ...question, misses: 0, how: null }));
    this.key = `autograd.exercise.${this.digest}.${this.seed}.${this.questions.length}`;
    this.name = "";
    this.load();
  }

  gradientQuestion(parent, step) {
    const deposits = step.deposits.filter((deposit) => deposit.parent === parent);
    return { kind: "gradient", node: step.node, about: parent, parent, deposits, step, right: deposits.at(-1).after, before: deposits[0].before };
  }

  // The question that is being answered: the first without an answer.
  get current() {
    return this.questions.find(({ how }) => how === null) ?? null;
  }

  // Marks an answer to the current question and returns whether it is right.
  answer(number) {
    const question = this.current;
    const right = isRight(number, question, this.computed, this.graph);
    if (right) question.how = question.misses ? "hinted" : "first";
    else question.misses += 1;
    this.save();
    return right;
  }

  giveUp() {
    this.current.how = "shown";
    this.save();
  }

  clear() {
    for (const question of this.questions) Object.assign(question, { misses: 0, how: null });
    this.save();
  }

  count(how) {
    return this.questions.filter((question) => question.how === how).length;
  }

  get code() {
    const [first, hinted, shown] = ["first", "hinted", "shown"].map((how) => this.count(how));
    const misses = this.questions.reduce((total, question) => total + question.misses, 0);
    return resultCode({ seed: this.seed, graph: this.digest, questions: this.questions.length, first, hinted, shown, misses, name: this.name });
  }

  // Whether a number is no secret: it is given, was never asked for, or has been answered.
  knows(kind, node) {
    const question = this.questions.find((each) => each.kind === kind && each.about === node);
    if (question) return question.how !== null;
    const { current } = this;
    if (kind === "value") return this.graph.isLeaf(node) || current?.kind !== "value" || node < current.node;
    return current === null || (current.kind === "gradient" && node > current.about);
  }

  save() {
    try {
      localStorage.setItem(this.key, JSON.stringify([this.name, ...this.questions.map(({ misses, how }) => [misses, how])]));
    } catch {
      // where nothing may be kept, nothing is
    }
  }

  load() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(this.key));
    } catch {
      // nothing was kept, or something else's
    }
    if (!Array.isArray(kept) || typeof kept[0] !== "string") return;
    this.name = kept[0];
    this.questions.forEach((question, i) => {
      const [misses, how] = Array.isArray(kept[i + 1]) ? kept[i + 1] : [];
      if (Number.isInteger(misses) && misses >= 0) question.misses = misses;
      if (["first", "hinted", "shown"].includes(how) && (i === 0 || this.questions[i - 1].how)) question.how = how;
    });
  }
}
