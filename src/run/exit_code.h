/*
 * exit_code - the exit codes of the program, the same on every rank; documented in the man page.
 */
#ifndef BRAINSWEEP_EXIT_CODE_H
#define BRAINSWEEP_EXIT_CODE_H

enum exit_code {
    EXIT_DONE = 0,     /* all done */
    EXIT_USAGE = 1,    /* command line or sweep file */
    EXIT_JOBS = 2,     /* some jobs failed or diverged, the database is intact */
    EXIT_STORE = 4,    /* database or environment */
    EXIT_MISMATCH = 5, /* verify found another result than the stored one */
    EXIT_DRAINED = 75  /* stopped with work left: run the same command again */
};

#endif
