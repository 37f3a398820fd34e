// Unpacks the numbers of the run and writes numbers as text.

function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

// Rows of floats of 24 bits, one row for each frame.
class Rows {
  constructor(text, frames) {
    const bytes = bytesOf(text);
    const view = new DataView(new ArrayBuffer(4));
    this.numbers = new Float32Array(bytes.length / 3);
    for (let i = 0; i < this.numbers.length; i++) {
      view.setUint32(0, (bytes[3 * i] << 24) | (bytes[3 * i + 1] << 16) | (bytes[3 * i + 2] << 8));
      this.numbers[i] = view.getFloat32(0);
    }
    this.width = this.numbers.length / frames;
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

// At most four significant digits; nothing for a number that is not there.
function numberText(number, digits = 4) {
  if (number === null || number === undefined || Number.isNaN(number)) return "";
  const size = Math.abs(number);
  if (size === 0) return "0";
  if (size >= 1e-4 && size < 1e5) return String(Number(number.toPrecision(digits)));
  return number.toExponential(digits - 1).replace(/\.?0*e/, "e");
}

// As it stands in the picture, where there is room for five characters.
function shortText(number) {
  if (Number.isNaN(number)) return "–";
  const size = Math.abs(number);
  if (size === 0) return "0";
  if (size < 10) return number.toFixed(2);
  if (size < 1000) return number.toFixed(size < 100 ? 1 : 0);
  return number.toExponential(0).replace("e+", "e");
}

// A name that the user chose, in a sentence; one written from right to left must not turn the sentence around.
function isolated(name) {
  return /^[\x20-\x7e…]*$/.test(name) ? name : `\u2068${name}\u2069`;
}
