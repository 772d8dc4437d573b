/*
 * page_assets - the style sheet and the script that every page contains.
 */
#ifndef BRAINSWEEP_PAGE_ASSETS_H
#define BRAINSWEEP_PAGE_ASSETS_H

#include <stdio.h>

void page_assets_style(FILE *out);
extern const char page_assets_script[];

#endif
