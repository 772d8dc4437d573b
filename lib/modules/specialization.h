/*
 * specialization - how differently two modules serve two sub-tasks, and how modular their wiring is
 * (Bena & Goodman 2021, "Dynamics of specialization in neural modules under resource constraints").
 *
 * A matrix M[m][k] says how well module m serves sub-task k, 0 being chance and 1 perfect:
 *     S_m  = (M[m][0] - M[m][1]) / (M[m][0] + M[m][1])     -1..1, its preference
 *     SPEC = |S_0 - S_1| / 2                                0..1, 1: each serves another one alone
 */
#ifndef BRAINSWEEP_SPECIALIZATION_H
#define BRAINSWEEP_SPECIALIZATION_H

/* What M is at least: beside it, S would be the quotient of two errors of measurement. */
#define SPECIALIZATION_LEAST 1e-5

/* max(1e-5, (raw - chance) / (1 - chance)). */
double specialization_above_chance(double raw, double chance);

struct specialization {
    double s[2]; /* S_0, S_1 */
    double spec;
};
struct specialization specialization_of(double M[2][2]);

/* Newman's directed modularity of two dense blocks of units, self-connections counted, with a share
   p of the possible connections between them: (1 - p) / (2 (1 + p)). */
double specialization_q(double p);

/* The same of n + n units without self-connections and `links` connections from module 0 to 1 and
   from 1 to 0: sum_g (E_gg / M - out_g in_g / M^2).  0 where there is no connection at all. */
double specialization_q_exact(int n, const int links[2]);

#endif
