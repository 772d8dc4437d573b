/* The command `doctor`: checks what a run would find on this machine. */
#define _GNU_SOURCE /* sched_getaffinity */

#include "base/environment.h"
#include "base/mem.h"
#include "cmd/command.h"
#include "cmd/options.h"
#include "cmd/sweep_request.h"
#include "jobs/job.h"
#include "math/mat.h"
#include "mpi/launcher.h"
#include "mpi/message.h"
#include "mpi/transport.h"
#include "run/build.h"
#include "run/time_limit.h"
#include "store/store.h"
#include "store/store_probe.h"
#include "text/console.h"
#include "text/json.h"
#include "text/printable.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DOCTOR_SCHEMA = 1 };

/* ---- messages of the ranks ---- */

enum { SILENCE_MOST = 30000 }; /* milliseconds to wait for a rank */

static int say_here(struct err *e)
{
    char blas[64];
    build_kernels(sizeof blas, blas);
    struct bytes_writer w = {0};
    message_write_ask(
        &w, &(struct message_ask){(char *)environment_host(), blas, (char *)build_processor()});
    return transport_send(0, MESSAGE_ASK, &w, e);
}

/* Ranks that share a host and a processor kind. */
struct host {
    struct message_ask is;
    int ranks;
};

struct doctor {
    const char *path; /* of the database, or NULL */
    struct launcher launcher;
    struct err start;   /* the error of starting the launcher */
    struct host *hosts; /* (ranks) */
    int ranks, host_count, heard;
};

/* Stores the answer of a rank, or frees it. */
static void note_host(struct doctor *d, struct message_ask *ask)
{
    int i = 0;
    while (i < d->host_count &&
           (strcmp(d->hosts[i].is.host, ask->host) || strcmp(d->hosts[i].is.blas, ask->blas)))
        i++;
    if (i == d->host_count) {
        d->hosts[d->host_count++].is = *ask;
    } else {
        mem_free(ask->host);
        mem_free(ask->blas);
        mem_free(ask->processor);
    }
    d->hosts[i].ranks++;
    d->heard++;
}

static int note_self(struct doctor *d, struct err *e)
{
    char blas[64];
    struct message_ask ask = {mem_text(environment_host()),
                              mem_text(build_kernels(sizeof blas, blas)),
                              mem_text(build_processor())};
    d->ranks = transport_size();
    d->hosts = mem_array((size_t)d->ranks, sizeof *d->hosts);
    if (!ask.host || !ask.blas || !ask.processor || !d->hosts) {
        mem_free(ask.host);
        mem_free(ask.blas);
        mem_free(ask.processor);
        return err_set(e, ERR_MEMORY, "no memory for %d ranks", d->ranks);
    }
    note_host(d, &ask);
    return 0;
}

/* Receives one message from every rank; silent ranks are missing from the count. */
static int hear_ranks(struct doctor *d, struct err *e)
{
    int code = note_self(d, e);
    for (int idle = 0; !code && d->heard < d->ranks && idle < SILENCE_MOST; idle++) {
        struct packet packet;
        struct message_ask ask;
        int came = 0;
        code = transport_poll(&packet, &came, e);
        if (!code && came) {
            struct bytes_reader r = {.bytes = packet.bytes, .size = packet.size};
            code = message_read_ask(&r, &ask, e);
            transport_drop(&packet);
            if (!code)
                note_host(d, &ask);
            idle = 0;
        }
        transport_rest(idle);
    }
    return code;
}

/* ---- findings: a table ---- */

enum verdict { GOOD, DOUBTFUL, BAD };

struct finding {
    char text[600];
    enum verdict verdict;
};

static void look_program(const struct doctor *d, struct finding *f)
{
    (void)d;
    snprintf(f->text, sizeof f->text, "%s", build_text());
}

static void look_libraries(const struct doctor *d, struct finding *f)
{
    (void)d;
    char kernels[64];
    snprintf(f->text, sizeof f->text, "%s, %s; kernels %s", transport_library(),
             store_probe_library(), build_kernels(sizeof kernels, kernels));
}

static void look_launcher(const struct doctor *d, struct finding *f)
{
    f->verdict = d->start.code ? BAD : GOOD;
    if (d->start.code)
        snprintf(f->text, sizeof f->text, "%s", d->start.text);
    else if (d->launcher.tasks == 1)
        snprintf(f->text, sizeof f->text, "%s; one process does all jobs, one after the other",
                 d->launcher.name);
    else
        snprintf(f->text, sizeof f->text, "%s, %d tasks", d->launcher.name, d->launcher.tasks);
}

static void look_ranks(const struct doctor *d, struct finding *f)
{
    int used = snprintf(f->text, sizeof f->text, "%d", d->heard);
    for (int i = 0; i < d->host_count && used < (int)sizeof f->text; i++)
        used +=
            snprintf(f->text + used, sizeof f->text - (size_t)used, "%s%d on %s (%s)",
                     i ? ", " : ": ", d->hosts[i].ranks, d->hosts[i].is.host, d->hosts[i].is.blas);
    for (int i = 1; i < d->host_count; i++)
        if (strcmp(d->hosts[i].is.blas, d->hosts[0].is.blas))
            f->verdict = DOUBTFUL;
    size_t end = strlen(f->text);
    if (d->heard < d->ranks)
        snprintf(f->text + end, sizeof f->text - end, "; %d of %d did not answer",
                 d->ranks - d->heard, d->ranks);
    else if (f->verdict == DOUBTFUL)
        snprintf(f->text + end, sizeof f->text - end,
                 "; different processors round differently: where a job runs shows in its result");
    if (d->heard < d->ranks)
        f->verdict = BAD;
}

static void look_cores(const struct doctor *d, struct finding *f)
{
    cpu_set_t set;
    int machine = (int)sysconf(_SC_NPROCESSORS_ONLN), here = environment_local_size();
    int mine = sched_getaffinity(0, sizeof set, &set) ? machine : CPU_COUNT(&set);
    int workers = d->ranks > 1 ? here - 1 : 1; /* the coordinator hardly uses its own core */
    f->verdict = workers > machine ? DOUBTFUL : GOOD;
    snprintf(f->text, sizeof f->text, "%d on this machine, %d for this rank%s", machine, mine,
             f->verdict ? "; more workers than that share them: ask for fewer ranks a node" : "");
}

/* The value of a line "name: 123 kB" of /proc/meminfo in bytes; 0 when there is none. */
static double meminfo(const char *name)
{
    char line[160];
    double bytes = 0;
    FILE *in = fopen("/proc/meminfo", "r");
    while (in && !bytes && fgets(line, sizeof line, in))
        if (!strncmp(line, name, strlen(name)))
            bytes = 1024 * strtod(line + strlen(name), NULL);
    if (in)
        fclose(in);
    return bytes;
}

static void look_memory(const struct doctor *d, struct finding *f)
{
    (void)d;
    char all[32], free[32], each[32], slurm[64] = "";
    double available = meminfo("MemAvailable:");
    if (environment_slurm_memory() > 0)
        snprintf(slurm, sizeof slurm, ", Slurm gives %s",
                 console_bytes(environment_slurm_memory(), each));
    snprintf(f->text, sizeof f->text, "%s, %s available%s; %s for each rank here",
             console_bytes(sweep_request_machine_memory(), all), console_bytes(available, free),
             slurm, console_bytes(available / environment_local_size(), each));
}

static void look_slurm(const struct doctor *d, struct finding *f)
{
    (void)d;
    char time[32] = "unknown";
    const char *nodes = environment_slurm_nodes(), *restarts = environment_slurm_restarts();
    const char *job = environment_slurm_job();
    if (!*job) {
        snprintf(f->text, sizeof f->text, "not in a Slurm job");
        return;
    }
    struct time_limit end = time_limit_start(0);
    if (isfinite(time_limit_seconds(&end)))
        console_duration(fmax(0, time_limit_seconds(&end)), time);
    snprintf(f->text, sizeof f->text, "job %s, nodes: %s, time left: %s, restarts: %s", job,
             *nodes ? nodes : "?", time, *restarts ? restarts : "0");
}

/* Appends the contents of the database to the finding. */
static void look_inside(const char *path, struct finding *f)
{
    size_t end = strlen(f->text);
    struct err e = {0};
    struct store *store = NULL;
    struct store_counts counts;
    int code = store_open(&store, path, STORE_READ, job_experiments(), &e);
    if (!code)
        code = store_count(store, NULL, &counts, &e);
    f->verdict = code ? BAD : f->verdict;
    if (code)
        snprintf(f->text + end, sizeof f->text - end, "; %s", e.text);
    else
        snprintf(f->text + end, sizeof f->text - end, "; %lld of %lld jobs done",
                 (long long)counts.state[STATE_DONE], (long long)counts.total);
    if (store)
        (void)store_close(store, NULL);
}

static void look_database(const struct doctor *d, struct finding *f)
{
    char space[32];
    struct err e = {0};
    struct store_probe place;
    if (!d->path) {
        snprintf(f->text, sizeof f->text, "none was named");
        return;
    }
    if (store_probe_look(&place, d->path, &e)) {
        f->verdict = BAD;
        snprintf(f->text, sizeof f->text, "%s", e.text);
        return;
    }
    f->verdict = place.free_bytes < 1e8 ? DOUBTFUL : GOOD;
    snprintf(f->text, sizeof f->text,
             "%s: file system %s, journal mode %s, %s free, %.2g ms a sync", d->path,
             place.filesystem, place.journal, console_bytes(place.free_bytes, space),
             1e3 * place.sync_seconds);
    if (place.exists)
        look_inside(d->path, f);
}

static const struct {
    const char *name;
    void (*look)(const struct doctor *d, struct finding *f);
} looks[] = {
    {"program", look_program}, {"libraries", look_libraries}, {"launcher", look_launcher},
    {"ranks", look_ranks},     {"cores", look_cores},         {"memory", look_memory},
    {"slurm", look_slurm},     {"database", look_database},
};

enum { LOOKS = sizeof looks / sizeof looks[0] };

/* ---- the report ---- */

static void print_text(const struct finding *findings)
{
    static const char *const marks[] = {"", "doubtful: ", "BAD: "};
    for (int i = 0; i < LOOKS; i++)
        printable_line("%-10s %s%s", looks[i].name, marks[findings[i].verdict], findings[i].text);
}

static void print_json(const struct finding *findings)
{
    static const char *const verdicts[] = {"good", "doubtful", "bad"};
    struct json j;
    json_begin(&j, stdout, DOCTOR_SCHEMA);
    for (int i = 0; i < LOOKS; i++) {
        json_open_object(&j, looks[i].name);
        json_text(&j, "verdict", verdicts[findings[i].verdict]);
        json_text(&j, "text", findings[i].text);
        json_close_object(&j);
    }
    json_end(&j);
}

static int text_table(const struct doctor *d, int json)
{
    struct finding findings[LOOKS] = {0};
    int exit_code = EXIT_DONE;
    for (int i = 0; i < LOOKS; i++) {
        looks[i].look(d, &findings[i]);
        if (findings[i].verdict == BAD)
            exit_code = EXIT_STORE;
    }
    (json ? print_json : print_text)(findings);
    return exit_code;
}

/* Every rank reports to rank 0, which examines the machine and prints the report. */
static int examine(struct doctor *d, const struct options *options)
{
    struct err e = {0};
    int exit_code = EXIT_DONE, code;
    if (transport_rank() > 0)
        code = say_here(&e);
    else
        code = hear_ranks(d, &e);
    if (!code && transport_rank() == 0 && d->launcher.task == 0)
        exit_code = text_table(d, options->json);
    for (int i = 0; i < d->host_count; i++) {
        mem_free(d->hosts[i].is.host);
        mem_free(d->hosts[i].is.blas);
        mem_free(d->hosts[i].is.processor);
    }
    mem_free(d->hosts);
    return code ? command_fail(&e) : exit_code;
}

static int run(struct options *options)
{
    struct doctor doctor = {.launcher = environment_launcher()};
    doctor.path = options->argument_count ? options->arguments[0] : NULL;
    int exit_code = launcher_start(NULL, NULL, &doctor.start) ? EXIT_STORE : EXIT_DONE;
    int looked = examine(&doctor, options);
    transport_end();
    return exit_code ? exit_code : looked;
}

const struct command command_doctor = {
    .name = "doctor",
    .arguments = "[DB] [OPTION]...",
    .summary = "check this machine: launcher, ranks, processor, memory, Slurm, file system",
    .help =
        "Prints what a run would find here, alone or under mpirun or srun, and whether it would\n"
        "work.  With the name of a database, existing or not, it also tests the file system.\n"
        "Errors are marked BAD, likely problems doubtful.\n\n"
        "Exit code: 0 no error, 4 errors.\n",
    .minimum = 0,
    .maximum = 1,
    .options = OPTION_JSON,
    .on_all_ranks = 1,
    .run = run,
};
