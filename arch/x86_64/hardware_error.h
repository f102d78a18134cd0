/* Explains a hardware error that was reported by an NMI or a machine check. */
#ifndef ARCH_X86_64_HARDWARE_ERROR_H
#define ARCH_X86_64_HARDWARE_ERROR_H

#include <stdint.h>

/* Returns the sources of an NMI that system control port B (61H) names, NULL if none. Pure. */
const char *hardware_error_nmi_source(uint8_t port_b);

/* Prints the sources of an NMI, and the calling CPU's machine-check banks with a valid error. */
void hardware_error_print(uint8_t vector);

#endif
