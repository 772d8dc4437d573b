#include "mpi/launcher.h"

#include "mpi/transport.h"

#include <stdlib.h>

/* The launchers, each by a variable that it sets; the first that fits is it.  Under Slurm mpirun
   starts its own daemons by srun, whose variables then reach the ranks: so srun comes last. */
static const struct {
    const char *name;
    const char *mark; /* the variable that is set */
    const char *size, *rank;
    int joins;
} launchers[] = {
    {"mpirun", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", 1},
    {"srun --mpi=pmix", "PMIX_RANK", "SLURM_STEP_NUM_TASKS", "PMIX_RANK", 1},
    {"PMI", "PMI_RANK", "PMI_SIZE", "PMI_RANK", 1},
    {"srun", "SLURM_STEP_NUM_TASKS", "SLURM_STEP_NUM_TASKS", "SLURM_PROCID", 0},
};

static int number(const char *variable, int least)
{
    const char *text = getenv(variable);
    int n = text ? atoi(text) : least;
    return n > least ? n : least;
}

struct launcher launcher_find(void)
{
    for (size_t i = 0; i < sizeof launchers / sizeof launchers[0]; i++)
        if (getenv(launchers[i].mark))
            return (struct launcher){launchers[i].name, number(launchers[i].size, 1),
                                     number(launchers[i].rank, 0), launchers[i].joins};
    return (struct launcher){"none", 1, 0, 0};
}

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
    struct launcher launcher = launcher_find();
    if (launcher.tasks > 1 && !launcher.joins)
        return fail_alone(&launcher, e);
    transport_start(argc, argv);
    return launcher.tasks > 1 && transport_size() == 1 ? fail_alone(&launcher, e) : 0;
}
