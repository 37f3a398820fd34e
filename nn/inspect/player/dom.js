// Makes elements. Text goes in as text and never as markup, whatever a name contains.

const SVG = "http://www.w3.org/2000/svg";

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

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

// A button that can do nothing says so but keeps the focus, so that the keyboard stays where it is.
function enable(button, enabled) {
  button.setAttribute("aria-disabled", String(!enabled));
}

// Calls `draw(width)` whenever the element's width is another one.
function whenResized(element, draw) {
  let width = 0;
  new ResizeObserver(() => {
    const now = Math.floor(element.clientWidth);
    if (now && now !== width) draw((width = now));
  }).observe(element);
}
