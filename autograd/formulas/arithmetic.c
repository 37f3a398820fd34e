/* What names in the formula table mean in C where <math.h> has no function for them; floats.py beside this file says it
   for Python's floats. Where Python raises an error, one of the flags of <fenv.h> is left raised, as <math.h> does. */

static double sign(double x)
{
    return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0;
}

static double maximum(double x, double y)
{
    return x > y ? x : y;
}

static double minimum(double x, double y)
{
    return x < y ? x : y;
}

static int position(double index, int count)
{
    int found = index >= 0 && index < count ? (int)index : -1;
    if (found >= 0 && found == index)
        return found;
    feraiseexcept(FE_INVALID); /* there is no such position */
    return 0;
}

static double largest(int count, const double *xs)
{
    double found = xs[0];
    for (int i = 1; i < count; i++)
        found = xs[i] > found ? xs[i] : found;
    return found;
}

static double smallest(int count, const double *xs)
{
    double found = xs[0];
    for (int i = 1; i < count; i++)
        found = xs[i] < found ? xs[i] : found;
    return found;
}

/* The product of all numbers but one (none: skip = -1), also where a part of it is too small or too large for a double. */
static double product_without(int skip, int count, const double *xs)
{
    double fraction = 1;
    int exponent = 0;
    for (int i = 0; i < count; i++)
        if (i != skip) {
            int power, shift;
            double mantissa = frexp(xs[i], &power);
            fraction = frexp(fraction * mantissa, &shift);
            exponent += power + shift;
        }
    return ldexp(fraction, exponent);
}

static double product(int count, const double *xs)
{
    double found = 1, least = INFINITY, most = 0;
    for (int i = 0; i < count; i++) {
        double size = fabs(found * xs[i]);
        least = size < least ? size : least;
        most = size > most ? size : most;
        found *= xs[i];
    }
    return least >= DBL_MIN && most <= DBL_MAX ? found : product_without(-1, count, xs);
}

static void products_of_others(int count, const double *xs, double *others)
{
    double before = 1, after = 1, least = INFINITY;
    for (int i = 0; i < count; i++) {
        others[i] = before;
        before *= xs[i];
        least = fabs(before) < least ? fabs(before) : least;
    }
    for (int i = count - 1; i >= 0; i--) {
        others[i] *= after;
        after *= xs[i];
        least = fabs(after) < least ? fabs(after) : least;
    }
    if (least < DBL_MIN)
        for (int i = 0; i < count; i++)
            others[i] = product_without(i, count, xs);
}

static void softmax(int count, const double *xs, double *shares_of_one)
{
    double highest = largest(count, xs), total = 0;
    for (int i = 0; i < count; i++)
        total += shares_of_one[i] = exp(xs[i] - highest);
    for (int i = 0; i < count; i++)
        shares_of_one[i] /= total;
}

static double logsumexp(int count, const double *xs)
{
    int highest = 0;
    double total = 0;
    for (int i = 1; i < count; i++)
        highest = xs[i] > xs[highest] ? i : highest;
    for (int i = 0; i < count; i++)
        total += i == highest ? 0 : exp(xs[i] - xs[highest]);
    return xs[highest] + log1p(total);
}

static void shares(int count, const double *xs, double out, double *parts)
{
    int equal = 0;
    for (int i = 0; i < count; i++)
        equal += xs[i] == out;
    for (int i = 0; i < count; i++)
        parts[i] = xs[i] == out ? 1.0 / equal : 0.0;
}

static double remainder_of(double x, double y)
{
    double rest = fmod(x, y);
    return rest == 0 ? copysign(0, y) : (rest < 0) == (y < 0) ? rest : rest + y;
}

/* The sum of (a + k) ** -s over k = 0, 1, 2, ..., as hurwitz_zeta in special.py computes it. */
static double hurwitz_zeta(int s, double a)
{
    static const double bernoulli[] = {1 / 6.0, -1 / 30.0, 1 / 42.0, -1 / 30.0, 5 / 66.0,
                                       -691 / 2730.0, 7 / 6.0, -3617 / 510.0, 43867 / 798.0, -174611 / 330.0};
    double total = 0, factor;
    for (; a < 12 + s; a++)
        total += pow(a, -s);
    total += pow(a, 1 - s) / (s - 1) + 0.5 * pow(a, -s);
    factor = s / 2.0 * pow(a, -s - 1);
    for (int k = 1; k <= 10; k++) {
        total += bernoulli[k - 1] * factor;
        factor *= (s + 2.0 * k - 1) * (s + 2 * k) / ((2.0 * k + 1) * (2 * k + 2)) / a / a;
    }
    return total;
}

/* Right of 0, as digamma in special.py computes it: steps of 1 from the Taylor series around the root, or far out. */
static double digamma_right(double x)
{
    static const double around_root[] = {
        0.9676722454476213, -0.44276316898359214, 0.2584997609556512, -0.16394270544240658, 0.10782405069126239,
        -0.07219956125645476, 0.048804288164143145, -0.03316112647484735, 0.02259764823221812, -0.01542476590494897,
        0.010538791616612184, -0.007204534386356874, 0.004926781395729858, -0.0033698016554393317,
        0.0023051263267349306, -0.0015769367714301987, 0.0010788252019162975, -0.000738070938996006,
        0.0005049532658346026, -0.0003454680251063082, 0.00023635601564027086, -0.00016170622091974825,
        0.00011063372768747429, -7.569179582195077e-05, 5.17857579522209e-05, -3.543007094765967e-05,
        2.424006611860136e-05, -1.658424227185416e-05, 1.1346384584663872e-05, -7.76281766846211e-06,
        5.3110609208898746e-06, -3.633650789801054e-06, 2.4860227331295433e-06, -1.7008538854332643e-06,
        1.163667536354887e-06, -7.961425431241989e-07, 5.446941930669458e-07, -3.726616128343833e-07,
        2.549626552021561e-07, -1.7443695117727793e-07,
    };
    double before = 0, beyond, total = 0;
    if (x >= 12) {
        double square = x * x;
        double series = (1 / 12.0 - (1 / 120.0 - (1 / 252.0 - (1 / 240.0 - (1 / 132.0 - (691 / 32760.0 - (1 / 12.0
                        - 3617 / 8160.0 / square) / square) / square) / square) / square) / square) / square) / square;
        return log(x) - 0.5 / x - series;
    }
    if (x < 1) {
        before = -1 / x;
        x += 1;
    }
    for (; x >= 2; x--)
        before += 1 / (x - 1);
    beyond = x - 1.4616321449683622 - 9.549995429965697e-17;
    for (int k = 40; k-- > 0;)
        total = (total + around_root[k]) * beyond;
    return total + before;
}

static double digamma(double x)
{
    double part = x - rint(x);
    if (x > 0)
        return digamma_right(x);
    if (part == 0)
        feraiseexcept(FE_INVALID); /* a pole */
    return digamma_right(1 - x) - 3.141592653589793 / tan(3.141592653589793 * part);
}

static double polygamma(double x, double index)
{
    int power = (int)index + 1;
    double poles = x < 0 ? ceil(-x) : 0, total;
    if (power - 1 != index || index < 1 || index > 100 || (x <= 0 && x == rint(x))) {
        feraiseexcept(FE_INVALID); /* a pole, or no number of times */
        return NAN;
    }
    total = hurwitz_zeta(power, x + poles);
    if (poles > 0)
        total += (power % 2 ? -1 : 1) * (hurwitz_zeta(power, -(x + (poles - 1))) - hurwitz_zeta(power, 1 - x));
    return (power % 2 ? -1 : 1) * tgamma(power) * total;
}

/* The root of the sum of squares, also where squares are too large or too small for a double. */
static double norm(int count, const double *xs)
{
    double scale = DBL_MIN, total = 0;
    for (int i = 0; i < count; i++)
        scale = fabs(xs[i]) > scale ? fabs(xs[i]) : scale;
    for (int i = 0; i < count; i++)
        total += (xs[i] / scale) * (xs[i] / scale);
    return scale * sqrt(total);
}

static void ordered(int count, const double *xs, double *sorted)
{
    for (int i = 0; i < count; i++) {
        int place = i;
        for (; place > 0 && sorted[place - 1] > xs[i]; place--)
            sorted[place] = sorted[place - 1];
        sorted[place] = xs[i];
    }
}
