#include "kernel/report/results.h"

#include "kernel/record/caps_rules.h"
#include "kernel/record/verdict.h"

/*
 * Each line is a line of KTAP after the scope "result", like "ok 3 cpu-2 : pass". LAVA's pattern
 * for results is "NAME : pass", fail or skip.
 */
enum result { RESULT_PASS, RESULT_SKIP, RESULT_FAIL };

/* Whether a check ended in each way on some CPU. */
struct tally {
	bool passed;
	bool failed;
};

/* A text that passes a name on without the characters that test systems do not allow in one. */
struct name_text {
	struct text text;
	struct text *to;
	bool gap; /* characters were left out since the last one that was passed on */
};

static void put_in_name(struct text *text, char character)
{
	struct name_text *name = (struct name_text *)text;
	bool capital = character >= 'A' && character <= 'Z';

	if (!capital && (character < 'a' || character > 'z') &&
	    (character < '0' || character > '9')) {
		name->gap = true;
		return;
	}
	if (name->gap)
		name->to->put(name->to, '-');
	name->to->put(name->to, capital ? (char)(character - 'A' + 'a') : character);
	name->gap = false;
}

static void begin_result(unsigned number, enum result result, struct text *to)
{
	text_print(to, "result: %s %u ", result == RESULT_FAIL ? "not ok" : "ok", number);
}

static void end_result(enum result result, const char *why, struct text *to)
{
	static const char *const words[] = {"pass", "skip # SKIP", "fail #"};

	text_print(to, " : %s", words[result]);
	text_print(to, result == RESULT_PASS ? "\n" : " %s\n", why);
}

/* A machine without VMX has failed nothing; tools/run, too, then exits with the status of a skip.
 */
static enum result result_of_verdict(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_PASS:
	case VERDICT_OBSERVED:
		return RESULT_PASS;
	case VERDICT_UNSUPPORTED:
		return RESULT_SKIP;
	default:
		return RESULT_FAIL;
	}
}

static void print_cpu_result(unsigned number, const struct cpu *cpu, struct text *to)
{
	enum reason reason = cpu_reason(cpu);
	enum result result =
		reason == REASON_NONE ? RESULT_PASS : result_of_verdict(verdict_of_reason(reason));

	begin_result(number, result, to);
	text_print(to, "cpu-%u", cpu->found.index);
	end_result(result, reason_code(reason), to);
}

/* check: NULL for rule number n of caps_rules.h. */
static struct tally tally_check(const struct cpu_list *cpus, unsigned n,
                                const struct selftest_check *check)
{
	struct tally tally = {0};

	for (uint32_t i = 0; i < cpus->count; i++) {
		const struct cpu *cpu = cpus->cpu[i];
		enum selftest_result result;

		if (!cpu->selftest.run)
			continue;
		if (check != NULL)
			result = selftest_result_of(&cpu->selftest.seen[n], check);
		else
			result = caps_rule_holds(n, &cpu->evidence) ? SELFTEST_OK : SELFTEST_NOT_OK;
		tally.passed |= result == SELFTEST_OK;
		tally.failed |= result == SELFTEST_NOT_OK;
	}
	return tally;
}

static void print_check_result(unsigned number, const struct cpu_list *cpus, unsigned n,
                               const struct selftest_check *check, struct text *to)
{
	struct tally tally = tally_check(cpus, n, check);
	enum result result = tally.failed ? RESULT_FAIL : tally.passed ? RESULT_PASS : RESULT_SKIP;
	struct name_text name = {.text = {put_in_name}, .to = to};

	begin_result(number, result, to);
	text_print(&name.text, "selftest %s", check != NULL ? check->name : "caps-consistency ");
	if (check == NULL)
		caps_rule_name(n, &name.text);
	end_result(result, result == RESULT_SKIP ? "no CPU can try it" : "see the lines ktap", to);
}

static void print_verdict_result(unsigned number, const struct machine *machine, struct text *to)
{
	struct run_verdict decided = verdict_decide(machine);
	enum result result = result_of_verdict(decided.verdict);

	begin_result(number, result, to);
	text_print(to, "verdict");
	end_result(result, verdict_name(decided.verdict), to);
}

/* Returns the number of checks, without the rules of caps_rules.h; 0 if no CPU tried them. */
static unsigned count_tried(const struct cpu_list *cpus, selftest_checks *checks)
{
	unsigned count = 0;
	bool tried = false;

	for (uint32_t i = 0; i < cpus->count; i++)
		tried |= cpus->cpu[i]->selftest.run;
	while (tried && checks(count) != NULL)
		count++;
	return count;
}

void results_print(const struct machine *machine, selftest_checks *checks, struct text *to)
{
	const struct cpu_list *cpus = &machine->cpus;
	unsigned check_count = count_tried(cpus, checks);
	unsigned rule_count = check_count > 0 ? caps_rules_count : 0;
	unsigned number = 0;

	text_print(to, "result: KTAP version 1\nresult: 1..%u\n",
	           cpus->count + check_count + rule_count + 1);
	for (uint32_t i = 0; i < cpus->count; i++)
		print_cpu_result(++number, cpus->cpu[i], to);
	for (unsigned n = 0; n < check_count; n++)
		print_check_result(++number, cpus, n, checks(n), to);
	for (unsigned n = 0; n < rule_count; n++)
		print_check_result(++number, cpus, n, NULL, to);
	print_verdict_result(++number, machine, to);
}
