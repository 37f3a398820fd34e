// The moment that a page shows, in its address: `#e=a*b&a=2&step=8&tab=quiz`. A notebook's address is left alone.

const TABS = { node: "node", whatIf: "what-if", predict: "quiz", mistakes: "wrong" };
const RESERVED = new Set(["e", "step", "tab", "lang", "view"]);
const EMBEDDED = OWN_PAGE && new URLSearchParams(location.search).has("embed");

// What the address says: an expression, the numbers of leaves by name, a step and a panel, as far as it says them.
function momentOf(hash) {
  const found = OWN_PAGE ? [...new URLSearchParams(hash.slice(1))] : [];
  const said = Object.fromEntries(found.filter(([name]) => RESERVED.has(name)));
  const numbers = found.filter(([name, text]) => !RESERVED.has(name) && text.trim() && Number.isFinite(Number(text)));
  const step = /^\d+$/.test(said.step ?? "") ? Number(said.step) : null;
  const tab = Object.keys(TABS).find((key) => TABS[key] === said.tab);
  const handout = said.view === "handout";
  return { handout, expression: said.e, numbers: new Map(numbers.map(([name, text]) => [name.replace(/^leaf\./, ""), Number(text)])), step, tab };
}

function hashOf({ title, graph, leafValues, position, tabs, handout }) {
  const said = new URLSearchParams();
  if (title) said.set("e", title);
  leafValues.forEach((number, leaf) => {
    const name = graph.names[leaf];
    if (title || !Object.is(number, graph.recorded.values[leaf])) said.set(RESERVED.has(name) || name.startsWith("leaf.") ? `leaf.${name}` : name, number);
  });
  said.set("step", position);
  said.set("tab", TABS[tabs.chosen]);
  if (handout.on) said.set("view", "handout");
  if (LANGUAGE !== FIRST_LANGUAGE) said.set("lang", LANGUAGE);
  return `#${said}`;
}

let writtenHash = location.hash;
let writing = null;

function writeAddress(explorer) {
  if (!OWN_PAGE) return;
  clearTimeout(writing);
  writing = setTimeout(() => {
    writtenHash = hashOf(explorer);
    try {
      history.replaceState(null, "", writtenHash);
    } catch {
      // some browsers allow few changes a second, or none in a file
    }
  }, 150);
}

// Another link to the same page opens that moment.
if (OWN_PAGE) addEventListener("hashchange", () => location.hash !== writtenHash && location.reload());

function copyButton(explorer) {
  const button = make("button", { type: "button", class: "quiet", click: () => copy() }, phrase("copyLink"));
  const copy = async () => {
    const link = `${location.href.split("#")[0]}${hashOf(explorer)}`;
    try {
      await navigator.clipboard.writeText(link);
      setText(button, phrase("copied"));
    } catch {
      prompt(phrase("linkIs"), link);
    }
    setTimeout(() => setText(button, phrase("copyLink")), 2000);
  };
  return OWN_PAGE ? button : null;
}
