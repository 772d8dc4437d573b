#include "base/environment.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char BLAS_THREADS[] = "OPENBLAS_NUM_THREADS";
static const char EXIT_FILE[] = "BRAINSWEEP_EXIT_FILE";

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

/* The variable's text, or `otherwise` when it is not set. */
static const char *text_of(const char *variable, const char *otherwise)
{
    const char *text = getenv(variable);
    return text ? text : otherwise;
}

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
    return number(getenv("MPI_LOCALNRANKS") ? "MPI_LOCALNRANKS" : "OMPI_COMM_WORLD_LOCAL_SIZE", 1);
}

int environment_is_under_mpirun(void)
{
    return getenv("OMPI_COMM_WORLD_SIZE") != NULL;
}

int environment_survives_deaths(void)
{
    return environment_is_under_mpirun() &&
           strcmp(text_of("OMPI_MCA_orte_enable_recovery", "0"), "0") != 0;
}

/* Containers seldom permit a process to read another's memory, which the messages do not need. */
void environment_set_for_mpirun(const char *exit_file)
{
    if (geteuid() == 0) {
        setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
        setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
    }
    setenv("OMPI_MCA_btl_vader_single_copy_mechanism", "none", 0);
    setenv(BLAS_THREADS, "1", 1);
    setenv("OMP_NUM_THREADS", "1", 1);
    setenv(EXIT_FILE, exit_file, 1);
}

const char *environment_exit_file(void)
{
    return text_of(EXIT_FILE, "");
}

int environment_forbid_blas_threads(void)
{
    return strcmp(text_of(BLAS_THREADS, ""), "1") && !setenv(BLAS_THREADS, "1", 1);
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
    return text_of("SLURM_JOB_ID", "");
}

double environment_slurm_end(void)
{
    return strtod(text_of("SLURM_JOB_END_TIME", "0"), NULL);
}

double environment_slurm_memory(void)
{
    const double mib = 1048576;
    return mib * strtod(text_of("SLURM_MEM_PER_NODE", "0"), NULL);
}

const char *environment_slurm_nodes(void)
{
    return text_of("SLURM_JOB_NUM_NODES", "");
}

const char *environment_slurm_restarts(void)
{
    return text_of("SLURM_RESTART_COUNT", "");
}

const char *environment_jobs(void)
{
    return text_of("BRAINSWEEP_JOBS", "");
}

const char *environment_temporary_directory(void)
{
    const char *directory = text_of("TMPDIR", "");
    return *directory ? directory : "/tmp";
}

int environment_finds_program(const char *name)
{
    const char *list = text_of("PATH", "");
    for (size_t length; *list; list += length + (list[length] == ':')) {
        char file[PATH_MAX];
        length = strcspn(list, ":");
        int size = snprintf(file, sizeof file, "%.*s/%s", (int)length, list, name);
        if (length && size < (int)sizeof file && !access(file, X_OK))
            return 1;
    }
    return 0;
}

int environment_is_dumb_terminal(void)
{
    return !strcmp(text_of("TERM", ""), "dumb");
}

int environment_forbids_color(void)
{
    return *text_of("NO_COLOR", "") != '\0';
}

int environment_columns(void)
{
    return number("COLUMNS", 0);
}
