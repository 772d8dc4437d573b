/* The command `report`: writes a directory with pages and figures. */
#include "base/log.h"
#include "cmd/chosen.h"
#include "cmd/command.h"
#include "cmd/db_reader.h"
#include "cmd/mixture_text.h"
#include "cmd/options.h"
#include "report/report.h"
#include "run/build.h"
#include "store/store.h"
#include "text/printable.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* The name for paper.db is paper-report, in the current directory. */
static void default_directory(const char *db, char *out, size_t size)
{
    const char *slash = strrchr(db, '/'), *name = slash ? slash + 1 : db, *dot = strrchr(name, '.');
    snprintf(out, size, "%.*s-report", dot && dot > name ? (int)(dot - name) : (int)strlen(name),
             name);
}

enum { SELECTION_SIZE = 512 };

/* Describes the selection by --sweep and --where; "" = all jobs. */
static void describe(const struct options *o, char *out, size_t size)
{
    snprintf(out, size, "%s%s%s%s%s", o->sweep ? "of sweep " : "", o->sweep ? o->sweep : "",
             o->sweep && o->where ? " " : "", o->where ? "for which " : "",
             o->where ? o->where : "");
}

static int write_report(struct store *store, const struct options *o, struct err *e)
{
    char directory[PATH_MAX], selection[SELECTION_SIZE];
    struct report_outcome outcome;
    struct chosen chosen;
    default_directory(o->arguments[0], directory, sizeof directory);
    describe(o, selection, sizeof selection);
    int code = chosen_find(&chosen, store, o, e);
    for (int i = 0; !code && chosen.experiments[i]; i++)
        if (chosen.selections[i])
            code = mixture_text_tell(store, chosen.experiments[i], chosen.selections[i], NULL,
                                     &chosen.jobs[i], e);
    const char *slash = strrchr(o->arguments[0], '/');
    const struct report_request request = {
        .directory = o->output ? o->output : directory,
        .title = slash ? slash + 1 : o->arguments[0],
        .build = build_text(),
        .jobs = o->job_list,
        .job_count = o->job_count,
        .selection = selection[0] ? selection : NULL,
        .experiments = chosen.experiments,
        .selections = (const struct selection *const *)chosen.selections,
    };
    if (!code)
        code = report_write(store, &request, &outcome, e);
    chosen_free(&chosen);
    if (code)
        return code;
    if (outcome.no_gnuplot && outcome.figures)
        log_info("figures as PDF and PNG: install gnuplot (Debian: gnuplot-nox) and do this again");
    printable_line("%s/index.html: %d figures, %d pages of jobs", request.directory,
                   outcome.figures, outcome.pages);
    return 0;
}

static int run(struct options *options)
{
    struct err e = {0};
    struct store *store = NULL;
    int code = db_reader_open(&store, options, &e);
    if (!code)
        code = write_report(store, options, &e);
    if (store)
        (void)store_close(store, NULL);
    return code ? command_fail(&e) : EXIT_DONE;
}

const struct command command_report = {
    .name = "report",
    .arguments = "DB [OPTION]...",
    .summary = "a page with the figures of a sweep, and a page for each job that matters",
    .help =
        "Writes a directory (-o; default: the database's name with -report): index.html with what\n"
        "the sweep says in words, counts, figures and tables, job-N.html for jobs on a frontier, "
        "the\n"
        "best of each regularizer, and those of --job, and the numbers and gnuplot scripts of all\n"
        "figures, with PDF and PNG if gnuplot is installed.  Any browser opens it, without a "
        "network.\n"
        "Where the jobs differ in parameters that are not axes of a sweep, this is said first.\n",
    .minimum = 1,
    .maximum = 1,
    .options = OPTION_JOB | OPTION_SWEEP | OPTION_WHERE | OPTION_OUTPUT,
    .run = run,
};
