// Numbers in print, and equations that hold as printed: autograd/formulas/equations.py says the same in Python.

const DIGITS = 4;
const numberTexts = new Map(); // the same numbers are shown over and over

function numberText(number, digits = DIGITS) {
  if (digits !== DIGITS) return written(number, digits);
  let text = numberTexts.get(number);
  if (text === undefined) {
    if (numberTexts.size > 20000) numberTexts.clear();
    text = written(number, digits);
    numberTexts.set(number, text);
  }
  return text;
}

// At most so many significant digits, a whole part never cut, as Python's number_text.
function written(number, significant) {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? "nan" : number < 0 ? "-inf" : "inf";
  const size = Math.abs(number);
  if (Number.isInteger(number) && size < 1e6) return String(number === 0 ? 0 : number);
  if (size >= 1e4 && size < 1e6) {
    const decimals = Math.max(0, significant - (size < 1e5 ? 5 : 6));
    return decimals ? stripped(number.toFixed(decimals)) : String(evenRounded(number));
  }
  const [digits, exponentText] = inDigits(number, significant).split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < significant) return stripped(Number(`${digits}e${exponentText}`).toFixed(significant - 1 - exponent));
  return `${stripped(digits)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function stripped(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

// Where a number lies exactly halfway, Python rounds to the even digit and JavaScript upwards.
function inDigits(number, digits) {
  const tie = new RegExp(`^(-?\\d\\.\\d{${digits - 2}}[02468])50*e(.*)$`).exec(number.toExponential(40));
  return tie ? `${tie[1]}e${tie[2]}` : number.toExponential(digits - 1);
}

function evenRounded(number) {
  const below = Math.floor(number);
  return number - below === 0.5 ? below + (below % 2 === 0 ? 0 : 1) : Math.round(number);
}

// A number that the user wrote, in full.
function literalText(number) {
  for (let digits = DIGITS; digits < 18; digits++) if (Number(numberText(number, digits)) === number) return numberText(number, digits);
  return String(number);
}

// A number as it stands to the right of a sign.
function factor(number, digits = DIGITS) {
  const text = numberText(number, digits);
  return text.startsWith("-") ? `(${text})` : text;
}

// --- equations ---

const MOST_DIGITS = 12; // beyond these a number shows the rounding of floats rather than itself
const MOST_BARE = 2; // a result with no more digits than this looks exact, and gets more unless it is
const [CANCELLED, NUDGE] = [1e-10, 1e-15];

function resultDigits(number) {
  const text = numberText(number);
  const bare = text.split("e")[0].replace(/^[-0.]+/, "").replace(/\D/g, "");
  if (!Number.isFinite(number) || bare.length > MOST_BARE) return DIGITS;
  for (let digits = DIGITS + 1; digits <= MOST_DIGITS; digits++) if (numberText(number, digits) !== text) return digits;
  return DIGITS;
}

// A number as it stands alone on the right of an equation.
function resultText(number) {
  return numberText(number, resultDigits(number));
}

// Whether `left` is `right` when rounded to the digits that `right` is shown with.
function agrees(left, right, digits) {
  const shown = numberOfText(numberText(right, digits));
  if (shown === 0 || !Number.isFinite(shown) || !Number.isFinite(left)) return left === shown || (Number.isNaN(left) && Number.isNaN(shown));
  let unit = 10 ** (Number(shown.toExponential(6).split("e")[1]) + 1 - digits);
  if (Math.abs(shown) >= 1e4 && Math.abs(shown) < 1e6) unit = Math.min(unit, 1);
  return Math.abs(left - shown) <= 0.5000001 * unit;
}

function numberOfText(text) {
  return { inf: Infinity, "-inf": -Infinity, nan: NaN }[text] ?? Number(text);
}

// How to print an equation so that it holds: the digits of its numbers and of its result, and the sign between them.
// `left(rounded)` is what the left side gives when `rounded` is applied to each of its numbers.
function settled(left, right, shown = DIGITS) {
  const result = Math.max(shown, resultDigits(right));
  for (let digits = DIGITS; digits <= MOST_DIGITS; digits++) {
    const rounded = (number) => numberOfText(numberText(number, digits));
    if (attempt(() => holds(left, right, rounded, result))) return { left: digits, right: result, sign: "=" };
  }
  return { left: shown, right: shown, sign: "≈" };
}

function holds(left, right, rounded, digits) {
  let largest = 0;
  const noted = (number) => {
    largest = Math.max(largest, Math.abs(rounded(number)));
    return rounded(number);
  };
  if (!agrees(left(noted), right, digits)) return false;
  if (right === 0 || Math.abs(right) > CANCELLED * largest) return true;
  let up = false;
  const nudged = (number) => {
    if (Number.isInteger(number)) return rounded(number);
    up = !up;
    return rounded(number) * (1 + (up ? NUDGE : -NUDGE));
  };
  return agrees(left(nudged), right, digits);
}

// `one = two ≈ three`, without the texts that only repeat the one before.
function chained(texts, sign = "=") {
  const found = texts.filter((text, i) => i === 0 || text !== texts[i - 1]);
  const last = found.pop();
  return found.length ? `${found.join(" = ")} ${sign} ${last}` : last;
}

// `0.5 × (-2) = -1`
function productText(factors, product, shown = DIGITS, ink = (name, text) => text) {
  const how = settled((rounded) => factors.map(rounded).reduce((all, each) => all * each, 1), product, shown);
  const texts = factors.map((number, i) => ink(INKS[i], i ? factor(number, how.left) : numberText(number, how.left)));
  const cut = texts.length > MOST_FACTORS ? [...texts.slice(0, 3), "...", ...texts.slice(-3)] : texts;
  const result = ink("product", numberText(product, how.right));
  return factors.length > 1 ? `${cut.join(" × ")} ${how.sign} ${result}` : result;
}

const MOST_FACTORS = 8;
