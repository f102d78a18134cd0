/*
 * The way of the log to a person: a serial port that takes what it can when it can. Nothing here
 * waits for a port that does not answer longer than a bound.
 */
#ifndef KERNEL_CONSOLE_H
#define KERNEL_CONSOLE_H

#include "kernel/options.h"

/* Opens the console that the options name. Without one there, the log goes nowhere. */
void console_open(const struct options *options);

/* Hands over what the console can take right now. To be called wherever the BSP waits. */
void console_poll(void);

/* Hands over everything, and waits until it has left the port, as long as the port goes on. */
void console_flush(void);

/* How much of the log the console has taken, for the log; and a wait until it has taken more. */
uint64_t console_position(void);
void console_make_room(void);

#endif
