#include "run/panel.h"

#include "base/mem.h"
#include "text/console.h"

#include <stdlib.h>
#include <string.h>

/* A smaller terminal gets a single line, which holds the cursor. */
enum { LEAST_COLUMNS = 60, LEAST_LINES = 12, LINES_MOST = 40 };

struct panel {
    FILE *terminal;
    int drawn;
};

int panel_new(struct panel **panel, FILE *terminal, struct err *e)
{
    struct panel *p = *panel = mem_array(1, sizeof *p);
    if (!p)
        return err_set(e, ERR_MEMORY, "no memory to show progress");
    p->terminal = terminal;
    return 0;
}

void panel_free(struct panel *p)
{
    if (p)
        panel_clear(p);
    mem_free(p);
}

int panel_width(const struct panel *p)
{
    return console_width(p->terminal) - 1;
}

/* Three lines stay free: the empty line, and two for earlier output. */
int panel_room(const struct panel *p)
{
    int lines = console_lines(p->terminal);
    if (lines < LEAST_LINES || console_width(p->terminal) < LEAST_COLUMNS)
        return 1;
    return lines - 3 < LINES_MOST ? lines - 3 : LINES_MOST;
}

/* The number of bytes in the first `columns` characters of a UTF-8 line. */
static size_t cut(const char *line, size_t length, int columns)
{
    size_t i = 0;
    for (int seen = 0; i < length; i++)
        if (((unsigned char)line[i] & 0xc0) != 0x80 && seen++ == columns)
            break;
    return i;
}

static void compose(const struct panel *p, const char *text, FILE *out)
{
    int room = panel_room(p), width = panel_width(p), lines = 0;
    fputs(room > 1 ? "\r\033[K" : "\r", out);
    for (; *text && lines < room; lines++) {
        size_t length = strcspn(text, "\n");
        fprintf(out, "%s%.*s\033[K", room > 1 ? "\n" : "", (int)cut(text, length, width), text);
        text += length + (text[length] == '\n');
    }
    fputs("\033[J", out);
    if (room > 1)
        fprintf(out, "\033[%dA\r", lines);
}

void panel_draw(struct panel *p, const char *text)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    if (!out)
        return;
    compose(p, text, out);
    fclose(out);
    fwrite(bytes, 1, size, p->terminal);
    fflush(p->terminal);
    free(bytes);
    p->drawn = 1;
}

void panel_clear(struct panel *p)
{
    if (p->drawn) {
        fputs("\r\033[J", p->terminal);
        fflush(p->terminal);
    }
    p->drawn = 0;
}
