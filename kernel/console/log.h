/*
 * The log: lines kept in memory until a console can take them. A line is stamped with the CPU's
 * time-stamp counter and gets its seconds only on the way out, when the clock's rate is known, so
 * that nobody waits for a clock or a serial line. Only one CPU writes at a time: the BSP, or the
 * one that panics.
 */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include "kernel/lib/text.h"

#include <stdbool.h>

/* One line "[seconds] scope: sentence". */
__attribute__((format(printf, 2, 3))) void log_line(const char *scope, const char *format, ...);

/* Where whole lines can be printed, each to be ended by \n: with the time before them, or bare. */
extern struct text log_stamped;
extern struct text log_bare;

/*
 * Ends or drops a line that was left unfinished, as by a CPU that was stopped while it wrote one;
 * and drops what is held.
 */
void log_finish_line(void);

/*
 * For the log's end, which consoles get as a whole or not at all, unless it is larger than what is
 * kept: what is written from here on is held back until log_close(), and nothing is taken after
 * that.
 */
void log_hold(void);
void log_close(void);

/* One console's place in the log. Begin with {0}: the oldest line. */
struct log_reader {
	uint64_t position;
	char pending[96]; /* what a time stamp or a line's end has become, and is not read yet */
	unsigned pending_at;
	uint64_t last_us; /* the last time stamp: with a better rate, time does not go back */
};

/*
 * The next character for a console; false if it has seen all. A console that the log did not wait
 * for, and that has missed some of it, gets a line that says so.
 */
bool log_read(struct log_reader *reader, char *character);

/* Prints again what is kept of the log, at most its last half, so that it does not overwrite
 * itself. */
void log_repeat(struct text *to);

/* Whether a reader has seen all. */
bool log_read_all(const struct log_reader *reader);

#endif
