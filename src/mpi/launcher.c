#include "mpi/launcher.h"

#include "config.h"

#include "mpi/transport.h"

#include <string.h>

/* The ranks are oversubscribed, because rank 0 needs no core of its own.  They are not bound,
   because another run may have the first cores.  MPICH's Hydra does both by default.  It can also
   leave the other ranks alive (-disable-auto-cleanup), but it informs them with SIGUSR1, and MPICH
   may then wait for the dead rank. */
static const struct launcher_kind kinds[] = {
    {.mpi = "Open MPI",
     .program = LAUNCHER_PROGRAM,
     .words = {"--oversubscribe", "--bind-to", "none", "--enable-recovery"},
     .srun = "--mpi=pmix",
     .can_recover = 1},
    {.mpi = "MPICH",
     .program = LAUNCHER_PROGRAM,
     .words = {"-bind-to", "none"},
     .srun = "--mpi=pmi2"},
};

const struct launcher_kind *launcher_kind(void)
{
    size_t i = sizeof kinds / sizeof kinds[0] - 1;
    while (i && strcmp(kinds[i].mpi, LAUNCHER_OF))
        i--;
    return &kinds[i];
}

static int fail_alone(const struct launcher *launcher, struct err *e)
{
    const struct launcher_kind *kind = launcher_kind();
    return err_set(e, ERR_ENVIRONMENT,
                   "%s started %d tasks, but MPI does not know of the others: each would be alone; "
                   "this program is built with %s: start them by \"%s brainsweep ...\", or by "
                   "\"srun %s brainsweep ...\"",
                   launcher->name, launcher->tasks, kind->mpi, kind->program, kind->srun);
}

int launcher_start(int *argc, char ***argv, struct err *e)
{
    struct launcher launcher = environment_launcher();
    if (launcher.tasks > 1 && !launcher.joins)
        return fail_alone(&launcher, e);
    transport_start(argc, argv);
    return launcher.tasks > 1 && transport_size() == 1 ? fail_alone(&launcher, e) : 0;
}
