// Unpacks the numbers of the run and writes numbers as text.

function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

// Rows of floats of 24 bits, one row for each frame.
class Rows {
  constructor(packed, frames) {
    this.numbers = typeof packed === "string" ? this.unpacked(packed) : packed;
    this.width = this.numbers.length / frames;
  }

  unpacked(text) {
    const bytes = bytesOf(text);
    const view = new DataView(new ArrayBuffer(4));
    const numbers = new Float32Array(bytes.length / 3);
    for (let i = 0; i < numbers.length; i++) {
      view.setUint32(0, (bytes[3 * i] << 24) | (bytes[3 * i + 1] << 16) | (bytes[3 * i + 2] << 8));
      numbers[i] = view.getFloat32(0);
    }
    return numbers;
  }

  at(frame, i) {
    return this.numbers[frame * this.width + i];
  }

  row(frame) {
    return this.numbers.subarray(frame * this.width, (frame + 1) * this.width);
  }

  // The largest absolute value in some of the columns over the whole run.
  largest(columns) {
    let found = 0;
    for (let start = 0; start < this.numbers.length; start += this.width) {
      for (const i of columns) found = Math.max(found, Math.abs(this.numbers[start + i]) || 0);
    }
    return found;
  }
}

// At most four significant digits, as Python's number_text; nothing for a number that is not there.
function numberText(number) {
  if (number === null || number === undefined || Number.isNaN(number)) return "";
  if (!Number.isFinite(number)) return number < 0 ? "-inf" : "inf";
  const size = Math.abs(number);
  if (Number.isInteger(number) && size < 1e6) return String(number === 0 ? 0 : number);
  if (size >= 1e4 && size < 1e6) return String(evenRounded(number));
  const [digits, exponentText] = fourDigits(number).split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 4) return stripped(Number(`${digits}e${exponentText}`).toFixed(3 - exponent));
  return `${stripped(digits)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function stripped(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

// Where a number lies exactly halfway, Python rounds to the even digit and JavaScript upwards.
function fourDigits(number) {
  const tie = /^(-?\d\.\d\d[02468])50*e(.*)$/.exec(number.toExponential(40));
  return tie ? `${tie[1]}e${tie[2]}` : number.toExponential(3);
}

function evenRounded(number) {
  const below = Math.floor(number);
  return number - below === 0.5 ? below + (below % 2 === 0 ? 0 : 1) : Math.round(number);
}

// The red, green and blue, from 0 to 255, of a colour such as #0067a3.
function rgbOf(colour) {
  return [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
}

// A name that the user chose, in a sentence; one written from right to left must not turn the sentence around.
function isolated(name) {
  return /^[\x20-\x7e…]*$/.test(name) ? name : `\u2068${name}\u2069`;
}
