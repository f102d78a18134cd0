/* The command line, in Linux's spelling where Linux has one. Pure; the bytes are not trusted. */
#ifndef KERNEL_OPTIONS_H
#define KERNEL_OPTIONS_H

#include "kernel/bytes.h"

enum exit_action {
	EXIT_HALT,
	EXIT_REBOOT,
	EXIT_POWEROFF,
	EXIT_DEBUG, /* end the emulator */
};

/* A 16550-compatible UART. */
struct uart {
	enum { UART_NONE, UART_IO, UART_MMIO8, UART_MMIO32 } access;
	uint64_t address; /* of its first register: an I/O port or a physical address */
	uint32_t baud;
};

struct options {
	bool observe; /* write nothing, enter nothing */
	bool verbose; /* lines of its own for every CPU */
	uint32_t cpus; /* use at most so many; 0: all */
	enum exit_action exit;
	struct uart console;
};

/* Called for each option that is unknown or malformed: the option as given, and what is wrong. */
typedef void options_warning(void *context, struct bytes option, const char *problem);

/* What holds when nothing is said. */
struct options options_default(void);

/* Reads command_line into *options, which begin as the defaults. */
void options_parse(struct bytes command_line, struct options *options, options_warning *warn,
		   void *context);

#endif
