/*
 * elimination - which jobs may be what ends their whole run without a word: the node goes down, or
 * everything on it is killed, so that nobody is left to say which job it was.
 *
 * Jobs that were running at two such ends, and had not saved themselves, are under suspicion.  They
 * run after all others and apart: one at a time, nothing else at the same time, and not before the
 * run has shown that it lives without them, by another job that ended or by its own age.  One that
 * saves itself or ends is cleared.  Where the runs end again and again with the same job running
 * apart, and no run ended otherwise in between, that job is to blame.  Whoever kills runs now and
 * then also hits them when no suspect runs, which takes all that back.
 *
 * The account is kept in DB.ckpt (elimination_file.h).
 */
#ifndef BRAINSWEEP_ELIMINATION_H
#define BRAINSWEEP_ELIMINATION_H

#include <stddef.h>
#include <stdint.h>

enum {
    ELIMINATION_ENDS = 2,  /* this many ends make a job a suspect; */
    ELIMINATION_APART = 2, /* from so many in a row on that it ran apart, each blames it */
    ELIMINATION_MOST = 1024
};

struct elimination_entry {
    int64_t job;
    int64_t attempt; /* the one that is made apart; 0 = none */
    int ends;        /* without a word, at which it was running and had not saved itself */
    int apart;       /* the latest of them, in a row, at which it ran apart */
};

struct elimination {
    struct elimination_entry entries[ELIMINATION_MOST]; /* (count) */
    size_t count;
    int waits; /* the run has nothing but suspects to do, and shows that it lives */
};

/* An attempt that the end of a run has interrupted. */
struct elimination_attempt {
    int64_t job, attempt;
};

/* A run has ended without a word, with these attempts under way which had not saved themselves;
   none of them when it ended in order, or while it waited. */
void elimination_enter(struct elimination *elimination, const struct elimination_attempt *running,
                       size_t count);

/* Whether the latest end speaks against this job so much that it is blamed for it. */
int elimination_blames(const struct elimination *elimination, int64_t job);

int elimination_suspects(const struct elimination *elimination, int64_t job);

/* The run ends by itself. */
void elimination_end(struct elimination *elimination);

/* A suspect is about to run apart, in this attempt, 0 where that is not certain; it got on or
   ended, and is no suspect any more. Both return whether that changes the account. */
int elimination_begin(struct elimination *elimination, int64_t job, int64_t attempt);
int elimination_clear(struct elimination *elimination, int64_t job);

#endif
