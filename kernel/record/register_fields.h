/*
 * The fields of the MSRs and of the CPUID values by which CPUs are compared, so that a difference
 * has a name. Pure.
 */
#ifndef KERNEL_REGISTER_FIELDS_H
#define KERNEL_REGISTER_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

/* In place of an MSR's number: CPUID.1:EAX, CPUID.1AH:EAX[31:24], CPUID.80000008H:EAX[7:0]. */
#define FIELDS_SIGNATURE    0xFFFF0001u
#define FIELDS_CORE_TYPE    0xFFFF0002u
#define FIELDS_ADDRESS_BITS 0xFFFF0003u

struct register_field {
	const char *name; /* NULL: none is known; the field is a single bit */
	uint64_t mask;
	enum {
		FIELD_NUMBER,
		FIELD_PRESENT, /* 1: the CPU has it */
		FIELD_ABSENT,  /* 1: the CPU lacks it */
		FIELD_REQUIRED /* 1: software must set it */
	} kind;
};

/* Returns the field of a register that has this bit. */
struct register_field register_field_at(uint32_t msr, unsigned bit);

#endif
