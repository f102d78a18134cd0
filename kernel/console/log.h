/*
 * The log, as its writer sees it. Lines go to the ring (ring.h), from which the consoles read when
 * they can, so that no CPU waits for a clock or a serial port on its way into VMX operation. Only
 * one CPU writes at a time: the BSP, or the one that panics.
 */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include "kernel/console/ring.h"
#include "kernel/lib/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Prints one line "[seconds] scope: sentence". */
__attribute__((format(printf, 2, 3))) void log_line(const char *scope, const char *format, ...);

/*
 * Has print(facts) print lines, with the present time, right before the next line is printed: so
 * nothing is formatted on the way to VMXON, and the order of the lines is that of the calls. Copies
 * the facts, size bytes; what they point to must not change. Prints at once what does not fit.
 */
void log_later(void (*print)(const void *facts), const void *facts, size_t size);

/* Where whole lines can be printed, each ended by \n: after a time stamp, or bare. */
extern struct text log_stamped;
extern struct text log_bare;

/* Drops what is printed, but lets the consoles read at each line end, so that none is idle. */
extern struct text log_dropped;

/*
 * What the log needs of those who read it: how far the slowest has come in the ring; a chance to
 * read after each line; a wait, bounded, until the slowest has read more.
 */
struct log_readers {
	uint64_t (*position)(void);
	void (*poll)(void);
	void (*make_room)(void);
};

/* In a text for the log: each reader reads the CRC of the stamped lines that it has got so far. */
#define LOG_CRC RING_CRC

/* Sets the readers that the log waits for. Until then it waits for none. */
void log_read_by(const struct log_readers *readers);

/*
 * Ends or drops a line that was left unfinished, as by a CPU that was stopped while it wrote one;
 * and drops what is held.
 */
void log_finish_line(void);

/*
 * For the end of the log, which consoles get whole or not at all, unless it is larger than the
 * ring: log_hold() holds back what is written from here on, log_close() releases it and ends the
 * log.
 */
void log_hold(void);
void log_close(void);

/* Prints the log again: what the ring keeps, at most its last half, as not to overwrite itself. */
void log_repeat(struct text *to);

#endif
