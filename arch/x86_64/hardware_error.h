/* What the hardware says about an error that it reports by an NMI or a machine check. */
#ifndef ARCH_X86_64_HARDWARE_ERROR_H
#define ARCH_X86_64_HARDWARE_ERROR_H

#include <stdint.h>

/* The sources of an NMI that system control port B (61H) names; NULL if it names none. Pure. */
const char *hardware_error_nmi_source(uint8_t port_b);

/* Prints the sources of an NMI, and of this CPU's machine-check banks those with a valid error. */
void hardware_error_print(uint8_t vector);

#endif
