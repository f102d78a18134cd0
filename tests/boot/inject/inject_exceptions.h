/* Exceptions by name, and how to raise them on the CPU that executes this. */
#ifndef TESTS_BOOT_INJECT_EXCEPTIONS_H
#define TESTS_BOOT_INJECT_EXCEPTIONS_H

#include <stddef.h>

struct named_fault {
	const char *name;
	void (*raise)(void);
};

extern const struct named_fault exceptions[]; /* ended by one without a name */

#endif
