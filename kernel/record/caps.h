/*
 * The VMX capabilities of a CPU, control by control, under the names of QEMU and libvirt, to
 * compare them with a CPU model there. Pure.
 */
#ifndef KERNEL_CAPS_H
#define KERNEL_CAPS_H

#include "kernel/record/cpu.h"
#include "kernel/lib/text.h"

#include <stddef.h>

/* How a control may be set. Bits of MSRs without controls are CAPS_NO or CAPS_YES. */
enum caps_state {
	CAPS_MUST_BE_0,
	CAPS_MUST_BE_1,
	CAPS_OPTIONAL,
	CAPS_NO,
	CAPS_YES,
	CAPS_UNKNOWN, /* the MSR was not read */
};

struct caps_entry {
	uint16_t msr; /* for controls, the plain MSR, even where the CPU has the TRUE one */
	uint8_t bit;
	bool inverted; /* has the capability if the control may be 0 */
	const char *name;
};

struct caps_bit {
	uint32_t msr;
	unsigned bit;
};

extern const struct caps_entry caps_table[];
extern const size_t caps_count;

/* Return how the bit of an entry may be set, and whether the CPU has the capability. */
enum caps_state caps_state(const struct caps_entry *entry, const struct vmx_evidence *evidence);
bool caps_has(const struct caps_entry *entry, const struct vmx_evidence *evidence);

/* Returns false if that is not known, because a dump lacks the MSR. */
bool caps_is_known(const struct caps_entry *entry, const struct vmx_evidence *evidence);

/* Returns the entry with a name, or NULL. */
const struct caps_entry *caps_find(const char *name);

/* Like caps_has(), by the bit, and not inverted. */
bool caps_has_bit(struct caps_bit bit, const struct vmx_evidence *evidence);

/*
 * Returns whether an MSR, of the plain ones, has controls in two halves: in the low one, those that
 * must be 1, and in the high one, those that may be 1.
 */
bool caps_has_controls(uint32_t msr);

/* Returns the name of a bit that is in the table. */
const char *caps_name(struct caps_bit bit);

/* Like caps_has(), by name. Returns false for a name that is not in the table. */
bool caps_has_named(const char *name, const struct vmx_evidence *evidence);

/*
 * Finds the next bit that the CPU offers and that caps_table has no name for: for controls, one
 * that may be 1. Start with at->msr = 0. Returns false when there are no more. Reserved controls
 * that must be 1 (SDM vol. 3D A.2 "Reserved Controls and Default Settings") and the numbers in
 * IA32_VMX_BASIC, IA32_VMX_MISC and IA32_VMX_EPT_VPID_CAP do not count.
 */
bool caps_next_unknown(struct caps_bit *at, const struct vmx_evidence *evidence);

/*
 * Returns the default1 controls of a plain MSR: those that it demands although a TRUE one may not.
 */
uint32_t caps_default1(uint32_t msr);

/* Returns the name of the lowest control that is set in controls. */
const char *caps_control_name(uint32_t msr, uint32_t controls);

#endif
