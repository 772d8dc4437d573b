#include "report/palette.h"

#include <string.h>

static const struct palette_colour colours[PALETTE_SIZE] = {
    {"none", "#6b6b6b", "#b4b4b4"},  {"l1", "#0072b2", "#5db3e8"},
    {"local", "#00805c", "#33c997"}, {"bimt", "#d55e00", "#ff8c3a"},
    {"sernn", "#a8477f", "#e59cc6"}, {"mask", "#a87400", "#f0b73c"},
    {NULL, "#2f7fae", "#7cc6f0"},    {NULL, "#7a4a12", "#c9965a"},
    {NULL, "#5b4fb0", "#a79cf2"},    {NULL, "#4d6b00", "#a9cc4e"},
    {NULL, "#a01f3a", "#f27d93"},    {NULL, "#006d77", "#4cc9d2"},
};

const struct palette_colour *palette_at(int colour)
{
    return &colours[colour < 0 ? 0 : colour % PALETTE_SIZE];
}

int palette_of(const char *name, int index)
{
    int named = 0;
    for (int i = 0; i < PALETTE_SIZE && colours[i].name; i++, named++)
        if (!strcmp(colours[i].name, name))
            return i;
    return named + index % (PALETTE_SIZE - named);
}
