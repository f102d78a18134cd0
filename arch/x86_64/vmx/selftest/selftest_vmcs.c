/* Tries VMREAD and VMWRITE of every field of the current VMCS. */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/selftest/selftest_fields.h"
#include "arch/x86_64/vmx/selftest/selftest_run.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "kernel/machine/progress.h"

#define PATTERN 0x5AA5C33C96690FF0

/* Flags that every VMX instruction changes, beside CF and ZF: SDM vol. 3C 30.2 "Conventions" */
#define OTHER_FLAGS (EFLAGS_PF | EFLAGS_AF | EFLAGS_SF | EFLAGS_OF)

/* A check on its way through the fields. */
struct field_run {
	const struct field_check *check;
	const struct vmx_evidence *evidence;
	struct selftest_seen seen;
};

static void add(struct field_run *run, struct vmx_status status, uint32_t encoding)
{
	selftest_add_item(&run->seen, status, run->check->check.expected, ITEM_FIELD,
	                  (uint16_t)encoding);
}

/* Keeps the first value that is wrong. */
static void add_value(struct field_run *run, uint16_t field, uint64_t value, uint64_t wanted)
{
	bool first = run->seen.kind == ITEM_NO_BIT || run->seen.kind == ITEM_NONE;
	struct vmx_status status = {.kind = value == wanted ? VMX_SUCCEEDED : VMX_WRONG_VALUE};

	add(run, status, field);
	if (first && value != wanted) {
		run->seen.kind = ITEM_VALUE;
		run->seen.value = value;
		run->seen.wanted = wanted;
	}
}

static void read_back(struct field_run *run, uint16_t field, uint64_t kept, uint64_t pattern)
{
	uint64_t value = 0;
	struct vmx_status status = vmcs_write(field, pattern);

	if (vmx_succeeded(status))
		status = vmcs_read(field, &value);
	if (vmx_succeeded(status))
		add_value(run, field, value & kept, pattern & kept);
	else
		add(run, status, field);
}

/* The high half is written alone, and the low half must stay. */
static void try_halves(struct field_run *run, uint16_t field)
{
	uint16_t high = field | FIELD_HIGH;

	vmcs_write(field, PATTERN);
	add_value(run, high, vmcs_value(high), PATTERN >> 32);
	read_back(run, high, 0xFFFFFFFF, ~(uint64_t)PATTERN);
	add_value(run, field, vmcs_value(field),
	          (~(uint64_t)PATTERN & 0xFFFFFFFF) << 32 | (PATTERN & 0xFFFFFFFF));
}

static void try_flags(struct field_run *run, raw_status_t raw, uint16_t field)
{
	struct vmx_status status = {.kind = raw & OTHER_FLAGS ? VMX_WRONG_VALUE : VMX_SUCCEEDED};

	add(run, raw & RAW_FAULT ? vmx_status_of(raw) : status, field);
}

static bool is_read_only(uint16_t field)
{
	return (field & FIELD_TYPE) == FIELD_READ_ONLY;
}

/* Of a field that the CPU has. */
static void try_field(struct field_run *run, uint16_t field)
{
	uint64_t value;

	switch ((enum field_use)run->check->use) {
	case FIELD_READ_BACK:
		if ((field & FIELD_KIND) != run->check->kind)
			break;
		read_back(run, field, field_kept(field), PATTERN);
		read_back(run, field, field_kept(field), ~(uint64_t)PATTERN);
		break;
	case FIELD_HALVES:
		if ((field & FIELD_WIDTH) == FIELD_WIDTH_64 && !is_read_only(field))
			try_halves(run, field);
		break;
	case FIELD_READ:
		if (is_read_only(field))
			add(run, vmcs_read(field, &value), field);
		break;
	case FIELD_WRITE:
		if (is_read_only(field))
			add(run, vmcs_write(field, 0), field);
		break;
	case FIELD_READ_NEITHER: /* not of natural width, on which Bochs 2.7 ends */
		if ((field & FIELD_WIDTH) != FIELD_WIDTH_64 &&
		    (field & FIELD_WIDTH) != FIELD_WIDTH_NATURAL)
			add(run, vmcs_read(field | FIELD_HIGH, &value), field | FIELD_HIGH);
		break;
	case FIELD_FLAGS_READ:
		try_flags(run, vmread_safe(field, &value), field);
		break;
	case FIELD_FLAGS_WRITE:
		try_flags(run, vmwrite_safe(field, 0), field);
		break;
	default:
		break;
	}
}

static void try_absent(struct field_run *run, uint16_t field)
{
	uint64_t value;

	if (run->check->use == FIELD_READ_ABSENT)
		add(run, vmcs_read(field, &value), field);
	if (run->check->use == FIELD_WRITE_ABSENT)
		add(run, vmcs_write(field, 0), field);
}

static void try_reserved(struct field_run *run)
{
	uint64_t value;

	for (unsigned bit = 0; bit < 32; bit++) {
		uint32_t field = GUEST_RIP | 1u << bit;
		bool writes = run->check->use == FIELD_WRITE_RESERVED;

		if (FIELD_RESERVED >> bit & 1)
			selftest_add_item(&run->seen,
			                  writes ? vmcs_write(field, 0) : vmcs_read(field, &value),
			                  run->check->check.expected, ITEM_BIT, (uint16_t)bit);
	}
}

/* SDM vol. 3D A.9 "VMCS Enumeration" */
static void try_above(struct field_run *run)
{
	uint64_t highest =
		run->evidence->msr[IA32_VMX_VMCS_ENUM - VMX_MSR_FIRST].value >> FIELD_INDEX_SHIFT &
		0x1FF;
	uint64_t value;

	for (uint64_t index = highest + 1; index <= FIELD_INDEX_TRIED; index++) {
		for (uint32_t kind = 0; kind <= FIELD_KIND; kind += FIELD_HIGH_KIND) {
			uint32_t field = kind | (uint32_t)(index << FIELD_INDEX_SHIFT);

			if ((kind & ~(uint32_t)FIELD_KIND) == 0)
				add(run, vmcs_read(field, &value), field);
		}
	}
}

static void try_ranges(struct field_run *run)
{
	for (unsigned i = 0; i < field_range_count; i++) {
		const struct field_range *range = &field_ranges[i];
		bool has = selftest_lacks(range->needs, run->evidence).size == 0;

		for (unsigned n = 0; n < range->count; n++) {
			uint16_t field = (uint16_t)(range->first + 2 * n);

			if (has)
				try_field(run, field);
			else
				try_absent(run, field);
		}
	}
}

void selftest_try_fields(struct cpu *cpu)
{
	for (unsigned n = 0; n < selftest_fields_count; n++) {
		struct field_run run = {.check = &selftest_fields[n],
		                        .evidence = &cpu->evidence,
		                        .seen.kind = ITEM_NO_BIT};

		if (!selftest_is_needed(&run.check->check, &cpu->evidence))
			continue;
		progress_made();
		if (run.check->use == FIELD_READ_RESERVED || run.check->use == FIELD_WRITE_RESERVED)
			try_reserved(&run);
		else if (run.check->use == FIELD_ABOVE)
			try_above(&run);
		else
			try_ranges(&run);
		*selftest_seen(&run.check->check, cpu) = run.seen;
	}
}
