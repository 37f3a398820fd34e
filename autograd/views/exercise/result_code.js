// The code that a student hands in: the twin of codes.py, which says what stands in it.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_VERSION = 1;
const LONGEST_NAME = 60;

function resultCode({ seed, graph, questions, first, hinted, shown, misses, name }) {
  const symbols = symbolsOf(CODE_VERSION, 1) + symbolsOf(seed, 7) + graph +
    [questions, first, hinted, shown].map((count) => symbolsOf(count, 2)).join("") + symbolsOf(misses, 3);
  const tidied = tidyName(name);
  const code = `${symbols}${checksum(symbols, tidied)}`.match(/.{5}/g).join("-");
  return tidied ? `${code} ${tidied}` : code;
}

function symbolsOf(number, length) {
  let [rest, text] = [Math.min(number, 32 ** length - 1), ""];
  for (let place = 0; place < length; place++) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

// FNV-1a, mixed as in MurmurHash3.
function checksum(symbols, name) {
  let mixed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${symbols} ${name}`)) mixed = Math.imul(mixed ^ byte, 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return symbolsOf(((mixed ^ (mixed >>> 16)) >>> 0) >>> 2, 6);
}

function tidyName(name) {
  const spaced = name.normalize("NFKC").replace(/[\s\u0000-\u001f\u007f-\u009f\ufeff]+/g, " ").trim();
  return [...spaced].slice(0, LONGEST_NAME).join("").trim();
}
