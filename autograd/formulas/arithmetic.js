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
const $abs = (x) => Math.abs(x);
const $pi = Math.PI;
const $sign = (x) => (x > 0 ? 1 : x < 0 ? -1 : 0);
const $maximum = (x, y) => (x > y ? x : y);
const $minimum = (x, y) => (x < y ? x : y);
const $power = (x, y) => $checked(x === 1 || y === 0 ? 1 : x ** y, x, y);

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
