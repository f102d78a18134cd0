/*
 * What the SDM says about the VMX capability MSRs of a CPU among each other, beside the rules that
 * decide whether VMXON can be tried: those are in arch/x86_64/vmx/consistency.h. CPUs keep these
 * rules; a host hypervisor that makes up the MSRs of its virtual CPUs may not. Pure.
 */
#ifndef KERNEL_CAPS_RULES_H
#define KERNEL_CAPS_RULES_H

#include "kernel/lib/text.h"
#include "kernel/record/cpu.h"

extern const unsigned caps_rules_count;

/*
 * Returns whether a CPU keeps rule number n, which must be below caps_rules_count. A CPU without
 * what the rule is about keeps it.
 */
bool caps_rule_holds(unsigned n, const struct vmx_evidence *evidence);

/* Prints the name of rule number n, the same on every CPU. */
void caps_rule_name(unsigned n, struct text *to);

/* Prints rule number n: the MSR to look at, its value, what the SDM says, and where. */
void caps_rule_print(unsigned n, const struct vmx_evidence *evidence, struct text *to);

#endif
