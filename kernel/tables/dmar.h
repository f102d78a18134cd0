/*
 * ACPI's "DMA Remapping Reporting Table", of Intel's VT-d specification. Pure; the bytes are not
 * trusted.
 */
#ifndef KERNEL_DMAR_H
#define KERNEL_DMAR_H

#include "kernel/lib/bytes.h"

/*
 * Returns whether the table, header included, asks software not to enable x2APIC mode:
 * X2APIC_OPT_OUT. Firmware sets it where its SMM code accesses the local APIC in xAPIC mode.
 */
bool dmar_opts_out_of_x2apic(struct bytes table);

#endif
