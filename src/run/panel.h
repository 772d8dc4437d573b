/*
 * panel - several lines at the bottom of a terminal that are drawn again and again in place.
 *
 * All of it is one write, and nothing is cleared that is drawn again: no flicker.  Between two
 * drawings the cursor stands in an empty line above the panel.  Whatever others print then stands
 * there and stays, and the panel is drawn anew below it; and what a terminal makes of the old lines
 * when its size changes is below the cursor, to be cleared.
 */
#ifndef BRAINSWEEP_PANEL_H
#define BRAINSWEEP_PANEL_H

#include "base/err.h"

#include <stdio.h>

struct panel; /* Opaque. */

/* On that terminal, which stays the caller's. */
int panel_new(struct panel **panel, FILE *terminal, struct err *e)
    __attribute__((warn_unused_result));

/* Clears it, and frees. */
void panel_free(struct panel *panel);

/* Lines that can be drawn on the terminal as it is now; 1 where there is no room for more, or not
   for their width. */
int panel_room(const struct panel *panel);

/* Columns of a line. */
int panel_width(const struct panel *panel);

/* Draws the text's lines, at most panel_room; each is cut where the terminal ends. */
void panel_draw(struct panel *panel, const char *text);
void panel_clear(struct panel *panel);

#endif
