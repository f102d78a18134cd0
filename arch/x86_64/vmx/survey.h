/*
 * Which CPUID leaves and MSRs make up the evidence, in the order in which they must be read. Pure:
 * the caller supplies the functions that read, from the CPU itself or from a recording of one.
 */
#ifndef ARCH_X86_64_VMX_SURVEY_H
#define ARCH_X86_64_VMX_SURVEY_H

#include "arch/x86_64/cpuid.h"
#include "kernel/record/vmx_record.h"

/*
 * Where CPUID and MSR values come from. Each function gets the source itself, which a caller can
 * embed in a struct of its own to find more data. msr() stores MSR_FAULTED if RDMSR faults.
 */
struct survey_source {
	struct cpuid (*cpuid)(struct survey_source *source, uint32_t leaf, uint32_t subleaf);
	void (*msr)(struct survey_source *source, uint32_t msr, struct msr_reading *reading);
};

/* Fills *evidence, except CR0, CR4 and vmxe_at_entry. *evidence must be all zero before. */
void survey_cpu(struct survey_source *source, struct vmx_evidence *evidence);

#endif
