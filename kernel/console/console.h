/*
 * The consoles, which show the log to a person: serial ports and the screen. Every wait for a
 * device has a bound. No device is touched before the rate of the clock is known: only then can the
 * first line have its time, and the CPUs are to be started first.
 */
#ifndef KERNEL_CONSOLE_H
#define KERNEL_CONSOLE_H

#include "kernel/tables/boot_information.h"
#include "kernel/tables/options.h"

/* Chooses the consoles: see kernel/console/serial.h and kernel/console/screen.h. */
void console_choose(const struct options *options, const struct uart *firmware,
                    const struct boot_information *information);

/* Passes the consoles what they can take without waiting. Call it wherever the BSP waits. */
void console_poll(void);

/*
 * Makes every line of the log poll the clock from now on, so that the consoles start as soon as its
 * rate is known. Call it after the BSP has entered VMX operation, which it would delay.
 */
void console_measure_clock(void);

/* Passes the consoles everything, and waits until they have sent it. Drops a port that stalls. */
void console_flush(void);

/* Reads a byte typed on a port or the keyboard into *byte. Returns false if there is none. */
bool console_read(uint8_t *byte);

/* Returns whether there is an input device. */
bool console_has_input(void);

/* Logs what a user would not expect of the consoles. */
void console_report(void);

#endif
