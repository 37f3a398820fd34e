// The three numbers of the chain rule have a colour each, wherever a text shows them: the gradient that comes in, the
// local derivative, and their product. In a text they stand between marks, which no name contains.

const INKS = ["incoming", "local", "product"];
const END = "\u0004"; // the marks before it stand for the three, in their order

function inked(ink, text) {
  return `${String.fromCharCode(1 + INKS.indexOf(ink))}${text}${END}`;
}

function plain(text) {
  return text.replace(/[\u0001-\u0004]/g, "");
}

// How wide a text is in a font of so many pixels; the product is set in bold type.
function inkedWidth(text, size) {
  return text.split(/(\u0003[^\u0004]*\u0004)/).reduce((sum, part) => sum + widthOf(plain(part), `${part.startsWith("\u0003") ? "700 " : ""}${size}px`), 0);
}

// As setText, with the numbers in their colours.
function setInked(element, text) {
  if (element.inked === text) return;
  element.inked = text;
  const part = element.namespaceURI === SVG ? (ink, word) => makeSvg("tspan", { class: ink }, word) : (ink, word) => make("span", { class: ink }, word);
  element.replaceChildren(...text.split(/([\u0001-\u0003][^\u0004]*\u0004)/).filter(Boolean).map((word) => {
    const ink = INKS[word.charCodeAt(0) - 1];
    return ink ? part(ink, plain(word)) : word;
  }));
}
