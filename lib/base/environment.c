#include "base/environment.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* The variable as a number, at least `least`, which it also is when it is not set. */
static int number(const char *variable, int least)
{
    const char *text = getenv(variable);
    int n = text ? atoi(text) : least;
    return n > least ? n : least;
}

struct launcher environment_launcher(void)
{
    for (size_t i = 0; i < sizeof launchers / sizeof launchers[0]; i++)
        if (getenv(launchers[i].mark))
            return (struct launcher){launchers[i].name, number(launchers[i].size, 1),
                                     number(launchers[i].rank, 0), launchers[i].joins};
    return (struct launcher){"none", 1, 0, 0};
}

int environment_local_size(void)
{
    return number("OMPI_COMM_WORLD_LOCAL_SIZE", 1);
}

int environment_is_under_mpirun(void)
{
    return getenv("OMPI_COMM_WORLD_SIZE") != NULL;
}

int environment_survives_deaths(void)
{
    const char *recovery = getenv("OMPI_MCA_orte_enable_recovery");
    return recovery && strcmp(recovery, "0") != 0;
}

const char *environment_host(void)
{
    static char host[256];
    if (!host[0])
        gethostname(host, sizeof host - 1);
    return host;
}

const char *environment_slurm_job(void)
{
    const char *job = getenv("SLURM_JOB_ID");
    return job ? job : "";
}

double environment_slurm_end(void)
{
    const char *text = getenv("SLURM_JOB_END_TIME");
    return text ? strtod(text, NULL) : 0;
}
