#include "kernel/record/memory_types.h"

#include "arch/x86_64/registers.h"
#include "kernel/lib/order.h"

/* SDM vol. 3A Table 11-9 "Address Mapping for Fixed-Range MTRRs" */
static const struct {
	uint16_t msr;
	const char *name;
} fixed[MEMORY_FIXED_COUNT] = {
	{IA32_MTRR_FIX64K_00000, "64K_00000"},     {IA32_MTRR_FIX16K_80000, "16K_80000"},
	{IA32_MTRR_FIX16K_80000 + 1, "16K_A0000"}, {IA32_MTRR_FIX4K_C0000, "4K_C0000"},
	{IA32_MTRR_FIX4K_C0000 + 1, "4K_C8000"},   {IA32_MTRR_FIX4K_C0000 + 2, "4K_D0000"},
	{IA32_MTRR_FIX4K_C0000 + 3, "4K_D8000"},   {IA32_MTRR_FIX4K_C0000 + 4, "4K_E0000"},
	{IA32_MTRR_FIX4K_C0000 + 5, "4K_E8000"},   {IA32_MTRR_FIX4K_C0000 + 6, "4K_F0000"},
	{IA32_MTRR_FIX4K_C0000 + 7, "4K_F8000"},
};

uint32_t memory_types_msr(unsigned index)
{
	switch (index) {
	case MEMORY_MTRRCAP:
		return IA32_MTRRCAP;
	case MEMORY_MTRR_DEF_TYPE:
		return IA32_MTRR_DEF_TYPE;
	case MEMORY_PAT:
		return IA32_PAT;
	default:
		return index < MEMORY_VARIABLE ? fixed[index - MEMORY_FIXED].msr
		                               : IA32_MTRR_PHYSBASE0 + index - MEMORY_VARIABLE;
	}
}

void memory_types_print_name(unsigned index, struct text *to)
{
	unsigned variable = index - MEMORY_VARIABLE;

	switch (index) {
	case MEMORY_MTRRCAP:
		text_print(to, "IA32_MTRRCAP");
		break;
	case MEMORY_MTRR_DEF_TYPE:
		text_print(to, "IA32_MTRR_DEF_TYPE");
		break;
	case MEMORY_PAT:
		text_print(to, "IA32_PAT");
		break;
	default:
		if (index < MEMORY_VARIABLE)
			text_print(to, "IA32_MTRR_FIX%s", fixed[index - MEMORY_FIXED].name);
		else
			text_print(to, "IA32_MTRR_PHYS%s%u", variable % 2 ? "MASK" : "BASE",
			           variable / 2);
		break;
	}
}

/* IA32_MTRRCAP, which has a lower index, says which ranges there are. */
static bool exists(const struct memory_types *types, uint32_t features, unsigned index)
{
	uint64_t capabilities = types->value[MEMORY_MTRRCAP];

	if (index == MEMORY_PAT)
		return features & CPUID_1_EDX_PAT;
	if (!(features & CPUID_1_EDX_MTRR))
		return false;
	if (index < MEMORY_FIXED)
		return true;
	if (index < MEMORY_VARIABLE)
		return capabilities & MTRRCAP_FIXED;
	return (index - MEMORY_VARIABLE) / 2 < (capabilities & MTRRCAP_VARIABLE);
}

void memory_types_read(struct memory_types *types, uint32_t features, memory_types_reader *read)
{
	*types = (struct memory_types){0};
	for (unsigned i = 0; i < MEMORY_COUNT; i++) {
		struct msr_reading reading = {0};

		if (!exists(types, features, i))
			continue;
		reading.state = read(memory_types_msr(i), &reading.value) ? MSR_FAULTED : MSR_READ;
		memory_types_set(types, i, reading);
	}
}

void memory_types_set(struct memory_types *types, unsigned index, struct msr_reading reading)
{
	uint64_t bit = 1ull << index;

	types->value[index] = reading.state == MSR_READ ? reading.value : 0;
	types->read = reading.state == MSR_READ ? types->read | bit : types->read & ~bit;
	types->faulted =
		reading.state == MSR_FAULTED ? types->faulted | bit : types->faulted & ~bit;
}

struct msr_reading memory_types_reading(const struct memory_types *types, unsigned index)
{
	struct msr_reading reading = {.value = types->value[index]};

	if (types->read >> index & 1)
		reading.state = MSR_READ;
	else if (types->faulted >> index & 1)
		reading.state = MSR_FAULTED;
	return reading;
}

void memory_types_order(int *order, const struct memory_types *a, const struct memory_types *b,
                        unsigned index)
{
	order_by(order, a->value[index], b->value[index]);
	order_by(order, a->read >> index & 1, b->read >> index & 1);
	order_by(order, a->faulted >> index & 1, b->faulted >> index & 1);
}

bool memory_types_disabled(const struct memory_types *types)
{
	struct msr_reading reading = memory_types_reading(types, MEMORY_MTRR_DEF_TYPE);

	return reading.state == MSR_READ && !(reading.value & MTRR_ENABLE);
}
