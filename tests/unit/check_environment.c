/* How environment.c interprets the variables of each launcher, of Slurm and of the user. */
#define _GNU_SOURCE /* clearenv */
#include "base/environment.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void clear(void)
{
    ck_assert_int_eq(clearenv(), 0);
}

static void set(const char *variable, const char *text)
{
    ck_assert_int_eq(setenv(variable, text, 1), 0);
}

static void check_launcher(const char *name, int tasks, int task, int joins)
{
    struct launcher launcher = environment_launcher();
    ck_assert_str_eq(launcher.name, name);
    ck_assert_int_eq(launcher.tasks, tasks);
    ck_assert_int_eq(launcher.task, task);
    ck_assert_int_eq(launcher.joins, joins);
}

START_TEST(each_launcher_is_known_by_its_variables)
{
    clear();
    check_launcher("none", 1, 0, 0);
    ck_assert(!environment_is_under_mpirun());
    ck_assert_int_eq(environment_local_size(), 1);
    set("SLURM_STEP_NUM_TASKS", "8");
    set("SLURM_PROCID", "5");
    check_launcher("srun", 8, 5, 0);
    set("PMI_RANK", "2");
    set("PMI_SIZE", "3");
    check_launcher("PMI", 3, 2, 1);
    set("PMIX_RANK", "7");
    check_launcher("srun --mpi=pmix", 8, 7, 1);
    /* mpirun in a Slurm job starts its daemons by srun, so that both have left their variables */
    set("OMPI_COMM_WORLD_SIZE", "4");
    set("OMPI_COMM_WORLD_RANK", "1");
    set("OMPI_COMM_WORLD_LOCAL_SIZE", "2");
    check_launcher("mpirun", 4, 1, 1);
    ck_assert(environment_is_under_mpirun());
    ck_assert_int_eq(environment_local_size(), 2);
    set("MPI_LOCALNRANKS", "3"); /* MPICH's Hydra */
    ck_assert_int_eq(environment_local_size(), 3);
    set("OMPI_COMM_WORLD_SIZE", "many"); /* not a number: as without a launcher */
    check_launcher("mpirun", 1, 1, 1);
}
END_TEST

START_TEST(recovery_is_an_option_of_mpirun)
{
    clear();
    ck_assert(!environment_survives_deaths());
    set("OMPI_MCA_orte_enable_recovery", "0");
    ck_assert(!environment_survives_deaths());
    set("OMPI_MCA_orte_enable_recovery", "1");
    ck_assert(!environment_survives_deaths()); /* not of other launchers */
    set("OMPI_COMM_WORLD_SIZE", "2");
    ck_assert(environment_survives_deaths());
}
END_TEST

START_TEST(slurm_variables_are_read)
{
    clear();
    ck_assert_str_eq(environment_slurm_job(), "");
    ck_assert_str_eq(environment_slurm_nodes(), "");
    ck_assert_str_eq(environment_slurm_restarts(), "");
    ck_assert(environment_slurm_end() == 0);
    ck_assert(environment_slurm_memory() == 0);
    set("SLURM_JOB_ID", "4711");
    set("SLURM_JOB_NUM_NODES", "2");
    set("SLURM_RESTART_COUNT", "1");
    set("SLURM_JOB_END_TIME", "1700000000");
    set("SLURM_MEM_PER_NODE", "3000");
    ck_assert_str_eq(environment_slurm_job(), "4711");
    ck_assert_str_eq(environment_slurm_nodes(), "2");
    ck_assert_str_eq(environment_slurm_restarts(), "1");
    ck_assert(environment_slurm_end() == 1700000000.0);
    ck_assert(environment_slurm_memory() == 3145728000.0); /* 3000 MiB */
}
END_TEST

START_TEST(mpirun_gets_its_variables)
{
    clear();
    ck_assert_str_eq(environment_exit_file(), "");
    set("OMPI_MCA_btl_vader_single_copy_mechanism", "cma"); /* the user's choice stays */
    set("OPENBLAS_NUM_THREADS", "9");                       /* this one is always replaced */
    environment_set_for_mpirun("/tmp/of its own");
    ck_assert_str_eq(environment_exit_file(), "/tmp/of its own");
    ck_assert_str_eq(getenv("OMPI_MCA_btl_vader_single_copy_mechanism"), "cma");
    ck_assert_str_eq(getenv("OPENBLAS_NUM_THREADS"), "1");
    ck_assert_int_eq(getenv("OMPI_ALLOW_RUN_AS_ROOT") != NULL, geteuid() == 0);
}
END_TEST

START_TEST(blas_variable_is_set_once)
{
    clear();
    ck_assert_int_eq(environment_forbid_blas_threads(), 1);
    ck_assert_str_eq(getenv("OPENBLAS_NUM_THREADS"), "1");
    ck_assert_int_eq(environment_forbid_blas_threads(), 0);
    set("OPENBLAS_NUM_THREADS", "4");
    ck_assert_int_eq(environment_forbid_blas_threads(), 1);
}
END_TEST

START_TEST(user_variables_are_read)
{
    clear();
    ck_assert_str_eq(environment_jobs(), "");
    ck_assert_str_eq(environment_temporary_directory(), "/tmp");
    ck_assert(!environment_is_dumb_terminal());
    ck_assert(!environment_forbids_color());
    ck_assert_int_eq(environment_columns(), 0);
    set("TMPDIR", "");
    set("NO_COLOR", ""); /* set to nothing means not set, as no-color.org says */
    ck_assert_str_eq(environment_temporary_directory(), "/tmp");
    ck_assert(!environment_forbids_color());
    set("BRAINSWEEP_JOBS", "3");
    set("TMPDIR", "/scratch");
    set("NO_COLOR", "1");
    set("TERM", "dumb");
    set("COLUMNS", "132");
    ck_assert_str_eq(environment_jobs(), "3");
    ck_assert_str_eq(environment_temporary_directory(), "/scratch");
    ck_assert(environment_forbids_color());
    ck_assert(environment_is_dumb_terminal());
    ck_assert_int_eq(environment_columns(), 132);
}
END_TEST

START_TEST(programs_are_found_in_path)
{
    char directory[] = "/tmp/brainsweep_path.XXXXXX", program[64], list[128];
    clear();
    ck_assert(!environment_finds_program("sh")); /* no PATH */
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(program, sizeof program, "%s/here", directory);
    FILE *out = fopen(program, "w");
    ck_assert_ptr_nonnull(out);
    fclose(out);
    snprintf(list, sizeof list, "/nowhere::%s", directory);
    set("PATH", list);
    ck_assert_int_eq(chmod(program, 0600), 0); /* a file, but no program */
    ck_assert(!environment_finds_program("here"));
    ck_assert_int_eq(chmod(program, 0700), 0);
    ck_assert(environment_finds_program("here"));
    ck_assert(!environment_finds_program("her"));
    unlink(program);
    rmdir(directory);
}
END_TEST

SUITE_CASE(variables, "variables", each_launcher_is_known_by_its_variables,
           recovery_is_an_option_of_mpirun, slurm_variables_are_read, mpirun_gets_its_variables,
           blas_variable_is_set_once, user_variables_are_read, programs_are_found_in_path)

SUITE_MAIN("environment", variables)
