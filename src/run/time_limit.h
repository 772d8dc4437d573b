/*
 * time_limit - how long this process may still run: as told, or as Slurm says.
 */
#ifndef BRAINSWEEP_TIME_LIMIT_H
#define BRAINSWEEP_TIME_LIMIT_H

struct time_limit {
    double end;   /* moment at which it is killed; infinite when nothing is known */
    double whole; /* seconds that there were at the start */
};

/* The limit counts from now, 0 = none was given; otherwise the end of the Slurm job is looked up:
   SLURM_JOB_END_TIME, or what scontrol says of SLURM_JOB_ID. */
struct time_limit time_limit_start(double limit);

/* Seconds; infinite when there is no end. */
double time_limit_seconds(const struct time_limit *time);

/* How many seconds before the end everything is saved and the run stops, when the slowest
   checkpoint took that long: three times as long, and at least the time to tell every rank and to
   commit. */
double time_limit_reserve(const struct time_limit *time, double slowest_checkpoint);

#endif
