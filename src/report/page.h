/*
 * page - parts of HTML that all pages share.
 */
#ifndef BRAINSWEEP_PAGE_H
#define BRAINSWEEP_PAGE_H

#include "record/value.h"
#include "report/chart.h"

#include <stdio.h>

void page_begin(FILE *out, const char *title);
void page_end(FILE *out); /* with the script */

/* Writes a figure with its legend and caption; `section` names the section's data in the script. */
void page_figure(FILE *out, const struct chart *chart, const char *section,
                 int (*has_page)(int64_t job, const void *data), const void *data);

/* Writes links to the files of a figure: .tsv, .gp and .svg, also .pdf and .png if they were
   drawn. */
void page_figure_files(FILE *out, const char *file, int drawn);
void page_figure_end(FILE *out);

/* Writes a value for a reader: a real with four digits; escaped. */
void page_value(FILE *out, struct value v);

#endif
