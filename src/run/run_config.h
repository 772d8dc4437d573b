/*
 * run_config - what the user asks of a run.  The command fills it; the engine knows no options.
 */
#ifndef BRAINSWEEP_RUN_CONFIG_H
#define BRAINSWEEP_RUN_CONFIG_H

struct run_config {
    double checkpoint_every; /* seconds between checkpoints of a job */
    double worker_timeout;   /* seconds of silence after which a worker is given up */
    double time_limit;       /* seconds that the run may take; 0 = as long as Slurm allows */
    double snapshot_every;   /* seconds between copies for readers; 0 = where they need them */
    const char *max_fails;   /* "10" jobs or "5%" of them; NULL = any number may fail */
    int retry;               /* failed, diverged and quarantined jobs too */
    int quiet;               /* no progress is shown */
    int verbose;             /* the end says what the coordinator took of its processor */
};

#endif
