/*
 * A line that a person types, byte by byte, on a plain terminal: backspace, ^U (whole line away),
 * ^C (give it up), arrow up and down or ^P and ^N (lines before). Any byte is survived. Pure.
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
	uint8_t last; /* the byte before: of \r\n the \n is no line of its own */
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
	LINE_TOO_LONG, /* it was, and is lost */
	LINE_GIVEN_UP, /* by ^C */
};

/*
 * Takes a byte; prints what the terminal should show of it into to. After an event other than
 * LINE_GOES_ON call line_editor_next before the next byte.
 */
enum line_event line_editor_take(struct line_editor *editor, uint8_t byte, struct text *to);

/* Begins a new line. */
void line_editor_next(struct line_editor *editor);

#endif
