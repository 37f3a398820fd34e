/* two_moons: 7117 operations on single numbers as 18 loops, forward and backward. C99, with nothing but the C
   library.

   int two_moons(parameters, inputs, outputs, workspace) computes the output.

   int two_moons_gradient(parameters, inputs, seeds, outputs, gradient, workspace) also computes the gradient of
   the sum of seeds[i] * outputs[i], with respect to all parameters and then all inputs. Set seeds[0] to 1 where
   there is one output.

   Both return 0, or 1 where a number is not finite: something overflows, is divided by zero, or is not defined.
   The results are then of no use.

   The numbers are of the type double; the workspace is room for TWO_MOONS_WORKSPACE doubles, for each thread its
   own; nothing has to be in it. two_moons_parameters holds the parameters as they were.

   Compile it with -std=c99 -O3 -ffp-contract=off -fno-math-errno and link it with -lm; -fopenmp-simd -DSIMD and
   -march=native make it faster where a compiler knows them. Never with -ffast-math: the check for numbers that
   are not finite needs exact rules. */

enum {
    TWO_MOONS_PARAMETERS = 337,
    TWO_MOONS_INPUTS = 0,
    TWO_MOONS_OUTPUTS = 1,
    TWO_MOONS_GRADIENT = 337,
    TWO_MOONS_WORKSPACE = 3000
};

#include <fenv.h>
#include <float.h>
#include <math.h>

/* With -fopenmp-simd -DSIMD a compiler is told which loops may run in lanes, and which sums may be in any order. */
#ifdef SIMD
#define PRAGMA(text) _Pragma(#text)
#define FREE_ORDER(total) PRAGMA(omp simd reduction(+ : total))
#define LANES PRAGMA(omp simd)
#else
#define FREE_ORDER(total)
#define LANES
#endif

typedef double real;

static double maximum(double x, double y)
{
    return x > y ? x : y;
}

static void forward_1(
    real *restrict values, double *restrict scratch, const int *tables, const double *constants)
{
    (void)values; (void)scratch; (void)tables; (void)constants;
    /* x = [relu(sum((wi * xi for wi, xi in zip(w, x, strict=True)), b)) for w, b in layer] */
    for (int k = 0; k < 16; k++)
        for (int l = 0; l < 2; l++)
            scratch[k + 16 * l] = values[2 * k + l];
    for (int j = 0; j < 10; j++) {
        const double factor0 = constants[2 * j];
        const double factor1 = constants[1 + 2 * j];
        LANES
        for (int k = 0; k < 16; k++)
            values[362 + 16 * j + k] = factor0 * scratch[k] + factor1 * scratch[16 + k];
    }
    /* penalty = ALPHA * sum(p * p for layer in layers for w, b in layer for p in (*w, b)) */
    {
        double total1 = 0;
        FREE_ORDER(total1)
        for (int t = 0; t < 337; t++)
            total1 += (values[t] * values[t]);
        values[522] = total1;
    }
    /* x = [relu(sum((wi * xi for wi, xi in zip(w, x, strict=True)), b)) for w, b in layer] */
    for (int i = 0; i < 10; i++)
        LANES
        for (int j = 0; j < 16; j++) {
            const double x = values[32 + j];
            const double y = values[362 + 16 * i + j];
            values[523 + 16 * i + j] = x + y;
        }
    LANES
    for (int i = 0; i < 160; i++) {
        const double x = values[523 + i];
        values[683 + i] = maximum(x, 0.0);
    }
    for (int k = 0; k < 16; k++)
        for (int l = 0; l < 16; l++)
            scratch[k + 16 * l] = values[48 + 16 * k + l];
    for (int j = 0; j < 10; j++) {
        double totals[16] = {0};
        for (int t = 0; t < 16; t += 4) {
            const double factor0 = values[683 + 16 * j + t];
            const double factor1 = values[684 + 16 * j + t];
            const double factor2 = values[685 + 16 * j + t];
            const double factor3 = values[686 + 16 * j + t];
            LANES
            for (int k = 0; k < 16; k++)
                totals[k] += factor0 * scratch[k + 16 * t] + factor1 * scratch[16 + k + 16 * t] + factor2 * scratch[32 + k + 16 * t] + factor3 * scratch[48 + k + 16 * t];
        }
        for (int k = 0; k < 16; k++)
            values[843 + 16 * j + k] = totals[k];
    }
    for (int i = 0; i < 10; i++)
        LANES
        for (int j = 0; j < 16; j++) {
            const double x = values[304 + j];
            const double y = values[843 + 16 * i + j];
            values[1003 + 16 * i + j] = x + y;
        }
    LANES
    for (int i = 0; i < 160; i++) {
        const double x = values[1003 + i];
        values[1163 + i] = maximum(x, 0.0);
    }
    /* losses = [relu(1 + -label * score(layers, x, relu)) for x, label in zip(points, labels, strict=True)] */
    for (int k = 0; k < 10; k++)
        for (int l = 0; l < 16; l++)
            scratch[k + 10 * l] = values[1163 + 16 * k + l];
    {
        double totals[10] = {0};
        for (int t = 0; t < 16; t += 4) {
            const double factor0 = values[320 + t];
            const double factor1 = values[321 + t];
            const double factor2 = values[322 + t];
            const double factor3 = values[323 + t];
            LANES
            for (int k = 0; k < 10; k++)
                totals[k] += factor0 * scratch[k + 10 * t] + factor1 * scratch[10 + k + 10 * t] + factor2 * scratch[20 + k + 10 * t] + factor3 * scratch[30 + k + 10 * t];
        }
        for (int k = 0; k < 10; k++)
            values[1323 + k] = totals[k];
    }
    LANES
    for (int i = 0; i < 5; i++) {
        const double y = values[1323 + 2 * i];
        values[1333 + i] = 1.0 + y;
    }
    /* return sum((wi * xi for wi, xi in zip(w, x, strict=True)), b) */
    LANES
    for (int i = 0; i < 5; i++) {
        const double x = values[336];
        const double y = values[1324 + 2 * i];
        values[1338 + i] = x + y;
    }
    /* losses = [relu(1 + -label * score(layers, x, relu)) for x, label in zip(points, labels, strict=True)] */
    LANES
    for (int i = 0; i < 5; i++) {
        const double y = values[1338 + i];
        values[1343 + i] = (-1.0) * y;
    }
    LANES
    for (int i = 0; i < 5; i++) {
        const double x = values[336];
        const double y = values[1333 + i];
        values[1348 + i] = x + y;
    }
    LANES
    for (int i = 0; i < 5; i++) {
        const double y = values[1343 + i];
        values[1353 + i] = 1.0 + y;
    }
    LANES
    for (int i = 0; i < 10; i++) {
        const double x = values[1348 + i];
        values[1358 + i] = maximum(x, 0.0);
    }
    /* return sum(losses) * (1.0 / len(losses)) + penalty */
    {
        double total1 = 0;
        FREE_ORDER(total1)
        for (int t = 0; t < 10; t++)
            total1 += values[1358 + t];
        values[1368] = total1;
    }
    values[1369] = 0.1 * values[1368];
    /* penalty = ALPHA * sum(p * p for layer in layers for w, b in layer for p in (*w, b)) */
    values[1370] = 0.0001 * values[522];
    /* return sum(losses) * (1.0 / len(losses)) + penalty */
    values[1371] = values[1369] + values[1370];
}

static int forward(
    real *restrict values, double *restrict scratch, const int *tables, const double *constants)
{
    feclearexcept(FE_ALL_EXCEPT);
    double total = 0;
    FREE_ORDER(total)
    for (int i = 0; i < 337; i++)
        total += values[i];
    forward_1(values, scratch, tables, constants);
    return fetestexcept(FE_OVERFLOW | FE_DIVBYZERO | FE_INVALID) != 0 || !(isfinite(total) && isfinite(values[1371]));
}

static void backward_1(
    real *restrict values, real *restrict gradients, double *restrict scratch, const int *tables, const double *constants)
{
    (void)values; (void)gradients; (void)scratch; (void)tables; (void)constants;
    /* return sum(losses) * (1.0 / len(losses)) + penalty */
    gradients[1369] = gradients[1371];
    gradients[1370] = gradients[1371];
    /* penalty = ALPHA * sum(p * p for layer in layers for w, b in layer for p in (*w, b)) */
    gradients[522] = gradients[1370] * 0.0001;
    /* return sum(losses) * (1.0 / len(losses)) + penalty */
    gradients[1368] = gradients[1369] * 0.1;
    {
        for (int t = 0; t < 10; t++)
            gradients[1358 + t] = gradients[1368];
    }
    /* losses = [relu(1 + -label * score(layers, x, relu)) for x, label in zip(points, labels, strict=True)] */
    LANES
    for (int i = 0; i < 10; i++) {
        const double x = values[1348 + i];
        gradients[1348 + i] = x > 0.0 ? gradients[1358 + i] : 0.0;
    }
    LANES
    for (int i = 0; i < 5; i++)
        gradients[1343 + i] = gradients[1353 + i];
    {
        double total = 0;
        for (int i = 0; i < 5; i++)
            total += gradients[1348 + i];
        gradients[336] = total;
    }
    LANES
    for (int i = 0; i < 5; i++)
        gradients[1333 + i] = gradients[1348 + i];
    LANES
    for (int i = 0; i < 5; i++)
        gradients[1338 + i] = -gradients[1343 + i];
    /* return sum((wi * xi for wi, xi in zip(w, x, strict=True)), b) */
    {
        double total = 0;
        for (int i = 0; i < 5; i++)
            total += gradients[1338 + i];
        gradients[336] += total;
    }
    LANES
    for (int i = 0; i < 5; i++)
        gradients[1324 + 2 * i] = gradients[1338 + i];
    /* losses = [relu(1 + -label * score(layers, x, relu)) for x, label in zip(points, labels, strict=True)] */
    LANES
    for (int i = 0; i < 5; i++)
        gradients[1323 + 2 * i] = gradients[1333 + i];
    {
        double totals[16] = {0};
        for (int t = 0; t < 8; t += 4) {
            const double factor0 = gradients[1323 + t];
            const double factor1 = gradients[1324 + t];
            const double factor2 = gradients[1325 + t];
            const double factor3 = gradients[1326 + t];
            LANES
            for (int l = 0; l < 16; l++)
                totals[l] += factor0 * values[1163 + 16 * t + l] + factor1 * values[1179 + 16 * t + l] + factor2 * values[1195 + 16 * t + l] + factor3 * values[1211 + 16 * t + l];
        }
        {
            const double factor0 = gradients[1331];
            const double factor1 = gradients[1332];
            LANES
            for (int l = 0; l < 16; l++)
                totals[l] += factor0 * values[1291 + l] + factor1 * values[1307 + l];
        }
        for (int l = 0; l < 16; l++)
            gradients[320 + l] = totals[l];
    }
    for (int k = 0; k < 10; k++) {
        const double factor0 = gradients[1323 + k];
        LANES
        for (int l = 0; l < 16; l++)
            gradients[1163 + 16 * k + l] = factor0 * values[320 + l];
    }
    /* x = [relu(sum((wi * xi for wi, xi in zip(w, x, strict=True)), b)) for w, b in layer] */
    LANES
    for (int i = 0; i < 160; i++) {
        const double x = values[1003 + i];
        gradients[1003 + i] = x > 0.0 ? gradients[1163 + i] : 0.0;
    }
    for (int i = 0; i < 16; i++)
        gradients[304 + i] = 0;
    for (int i = 0; i < 10; i++)
        LANES
        for (int j = 0; j < 16; j++)
            gradients[304 + j] += gradients[1003 + 16 * i + j];
    for (int i = 0; i < 10; i++)
        LANES
        for (int j = 0; j < 16; j++)
            gradients[843 + 16 * i + j] = gradients[1003 + 16 * i + j];
    for (int j = 0; j < 10; j++) {
        double totals[16] = {0};
        for (int t = 0; t < 16; t += 4) {
            const double factor0 = gradients[843 + 16 * j + t];
            const double factor1 = gradients[844 + 16 * j + t];
            const double factor2 = gradients[845 + 16 * j + t];
            const double factor3 = gradients[846 + 16 * j + t];
            LANES
            for (int l = 0; l < 16; l++)
                totals[l] += factor0 * values[48 + 16 * t + l] + factor1 * values[64 + 16 * t + l] + factor2 * values[80 + 16 * t + l] + factor3 * values[96 + 16 * t + l];
        }
        for (int l = 0; l < 16; l++)
            gradients[683 + 16 * j + l] = totals[l];
    }
    for (int k = 0; k < 16; k++) {
        double totals[16] = {0};
        for (int t = 0; t < 8; t += 4) {
            const double factor0 = gradients[843 + 16 * t + k];
            const double factor1 = gradients[859 + 16 * t + k];
            const double factor2 = gradients[875 + 16 * t + k];
            const double factor3 = gradients[891 + 16 * t + k];
            LANES
            for (int l = 0; l < 16; l++)
                totals[l] += factor0 * values[683 + 16 * t + l] + factor1 * values[699 + 16 * t + l] + factor2 * values[715 + 16 * t + l] + factor3 * values[731 + 16 * t + l];
        }
        {
            const double factor0 = gradients[971 + k];
            const double factor1 = gradients[987 + k];
            LANES
            for (int l = 0; l < 16; l++)
                totals[l] += factor0 * values[811 + l] + factor1 * values[827 + l];
        }
        for (int l = 0; l < 16; l++)
            gradients[48 + 16 * k + l] = totals[l];
    }
    LANES
    for (int i = 0; i < 160; i++) {
        const double x = values[523 + i];
        gradients[523 + i] = x > 0.0 ? gradients[683 + i] : 0.0;
    }
    for (int i = 0; i < 16; i++)
        gradients[32 + i] = 0;
    for (int i = 0; i < 10; i++)
        LANES
        for (int j = 0; j < 16; j++)
            gradients[32 + j] += gradients[523 + 16 * i + j];
    for (int i = 0; i < 10; i++)
        LANES
        for (int j = 0; j < 16; j++)
            gradients[362 + 16 * i + j] = gradients[523 + 16 * i + j];
    /* penalty = ALPHA * sum(p * p for layer in layers for w, b in layer for p in (*w, b)) */
    for (int i = 0; i < 32; i++)
        gradients[i] = 0;
    {
        for (int t = 0; t < 337; t++)
            gradients[t] += gradients[522] * values[t];
    }
    {
        for (int t = 0; t < 337; t++)
            gradients[t] += gradients[522] * values[t];
    }
    /* x = [relu(sum((wi * xi for wi, xi in zip(w, x, strict=True)), b)) for w, b in layer] */
    {
        double totals[16] = {0};
        for (int t = 0; t < 8; t += 4) {
            const double factor0 = constants[2 * t];
            const double factor1 = constants[2 + 2 * t];
            const double factor2 = constants[4 + 2 * t];
            const double factor3 = constants[6 + 2 * t];
            LANES
            for (int k = 0; k < 16; k++)
                totals[k] += factor0 * gradients[362 + 16 * t + k] + factor1 * gradients[378 + 16 * t + k] + factor2 * gradients[394 + 16 * t + k] + factor3 * gradients[410 + 16 * t + k];
        }
        {
            const double factor0 = 0.9377251272086365;
            const double factor1 = 0.0036819752239293617;
            LANES
            for (int k = 0; k < 16; k++)
                totals[k] += factor0 * gradients[490 + k] + factor1 * gradients[506 + k];
        }
        for (int k = 0; k < 16; k++)
            gradients[2 * k] += totals[k];
    }
    {
        double totals[16] = {0};
        for (int t = 0; t < 8; t += 4) {
            const double factor0 = constants[1 + 2 * t];
            const double factor1 = constants[3 + 2 * t];
            const double factor2 = constants[5 + 2 * t];
            const double factor3 = constants[7 + 2 * t];
            LANES
            for (int k = 0; k < 16; k++)
                totals[k] += factor0 * gradients[362 + 16 * t + k] + factor1 * gradients[378 + 16 * t + k] + factor2 * gradients[394 + 16 * t + k] + factor3 * gradients[410 + 16 * t + k];
        }
        {
            const double factor0 = 0.27549827297581025;
            const double factor1 = 0.15851035617027737;
            LANES
            for (int k = 0; k < 16; k++)
                totals[k] += factor0 * gradients[490 + k] + factor1 * gradients[506 + k];
        }
        for (int k = 0; k < 16; k++)
            gradients[1 + 2 * k] += totals[k];
    }
}

static int backward(
    real *restrict values, real *restrict gradients, double *restrict scratch, const int *tables, const double *constants)
{
    feclearexcept(FE_ALL_EXCEPT);
    backward_1(values, gradients, scratch, tables, constants);
    return fetestexcept(FE_OVERFLOW | FE_DIVBYZERO | FE_INVALID) != 0;
}

static const int tables[1] = {
    0
};

static const double constants[20] = {
    0.9088246706702338, -0.08322834003509738, -0.08833109857747158, 0.5991218089333782, 1.092195230076285,
    0.22502024403014748, -0.12943608885119615, 0.5537699766284615, 1.0673756333534397, 0.08738509245936973,
    0.07585633818822189, 0.36882496719481606, 0.8590151852424334, 0.007689663848721079, 0.1617614924883373,
    0.4263311356746923, 0.9377251272086365, 0.27549827297581025, 0.0036819752239293617, 0.15851035617027737
};

static const double leaves[25] = {
    0.0, 0.9088246706702338, -0.08322834003509738, 1.0, -0.08833109857747158, 0.5991218089333782, -1.0,
    1.092195230076285, 0.22502024403014748, -0.12943608885119615, 0.5537699766284615, 1.0673756333534397,
    0.08738509245936973, 0.07585633818822189, 0.36882496719481606, 0.8590151852424334, 0.007689663848721079,
    0.1617614924883373, 0.4263311356746923, 0.9377251272086365, 0.27549827297581025, 0.0036819752239293617,
    0.15851035617027737, 0.1, 0.0001
};

/* The parameters as they were when this file was written. */
const double two_moons_parameters[337] = {
    0.23550571390294128, 0.06653114721000164, -0.26830328150124894, 0.1715747078045431, -0.6686254326224383,
    0.6487474938152629, -0.23259038277158273, 0.5792256498313748, 0.8434530197925192, -0.3847332240409951,
    0.9844941451716409, -0.5901079958448365, 0.31255526637777775, 0.8246106857787521, -0.7814232047574572,
    0.6408752595662697, -0.20252189189007108, -0.8693137391598071, 0.39841666323128555, -0.3037961142013801,
    -0.19282493884310759, 0.6032250931493106, 0.6001302646227185, 0.32749776568749045, 0.6650130652363544,
    0.1889136153241595, -0.07813264062433589, 0.9151267732861252, 0.5914405264235476, -0.3725442040076463,
    0.3810827422406471, 0.8301999957053683, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.0, 0.0, -0.08568482691922008, -0.4702876239420326, -0.598037011209763, -0.8653994554527067,
    0.05088685407468296, 0.23734644010332318, 0.15459549089529045, -0.9122391928398941, -0.18505999501786086,
    0.30584552737905213, 0.23949109098065002, 0.35119774963171047, 0.26999576683073867, -0.6059558972032326,
    -0.4301483303818887, -0.09534359352124744, 0.833061635489087, 0.5964776511293395, -0.37143418174288434,
    0.5908148577342738, 0.22158648570764017, -0.1356625769718156, 0.5808552090645627, 0.09921848842252134,
    0.5519936528601597, 0.11082037875863104, 0.2915133730664663, 0.6968596263439943, -0.572699001261544,
    0.94892201097003, 0.05815161059370322, 0.05689619757216291, 0.5506426045691593, -0.8991315551643992,
    -0.01068087363780501, 0.47299771880745967, -0.08962899486130538, 0.797578856715021, 0.6099780726775426,
    -0.024825326467644793, 0.5043619819611675, 0.45774158735550596, -0.29478212096243595, 0.11675968465796172,
    0.1379511601427985, -0.48542469349832285, -0.8664235814101062, -0.7390189923668276, -0.8822004511411428,
    -0.6597694707506181, 0.6399602752689382, -0.6162690156778836, 0.9053331545059524, 0.667051974729419,
    0.7551658608563221, 0.10907067581950436, -0.14588865117400673, 0.2127856122995495, 0.7622713432716846,
    0.8620382404752289, -0.1401108907535058, 0.48216393547230973, -0.6888711593157701, 0.2678404966193193,
    -0.3053994271093132, -0.8631814836201597, -0.29515687142070823, 0.35372633701181444, 0.20192101990676137,
    0.43475517949093345, -0.6169565150718037, -0.03186709594911474, 0.22634427889578657, 0.10564268012149869,
    -0.6805473384045992, 0.422794461121468, 0.6853554447554182, -0.21409905516555439, -0.6109356015626146,
    0.5254595422399804, 0.24979744746643195, -0.16494497754636983, -0.6818144661499881, -0.06157981422579417,
    0.3953098897513252, -0.3566554480884392, -0.9395269671087605, 0.19989246416270823, 0.28261231537882425,
    -0.3861199056619302, 0.8859519356381196, 0.09224139623540206, 0.5616028368830122, 0.7479929232402773,
    -0.5498104256800536, -0.38944426340050686, -0.11986910432370723, -0.2418861692296186, 0.27309902578900536,
    -0.7118613477995166, 0.640699986750376, 0.5251887402876205, -0.5265767665889542, 0.6262237833195563,
    -0.8283374538902439, 0.38807184998509303, -0.315003423604574, 0.6825221766793921, -0.44958052796535997,
    0.054321569495217936, 0.18838831645682874, -0.22248475258825984, -0.7209187740512764, 0.7176790825016579,
    0.008555182533857453, -0.24243019229834561, 0.27898488110769337, -0.7726321568042522, -0.5139485701725583,
    -0.8954946921521039, 0.581615741803986, -0.5750613904646755, 0.06993657839881884, 0.8578625660652908,
    0.15993906511777078, -0.7940725880755064, 0.7128617267763828, 0.9005136363586974, 0.01164370432983386,
    0.18191594886177542, 0.28846645419632666, 0.28220903218440285, -0.007467712517625236, -0.9683122463720533,
    -0.703733854503761, 0.9555727255393986, 0.8304099868721302, 0.29860725600901694, 0.23053684069095115,
    0.8609716364376814, 0.470379750754194, -0.958287981521013, 0.5814512996793573, -0.6753502452813329,
    0.5036443505111738, 0.2955698675260916, 0.4217229281756927, 0.5984472102024547, -0.07808249126985456,
    0.6103717000192679, 0.34645800749824374, 0.504683663142057, -0.9498847321986592, -0.14743838678191312,
    0.5844330583547752, -0.7950857611747761, -0.6601994025531952, 0.43550433241342956, 0.8151878759155218,
    0.2604257711713296, 0.7177690445444254, -0.686154027517816, -0.6063064618924185, -0.843421963461304,
    0.10008562568600432, 0.8240605653030353, 0.15495085113716178, -0.5089384775906294, 0.8286765053073863,
    -0.8822610314096722, -0.5451509553109077, 0.5761953058198175, -0.3434024177268147, 0.10319781991345178,
    -0.05383238577004734, -0.6116507489401757, -0.8524536182338882, 0.6964865423661555, 0.32268922233815234,
    -0.2781907279339124, 0.16059637633929102, -0.9446155428863412, 0.8742237211553019, 0.3582002209547388,
    0.9042806512794279, -0.8816062876600146, 0.10041983326299175, -0.7698683314750423, 0.30407601555374275,
    -0.20349872174164796, -0.4433144849231998, 0.12433118993925452, -0.4258729196203048, 0.3790360826044181,
    -0.9859455101873194, 0.7028423162448694, -0.40122067203805645, -0.25683960260938843, 0.5346953520807405,
    -0.35517369191511716, 0.5121727526610462, -0.8868545578539118, 0.518934991832354, -0.8928025540682154,
    0.5236713643981046, 0.6018056040412896, 0.24634309741440386, -0.20561868737419142, -0.652542799532154,
    -0.0065261577446391605, 0.3493423738090866, -0.6324860574376863, -0.8530409123740017, -0.6218486564139833,
    0.9327230982583281, 0.2793857831208002, 0.5689184786100774, -0.6840675708965678, -0.5558656769249497,
    0.20592862129017364, -0.8391389406223104, -0.5529892816922855, -0.6278982991453468, -0.9592572536299122,
    0.9196221821038293, 0.045865737597233114, 0.5127293960073278, -0.7914104355296121, 0.848793948186239,
    -0.3571964013350297, -0.8965914398912116, 0.4191281777225171, -0.01884218503850832, 0.6545963733751365,
    -0.3484979864252389, 0.554377859246435, 0.1689761071111946, -0.3388547761206535, 0.397274795414263,
    -0.7930174038445066, 0.077052593637436, 0.3936052761946094, -0.8761639684113867, 0.37877479983298445,
    -0.20339223773668702, -0.9231467276681604, -0.2020186036807059, 0.9605940825345125, -0.9182348746309268,
    0.22922046437756505, -0.13194342373337498, -0.08703882869490953, 0.984078978320559, 0.19426273589837106,
    0.2294204003823488, 0.12301724420660465, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.0, 0.0, 0.9128783824023976, -0.820982404658368, 0.9648285595338895, 0.3470665940198512, 0.5436156893249604,
    0.49097996014038525, -0.9353940167321961, -0.707696853463387, -0.543868634071563, 0.24162175370353833,
    -0.6723901907230767, -0.5973053326809556, 0.6457663814022516, -0.2271549182489696, -0.3223491002609964,
    -0.2532524374373504, 0.0
};

static void prepare(const real *parameters, const real *inputs, real *values)
{
    (void)parameters; (void)inputs;
    for (int i = 0; i < 337; i++)
        values[i] = parameters[i];
    for (int i = 0; i < 25; i++)
        values[337 + i] = leaves[i];
}

int two_moons(const real *parameters, const real *inputs, real *outputs, double *workspace)
{
    real *values = (real *)workspace;
    double *scratch = workspace + 2744;
    prepare(parameters, inputs, values);
    int failed = forward(values, scratch, tables, constants);
    outputs[0] = values[1371];
    return failed;
}

int two_moons_gradient(
    const real *parameters, const real *inputs, const real *seeds, real *outputs, real *gradient, double *workspace)
{
    real *values = (real *)workspace;
    double *scratch = workspace + 2744;
    prepare(parameters, inputs, values);
    int failed = forward(values, scratch, tables, constants);
    outputs[0] = values[1371];
    real *gradients = (real *)(workspace + 1372);
    gradients[1371] = 0;
    gradients[1371] += seeds[0];
    failed |= backward(values, gradients, scratch, tables, constants);
    for (int i = 0; i < 337; i++)
        gradient[i] = gradients[i];
    return failed;
}
