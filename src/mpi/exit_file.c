#include "mpi/exit_file.h"

#include "base/environment.h"
#include "base/log.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

static void name_file(const char *db, char *out)
{
    snprintf(out, PATH_MAX + 8, "%s.exit", db);
}

void exit_file_forget(const char *db)
{
    char name[PATH_MAX + 8];
    name_file(db, name);
    remove(name);
}

/* Appends a line to the private file, which already exists: the first process of the run made
   it. */
static void leave(long number)
{
    char line[32];
    const char *name = environment_exit_file();
    int length = snprintf(line, sizeof line, "%ld\n", number);
    int file = open(name, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0 || write(file, line, (size_t)length) != length)
        log_warning("%s cannot be written", name);
    if (file >= 0)
        close(file);
}

void exit_file_begin(void)
{
    if (*environment_exit_file() && environment_launcher().task == 0)
        leave(getpid());
}

int exit_file(const char *db, int exit_code)
{
    if (*environment_exit_file()) {
        if (environment_launcher().task == 0)
            leave(exit_code);
        return 0;
    }
    if (!environment_survives_deaths())
        return exit_code;
    char name[PATH_MAX + 8];
    FILE *out = NULL;
    int failed = 0;
    if (db) {
        name_file(db, name);
        out = fopen(name, "w");
        failed = !out || fprintf(out, "%d\n", exit_code) < 0;
        if (out)
            failed |= fclose(out) != 0;
    }
    if (failed)
        log_warning("%s cannot be written; the exit code is %d", name, exit_code);
    return 0;
}
