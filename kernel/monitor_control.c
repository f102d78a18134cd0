/* Requests that read and write single registers, send an NMI, and end the monitor. */
#include "kernel/monitor.h"

#include "kernel/arch.h"
#include "kernel/group.h"
#include "kernel/log.h"

/* What the CPUs are asked; only one request is under way at a time. */
static struct {
	uint32_t msr;
	uint64_t value;
	uint32_t leaf;
	uint32_t subleaf;
} asked;

static void keep(struct cpu *cpu, struct fault fault, uint64_t value)
{
	cpu->answer = (struct cpu_answer){
		.fault = fault,
		.value = {(uint32_t)value, (uint32_t)(value >> 32)},
	};
}

static void do_read_msr(struct cpu *cpu)
{
	uint64_t value;
	struct fault fault = arch_read_msr(asked.msr, &value);

	keep(cpu, fault, value);
}

static void do_write_msr(struct cpu *cpu)
{
	keep(cpu, arch_write_msr(asked.msr, asked.value), asked.value);
}

static void do_write_cr4(struct cpu *cpu)
{
	struct fault fault = arch_write_cr4(asked.value);

	keep(cpu, fault, arch_read_cr4());
}

static void do_cpuid(struct cpu *cpu)
{
	cpu->answer = (struct cpu_answer){0};
	arch_cpuid(asked.leaf, asked.subleaf, cpu->answer.value);
}

static bool same_answer(const struct cpu *a, const struct cpu *b, const void *context)
{
	(void)context;
	for (unsigned i = 0; i < 4; i++) {
		if (a->answer.value[i] != b->answer.value[i])
			return false;
	}
	return a->answer.fault.taken == b->answer.fault.taken &&
	       a->answer.fault.vector == b->answer.fault.vector &&
	       a->answer.fault.error_code == b->answer.fault.error_code;
}

static void print_answer(const struct cpu_answer *answer, const char *what)
{
	uint64_t value = (uint64_t)answer->value[1] << 32 | answer->value[0];

	if (answer->fault.taken)
		text_print(&log_bare, "%s faults: vector %u, error code %#x\n", what,
			   answer->fault.vector, answer->fault.error_code);
	else
		text_print(&log_bare, "%s = %#lx\n", what, value);
}

/* Has work done on the CPUs of the list and prints the answers; an error if any CPU faulted. */
static const char *ask(struct monitor *monitor, struct bytes list, void (*work)(struct cpu *cpu),
		       const char *what)
{
	struct group group = {.cpus = &monitor->chosen, .same = same_answer};
	const char *problem = monitor_choose(monitor, bytes_take_word(&list));
	bool faulted = false;

	if (problem != NULL)
		return problem;
	if (arch_smp_run(&monitor->chosen, work) > 0)
		return "not all of these CPUs have answered in time";
	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		const struct cpu_answer *answer = &monitor->chosen.cpu[group.first]->answer;

		group_print_begin(&group, &log_bare);
		if (work == do_cpuid)
			text_print(&log_bare, "EAX %#010x EBX %#010x ECX %#010x EDX %#010x\n",
				   answer->value[0], answer->value[1], answer->value[2], answer->value[3]);
		else
			print_answer(answer, what);
		faulted |= answer->fault.taken;
	}
	return faulted ? "the CPU refused it" : NULL;
}

static bool take_number32(struct bytes *arguments, uint32_t *value)
{
	uint64_t wide;
	bool good = number_read(bytes_take_word(arguments), &wide) && wide <= UINT32_MAX;

	*value = (uint32_t)wide;
	return good;
}

const char *monitor_write(struct monitor *monitor, struct bytes arguments)
{
	struct bytes what = bytes_take_word(&arguments);
	bool msr = bytes_equal(what, "msr");

	if (!msr && !bytes_equal(what, "cr4"))
		return "write takes msr N VALUE [CPUS] or cr4 VALUE [CPUS]";
	if (msr && !take_number32(&arguments, &asked.msr))
		return "an MSR is a number, such as 0x3a";
	if (!number_read(bytes_take_word(&arguments), &asked.value))
		return "the value is a number, such as 0x5";
	return ask(monitor, arguments, msr ? do_write_msr : do_write_cr4, msr ? "written: MSR" : "now: CR4");
}

static const char *control_msr(struct monitor *monitor, struct bytes arguments)
{
	if (!take_number32(&arguments, &asked.msr))
		return "an MSR is a number, such as 0x3a";
	return ask(monitor, arguments, do_read_msr, "MSR");
}

static const char *control_cpuid(struct monitor *monitor, struct bytes arguments)
{
	if (!take_number32(&arguments, &asked.leaf))
		return "a leaf is a number, such as 0x1";
	asked.subleaf = 0;
	return ask(monitor, arguments, do_cpuid, "CPUID");
}

static const char *control_nmi(struct monitor *monitor, struct bytes arguments)
{
	struct bytes list = bytes_take_word(&arguments);
	const char *problem = monitor_choose(monitor, list);

	if (problem != NULL || list.size == 0)
		return problem != NULL ? problem : "nmi takes a list of CPUs";
	for (uint32_t i = 0; i < monitor->chosen.count; i++) {
		bool taken = arch_smp_nmi(monitor->chosen.cpu[i]);

		text_print(&log_bare, "cpu %u: %s\n", monitor->chosen.cpu[i]->index,
			   taken ? "has taken an NMI, and goes on" : "has not taken the NMI");
		if (!taken)
			problem = "not all of these CPUs have taken it";
	}
	return problem;
}

static const char *end(struct monitor *monitor, enum exit_action action)
{
	monitor->over = true;
	monitor->action = action;
	return NULL;
}

const char *monitor_exit(struct monitor *monitor, struct bytes arguments)
{
	(void)arguments;
	return end(monitor, monitor->action);
}

const char *monitor_halt(struct monitor *monitor, struct bytes arguments)
{
	(void)arguments;
	return end(monitor, EXIT_HALT);
}

const char *monitor_reboot(struct monitor *monitor, struct bytes arguments)
{
	(void)arguments;
	return end(monitor, EXIT_REBOOT);
}

const char *monitor_poweroff(struct monitor *monitor, struct bytes arguments)
{
	(void)arguments;
	return end(monitor, EXIT_POWEROFF);
}

static const struct monitor_request controls[] = {
	{"cpuid", control_cpuid, "LEAF [CPUS]", "execute CPUID"},
	{"msr", control_msr, "N [CPUS]", "read an MSR"},
	{"nmi", control_nmi, "CPUS", "send an NMI, which they are to survive"},
	{"halt", monitor_halt, "", "end the monitor, report, and halt"},
	{"reboot", monitor_reboot, "", "end the monitor, report, and restart the machine"},
	{"poweroff", monitor_poweroff, "", "end the monitor, report, and power the machine off"},
	{"exit", monitor_exit, "", "end the monitor, report, and do what exit= says"},
	{NULL, NULL, NULL, NULL},
};

const char *monitor_control(struct monitor *monitor, struct bytes arguments)
{
	struct bytes name = bytes_take_word(&arguments);
	const struct monitor_request *control = monitor_find(controls, name);

	if (control != NULL)
		return control->handler(monitor, arguments);
	monitor_print_table(controls, "control ");
	return bytes_equal(name, "help") ? NULL : "not supported";
}
