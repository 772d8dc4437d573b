#include "sweep/sweep_file.h"

#include "base/array.h"
#include "base/mem.h"

#include <confuse.h>
#include <stdio.h>
#include <string.h>

/* libconfuse hands its callbacks no pointer of ours; so each section has an option of this name,
   which no file can contain, whose value is the reader. */
static const char reader_key[] = "\1reader";

static const char *const top_keys[] = {"name", "experiment", "fixed", "axes", "where", NULL};

struct reader {
    struct sweep_file *file;
    const char *path;
    const struct experiment *const *experiments;
    cfg_opt_t *keys; /* the parameters of all experiments, as options */
    int fixed_blocks;
    int code; /* of the first error */
    struct err *e;
};

static struct reader *reader_of(cfg_t *cfg)
{
    return (struct reader *)cfg_getopt(cfg, reader_key)->simple_value.ptr;
}

/* ---- finding names ---- */

static const char *top_key_at(int i, const void *data)
{
    (void)data;
    return top_keys[i];
}

static const char *key_at(int i, const void *keys)
{
    const char *name = ((const cfg_opt_t *)keys)[i].name;
    return name == reader_key ? NULL : name;
}

static const char *parameter_at(int i, const void *experiment)
{
    return ((const struct experiment *)experiment)->parameters[i].name;
}

static const char *experiment_at(int i, const void *experiments)
{
    const struct experiment *x = ((const struct experiment *const *)experiments)[i];
    return x ? x->name : NULL;
}

static int is_among(const char *name, const char *(*name_at)(int i, const void *data),
                    const void *data)
{
    const char *other;
    for (int i = 0; (other = name_at(i, data)); i++)
        if (strcmp(name, other) == 0)
            return 1;
    return 0;
}

static struct sweep_entry *find_entry(const struct sweep_file *file, int block, const char *key)
{
    for (size_t i = 0; i < file->n; i++)
        if (file->entries[i].block == block && strcmp(file->entries[i].key, key) == 0)
            return &file->entries[i];
    return NULL;
}

/* The experiment that the file has named so far, or NULL. */
static const struct experiment *find_experiment(const struct reader *r)
{
    const struct sweep_entry *entry = find_entry(r->file, SWEEP_TOP, "experiment");
    for (int i = 0; entry && r->experiments[i]; i++)
        if (strcmp(r->experiments[i]->name, entry->text) == 0)
            return r->experiments[i];
    return NULL;
}

/* ---- errors ---- */

static int unknown_at_top(const struct reader *r, const char *name, int line)
{
    char hint[SUGGEST_SIZE];
    if (suggest_phrase(hint, name, top_key_at, NULL))
        return err_set(r->e, ERR_SWEEP, "%s:%d: %.64s: no such key%s", r->path, line, name, hint);
    if (is_among(name, key_at, r->keys))
        return err_set(r->e, ERR_SWEEP,
                       "%s:%d: %s: a parameter must stand in a fixed or an axes block", r->path,
                       line, name);
    return err_set(r->e, ERR_SWEEP,
                   "%s:%d: %.64s: no such key; expected name, experiment, fixed, axes or where",
                   r->path, line, name);
}

static int unknown_in_block(const struct reader *r, const char *name, int line)
{
    const struct experiment *x = find_experiment(r);
    const char *owner = x ? x->name : "any experiment";
    char hint[SUGGEST_SIZE];
    if (is_among(name, top_key_at, NULL))
        return err_set(r->e, ERR_SWEEP, "%s:%d: %s: no parameter; it must stand outside the blocks",
                       r->path, line, name);
    if (x ? suggest_phrase(hint, name, parameter_at, x)
          : suggest_phrase(hint, name, key_at, r->keys))
        return err_set(r->e, ERR_SWEEP, "%s:%d: %.64s: no such parameter%s", r->path, line, name,
                       hint);
    return err_set(r->e, ERR_SWEEP, "%s:%d: %.64s: no such parameter of %s", r->path, line, name,
                   owner);
}

/* What libconfuse would have printed; only the first error counts. */
static void on_error(cfg_t *cfg, const char *format, va_list args)
{
    struct reader *r = reader_of(cfg);
    char text[128];
    if (r->code)
        return;
    if (strstr(format, "no such option")) {
        const char *name = va_arg(args, const char *);
        r->code = strcmp(cfg->name, "root") == 0 ? unknown_at_top(r, name, cfg->line)
                                                 : unknown_in_block(r, name, cfg->line);
        return;
    }
    vsnprintf(text, sizeof text, format, args);
    r->code = err_set(r->e, ERR_SWEEP, "%s:%d: %s", r->path, cfg->line, text);
}

/* ---- what libconfuse finds ---- */

static int block_of(const struct reader *r, const cfg_t *section)
{
    if (strcmp(section->name, "root") == 0)
        return SWEEP_TOP;
    return strcmp(section->name, "fixed") == 0 ? SWEEP_FIXED : r->file->axes_blocks + 1;
}

static int keep_entry(struct reader *r, struct sweep_entry entry)
{
    struct sweep_file *file = r->file;
    struct sweep_entry *grown = array_room(file->entries, file->n, sizeof *grown);
    if (!grown)
        return ERR_MEMORY;
    file->entries = grown;
    entry.key = mem_text(entry.key);
    entry.text = mem_text(entry.text);
    file->entries[file->n++] = entry;
    return entry.key && entry.text ? 0 : ERR_MEMORY;
}

/* Whether some experiment has a list of that name: its words in braces are one value then. */
static int is_list(const struct reader *r, const char *name)
{
    for (int i = 0; r->experiments[i]; i++) {
        int p = experiment_parameter(r->experiments[i], name);
        if (p >= 0 && r->experiments[i]->parameters[p].is_list)
            return 1;
    }
    return 0;
}

static int append_word(struct sweep_entry *entry, const char *word)
{
    size_t old = strlen(entry->text), size = old + strlen(word) + 2;
    char *text = mem_grow(entry->text, old, size);
    if (!text)
        return ERR_MEMORY;
    snprintf(text + old, size - old, ",%s", word);
    entry->text = text;
    return 0;
}

/* A value; nvalues is 1 at the first of an assignment. */
static int on_value(cfg_t *cfg, cfg_opt_t *option, const char *value, void *result)
{
    struct reader *r = reader_of(cfg);
    int block = block_of(r, cfg);
    struct sweep_entry *first = find_entry(r->file, block, option->name);
    *(const char **)result = value;
    if (first && option->nvalues == 1)
        return r->code = err_set(r->e, ERR_SWEEP, "%s:%d: %s is given twice, first in line %d",
                                 r->path, cfg->line, option->name, first->line);
    int code = 0;
    if (first && block == SWEEP_FIXED && is_list(r, option->name))
        code = append_word(first, value);
    else if (first && block <= SWEEP_FIXED)
        return r->code = err_set(r->e, ERR_SWEEP, "%s:%d: %s: expected one value, not a list",
                                 r->path, cfg->line, option->name);
    else
        code = keep_entry(
            r, (struct sweep_entry){cfg->line, block, (char *)option->name, (char *)value});
    if (code)
        return r->code = err_set(r->e, ERR_MEMORY, "%s: out of memory to read it", r->path);
    return 0;
}

static int on_fixed_end(cfg_t *cfg, cfg_opt_t *option)
{
    struct reader *r = reader_of(cfg);
    (void)option;
    if (r->fixed_blocks++)
        return r->code = err_set(r->e, ERR_SWEEP, "%s:%d: there may be only one fixed block",
                                 r->path, cfg->line);
    return 0;
}

static int on_axes_end(cfg_t *cfg, cfg_opt_t *option)
{
    struct reader *r = reader_of(cfg);
    int block = ++r->file->axes_blocks;
    (void)option;
    if (!r->file->n || r->file->entries[r->file->n - 1].block != block)
        return r->code = err_set(r->e, ERR_SWEEP, "%s:%d: an axes block needs at least one axis",
                                 r->path, cfg->line);
    return 0;
}

/* ---- the schema ---- */

static cfg_opt_t value_option(const char *name)
{
    cfg_opt_t option = CFG_STR_LIST_CB(name, NULL, CFGF_NONE, on_value);
    return option;
}

static cfg_opt_t reader_option(struct reader *r)
{
    return (cfg_opt_t){.name = reader_key, .type = CFGT_PTR, .simple_value.ptr = (void **)r};
}

/* The parameters of all experiments, each name once, and the reader. */
static int make_keys(struct reader *r)
{
    size_t n = 2;
    for (int i = 0; r->experiments[i]; i++)
        n += (size_t)experiment_parameter_count(r->experiments[i]);
    if (!(r->keys = mem_array(n, sizeof *r->keys)))
        return err_set(r->e, ERR_MEMORY, "%s: out of memory to read it", r->path);

    cfg_opt_t *next = r->keys;
    for (int i = 0; r->experiments[i]; i++)
        for (const struct parameter *p = r->experiments[i]->parameters; p->name; p++)
            if (!is_among(p->name, key_at, r->keys))
                *next++ = value_option(p->name);
    *next = reader_option(r);
    return 0;
}

static int parse(struct reader *r, const char *text)
{
    cfg_opt_t options[] = {
        value_option("name"),
        value_option("experiment"),
        value_option("where"),
        CFG_SEC("fixed", r->keys, CFGF_MULTI),
        CFG_SEC("axes", r->keys, CFGF_MULTI),
        reader_option(r),
        CFG_END(),
    };
    cfg_t *cfg = cfg_init(options, CFGF_NONE);
    if (!cfg)
        return err_set(r->e, ERR_MEMORY, "%s: out of memory to read it", r->path);
    cfg_set_error_function(cfg, on_error);
    cfg_set_validate_func(cfg, "fixed", on_fixed_end);
    cfg_set_validate_func(cfg, "axes", on_axes_end);

    int failed = cfg_parse_buf(cfg, text) != CFG_SUCCESS;
    if (failed && !r->code)
        r->code = err_set(r->e, ERR_SWEEP, "%s: not a sweep file", r->path);
    cfg_free(cfg);
    return r->code;
}

/* ---- what the file must have ---- */

static int check_experiment(struct reader *r)
{
    const struct sweep_entry *entry = find_entry(r->file, SWEEP_TOP, "experiment");
    if (!entry)
        return err_set(r->e, ERR_SWEEP, "%s: experiment = \"...\" is missing", r->path);
    if ((r->file->experiment = find_experiment(r)))
        return 0;

    char hint[SUGGEST_SIZE];
    if (suggest_phrase(hint, entry->text, experiment_at, r->experiments))
        return err_set(r->e, ERR_SWEEP, "%s:%d: experiment = \"%.64s\": no such experiment%s",
                       r->path, entry->line, entry->text, hint);
    char names[256] = "";
    for (int i = 0; r->experiments[i]; i++) {
        size_t length = strlen(names);
        snprintf(names + length, sizeof names - length, "%s%s", i ? ", " : "",
                 r->experiments[i]->name);
    }
    return err_set(r->e, ERR_SWEEP, "%s:%d: experiment = \"%.64s\": expected one of %s", r->path,
                   entry->line, entry->text, names);
}

static int check_whole(struct reader *r)
{
    struct sweep_file *file = r->file;
    if (!(file->name = find_entry(file, SWEEP_TOP, "name")))
        return err_set(r->e, ERR_SWEEP, "%s: name = \"...\" is missing", r->path);
    if (!*file->name->text)
        return err_set(r->e, ERR_SWEEP, "%s:%d: the name is empty", r->path, file->name->line);
    int code = check_experiment(r);
    if (code)
        return code;
    if (!file->axes_blocks)
        return err_set(r->e, ERR_SWEEP, "%s: an axes block is missing", r->path);
    for (size_t i = 0; i < file->n; i++) {
        const struct sweep_entry *entry = &file->entries[i];
        if (entry->block != SWEEP_TOP && experiment_parameter(file->experiment, entry->key) < 0)
            return unknown_in_block(r, entry->key, entry->line);
    }
    file->where = find_entry(file, SWEEP_TOP, "where");
    return 0;
}

int sweep_file_parse(struct sweep_file **file, const char *text, const char *path,
                     const struct experiment *const *experiments, struct err *e)
{
    struct reader r = {.path = path, .experiments = experiments, .e = e};
    *file = NULL;
    if (!(r.file = mem_array(1, sizeof *r.file)))
        return err_set(e, ERR_MEMORY, "%s: out of memory to read it", path);
    int code = make_keys(&r);
    if (!code)
        code = parse(&r, text);
    if (!code)
        code = check_whole(&r);
    mem_free(r.keys);
    if (code)
        sweep_file_free(r.file);
    else
        *file = r.file;
    return code;
}

void sweep_file_free(struct sweep_file *file)
{
    if (!file)
        return;
    for (size_t i = 0; i < file->n; i++) {
        mem_free(file->entries[i].key);
        mem_free(file->entries[i].text);
    }
    mem_free(file->entries);
    mem_free(file);
}
