/* A table says how many numbers go in, how many there are, how many of them are results, and where the steps of the
   backward pass begin; then come the places of the results, and the steps of the forward pass. */
enum { GIVEN, SIZE, RESULTS, BACKWARD, HEADER };

int forward(real *restrict values, double *restrict scratch, const int *tables, const double *constants)
{
    double total = 0;
    int failed;
    feclearexcept(FE_ALL_EXCEPT);
    for (int i = 0; i < tables[GIVEN]; i++)
        total += values[i];
    forward_steps(values, scratch, tables + HEADER + tables[RESULTS], constants);
    failed = fetestexcept(FE_OVERFLOW | FE_DIVBYZERO | FE_INVALID) != 0 || !isfinite(total);
    for (int i = 0; i < tables[RESULTS]; i++)
        failed |= !isfinite(values[tables[HEADER + i]]);
    return failed;
}

int backward(
    real *restrict values, real *restrict gradients, double *restrict scratch, const int *tables,
    const double *constants)
{
    feclearexcept(FE_ALL_EXCEPT);
    for (int i = 0; i < tables[RESULTS]; i++)
        scratch[i] = gradients[tables[HEADER + i]];
    for (int i = 0; i < tables[SIZE]; i++)
        gradients[i] = 0;
    for (int i = 0; i < tables[RESULTS]; i++)
        gradients[tables[HEADER + i]] = scratch[i];
    backward_steps(values, gradients, scratch, tables + tables[BACKWARD], constants);
    return fetestexcept(FE_OVERFLOW | FE_DIVBYZERO | FE_INVALID) != 0;
}
