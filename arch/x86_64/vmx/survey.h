/*
 * Which CPUID leaves and MSRs make up the evidence, in the order they must be read, and what they
 * mean. Pure: the reading itself is the caller's, who may have the CPU at hand, or a record of one.
 */
#ifndef ARCH_X86_64_VMX_SURVEY_H
#define ARCH_X86_64_VMX_SURVEY_H

#include "arch/x86_64/cpuid.h"
#include "kernel/record/vmx_record.h"

/* Where answers come from. Each function gets the source itself, to find its own things behind it.
 */
struct survey_source {
	struct cpuid (*cpuid)(struct survey_source *source, uint32_t leaf, uint32_t subleaf);
	void (*msr)(struct survey_source *source, uint32_t msr, struct msr_reading *reading);
};

/* Fills all of *evidence, which begins as all zero, but for the control registers. */
void survey_cpu(struct survey_source *source, struct vmx_evidence *evidence);

#endif
