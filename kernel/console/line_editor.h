/*
 * A line that a user types on a plain terminal: backspace, ^U (delete the line), ^C (discard the
 * line), arrows up and down or ^P and ^N (earlier lines). Any byte is accepted. Pure.
 */
#ifndef KERNEL_LINE_EDITOR_H
#define KERNEL_LINE_EDITOR_H

#include "kernel/lib/text.h"

#include <stdbool.h>

enum { LINE_SIZE = 160, LINE_HISTORY = 4 };

struct line_editor {
	char line[LINE_SIZE]; /* ended by a zero */
	unsigned length;
	bool echo;
	bool overrun; /* more was typed than fits; the whole line is refused */
	uint8_t last; /* the previous byte: \n after \r does not end another line */
	enum {
		ESCAPE_NONE,
		ESCAPE_BEGUN,
		ESCAPE_LONG,
		ESCAPE_SHORT
	} escape;                              /* ESC, ESC [, ESC O */
	char history[LINE_HISTORY][LINE_SIZE]; /* [0] is the last line */
	unsigned recalled;                     /* which of them is shown, from 1; 0: none */
};

enum line_event {
	LINE_GOES_ON,
	LINE_COMPLETE, /* it is in line */
	LINE_TOO_LONG, /* it was discarded */
	LINE_GIVEN_UP, /* by ^C */
};

/*
 * Handles one typed byte, and prints the echo into to. After any event but LINE_GOES_ON, call
 * line_editor_next before the next byte.
 */
enum line_event line_editor_take(struct line_editor *editor, uint8_t byte, struct text *to);

/* Starts a new line. */
void line_editor_next(struct line_editor *editor);

#endif
