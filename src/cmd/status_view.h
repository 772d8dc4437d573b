/*
 * status_view - what `status` tells of a database, for a person: sweeps, who works on it, the
 * running jobs, how long the rest will take, and the jobs that went wrong.
 */
#ifndef BRAINSWEEP_STATUS_VIEW_H
#define BRAINSWEEP_STATUS_VIEW_H

#include "base/err.h"
#include "store/store.h"
#include "text/json.h"

#include <stdio.h>

/* What goes on: of all sweeps of the file. */
struct status_view {
    int held;         /* somebody writes to the file */
    char holder[256]; /* "process 7 on host" */
    int64_t left;     /* jobs that are pending or running */
    int running;
    struct store_pace pace;
    double eta, eta_low, eta_high; /* seconds; has_eta: they mean something */
    int has_eta;
};

int status_view_look(struct status_view *view, struct store *store, struct err *e)
    __attribute__((warn_unused_result));

/* With `state`, the jobs in that state; else those that went wrong.  `least` lists none of them, as
   a screen has no room. */
int status_view_print(const struct status_view *view, struct store *store, const char *state,
                      int least, FILE *out, struct err *e) __attribute__((warn_unused_result));

/* Its fields of an open object, and the array "running". */
int status_view_json(const struct status_view *view, struct store *store, struct json *j,
                     struct err *e) __attribute__((warn_unused_result));

/* Redraws it on the terminal every second, until q is pressed; ERR_USAGE where there is none. */
int status_view_watch(struct store *store, struct err *e) __attribute__((warn_unused_result));

#endif
