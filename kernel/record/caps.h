/*
 * What a CPU's VMX can do, control by control, under the names that QEMU and libvirt use, so that
 * it can be compared with the definition of a CPU model. Pure: a table, and reading it.
 */
#ifndef KERNEL_CAPS_H
#define KERNEL_CAPS_H

#include "kernel/record/cpu.h"
#include "kernel/lib/text.h"

#include <stddef.h>

/* What may become of a bit. Of MSRs that hold no controls: CAPS_NO or CAPS_YES. */
enum caps_state {
	CAPS_MUST_BE_0,
	CAPS_MUST_BE_1,
	CAPS_OPTIONAL,
	CAPS_NO,
	CAPS_YES,
};

struct caps_entry {
	uint16_t
		msr; /* of controls the plain one, which a TRUE one stands in for where it exists */
	uint8_t bit;
	bool inverted; /* the name says that the control may be 0 */
	const char *name;
};

extern const struct caps_entry caps_table[];
extern const size_t caps_count;

/* What the evidence says of an entry; and whether the CPU has what the entry's name says. */
enum caps_state caps_state(const struct caps_entry *entry, const struct vmx_evidence *evidence);
bool caps_has(const struct caps_entry *entry, const struct vmx_evidence *evidence);

/* The same by name; false for a name that is not in the table. */
bool caps_has_named(const char *name, const struct vmx_evidence *evidence);

/* The name of the lowest of some controls in an MSR of the table's. */
const char *caps_control_name(uint32_t msr, uint32_t controls);

#endif
