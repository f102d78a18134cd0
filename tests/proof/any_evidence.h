/* The evidence of any CPU at all. */
#ifndef TESTS_PROOF_ANY_EVIDENCE_H
#define TESTS_PROOF_ANY_EVIDENCE_H

#include "arch/x86_64/registers.h"
#include "kernel/record/record.h"
#include "tests/proof/claims.h"

struct vmx_evidence nondet_evidence(void);

/*
 * Every value of every MSR, control register and CPUID bit, each MSR in every state. Nothing is
 * given: IA32_VMX_BASIC is decoded as record_set_msr() does it.
 */
static inline struct vmx_evidence any_evidence(void)
{
	struct vmx_evidence evidence = nondet_evidence();

	/* CBMC's bytes of any value would make a bool of 2 */
	evidence.vmx = nondet_u8() & 1;
	evidence.smx = nondet_u8() & 1;
	record_set_msr(&evidence, 0, evidence.msr[0]);
	return evidence;
}

static inline struct msr_reading reading_of(const struct vmx_evidence *evidence, uint32_t msr)
{
	return evidence->msr[msr - VMX_MSR_FIRST];
}

#endif
