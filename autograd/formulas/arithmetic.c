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
