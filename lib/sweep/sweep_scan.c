#include "sweep/sweep_scan.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* ---- reading ---- */

static int line_of(const char *text, size_t at)
{
    int line = 1;
    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n';
    return line;
}

/* UTF-8, and no control characters but tab and line ends: what a person can see in an editor. */
static int check_bytes(const char *text, size_t n, const char *path, struct err *e)
{
    size_t span = utf8_span(text, n);
    if (span < n)
        return err_set(e, ERR_SWEEP, "%s:%d: a sweep file must be UTF-8 text; this line is not",
                       path, line_of(text, span));
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 127)
            return err_set(e, ERR_SWEEP, "%s:%d: control character 0x%02x in a sweep file", path,
                           line_of(text, i), c);
    }
    return 0;
}

/* At most `room` bytes, which is the file's size where it has one. */
static int read_file(FILE *file, size_t room, char *text, const char *path, struct err *e)
{
    size_t n = fread(text, 1, room, file);
    if (ferror(file))
        return err_set(e, ERR_SWEEP, "%s: %s", path, strerror(errno));
    if (n > SWEEP_FILE_LIMIT)
        return err_set(e, ERR_SWEEP, "%s: larger than 1 MiB, the most a sweep file may be", path);
    return check_bytes(text, n, path, e);
}

int sweep_scan_read(char **text, const char *path, struct err *e)
{
    int code = 0;
    struct stat info;
    size_t room = SWEEP_FILE_LIMIT + 1;
    *text = NULL;
    FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &info)) {
        code = err_set(e, ERR_SWEEP, "%s: %s", path, strerror(errno));
        goto out;
    }
    if (S_ISDIR(info.st_mode)) {
        code = err_set(e, ERR_SWEEP, "%s: a directory, where a sweep file was expected", path);
        goto out;
    }
    if (S_ISREG(info.st_mode) && info.st_size <= SWEEP_FILE_LIMIT)
        room = (size_t)info.st_size;
    if (!(*text = mem_array(room + 1, 1)))
        code = err_set(e, ERR_MEMORY, "%s: out of memory to read it", path);
    else
        code = read_file(file, room, *text, path, e);
out:
    if (code) {
        mem_free(*text);
        *text = NULL;
    }
    if (file)
        fclose(file);
    return code;
}

/* ---- cleaning ---- */

struct scan {
    char *c; /* the present character */
    int line;
    const char *path;
    char last;        /* the last character that was no blank: a letter for any word */
    const char *word; /* the last word outside quotes, and its length */
    int word_length;  /* 0 when it was a quoted one */
    int is_list;      /* the last '{' came after a '=' */
    int list_line;    /* where that '=' stood */
    int depth;        /* of braces */
    int outer_line;   /* where the outermost of those that are open stands */
    struct err *e;
};

static int refuse(const struct scan *s, int line, const char *what)
{
    return err_set(s->e, ERR_SWEEP, "%s:%d: %s", s->path, line, what);
}

/* Blanks characters until the text at s->c begins with `end`, and `end` too if it is more than the
   line's end.  A file's end ends it as well. */
static int blank_until(struct scan *s, const char *end)
{
    size_t length = strlen(end);
    for (; *s->c && strncmp(s->c, end, length) != 0; s->c++) {
        s->line += *s->c == '\n';
        if (*s->c != '\n')
            *s->c = ' ';
    }
    int found = *s->c != '\0';
    if (found && *end != '\n') {
        memset(s->c, ' ', length);
        s->c += length;
    }
    return found;
}

static int skip_comment(struct scan *s)
{
    int line = s->line;
    if (strncmp(s->c, "/*", 2) != 0)
        blank_until(s, "\n");
    else if (memset(s->c, ' ', 2), !blank_until(s, "*/"))
        return refuse(s, line, "the comment that begins here has no end");
    return 0;
}

static int skip_quoted(struct scan *s)
{
    char quote = *s->c;
    for (s->c++; *s->c != quote; s->c++) {
        if (!*s->c || *s->c == '\n')
            return refuse(s, s->line, "the text that begins here has no closing quote on its line");
        if (*s->c == '\\')
            return refuse(s, s->line, "a backslash has no meaning in a sweep file");
        if (quote == '"' && s->c[0] == '$' && s->c[1] == '{')
            return refuse(s, s->line, "a sweep file takes nothing from the environment (${...})");
    }
    s->c++;
    s->last = 'a';
    s->word_length = 0;
    return 0;
}

static int is_word(char c)
{
    return c && !strchr(" \t\r\n={},\"'#", c);
}

static int skip_word(struct scan *s)
{
    static const char unwanted[] = "|+()$\\*;";
    if (*s->c == '[')
        return refuse(s, s->line, "a list stands in braces, as {1, 2}, not in square brackets");
    char *begin = s->c;
    for (; is_word(*s->c); s->c++) {
        if (s->c[0] == '/' && (s->c[1] == '/' || s->c[1] == '*'))
            break; /* a comment */
        if (strchr(unwanted, *s->c))
            return err_set(s->e, ERR_SWEEP, "%s:%d: unexpected '%c' outside quotes", s->path,
                           s->line, *s->c);
    }
    s->last = 'a';
    s->word = begin;
    s->word_length = (int)(s->c - begin);
    return 0;
}

static int take_mark(struct scan *s)
{
    char c = *s->c;
    if (c == '=')
        s->list_line = s->line;
    if (c == '{') {
        s->is_list = s->last == '=';
        if (!s->depth++)
            s->outer_line = s->line;
    }
    s->depth -= c == '}';
    if (c == '}' && s->last == '{' && s->is_list)
        return err_set(s->e, ERR_SWEEP, "%s:%d: %.*s = {}: an axis needs at least one value",
                       s->path, s->list_line, s->word_length < 64 ? s->word_length : 64,
                       s->word_length ? s->word : "");
    s->last = c;
    s->c++;
    return 0;
}

static int take(struct scan *s)
{
    char c = *s->c;
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        s->line += c == '\n';
        *s->c++ = c == '\r' ? ' ' : c;
        return 0;
    }
    if (c == '#' || (c == '/' && (s->c[1] == '/' || s->c[1] == '*')))
        return skip_comment(s);
    if (c == '"' || c == '\'')
        return skip_quoted(s);
    return is_word(c) ? skip_word(s) : take_mark(s);
}

int sweep_scan_clean(char *text, const char *path, struct err *e)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    if (strncmp(text, byte_order_mark, 3) == 0)
        memset(text, ' ', 3);
    struct scan s = {.c = text, .line = 1, .path = path, .word = text, .e = e};
    while (*s.c) {
        int code = take(&s);
        if (code)
            return code;
    }
    if (s.depth > 0)
        return refuse(&s, s.outer_line, "the brace that opens here is never closed");
    return 0;
}
