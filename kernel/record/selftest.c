#include "kernel/record/selftest.h"

#include "kernel/record/group.h"
#include "kernel/lib/string.h"

enum { OWN_SUBTEST_MAX = 16 }; /* with more CPUs, those with the same results share a subtest */

/* The checks do not state the error code of a fault. */
static bool same_status(struct vmx_status a, struct vmx_status b)
{
	return a.kind == b.kind && a.number == b.number;
}

void selftest_judge(struct vmx_selftest *results, selftest_checks *checks)
{
	const struct selftest_check *check;

	results->passed = results->failed = results->skipped = 0;
	for (unsigned n = 0; (check = checks(n)) != NULL; n++) {
		if (results->seen[n].kind == VMX_NOT_TRIED)
			results->skipped++;
		else if (same_status(results->seen[n], check->expected))
			results->passed++;
		else
			results->failed++;
	}
}

/* A check without needs is left out where it does not apply, see selftest_is_allowed(). */
static void print_skip(const char *needs, struct text *to)
{
	if (needs == NULL)
		text_print(to, " # SKIP not tried on this CPU");
	else if (needs[0] == '!')
		text_print(to, " # SKIP needs %s off", needs + 1);
	else
		text_print(to, " # SKIP needs %s", needs);
}

/*
 * Each line has the scope "ktap", so that a program gets valid KTAP by removing the time and the
 * scope from these lines, whatever other lines are between them.
 */
static void print_check(unsigned n, const struct selftest_check *check, struct vmx_status seen,
                        struct text *to)
{
	bool skipped = seen.kind == VMX_NOT_TRIED;
	bool passed = skipped || same_status(seen, check->expected);

	text_print(to, "ktap:     %s %u %s", passed ? "ok" : "not ok", n + 1, check->name);
	if (skipped)
		print_skip(check->needs, to);
	text_print(to, "\n");
	if (passed)
		return;
	text_print(to, "ktap:     # expected: ");
	vmx_status_print(check->expected, to);
	text_print(to, "\nktap:     # seen: ");
	vmx_status_print(seen, to);
	text_print(to, "\n");
}

static void print_group_name(const struct group *group, struct text *to)
{
	text_print(to, group_count(group) == 1 ? "cpu " : "cpus ");
	group_print_indices(group, to);
}

static void print_subtest(unsigned number, const struct group *group, selftest_checks *checks,
                          struct text *to)
{
	const struct vmx_selftest *results = &group->cpus->cpu[group->first]->selftest;
	const struct selftest_check *check;

	text_print(to, "ktap:     KTAP version 1\nktap:     # Subtest: ");
	print_group_name(group, to);
	text_print(to, "\nktap:     1..%u\n", results->passed + results->failed + results->skipped);
	for (unsigned n = 0; (check = checks(n)) != NULL; n++)
		print_check(n, check, results->seen[n], to);
	text_print(to, "ktap:     # Totals: pass:%u fail:%u skip:%u error:0\n", results->passed,
	           results->failed, results->skipped);
	text_print(to, "ktap: %s %u ", results->failed == 0 ? "ok" : "not ok", number);
	print_group_name(group, to);
	text_print(to, "\n");
}

static bool same_answers(const struct cpu *a, const struct cpu *b, const void *context)
{
	const bool *share = context;

	return *share && a->selftest.run == b->selftest.run &&
	       memcmp(a->selftest.seen, b->selftest.seen, sizeof(a->selftest.seen)) == 0;
}

void selftest_print(const struct cpu_list *cpus, selftest_checks *checks, struct text *to)
{
	bool share = cpus->count > OWN_SUBTEST_MAX;
	struct group group = {.cpus = cpus, .same = same_answers, .context = &share};
	unsigned subtests = 0;

	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1)
		subtests += cpus->cpu[group.first]->selftest.run;
	text_print(to, "ktap: KTAP version 1\nktap: 1..%u\n", subtests);
	subtests = 0;
	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		if (cpus->cpu[group.first]->selftest.run)
			print_subtest(++subtests, &group, checks, to);
	}
}
