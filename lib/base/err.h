/*
 * err - what went wrong, as a code and one sentence.
 *
 * Every function that can fail takes a `struct err *` last, returns 0 or a negative code, and on
 * failure leaves a sentence meant for the user: lower case, the user's own file:line where there is
 * one, what was expected, what to do.  `e` may be NULL where the caller needs the code alone.
 * Nothing in lib/ prints or exits.  A programmer's error is an assert, never one of these.
 */
#ifndef BRAINSWEEP_ERR_H
#define BRAINSWEEP_ERR_H

/* name, value, half a line of reason; the value is what functions return */
#define ERR_LIST(ENTRY)                                                                            \
    ENTRY(ERR_MEMORY, -1, "out of memory")                                                         \
    ENTRY(ERR_USAGE, -2, "wrong use of the command line")                                          \
    ENTRY(ERR_SWEEP, -3, "wrong sweep file")                                                       \
    ENTRY(ERR_VALUE, -4, "a value out of its range")                                               \
    ENTRY(ERR_FILE, -5, "a file cannot be read or written")                                        \
    ENTRY(ERR_FORMAT, -6, "bytes that are not what they should be")                                \
    ENTRY(ERR_STORE, -7, "the database cannot be used")                                            \
    ENTRY(ERR_BUSY, -8, "the database is in use")                                                  \
    ENTRY(ERR_NEWER, -9, "written by a newer version")                                             \
    ENTRY(ERR_ENVIRONMENT, -10, "launcher, memory or machine unfit")                               \
    ENTRY(ERR_JOB, -11, "a job failed")                                                            \
    ENTRY(ERR_STOPPED, -12, "asked to stop")                                                       \
    ENTRY(ERR_DISK, -13, "the disk is full or does not answer")

#define ERR_ENUM(name, value, text) name = value,
enum err_code { ERR_OK = 0, ERR_LIST(ERR_ENUM) };
#undef ERR_ENUM

struct err {
    int code;       /* 0, or one of enum err_code */
    char text[512]; /* the sentence, without a trailing full stop or newline */
};

/* Fills e (unless NULL) and returns code, so that a failure is `return err_set(e, ERR_..., ...)`.
 */
int err_set(struct err *e, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Puts "<context>: " before the sentence already in e; returns e's code.  Once per layer, going up.
 */
int err_prefix(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Gives the sentence in e another code, and returns that. */
int err_recode(struct err *e, int code);

/* The half line that goes with a code; "unknown error" for a code that is none. */
const char *err_reason(int code);

#endif
