#include "mpi/exit_file.h"

#include "base/environment.h"
#include "base/log.h"

#include "mpi/transport.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

int exit_file_is_private(void)
{
    return getenv(EXIT_FILE_VARIABLE) != NULL;
}

/* Appends a line to the private file, which its owner has made. */
static void leave(long number)
{
    char line[32];
    int length = snprintf(line, sizeof line, "%ld\n", number);
    int file = open(getenv(EXIT_FILE_VARIABLE), O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0 || write(file, line, (size_t)length) != length)
        log_warning("%s cannot be written", getenv(EXIT_FILE_VARIABLE));
    if (file >= 0)
        close(file);
}

void exit_file_begin(void)
{
    if (exit_file_is_private() && environment_launcher().task == 0)
        leave(getpid());
}

int exit_file(const char *db, int exit_code)
{
    if (exit_file_is_private()) {
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
