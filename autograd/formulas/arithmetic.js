// What the names in the formula table mean in JavaScript; floats.py beside it says it for Python's floats.
//
// A name of the table carries a $ here, which no Python name can hold, so it never clashes with an operand.
// Where Python raises an error (log of 0, exp of 1000, 1 / 0), these raise a RangeError too, and never
// answer with a NaN or an infinity that a later comparison could swallow.

function $checked(result, ...operands) {
  if (Number.isFinite(result) || !operands.every(Number.isFinite)) return result;
  throw new RangeError("no finite value");
}

const $exp = (x) => $checked(Math.exp(x), x);
const $log = (x) => $checked(Math.log(x), x);
const $log1p = (x) => $checked(Math.log1p(x), x);
const $expm1 = (x) => $checked(Math.expm1(x), x);
const $sqrt = (x) => $checked(Math.sqrt(x), x);
const $sin = (x) => $checked(Math.sin(x));
const $cos = (x) => $checked(Math.cos(x));
const $tan = (x) => $checked(Math.tan(x));
const $asin = (x) => $checked(Math.asin(x), x);
const $acos = (x) => $checked(Math.acos(x), x);
const $atan = (x) => Math.atan(x);
const $sinh = (x) => $checked(Math.sinh(x), x);
const $cosh = (x) => $checked(Math.cosh(x), x);
const $tanh = (x) => Math.tanh(x);
const $log2 = (x) => $checked(Math.log2(x), x);
const $log10 = (x) => $checked(Math.log10(x), x);
const $exp2 = (x) => $checked(2 ** x, x);
const $cbrt = (x) => Math.cbrt(x);
const $asinh = (x) => $checked(x < 0 ? -Math.asinh(-x) : Math.asinh(x), x);
const $acosh = (x) => $checked(Math.acosh(x), x);
const $atanh = (x) => $checked(Math.atanh(x), x);
const $atan2 = (y, x) => Math.atan2(y, x);
const $hypot = (x, y) => $checked(Math.hypot(x, y), x, y);
const $copysign = (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x));
const $abs = (x) => Math.abs(x);
const $pi = Math.PI;
const $sign = (x) => (x > 0 ? 1 : x < 0 ? -1 : 0);
const $maximum = (x, y) => (x > y ? x : y);
const $minimum = (x, y) => (x < y ? x : y);
const $power = (x, y) => $checked(x === 1 || y === 0 ? 1 : x ** y, x, y);

const $floor = (x) => Math.floor(x);
const $ceil = (x) => Math.ceil(x);
const $trunc = (x) => Math.trunc(x);

function $round(x) { // halves to the even number, as in Python
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
}

function $remainder(x, y) { // with the sign of y, as in Python
  if (y === 0) throw new RangeError("division by zero");
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

function $quotient(x, y) {
  if (y === 0) throw new RangeError("division by zero");
  return x / y;
}

// --- sequences ---

const $len = (xs) => xs.length;
const $add_up = (xs) => xs.reduce((total, x) => total + x, 0);

// As in Python: also where something in between leaves the range of floats but the result does not.
function $sum(xs) {
  const total = $add_up(xs);
  return Number.isFinite(total) ? total : $add_up(xs.map((x) => x / 2 ** 64)) * 2 ** 64;
}

function $prod(xs) {
  const product = xs.reduce((total, x) => total * x, 1);
  if (Number.isFinite(product) && (Math.abs(product) >= 2 ** -1022 || xs.includes(0))) return product;
  const small = xs.filter((x) => Math.abs(x) < 1);
  const large = xs.filter((x) => Math.abs(x) >= 1);
  let result = 1;
  while (small.length || large.length) {
    const [first, second] = Math.abs(result) < 1 ? [large, small] : [small, large];
    result *= (first.length ? first : second).pop();
  }
  return result;
}

const $max = (xs) => xs.reduce($maximum);
const $min = (xs) => xs.reduce($minimum);
const $range = (count) => Array.from({ length: count }, (_, position) => position);
const $enumerate = (xs) => xs.map((x, position) => [position, x]);
const $zip = (xs, ys) => xs.slice(0, ys.length).map((x, position) => [x, ys[position]]);

function $softmax(xs) {
  const largest = $max(xs);
  const exponentials = xs.map((x) => Math.exp(x - largest));
  const total = $sum(exponentials);
  return exponentials.map((exponential) => exponential / total);
}

function $logsumexp(xs) {
  const largest = $max(xs);
  const position = xs.indexOf(largest);
  return largest + Math.log1p($sum(xs.filter((_, i) => i !== position).map((x) => Math.exp(x - largest))));
}

const $norm = (xs) => $checked(Math.hypot(...xs), ...xs);
const $ordered = (xs) => [...xs].sort((x, y) => x - y);

function $products_of_others(xs) {
  const products = xs.map(() => 1);
  for (let i = 1, before = 1; i < xs.length; i++) products[i] = before *= xs[i - 1];
  for (let i = xs.length - 2, after = 1; i >= 0; i--) products[i] *= after *= xs[i + 1];
  return products;
}

function $shares(xs, out) {
  const share = 1 / xs.filter((x) => x === out).length;
  return xs.map((x) => (x === out ? share : 0));
}

// --- the error function, which JavaScript lacks ---
//
// Abramowitz & Stegun, Handbook of Mathematical Functions (1964): 7.1.6, a series of positive terms, near 0,
// and 7.1.14, a continued fraction, further out. Both are summed until a float can hold no more.

function $exp_minus_square(x) {
  const short = Math.fround(x); // its square is exact, so that no digit is lost before the exponential
  return Math.exp(-short * short) * Math.exp((short - x) * (short + x));
}

function $erf(x) {
  if (Math.abs(x) > 2) return Math.sign(x) * (1 - $erfc(Math.abs(x)));
  let sum = x;
  for (let n = 1, term = x; Math.abs(term) > 1e-17 * Math.abs(sum); n++) sum += term *= (2 * x * x) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * $exp_minus_square(x) * sum;
}

function $erfc(x) {
  if (x < 1) return x < -1 ? 2 - $erfc(-x) : 1 - $erf(x);
  if (x > 28) return 0; // less than the smallest float
  let fraction = x;
  for (let n = Math.ceil(15 + 250 / (x * x)); n > 0; n--) fraction = x + n / 2 / fraction;
  return $exp_minus_square(x) / (Math.sqrt(Math.PI) * fraction);
}

// --- the logarithm of the gamma function and its derivatives; special.py beside this file says how ---

const $bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330];

// Left of 0 by reflection, around the zeros at 1 and 2 by the Taylor series, else by steps of 1 from Stirling's series
// (Abramowitz & Stegun, 6.1.17, 6.1.33, 6.1.41).
function $lgamma(x) {
  const part = x - $round(x);
  if (x <= 0 && part === 0) throw new RangeError("no finite value");
  if (Math.abs(x) < 1e-8) return -Math.log(Math.abs(x)) - 0.5772156649015329 * x;
  if (x < 0) return Math.log(Math.PI) - Math.log(Math.abs(Math.sin(Math.PI * part))) - Math.log(-x) - $lgamma(-x);
  if (x > 0.5 && x < 2.5) {
    const beyond = x - (x < 1.5 ? 1 : 2);
    let total = 0;
    for (let k = 55; k > 1; k--) total = (total + ((k % 2 ? -1 : 1) * $hurwitz_zeta(k, 1)) / k) * beyond;
    total = (total - 0.5772156649015329) * beyond;
    return x < 1.5 ? total : Math.log1p(beyond) + total;
  }
  let product = 1;
  for (; x < 12; x++) product *= x;
  const series = $bernoulli.reduceRight((sum, b, k) => (sum + b / ((2 * k + 1) * (2 * k + 2))) / (k ? x * x : x), 0);
  return $checked((x - 0.5) * (Math.log(x) - 1) + (Math.log(2 * Math.PI) - 1) / 2 + series - Math.log(product), x);
}

function $digamma(x) {
  if (x <= 0) {
    const part = x - $round(x);
    if (part === 0) throw new RangeError("no finite value");
    return $digamma(1 - x) - Math.PI / Math.tan(Math.PI * part);
  }
  let below = 0;
  for (; x < 12; x++) below += 1 / x;
  const series = $bernoulli.reduceRight((sum, b, k) => (sum + b / (2 * k + 2)) / x / x, 0);
  return $checked(Math.log(x) - 0.5 / x - series - below, x);
}

function $polygamma(x, index) {
  if (!(index >= 1 && index <= 100) || index % 1 || (x <= 0 && x === $round(x))) throw new RangeError("no finite value");
  const power = index + 1;
  const sign = power % 2 ? -1 : 1;
  const poles = Math.max(Math.ceil(-x), 0);
  const part = x + poles;
  let total = $hurwitz_zeta(power, part);
  if (poles) total += sign * ($hurwitz_zeta(power, -(x + (poles - 1))) - $hurwitz_zeta(power, 1 - x));
  for (let k = 2; k <= index; k++) total *= k;
  return $checked(sign * total, x);
}

function $hurwitz_zeta(s, a) {
  let total = 0;
  for (; a < 12 + s; a++) total += a ** -s;
  total += a ** (1 - s) / (s - 1) + 0.5 * a ** -s;
  let factor = (s / 2) * a ** (-s - 1);
  $bernoulli.forEach((b, i) => {
    const k = i + 1;
    total += b * factor;
    factor *= (((s + 2 * k - 1) * (s + 2 * k)) / ((2 * k + 1) * (2 * k + 2)) / a) / a;
  });
  return total;
}
