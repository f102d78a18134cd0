/*
 * The serial ports as a way of the log to a person: all that the command line names; without any,
 * the one that the firmware names, or the first standard port, or a PCI card's. A port takes what
 * it can when it can. One that does not go on is not waited for, until it does; what it has missed
 * by then, if the log keeps it no more, is said in its place.
 */
#ifndef KERNEL_SERIAL_H
#define KERNEL_SERIAL_H

#include "kernel/tables/options.h"
#include "kernel/lib/text.h"

/* Chooses the ports; touches none yet. firmware: what it names as console, or access UART_NONE. */
void serial_choose(const struct options *options, const struct uart *firmware);

/*
 * Gives each port what it can take right now, the first time after finding out which are there.
 * False if none took anything.
 */
bool serial_hand_over(void);

/* Whether everything has left every port that goes on. */
bool serial_all_sent(void);

/* How much of the log all ports have taken; UINT64_MAX without ports. */
uint64_t serial_position(void);

/* A byte that has come in on any of the ports; false if there is none. */
bool serial_read(uint8_t *byte);

/* Whether any port is there, to type at. */
bool serial_any_open(void);

/* Says in the log what a person would not expect: a port that is not there, or another one. */
void serial_report(void);

#endif
