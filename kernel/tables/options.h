/* The command line, in Linux's spelling where Linux has one. Pure; the bytes are not trusted. */
#ifndef KERNEL_OPTIONS_H
#define KERNEL_OPTIONS_H

#include "kernel/lib/bytes.h"
#include "kernel/tables/uart.h"

enum exit_action {
	EXIT_HALT,
	EXIT_REBOOT,
	EXIT_POWEROFF,
	EXIT_DEBUG, /* end the emulator */
};

enum { OPTIONS_CONSOLES_MAX = 4 };

struct options {
	bool observe;      /* write no VMX setting, do not enter VMX operation */
	bool misspelt;     /* a word is a misspelt option: observe is set, whatever it was to be */
	bool verbose;      /* lines of its own for every CPU */
	bool monitor;      /* a prompt before the end */
	bool prove;        /* run guests on every CPU */
	uint32_t cycles;   /* how many times to enter, prove and leave; 0: once */
	bool bench;        /* measure VM exits on every CPU */
	bool selftest;     /* try the VMX instructions on the BSP and one AP */
	bool selftest_all; /* try them on every CPU */
	bool caps;         /* print all that every CPU's VMX can do */
	bool no_qr;        /* draw no QR code of the report */
	bool results;      /* print a result for each CPU, each self-test check and the verdict */
	uint32_t cpus;     /* use at most this many; 0: all */
	enum exit_action exit;
	bool consoles_named; /* the command line names the consoles */
	unsigned console_count;
	struct uart
		consoles[OPTIONS_CONSOLES_MAX]; /* serial ports; the screen is always a console */
};

/* What can be wrong with a word of the command line. */
enum option_fault {
	OPTION_MALFORMED, /* an option without its value, or with one that it does not take */
	OPTION_MISSPELT,  /* resembles an option */
	OPTION_UNKNOWN,   /* resembles none: loaders and VMMs add words for other kernels */
};

/*
 * Called for each word that has a fault. The detail is, of a malformed option, what is wrong; of a
 * misspelt one, the name that it resembles; of an unknown one, NULL.
 */
typedef void options_warning(void *context, struct bytes word, enum option_fault fault,
                             const char *detail);

/* Returns the defaults. */
struct options options_default(void);

/* Sets *options to the defaults, and then to what command_line says. */
void options_parse(struct bytes command_line, struct options *options, options_warning *warn,
                   void *context);

#endif
