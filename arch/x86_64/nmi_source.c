#include "arch/x86_64/hardware_error.h"

#include <stddef.h>

enum { PORT_B_IOCHK = 1 << 6, PORT_B_SERR = 1 << 7 };

const char *hardware_error_nmi_source(uint8_t port_b)
{
	switch (port_b & (PORT_B_SERR | PORT_B_IOCHK)) {
	case PORT_B_SERR:
		return "SERR#: a memory or PCI system error";
	case PORT_B_IOCHK:
		return "IOCHK#: an error of an I/O device";
	case PORT_B_SERR | PORT_B_IOCHK:
		return "SERR# and IOCHK#: errors of memory or PCI, and of an I/O device";
	default:
		return NULL;
	}
}
