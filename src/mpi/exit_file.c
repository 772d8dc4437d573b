#include "mpi/exit_file.h"

#include "base/environment.h"
#include "base/log.h"

#include <limits.h>
#include <stdio.h>

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

int exit_file(const char *db, int exit_code)
{
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
