/*
 * The log as the screen shows it: its lines, with warnings, errors and hints in colour, and the
 * verdict as a banner. The REPORT block, which is for programs, is left out: the screen is small,
 * and it would scroll the lines for people away. Pure.
 */
#ifndef KERNEL_TRANSCRIPT_H
#define KERNEL_TRANSCRIPT_H

#include "kernel/console/cells.h"

enum { TRANSCRIPT_LINE_MAX = 512 }; /* a longer line is truncated */

struct transcript {
	struct cells cells;
	bool in_report;
	uint32_t rows; /* rows at the bottom that show the unfinished line */
	uint32_t length;
	uint8_t line[TRANSCRIPT_LINE_MAX]; /* its characters so far */
};

void transcript_init(struct transcript *transcript, uint32_t columns, uint32_t rows);

/* Adds the next character of the log. */
void transcript_put(struct transcript *transcript, char character);

/* Shows the unfinished line so far, such as one that is being typed. */
void transcript_show_unfinished(struct transcript *transcript);

#endif
