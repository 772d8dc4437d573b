/*
 * status_view - the output of `status`: the sweeps, the process that works on the database, the
 * running jobs, the estimated remaining time, and the jobs that went wrong.
 */
#ifndef BRAINSWEEP_STATUS_VIEW_H
#define BRAINSWEEP_STATUS_VIEW_H

#include "base/err.h"
#include "store/store.h"
#include "text/json.h"

#include <stdio.h>

/* The progress of all sweeps in the file. */
struct status_view {
    int held;         /* whether a process writes to the file */
    char holder[256]; /* "process 7 on host" */
    int64_t left;     /* jobs that are pending or running */
    int running;
    struct store_pace pace;
    double eta, eta_low, eta_high; /* seconds; valid if has_eta */
    int has_eta;
};

int status_view_look(struct status_view *view, struct store *store, struct err *e)
    __attribute__((warn_unused_result));

/* Lists the jobs in `state`; if it is NULL, the jobs that went wrong.  `least` lists none of the
   latter, because a screen has no room for them. */
int status_view_print(const struct status_view *view, struct store *store, const char *state,
                      int least, FILE *out, struct err *e) __attribute__((warn_unused_result));

/* Writes the fields of an open object, and the array "running". */
int status_view_json(const struct status_view *view, struct store *store, struct json *j,
                     struct err *e) __attribute__((warn_unused_result));

/* Redraws the status on the terminal every second, until q is pressed.  ERR_USAGE: there is no
   terminal. */
int status_view_watch(struct store *store, struct err *e) __attribute__((warn_unused_result));

#endif
