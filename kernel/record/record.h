/* Compares, decodes and names what the records contain. Pure. */
#ifndef KERNEL_RECORD_H
#define KERNEL_RECORD_H

#include "kernel/record/cpu.h"

/*
 * Returns 0 if two CPUs have the same facts, apart from index, APIC ID and addresses: a group_order
 * of kernel/record/group.h.
 */
int record_order(const struct cpu *a, const struct cpu *b, const void *context);

/* Continues the order of two things that each have such a reading: kernel/lib/order.h. */
void record_order_reading(int *order, const struct msr_reading *a, const struct msr_reading *b);

/* Stores the reading of the MSR VMX_MSR_FIRST + index, and decodes it if it is IA32_VMX_BASIC. */
void record_set_msr(struct vmx_evidence *evidence, unsigned index, struct msr_reading reading);

/*
 * Decodes IA32_VMX_BASIC: SDM vol. 3D A.1 "Basic VMX Information". Evidence already has it decoded,
 * as basic.
 */
struct vmx_basic record_basic(uint64_t value);

/* Decodes IA32_FEATURE_CONTROL: SDM vol. 3C 23.7 "Enabling and Entering VMX Operation". */
struct vmx_feature_control record_feature_control(uint64_t value);

/* Returns the SDM's name of the VMX capability MSR VMX_MSR_FIRST + index. */
const char *record_msr_name(unsigned index);

#endif
