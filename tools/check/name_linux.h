/* Tools on Linux that print its CPU flags in their own form, and its module kvm_intel. Pure. */
#ifndef CHECK_NAME_LINUX_H
#define CHECK_NAME_LINUX_H

#include "tools/check/name_list.h"

/* What earlier lines of a tool say about its flags. */
struct name_linux {
	struct bytes vendor; /* of lshw's last device */
	bool inxi;
};

/*
 * Adds what a line says, if it is one of lshw, hwinfo, inxi, lsmod, a parameter of kvm_intel, or
 * the kernel's message about the first CPU.
 */
void name_linux_read(struct bytes line, struct name_linux *state, struct name_list *list,
                     struct vmx_evidence *evidence);

#endif
