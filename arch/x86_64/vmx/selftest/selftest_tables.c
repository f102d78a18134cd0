/* All tables of the self-test's checks, in the order in which their results are printed. Pure. */
#include "arch/x86_64/vmx/selftest/selftest_entry.h"
#include "arch/x86_64/vmx/selftest/selftest_fields.h"
#include "arch/x86_64/vmx/selftest/selftest_trial.h"

#define TABLE(name, count) {name, sizeof((name)[0]), &(count)}

const struct selftest_table selftest_tables[] = {
	TABLE(selftest_instructions, selftest_instruction_count),
	TABLE(selftest_fields, selftest_fields_count),
	TABLE(selftest_controls, selftest_controls_count),
	TABLE(selftest_host_state, selftest_host_state_count),
	TABLE(selftest_guest_state, selftest_guest_state_count),
	TABLE(selftest_segments, selftest_segments_count),
	TABLE(selftest_msr_loads, selftest_msr_loads_count),
	TABLE(selftest_loops, selftest_loops_count),
	TABLE(selftest_exits, selftest_exits_count),
	TABLE(selftest_registers, selftest_registers_count),
	TABLE(selftest_events, selftest_events_count),
	TABLE(selftest_accesses, selftest_accesses_count),
	TABLE(selftest_memory, selftest_memory_count),
};

const unsigned selftest_table_count = sizeof(selftest_tables) / sizeof(selftest_tables[0]);

const struct trial_table trial_tables[] = {
	{selftest_exits, &selftest_exits_count},   {selftest_registers, &selftest_registers_count},
	{selftest_events, &selftest_events_count}, {selftest_accesses, &selftest_accesses_count},
	{selftest_memory, &selftest_memory_count},
};

const unsigned trial_table_count = sizeof(trial_tables) / sizeof(trial_tables[0]);

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
	return NULL;
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
