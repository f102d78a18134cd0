/*
 * The serial ports as consoles: all that the command line names; else the one that the firmware
 * names, COM1, or a port on a PCI card. A port gets what it can take without waiting. The log does
 * not wait for a port that stalls. When it continues, a line names the bytes that it missed.
 */
#ifndef KERNEL_SERIAL_H
#define KERNEL_SERIAL_H

#include "kernel/tables/options.h"
#include "kernel/lib/text.h"

/* Chooses the ports, and touches none yet. firmware: its console, or access UART_NONE. */
void serial_choose(const struct options *options, const struct uart *firmware);

/*
 * Writes to each port what it can take without waiting. The first call opens the ports. Returns
 * false if none took anything.
 */
bool serial_hand_over(void);

/* Returns whether every port that has not stalled has sent everything. */
bool serial_all_sent(void);

/* Returns the position in the log of the slowest port; UINT64_MAX without ports. */
uint64_t serial_position(void);

/* Reads a byte received on any port into *byte. Returns false if there is none. */
bool serial_read(uint8_t *byte);

/* Returns whether any port is open, so that there is an input device. */
bool serial_any_open(void);

/* Logs what a user would not expect: a port that is missing, or another one in its place. */
void serial_report(void);

#endif
