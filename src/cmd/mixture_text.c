#include "cmd/mixture_text.h"

#include "compare/mixture.h"
#include "text/printable.h"

#include <stdio.h>

static void print_mixed(const struct mixture *m)
{
    char values[MIXTURE_TEXT], shown[2 * MIXTURE_TEXT];
    const char *name;
    for (int i = 0; (name = mixture_parameter(m, i, values)); i++)
        printf("%s%s (%s)",
               i ? ", " : "mixed: the jobs differ in parameters that are not axes of a sweep: ",
               name, printable(shown, sizeof shown, values));
    if (mixture_parameter(m, 0, values))
        printf("; choose comparable ones by --sweep or --where\n");
}

static void print_dead(const struct mixture *m, const struct experiment *x)
{
    enum { SHOWN = 10 };
    size_t count;
    const int64_t *dead = mixture_dead(m, &count);
    if (!count)
        return;
    printf("dead: %zu of %lld network%s %s no activity (%s = 0): job%s", count,
           (long long)mixture_jobs(m), mixture_jobs(m) == 1 ? "" : "s", count == 1 ? "has" : "have",
           x->dead, count == 1 ? "" : "s");
    for (size_t i = 0; i < count && i < SHOWN; i++)
        printf("%s %lld", i ? "," : "", (long long)dead[i]);
    printf("%s; --where '%s > 0' leaves %s out\n", count > SHOWN ? " ..." : "", x->dead,
           count == 1 ? "it" : "them");
}

static void print_json(const struct mixture *m, struct json *j)
{
    char values[MIXTURE_TEXT];
    const char *name;
    size_t count;
    const int64_t *dead = mixture_dead(m, &count);
    json_open_array(j, "mixed");
    for (int i = 0; (name = mixture_parameter(m, i, values)); i++) {
        json_open_object(j, NULL);
        json_text(j, "parameter", name);
        json_text(j, "values", values);
        json_close_object(j);
    }
    json_close_array(j);
    json_open_array(j, "dead");
    for (size_t i = 0; i < count; i++)
        json_int(j, NULL, dead[i]);
    json_close_array(j);
}

int mixture_text_tell(struct store *store, const struct experiment *x,
                      const struct selection *selection, struct json *j, int64_t *jobs,
                      struct err *e)
{
    struct mixture *mixture;
    int code = mixture_new(&mixture, selection, x, store, e);
    if (code)
        return code;
    *jobs = mixture_jobs(mixture);
    if (j) {
        json_open_object(j, NULL);
        json_text(j, "experiment", x->name);
        json_int(j, "jobs", *jobs);
        print_json(mixture, j);
        json_close_object(j);
    } else {
        print_mixed(mixture);
        print_dead(mixture, x);
    }
    mixture_free(mixture);
    return 0;
}
