/* Exceptions by name, with functions that raise them on the calling CPU. */
#ifndef TESTS_BOOT_INJECT_EXCEPTIONS_H
#define TESTS_BOOT_INJECT_EXCEPTIONS_H

#include <stddef.h>

struct named_fault {
	const char *name;
	void (*raise)(void);
};

extern const struct named_fault exceptions[]; /* ended by one without a name */

#endif
