/*
 * The ways of the log to a person: serial ports and the screen. Nothing here waits longer than a
 * bound for one that does not answer, and nothing is touched before the clock's rate is known, when
 * the first line can get its time: until then the CPUs are on their way.
 */
#ifndef KERNEL_CONSOLE_H
#define KERNEL_CONSOLE_H

#include "kernel/tables/multiboot2.h"
#include "kernel/tables/options.h"

/* Chooses the consoles: see kernel/console/serial.h and kernel/console/screen.h. */
void console_choose(const struct options *options, const struct uart *firmware,
                    const struct multiboot2 *information);

/* Hands over what the consoles can take right now. To be called wherever the BSP waits. */
void console_poll(void);

/*
 * From now on every line of the log polls the clock, and so the consoles begin as soon as its rate
 * is known. Not before the BSP has entered VMX operation, which this would delay.
 */
void console_measure_clock(void);

/* Hands over everything, and waits until it has left the ports, as long as they go on. */
void console_flush(void);

/* A byte that a person or program has typed, on a port or the keyboard; false if there is none. */
bool console_read(uint8_t *byte);

/* Whether there is anything to type at. */
bool console_has_input(void);

/* Says in the log what a person would not expect of the consoles. */
void console_report(void);

#endif
