#include "mpi/launcher.h"

#include "mpi/transport.h"

static int fail_alone(const struct launcher *launcher, struct err *e)
{
    return err_set(e, ERR_ENVIRONMENT,
                   "%s started %d tasks, but MPI does not know of the others: each would be alone; "
                   "start them by \"mpirun brainsweep ...\", or by \"srun --mpi=pmix brainsweep "
                   "...\"",
                   launcher->name, launcher->tasks);
}

int launcher_start(int *argc, char ***argv, struct err *e)
{
    struct launcher launcher = environment_launcher();
    if (launcher.tasks > 1 && !launcher.joins)
        return fail_alone(&launcher, e);
    transport_start(argc, argv);
    return launcher.tasks > 1 && transport_size() == 1 ? fail_alone(&launcher, e) : 0;
}
