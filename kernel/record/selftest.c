#include "kernel/record/selftest.h"

#include "kernel/lib/order.h"
#include "kernel/record/caps.h"
#include "kernel/record/caps_rules.h"
#include "kernel/record/group.h"

enum { OWN_SUBTEST_MAX = 16 }; /* with more CPUs, those with the same results share a subtest */

/* Needs that are no VMX capabilities: what CR4 may have in VMX operation tells of a feature. */
static bool has_feature(struct bytes need, const struct vmx_evidence *evidence)
{
	uint64_t cr4 = evidence->msr[IA32_VMX_CR4_FIXED1 - VMX_MSR_FIRST].value;
	uint64_t misc = evidence->msr[IA32_VMX_MISC - VMX_MSR_FIRST].value;

	if (bytes_equal(need, SELFTEST_BARE))
		return !evidence->hypervisor;
	if (bytes_equal(need, SELFTEST_MONITOR))
		return evidence->monitor;
	if (bytes_equal(need, SELFTEST_COUNTERS))
		return evidence->counters > 0;
	if (bytes_equal(need, SELFTEST_CR3_TARGETS))
		return (misc >> VMX_MISC_CR3_TARGETS_SHIFT & VMX_MISC_CR3_TARGETS) >= 4;
	return (bytes_equal(need, SELFTEST_SMX) && cr4 & CR4_SMXE) ||
	       (bytes_equal(need, SELFTEST_CET) && cr4 & CR4_CET) ||
	       (bytes_equal(need, SELFTEST_XSAVE) && cr4 & CR4_OSXSAVE);
}

static bool has_need(struct bytes need, const struct vmx_evidence *evidence)
{
	bool off = need.size > 0 && need.at[0] == '!';
	struct bytes name = off ? bytes_from(need, 1) : need;

	for (size_t i = 0; i < caps_count; i++) {
		if (bytes_equal(name, caps_table[i].name))
			return caps_has(&caps_table[i], evidence) != off;
	}
	return has_feature(need, evidence);
}

struct bytes selftest_lacks(const char *needs, const struct vmx_evidence *evidence)
{
	struct bytes rest = {(const uint8_t *)needs, needs != NULL ? strlen(needs) : 0};

	while (rest.size > 0) {
		struct bytes need = {rest.at, 0};

		while (need.size < rest.size && need.at[need.size] != ',')
			need.size++;
		if (!has_need(need, evidence))
			return need;
		rest = bytes_from(rest, need.size + strlen(", "));
	}
	return rest;
}

/* The checks do not state the error code of a fault. */
static bool is_right(const struct selftest_seen *seen, const struct selftest_check *check)
{
	return seen->status.kind == check->expected.kind &&
	       seen->status.number == check->expected.number && seen->kind == ITEM_NONE;
}

enum selftest_result selftest_result_of(const struct selftest_seen *seen,
                                        const struct selftest_check *check)
{
	if (seen->status.kind == VMX_NOT_TRIED)
		return SELFTEST_SKIPPED;
	return is_right(seen, check) ? SELFTEST_OK : SELFTEST_NOT_OK;
}

void selftest_judge(struct cpu *cpu, selftest_checks *checks)
{
	struct vmx_selftest *results = &cpu->selftest;
	const struct selftest_check *check;

	results->passed = results->failed = results->skipped = 0;
	for (unsigned n = 0; (check = checks(n)) != NULL; n++) {
		switch (selftest_result_of(&results->seen[n], check)) {
		case SELFTEST_OK:
			results->passed++;
			break;
		case SELFTEST_SKIPPED:
			results->skipped++;
			break;
		case SELFTEST_NOT_OK:
			results->failed++;
			break;
		}
	}
	for (unsigned n = 0; n < caps_rules_count; n++) {
		if (caps_rule_holds(n, &cpu->evidence))
			results->passed++;
		else
			results->failed++;
	}
}

static unsigned count_checks(selftest_checks *checks)
{
	unsigned count = 0;

	while (checks(count) != NULL)
		count++;
	return count;
}

/* Says what is missing. */
static void print_skip(const struct selftest_check *check, const struct selftest_seen *seen,
                       const struct vmx_evidence *evidence, struct text *to)
{
	struct bytes need = selftest_lacks(check->needs, evidence);
	const char *at = (const char *)need.at;

	text_print(to, " # SKIP ");
	if (need.size > 0 && at[0] == '!')
		text_print(to, "needs %.*s off", (int)need.size - 1, at + 1);
	else if (need.size > 0)
		text_print(to, "needs %.*s", (int)need.size, at);
	else if (seen->kind == ITEM_NO_BIT)
		text_print(to, "no such bit or field here");
	else if (seen->kind == ITEM_NOT_FIRST)
		text_print(to, "the first CPU did not come back from such checks");
	else if (seen->kind == ITEM_NOT_KEPT)
		text_print(to, "VMWRITE does not keep the reserved bits");
	else if (seen->kind == ITEM_NO_OTHER_CPU)
		text_print(to, "needs a VMCS that another CPU has cleared");
	else if (seen->kind == ITEM_NOT_REACHED)
		text_print(to, "the check before it failed");
	else
		text_print(to, "not tried on this CPU");
}

static void print_item(const struct selftest_seen *seen, struct text *to)
{
	static const char *const wrong[] = {"field", "guest register", "quadword"};

	if (seen->kind == ITEM_BIT)
		text_print(to, ", bit %u", seen->item);
	else if (seen->kind == ITEM_FIELD)
		text_print(to, ", field %#x", seen->item);
	else if (seen->kind == ITEM_QUALIFICATION)
		text_print(to, ", exit qualification %u", seen->item);
	else if (seen->kind >= ITEM_VALUE && seen->kind <= ITEM_MEMORY)
		text_print(to, ", %s %#x is %#lx, not %#lx", wrong[seen->kind - ITEM_VALUE],
		           seen->item, seen->value, seen->wanted);
	if (seen->others > 0)
		text_print(to, ", and others: %u", seen->others);
}

/*
 * Each line has the scope "ktap", so that a program gets valid KTAP by removing the time and the
 * scope from these lines, whatever other lines are between them.
 */
static void print_check(unsigned number, const struct selftest_check *check,
                        const struct selftest_seen *seen, const struct vmx_evidence *evidence,
                        struct text *to)
{
	bool skipped = seen->status.kind == VMX_NOT_TRIED;
	bool passed = skipped || is_right(seen, check);

	text_print(to, "ktap:     %s %u %s", passed ? "ok" : "not ok", number, check->name);
	if (skipped)
		print_skip(check, seen, evidence, to);
	text_print(to, "\n");
	if (passed)
		return;
	text_print(to, "ktap:     # expected: ");
	vmx_status_print(check->expected, to);
	text_print(to, "\nktap:     # seen: ");
	vmx_status_print(seen->status, to);
	print_item(seen, to);
	text_print(to, "\n");
}

static void print_rule(unsigned number, unsigned rule, const struct vmx_evidence *evidence,
                       struct text *to)
{
	bool holds = caps_rule_holds(rule, evidence);

	text_print(to, "ktap:     %s %u caps-consistency, ", holds ? "ok" : "not ok", number);
	caps_rule_name(rule, to);
	text_print(to, "\n");
	if (holds)
		return;
	text_print(to, "ktap:     # expected: as the SDM says\nktap:     # seen: ");
	caps_rule_print(rule, evidence, to);
	text_print(to, "\n");
}

static void print_group_name(const struct group *group, struct text *to)
{
	text_print(to, group->count == 1 ? "cpu " : "cpus ");
	group_print_indices(group, to);
}

static void print_subtest(unsigned number, const struct group *group, selftest_checks *checks,
                          struct text *to)
{
	const struct cpu *cpu = group->cpus->cpu[group->first];
	const struct vmx_selftest *results = &cpu->selftest;
	unsigned count = count_checks(checks);
	bool finished = results->passed + results->failed + results->skipped > 0;

	text_print(to, "ktap:     KTAP version 1\nktap:     # Subtest: ");
	print_group_name(group, to);
	text_print(to, "\nktap:     1..%u\n", count + caps_rules_count);
	for (unsigned n = 0; n < count; n++)
		print_check(n + 1, checks(n), &results->seen[n], &cpu->evidence, to);
	for (unsigned rule = 0; rule < caps_rules_count; rule++)
		print_rule(count + rule + 1, rule, &cpu->evidence, to);
	if (!finished)
		text_print(to, "ktap:     # the CPU did not finish the self-test\n");
	text_print(to, "ktap:     # Totals: pass:%u fail:%u skip:%u error:0\n", results->passed,
	           results->failed, results->skipped);
	text_print(to, "ktap: %s %u ", finished && results->failed == 0 ? "ok" : "not ok", number);
	print_group_name(group, to);
	text_print(to, "\n");
}

/* context is the number of checks. */
static int by_answers(const struct cpu *a, const struct cpu *b, const void *context)
{
	const unsigned *count = context;
	int order = 0;

	order_by(&order, a->selftest.run, b->selftest.run);
	if (order != 0 || !a->selftest.run)
		return order;
	order_by_bytes(&order, a->selftest.seen, b->selftest.seen,
	               *count * sizeof(*a->selftest.seen));
	for (unsigned n = 0; order == 0 && n < caps_rules_count; n++)
		order_by(&order, caps_rule_holds(n, &a->evidence),
		         caps_rule_holds(n, &b->evidence));
	return order;
}

void selftest_print(const struct cpu_list *cpus, selftest_checks *checks, struct text *to)
{
	unsigned count = count_checks(checks), subtests = 0;
	struct group group = {
		.cpus = cpus,
		.order = cpus->count > OWN_SUBTEST_MAX ? by_answers : NULL,
		.context = &count,
	};

	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1)
		subtests += cpus->cpu[group.first]->selftest.run;
	text_print(to, "ktap: KTAP version 1\nktap: 1..%u\n", subtests);
	subtests = 0;
	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		if (cpus->cpu[group.first]->selftest.run)
			print_subtest(++subtests, &group, checks, to);
	}
}
