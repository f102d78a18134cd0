/*
 * The log as a person sees it on a screen: its lines, with warnings, errors and hints in colours of
 * their own, and the verdict as a banner. The REPORT block, which is for machines, is left out: it
 * would push away what is to be read. Pure.
 */
#ifndef KERNEL_TRANSCRIPT_H
#define KERNEL_TRANSCRIPT_H

#include "kernel/console/cells.h"

enum { TRANSCRIPT_LINE_MAX = 512 }; /* the rest of a longer line is left out */

struct transcript {
	struct cells cells;
	bool in_report;
	uint32_t rows; /* at the bottom, that show the line that has not ended */
	uint32_t length;
	uint8_t line[TRANSCRIPT_LINE_MAX]; /* what has come of it */
};

void transcript_init(struct transcript *transcript, uint32_t columns, uint32_t rows);

/* Takes the log's next character. */
void transcript_put(struct transcript *transcript, char character);

/* Shows what has come of a line that has not ended, as one that is being typed. */
void transcript_show_unfinished(struct transcript *transcript);

#endif
