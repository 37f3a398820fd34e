/* Both passes of a program, as the loop below needs them. */
struct passes {
    int (*forward)(double *, double *, const int *, const double *);
    int (*backward)(double *, double *, double *, const int *, const double *);
    double *values, *gradients, *scratch;
    const int *tables;
    const double *constants;
    const int *order; /* where each of its parameters stands among all that are held */
    const int *observed; /* the places of what is reported after each batch */
    int parameters, inputs, samples, drawn, output, observations;
};

/* Train on `count` batches, or on as many as give finite numbers, and return on how many.

   `rates` has those of all rules, batch after batch. `held` has all parameters and then what the rules remember of them; `spare` is as large. Whatever goes wrong
   with a batch, nothing of it is kept there. */
int train(
    const struct passes *program, int count, const int *rows, const double *inputs, int features,
    const double *targets, int width, const double *drawn, double *held, double *spare, double *slopes,
    const double *rates, const double *steps, double *losses, double *observed)
{
    double *values = program->values, *gradients = program->gradients, *now = held, *next = spare;
    int done = 0;
    for (; done < count; done++) {
        for (int i = 0; i < program->parameters; i++)
            values[i] = now[program->order[i]];
        double *place = values + program->inputs;
        for (int i = 0; i < program->samples; i++, place += features)
            memcpy(place, inputs + (size_t)rows[i] * features, features * sizeof(double));
        for (int i = 0; i < program->samples; i++, place += width)
            memcpy(place, targets + (size_t)rows[i] * width, width * sizeof(double));
        memcpy(place, drawn, program->drawn * sizeof(double));
        rows += program->samples;
        drawn += program->drawn;
        if (program->forward(values, program->scratch, program->tables, program->constants))
            break;
        gradients[program->output] = 1;
        if (program->backward(values, gradients, program->scratch, program->tables, program->constants))
            break;
        for (int i = 0; i < PARAMETERS; i++)
            slopes[i] = 0;
        for (int i = 0; i < program->parameters; i++)
            slopes[program->order[i]] = gradients[i];
        if (clip(slopes) || update(now, next, slopes, rates + (size_t)done * RATES, steps, done))
            break;
        double *before = now;
        now = next;
        next = before;
        losses[done] = values[program->output];
        for (int i = 0; i < program->observations; i++)
            *observed++ = values[program->observed[i]];
    }
    if (now != held)
        memcpy(held, now, HELD * sizeof(double));
    return done;
}
