/* All tables of the self-test's checks, in the order in which their results are printed. Pure. */
#include "arch/x86_64/vmx/selftest/selftest_entry.h"
#include "arch/x86_64/vmx/selftest/selftest_fields.h"
#include "arch/x86_64/vmx/selftest/selftest_trial.h"

/* The tables of VM entries, and those of guests: X is applied to the name of each. */
#define ENTRY_TABLES(X)                                                        \
	X(selftest_controls), X(selftest_host_state), X(selftest_guest_state), \
		X(selftest_segments), X(selftest_msr_loads)
#define TRIAL_TABLES(X)                                                                            \
	X(selftest_exits), X(selftest_registers), X(selftest_events), X(selftest_accesses),        \
		X(selftest_interrupts), X(selftest_memory), X(selftest_shadow), X(selftest_modes), \
		X(selftest_information)

#define TABLE(name)       {name, sizeof((name)[0]), &name##_count}
#define TYPED_TABLE(name) {name, &name##_count}

const struct selftest_table selftest_tables[] = {
	TABLE(selftest_instructions), TABLE(selftest_fields), ENTRY_TABLES(TABLE),
	TABLE(selftest_loops),        TRIAL_TABLES(TABLE),
};
const unsigned selftest_table_count = COUNT_OF(selftest_tables);

const struct entry_table entry_tables[] = {ENTRY_TABLES(TYPED_TABLE)};
const unsigned entry_table_count = COUNT_OF(entry_tables);

const struct trial_table trial_tables[] = {TRIAL_TABLES(TYPED_TABLE)};
const unsigned trial_table_count = COUNT_OF(trial_tables);

const struct selftest_check *selftest_check(unsigned n)
{
	for (unsigned i = 0; i < selftest_table_count; i++) {
		const struct selftest_table *table = &selftest_tables[i];

		if (n < *table->count)
			return (const void *)((const char *)table->first + n * table->size);
		n -= *table->count;
	}
	return NULL;
}

unsigned selftest_count(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < selftest_table_count; i++)
		count += *selftest_tables[i].count;
	return count;
}

struct selftest_seen *selftest_seen(const struct selftest_check *check, struct cpu *cpu)
{
	unsigned before = 0;

	for (unsigned i = 0; i < selftest_table_count; i++) {
		const struct selftest_table *table = &selftest_tables[i];
		uint64_t offset = (uint64_t)check - (uint64_t)table->first;

		if (offset < *table->count * table->size)
			return &cpu->selftest.seen[before + offset / table->size];
		before += *table->count;
	}
	__builtin_trap(); /* every check is in a table */
}

void selftest_record(const struct selftest_check *check, struct vmx_status status, struct cpu *cpu)
{
	*selftest_seen(check, cpu) = (struct selftest_seen){.status = status};
}

void selftest_add_item(struct selftest_seen *seen, struct vmx_status status,
                       struct vmx_status expected, enum selftest_item kind, uint16_t item)
{
	bool right = status.kind == expected.kind && status.number == expected.number;

	if (right && (seen->kind == ITEM_NO_BIT || seen->kind == ITEM_NONE))
		*seen = (struct selftest_seen){.status = status};
	else if (!right && (seen->kind == ITEM_NO_BIT || seen->kind == ITEM_NONE))
		*seen = (struct selftest_seen){
			.status = status, .item = item, .kind = (uint8_t)kind};
	else if (!right && seen->others < UINT8_MAX)
		seen->others++;
}
