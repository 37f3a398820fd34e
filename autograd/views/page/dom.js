// Makes elements and starts pages. Text goes in as text and never as markup, whatever a label contains.

const SVG = "http://www.w3.org/2000/svg";

// Fills every element of this page that nobody has filled yet; a notebook may show the same page several times.
function start(attribute, name, style, fill) {
  if (OWN_PAGE) document.documentElement.lang = LANGUAGE;
  for (const host of document.querySelectorAll(`[${attribute}="${name}"]`)) {
    if (host.shadowRoot) continue;
    host.lang = LANGUAGE;
    host.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab's: keys typed here are not its commands
    const root = host.attachShadow({ mode: "open" });
    root.append(make("style", {}, style));
    fill(root);
  }
}

function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function makeSvg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  setAll(element, attributes);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function setAll(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value === false || value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
}

// Writing to the page is what takes time in a big graph, so nothing is written that is already there.
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function setClass(element, names) {
  if (element.getAttribute("class") !== names) element.setAttribute("class", names);
}

function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

// A button that can do nothing says so but keeps the focus, so that the keyboard stays where it is.
function enable(button, enabled) {
  button.setAttribute("aria-disabled", String(!enabled));
}

// Calls `draw(width)` whenever the element has a new width.
function whenResized(element, draw) {
  let width = 0;
  new ResizeObserver(() => {
    const now = Math.floor(element.clientWidth);
    if (now && now !== width) draw((width = now));
  }).observe(element);
}

// At most `most` children, and a last one that says how many there would have been.
function listed(items, most, child) {
  const shown = items.slice(0, most).map(child);
  if (items.length > most) shown.push(make("li", { class: "more" }, phrase("andMore", { count: items.length - most })));
  return shown;
}
