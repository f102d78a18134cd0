/*
 * The registers that set a CPU's memory types: its MTRRs and IA32_PAT. Firmware must give all CPUs
 * the same: SDM vol. 3A 11.11.8 "MTRR Considerations in MP Systems". A CPU whose MTRRs are disabled
 * caches nothing, and is some 50 times slower. Pure.
 */
#ifndef KERNEL_MEMORY_TYPES_H
#define KERNEL_MEMORY_TYPES_H

#include "kernel/lib/text.h"
#include "kernel/record/vmx_record.h"

/* Indices of the registers. The fixed ranges follow, then base and mask of each variable range. */
enum {
	MEMORY_MTRRCAP,
	MEMORY_MTRR_DEF_TYPE,
	MEMORY_PAT,
	MEMORY_FIXED,
};

enum {
	MEMORY_FIXED_COUNT = 11,
	MEMORY_VARIABLE = MEMORY_FIXED + MEMORY_FIXED_COUNT,
	MEMORY_VARIABLE_MAX = 10, /* ranges: the SDM names no more */
	MEMORY_COUNT = MEMORY_VARIABLE + 2 * MEMORY_VARIABLE_MAX,
};

/* Bit n of a mask belongs to register n. All zero: nothing was read. */
struct memory_types {
	uint64_t value[MEMORY_COUNT];
	uint64_t read;
	uint64_t faulted;
};

_Static_assert(MEMORY_COUNT <= 64, "a bit per register");

/* Reads an MSR. Returns 0, or another value if RDMSR faulted. */
typedef uint64_t memory_types_reader(uint32_t msr, uint64_t *value);

/* Reads the registers that exist, of the CPU with these features, CPUID.1:EDX. */
void memory_types_read(struct memory_types *types, uint32_t features, memory_types_reader *read);

void memory_types_set(struct memory_types *types, unsigned index, struct msr_reading reading);
struct msr_reading memory_types_reading(const struct memory_types *types, unsigned index);
uint32_t memory_types_msr(unsigned index);

/* Continues the order of two CPUs by the state and value of one register: kernel/lib/order.h. */
void memory_types_order(int *order, const struct memory_types *a, const struct memory_types *b,
                        unsigned index);

/* Prints the SDM's name of a register. */
void memory_types_print_name(unsigned index, struct text *to);

/* Returns true if the MTRRs are known, and disabled. */
bool memory_types_disabled(const struct memory_types *types);

#endif
