#include "kernel/report/report.h"

#include "kernel/lib/crc32.h"
#include "kernel/record/group.h"
#include "kernel/record/record.h"
#include "kernel/record/verdict.h"
#include "kernel/report/inherited_print.h"

enum { REPORT_VERSION = 1 };

/* After a panic, a CPU that has not failed but has not finished must not count as ok. */
void report_mark_unfinished(const struct machine *machine)
{
	for (uint32_t i = 0; i < machine->cpus.count; i++) {
		struct cpu *cpu = machine->cpus.cpu[i];

		if (!cpu->finished && cpu_reason(cpu) == REASON_NONE)
			cpu->progress.failure = REASON_NOT_FINISHED;
	}
}

static uint32_t count_cpus(const struct machine *machine)
{
	return machine->cpus.count > 0 ? machine->cpus.count : machine->listed;
}

static uint32_t count_entered(const struct machine *machine)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < machine->cpus.count; i++)
		count += machine->cpus.cpu[i]->outcome.vmxon.kind == VMX_SUCCEEDED;
	return count;
}

/* Does not count the CPUs that the monitor has taken out of VMX operation since. */
void report_print_count(const struct machine *machine, struct text *to)
{
	uint32_t count = count_entered(machine);

	for (uint32_t i = 0; i < machine->cpus.count; i++)
		count -= machine->cpus.cpu[i]->monitor.closed;
	text_print(to, "vmx: %u of %u CPUs in VMX root operation\n", count, count_cpus(machine));
}

void report_print_result(const struct machine *machine, struct text *to)
{
	struct run_verdict result = verdict_decide(machine);

	text_print(to, "RESULT: %s", verdict_name(result.verdict));
	if (result.verdict == VERDICT_OBSERVED)
		text_print(to, " %s", verdict_name(result.would_be));
	for (enum reason reason = REASON_NONE + 1; reason < REASON_COUNT; reason++) {
		if (result.reasons >> reason & 1)
			text_print(to, " %s", reason_code(reason));
	}
	text_print(to, "\n");
}

static void print_machine(const struct machine *machine, struct text *to)
{
	uint32_t left = 0;

	for (uint32_t i = 0; i < machine->cpus.count; i++)
		left += machine->cpus.cpu[i]->outcome.left;
	text_print(to, "machine cpus=%u entered=%u left=%u memory=%lu image=%#lx apic=%s ",
	           count_cpus(machine), count_entered(machine), left, machine->memory_bytes,
	           machine->image_phys, machine->apic_mode);
	if (machine->phantoms > 0)
		text_print(to, "phantoms=%u ", machine->phantoms);
	if (machine->apic_found != NULL)
		text_print(to, "apic_found=%s ", machine->apic_found);
	text_print(to, "clock=%s tsc_khz=%lu", machine->clock_source, machine->clock_khz);
	if (machine->clock_check != NULL)
		text_print(to, " clock_check=%s", machine->clock_check);
	text_print(to, "\n");
}

static void report_reading(const char *key, const struct msr_reading *reading, struct text *to)
{
	if (reading->state == MSR_READ)
		text_print(to, " %s=%#lx", key, reading->value);
	else if (reading->state == MSR_FAULTED)
		text_print(to, " %s=fault", key);
}

/* Quotes a text from CPUID if it contains spaces, which would otherwise end the value. */
static void print_name(const char *key, const char *name, struct text *to)
{
	bool spaces = false;

	for (const char *at = name; *at != '\0'; at++)
		spaces |= *at == ' ';
	text_print(to, spaces ? " %s=\"%s\"" : " %s=%s", key, name);
}

/*
 * Prints only what the CPU got to. A key that is missing says "not reached", which a 0 would not. A
 * signature of 0 means that the CPU never executed CPUID.
 */
static void report_cpus(const struct group *group, struct text *to)
{
	const struct cpu *cpu = group->cpus->cpu[group->first];
	const struct vmx_evidence *evidence = &cpu->evidence;
	const struct vmx_outcome *outcome = &cpu->outcome;
	enum reason reason = cpu_reason(cpu);

	text_print(to, "cpus=");
	group_print_indices(group, to);
	text_print(to, " apic_ids=");
	group_print_apic_ids(group, to);
	text_print(to, " result=%s", reason == REASON_NONE ? "ok" : reason_code(reason));
	if (evidence->signature != 0) {
		print_name("vendor", evidence->vendor, to);
		text_print(to, " signature=%#x vmx=%u smx=%u", evidence->signature, evidence->vmx,
		           evidence->smx);
		if (evidence->core_type != 0)
			text_print(to, " core_type=%#x", evidence->core_type);
		report_reading("microcode", &evidence->microcode, to);
		if (evidence->hypervisor)
			print_name("hypervisor",
			           evidence->hypervisor_vendor[0] ? evidence->hypervisor_vendor
			                                          : "unnamed",
			           to);
		if (evidence->hypervisor_beneath[0])
			print_name("hypervisor_beneath", evidence->hypervisor_beneath, to);
		report_reading("feature_control", &evidence->feature_control, to);
		report_reading("feature_control_after", &outcome->feature_control_after, to);
	}
	if (outcome->vmxon.kind != VMX_NOT_TRIED)
		text_print(to, " vmxon=%s cr0=%#lx cr4=%#lx", vmx_status_key(outcome->vmxon.kind),
		           outcome->cr0, outcome->cr4);
	if (cpu->proof.tried)
		text_print(to, " proved=%u ept=%u long_exits=%u real_exits=%u", cpu->proof.cycles,
		           cpu->proof.ept, cpu->proof.exits[PROOF_LONG],
		           cpu->proof.exits[PROOF_REAL]);
	if (cpu->selftest.run)
		text_print(to, " selftest_ok=%u selftest_not_ok=%u selftest_skipped=%u",
		           cpu->selftest.passed, cpu->selftest.failed, cpu->selftest.skipped);
	text_print(to, "\n");
}

static int by_msr(const struct cpu *a, const struct cpu *b, const void *context)
{
	const unsigned *index = context;
	int order = 0;

	record_order_reading(&order, &a->evidence.msr[*index], &b->evidence.msr[*index]);
	return order;
}

/* Groups the CPUs for each MSR anew: CPUs that differ usually do so in only a few MSRs. */
static void print_msr(unsigned index, const struct machine *machine, struct text *to)
{
	struct group group = {.cpus = &machine->cpus, .order = by_msr, .context = &index};

	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		const struct msr_reading *reading =
			&machine->cpus.cpu[group.first]->evidence.msr[index];

		if (reading->state == MSR_NOT_READ)
			continue;
		text_print(to, "msr=%#x cpus=", VMX_MSR_FIRST + index);
		group_print_indices(&group, to);
		report_reading("value", reading, to);
		text_print(to, "\n");
	}
}

static void print_lines(const struct machine *machine, enum report_detail detail, struct text *to)
{
	struct group group = {.cpus = &machine->cpus, .order = record_order};

	print_machine(machine, to);
	if (detail < REPORT_CPUS)
		return;
	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1)
		report_cpus(&group, to);
	if (detail < REPORT_MSRS)
		return;
	for (unsigned i = 0; i < VMX_MSR_COUNT; i++)
		print_msr(i, machine, to);
	if (detail < REPORT_ALL)
		return;
	inherited_report(machine, to);
	bench_report(&machine->cpus, to);
}

/*
 * A text that counts lines and computes their CRC, and passes them on unless to is NULL. The head
 * of the block states the number of lines before they are printed, and there is no buffer for a
 * block of unknown size: so the lines are printed twice, the first time only to be counted.
 */
struct checked_text {
	struct text text;
	struct text *to;
	uint32_t lines;
	uint32_t crc;
};

static void put_checked(struct text *text, char character)
{
	struct checked_text *checked = (struct checked_text *)text;

	checked->crc = crc32_add(checked->crc, (uint8_t)character);
	checked->lines += character == '\n';
	if (checked->to != NULL)
		checked->to->put(checked->to, character);
}

static void print_block(const struct machine *machine, enum report_detail detail,
                        const char *text_crc, struct text *dropped, struct text *to)
{
	struct checked_text all = {.text = {put_checked}, .to = dropped}, counted = all;
	struct checked_text printed = {.text = {put_checked}, .to = to};

	print_lines(machine, REPORT_ALL, &all.text);
	if (detail == REPORT_ALL)
		counted = all;
	else
		print_lines(machine, detail, &counted.text);
	text_print(to, "REPORT %u lines=%u%s", REPORT_VERSION,
	           counted.lines + (counted.lines < all.lines),
	           text_crc != NULL ? " text_crc=" : "");
	while (text_crc != NULL && *text_crc != '\0')
		to->put(to, *text_crc++); /* may be what text_print() would make printable */
	text_print(to, "\n");
	print_lines(machine, detail, &printed.text);
	if (counted.lines < all.lines)
		text_print(&printed.text, "omitted lines=%u\n", all.lines - counted.lines);
	text_print(to, "END crc32=%#010x\n", printed.crc);
}

void report_print_part(const struct machine *machine, enum report_detail detail, struct text *to)
{
	print_block(machine, detail, NULL, NULL, to);
}

void report_print(const struct machine *machine, struct text *to)
{
	print_block(machine, REPORT_ALL, NULL, NULL, to);
}

void report_print_end(const struct machine *machine, const char *text_crc, struct text *dropped,
                      struct text *to)
{
	print_block(machine, REPORT_ALL, text_crc, dropped, to);
}
