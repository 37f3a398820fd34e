// The page of the lab: cells, what to do with them, and the messages of the Python that runs them.
import { examples, notebooks, size } from "./contents.js";

const MOST_TEXT = 200_000; // characters that a cell may print before the rest is left out
const MOST_CODE = 200_000; // characters of code that a link may hold
const byId = (id) => document.getElementById(id);
const list = byId("cells");

// --- Python ------------------------------------------------------------------------------------------------------

let worker;
let ready = false;
let waiting = []; // cells to run, the one that runs first
const loading = { bytes: 0, since: 0 };

function start(why = "") {
  worker?.terminate();
  ready = false;
  Object.assign(loading, { bytes: 0, since: performance.now() });
  byId("progress").hidden = false;
  say(`${why}Python is loading.`);
  worker = new Worker("worker.js", { type: "module" });
  worker.onmessage = ({ data }) => hear[data.kind](data);
  worker.onerror = (event) => hear.broken({ reason: event.message || "its files could not be read" });
}

const hear = {
  loaded({ bytes }) {
    loading.bytes += bytes;
    byId("progress").value = Math.min(loading.bytes / size, 1);
  },
  ready({ version }) {
    ready = true;
    byId("progress").hidden = true;
    say(`Python ${version} is ready, after ${((performance.now() - loading.since) / 1000).toFixed(1)} s.`);
    next();
  },
  broken({ reason }) {
    byId("progress").hidden = true;
    waiting = [];
    say(`Python could not be started here: ${reason}`);
    show();
  },
  text: ({ text }) => print(waiting[0], text),
  error: ({ text }) => add(waiting[0], "pre", { className: "error", tabIndex: 0, textContent: text }),
  picture({ svg, title }) {
    const image = { alt: title, src: `data:image/svg+xml,${encodeURIComponent(svg)}` };
    const box = add(waiting[0], "figure", { tabIndex: 0, ariaLabel: "Picture" }); // wide ones scroll in it
    box.append(Object.assign(document.createElement("img"), image));
  },
  page({ html, title }) {
    add(waiting[0], "iframe", { title, sandbox: "allow-scripts allow-downloads", srcdoc: framed(html), height: 60 });
  },
  done() {
    waiting.shift();
    say(waiting.length ? "" : "Done.");
    next();
  },
};

function next() {
  show();
  if (!ready || !waiting.length || waiting[0].running) return;
  const cell = waiting[0];
  cell.running = true;
  say("Running.");
  worker.postMessage({ code: cell.code.value, number: cells.indexOf(cell) + 1 });
}

function run(...cells) {
  for (const cell of cells) {
    if (waiting.includes(cell)) continue;
    cell.output.replaceChildren();
    Object.assign(cell, { printed: 0, running: false });
    waiting.push(cell);
  }
  next();
}

function stop() {
  waiting = [];
  start("Stopped; the variables are gone. ");
  show();
}

// --- output ------------------------------------------------------------------------------------------------------

// HTML that Python made: a page of its own, which cannot touch this one and only says how high it is.
function framed(html) {
  const measure = `new ResizeObserver(() => parent.postMessage(Math.ceil(
    document.documentElement.getBoundingClientRect().height), "*")).observe(document.documentElement)`;
  return `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
    <title>Output</title><style>html { font: 14px/1.5 system-ui, sans-serif; } body { margin: 0; overflow-x: auto; }</style>
    ${html}<script>${measure}</script>`;
}

window.addEventListener("message", ({ source, data }) => {
  const frame = [...document.querySelectorAll("iframe")].find((item) => item.contentWindow === source);
  if (frame && Number.isFinite(data)) frame.height = Math.min(Math.max(data, 20), 4000);
});

function add(cell, tag, properties) {
  const element = Object.assign(document.createElement(tag), properties);
  cell?.output.append(element);
  return element;
}

function print(cell, text) {
  if (!cell || cell.printed > MOST_TEXT) return;
  cell.printed += text.length;
  let last = cell.output.lastElementChild;
  if (last?.tagName !== "PRE" || last.className) last = add(cell, "pre", { tabIndex: 0 });
  // a carriage return goes back to the start of the line, as progress bars want it
  const lines = (last.textContent + text).split("\n");
  last.textContent = lines.map((line) => line.slice(line.replace(/\r+$/, "").lastIndexOf("\r") + 1)).join("\n");
  if (cell.printed > MOST_TEXT) last.textContent += "\n... and more, which is left out here.";
}

function say(text) {
  if (text) byId("state").textContent = text;
}

// --- cells -------------------------------------------------------------------------------------------------------

let cells = [];

function newCell(code = "") {
  const element = byId("cell").content.firstElementChild.cloneNode(true);
  const cell = { element, code: element.querySelector("textarea"), output: element.querySelector(".output") };
  cell.code.value = code;
  cell.code.addEventListener("input", () => changed(cell));
  cell.code.addEventListener("keydown", (event) => press(event, cell));
  element.querySelector(".run").addEventListener("click", () => run(cell));
  element.querySelector(".remove").addEventListener("click", () => remove(cell));
  cells.push(cell);
  list.append(element);
  fit(cell);
  show();
  return cell;
}

function remove(cell) {
  cells = cells.filter((other) => other !== cell);
  waiting = waiting.filter((other) => other !== cell || other.running);
  cell.element.remove();
  if (!cells.length) newCell();
  cells[0].code.focus();
  show();
  keep();
}

function fit(cell) {
  cell.code.rows = Math.min(Math.max(cell.code.value.split("\n").length, 3), 30);
}

function changed(cell) {
  fit(cell);
  keep();
}

function show() {
  cells.forEach((cell, index) => {
    const name = `Cell ${index + 1}`;
    cell.code.setAttribute("aria-label", `${name}: Python`);
    cell.output.setAttribute("aria-busy", waiting.includes(cell));
    cell.element.querySelector(".run").setAttribute("aria-label", `Run cell ${index + 1}`);
    cell.element.querySelector(".remove").setAttribute("aria-label", `Remove cell ${index + 1}`);
    const state = waiting[0] === cell && cell.running ? ": running" : waiting.includes(cell) ? ": waiting for Python" : "";
    cell.element.querySelector(".count").textContent = name + state;
  });
  byId("stop").disabled = !waiting.length;
}

// Show other cells: code, or text of the course in HTML, which was made with this page.
function open(parts) {
  list.replaceChildren();
  cells = [];
  for (const { code, text } of parts) {
    if (text === undefined) newCell(code);
    else list.append(Object.assign(document.createElement("li"), { className: "text", innerHTML: text }));
  }
  if (waiting.length) stop();
}

// --- typing ------------------------------------------------------------------------------------------------------

let leaving = false; // after Esc, Tab leaves the cell, as it does everywhere else

function press(event, cell) {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
  const area = cell.code;
  if (key === "Enter" && (shiftKey || ctrlKey || metaKey)) {
    event.preventDefault();
    run(cell);
    if (shiftKey) cells[cells.indexOf(cell) + 1]?.code.focus();
  } else if (key === "Escape") {
    leaving = true;
    return;
  } else if (key === "Tab" && !leaving && !ctrlKey && !altKey && !metaKey) {
    event.preventDefault();
    indent(area, shiftKey);
  } else if (key === "Enter" && !altKey && !event.isComposing) {
    event.preventDefault();
    const line = area.value.slice(0, area.selectionStart).split("\n").at(-1);
    write(area, `\n${line.match(/^ */)[0]}${/:\s*(#.*)?$/.test(line) ? "    " : ""}`);
  }
  if (key !== "Shift") leaving = false;
}

function write(area, text) {
  // the one way of changing a text that the browser can undo; it is old, hence the other
  const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
  if (!done) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input"));
  }
}

function indent(area, back) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  if (!back && start === end) {
    write(area, " ".repeat(4 - ((start - value.lastIndexOf("\n", start - 1) - 1) % 4)));
    return;
  }
  const first = value.lastIndexOf("\n", start - 1) + 1;
  const lines = value.slice(first, end);
  const moved = back ? lines.replace(/^ {1,4}/gm, "") : lines.replace(/^(?=.)/gm, "    ");
  if (moved === lines) return;
  area.setSelectionRange(first, end);
  write(area, moved);
  area.setSelectionRange(first, first + moved.length);
}

// --- links, and what outlives a reload ---------------------------------------------------------------------------

async function packed(codes) {
  const text = new Blob([JSON.stringify(codes)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(text).arrayBuffer());
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

async function unpacked(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder();
  let json = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    json += decoder.decode(part.value, { stream: true });
    if (json.length > MOST_CODE) throw new Error("too long");
  }
  const codes = JSON.parse(json);
  if (!Array.isArray(codes) || !codes.length || !codes.every((code) => typeof code === "string")) throw new Error("no code");
  return codes;
}

async function share() {
  const codes = cells.map((cell) => cell.code.value);
  if (JSON.stringify(codes).length > MOST_CODE) {
    say(`This is too long for a link, which holds ${MOST_CODE.toLocaleString("en")} characters.`);
    return;
  }
  history.replaceState(null, "", `${location.pathname}#code=${await packed(codes)}`);
  keep();
  try {
    await navigator.clipboard.writeText(location.href);
    say("The link is copied. It holds the code itself; who opens it runs it by pressing Run.");
  } catch {
    say("The link is in the address bar; copy it from there. It holds the code itself.");
  }
}

function keep() {
  try {
    sessionStorage.setItem(location.href, JSON.stringify(cells.map((cell) => cell.code.value)));
  } catch {
    // where a browser keeps nothing, a reload begins again
  }
}

// Put into what was opened the code that was kept of it.
function withKept(parts) {
  let codes = null;
  try {
    codes = JSON.parse(sessionStorage.getItem(location.href));
  } catch {
    // nothing is kept
  }
  if (!codes) return parts;
  const fresh = parts.map((part) => (part.text === undefined ? { code: codes.shift() ?? "" } : part));
  return [...fresh, ...codes.map((code) => ({ code }))];
}

async function fromAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  if (asked.has("code")) {
    try {
      return (await unpacked(asked.get("code"))).map((code) => ({ code }));
    } catch {
      byId("cells").before(Object.assign(document.createElement("p"), {
        className: "error", textContent: "The code in this link is damaged, so here is an example instead.",
      }));
    }
  }
  const example = asked.get("example");
  if (example && Object.hasOwn(examples, example)) return [{ code: examples[example].code }];
  const named = new URLSearchParams(location.search).get("notebook");
  if (named && Object.hasOwn(notebooks, named)) return (await fetch(`notebooks/${named}.json`)).json();
  return [{ code: examples[Object.keys(examples)[0]].code }];
}

// --- begin -------------------------------------------------------------------------------------------------------

for (const [name, { title }] of Object.entries(examples)) {
  byId("short").append(Object.assign(document.createElement("option"), { value: name, textContent: title }));
}
for (const [name, title] of Object.entries(notebooks)) {
  byId("course").append(Object.assign(document.createElement("option"), { value: `?notebook=${name}`, textContent: title }));
}
byId("examples").addEventListener("change", ({ target }) => {
  if (target.value.startsWith("?")) {
    location.href = location.pathname + target.value;
  } else if (target.value) {
    location.hash = `example=${target.value}`; // an address of its own: what was written is there when one goes back
    target.value = "";
  }
});
byId("run-all").addEventListener("click", () => run(...cells));
byId("stop").addEventListener("click", stop);
byId("add").addEventListener("click", () => newCell().code.focus());
byId("share").addEventListener("click", share);
window.addEventListener("hashchange", async () => open(withKept(await fromAddress())));
start();
open(withKept(await fromAddress()));
