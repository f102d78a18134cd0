#include "kernel/monitor/monitor_registers.h"

#include "kernel/machine/arch.h"
#include "kernel/record/group.h"
#include "kernel/console/log.h"
#include "kernel/lib/number.h"
#include "kernel/lib/order.h"
#include "kernel/monitor/monitor_work.h"

static void do_read_msr(struct cpu *cpu)
{
	struct cpu_answer *answer = &cpu->monitor.answer;

	answer->status = arch_read_msr(cpu->monitor.request.msr, &answer->before);
}

/*
 * Reads before and after the write, because a write that does not fault may still have no effect: a
 * host hypervisor may drop it. Some MSRs can be written and not read.
 */
static void do_write_msr(struct cpu *cpu)
{
	const struct cpu_request *request = &cpu->monitor.request;
	struct cpu_answer *answer = &cpu->monitor.answer;

	answer->before_known = vmx_succeeded(arch_read_msr(request->msr, &answer->before));
	answer->status = arch_write_msr(request->msr, request->value);
	answer->after_known = vmx_succeeded(arch_read_msr(request->msr, &answer->after));
}

/* Unlike an MSR, CR4 can always be read. */
static void do_write_cr4(struct cpu *cpu)
{
	struct cpu_answer *answer = &cpu->monitor.answer;

	answer->before_known = answer->after_known = true;
	answer->before = arch_read_cr4();
	answer->status = arch_write_cr4(cpu->monitor.request.value);
	answer->after = arch_read_cr4();
}

static void do_cpuid(struct cpu *cpu)
{
	const struct cpu_request *request = &cpu->monitor.request;

	arch_cpuid(request->leaf, request->subleaf, cpu->monitor.answer.cpuid);
}

static int by_answer(const struct cpu *one, const struct cpu *other, const void *context)
{
	const struct cpu_answer *a = &one->monitor.answer, *b = &other->monitor.answer;
	int order = 0;

	(void)context;
	order_by_bytes(&order, a->cpuid, b->cpuid, sizeof(a->cpuid));
	vmx_status_order(&order, a->status, b->status);
	order_by(&order, a->before_known, b->before_known);
	order_by(&order, a->after_known, b->after_known);
	order_by(&order, a->before, b->before);
	order_by(&order, a->after, b->after);
	return order;
}

static void print_fault(struct vmx_status status)
{
	text_print(&log_bare, "faults: vector %u, error code %#x", status.number,
	           status.error_code);
}

static void print_msr_reading(const struct cpu_request *request, const struct cpu_answer *answer)
{
	text_print(&log_bare, "MSR %#x ", request->msr);
	if (vmx_faulted(answer->status))
		print_fault(answer->status);
	else
		text_print(&log_bare, "= %#lx", answer->before);
}

static void print_value(const char *verb, bool known, uint64_t value)
{
	if (known)
		text_print(&log_bare, "%s %#lx", verb, value);
	else
		text_print(&log_bare, "%s unreadable", verb);
}

/* Prints "was A, is B", or "was A; writing V faults: ...; still A". */
static void print_writing(const struct cpu_request *request, const struct cpu_answer *answer)
{
	print_value("was", answer->before_known, answer->before);
	if (vmx_faulted(answer->status)) {
		text_print(&log_bare, "; writing %#lx ", request->value);
		print_fault(answer->status);
	}
	print_value(vmx_faulted(answer->status) ? "; still" : ", is", answer->after_known,
	            answer->after);
}

static void print_msr_writing(const struct cpu_request *request, const struct cpu_answer *answer)
{
	text_print(&log_bare, "MSR %#x ", request->msr);
	print_writing(request, answer);
}

static void print_cr4_writing(const struct cpu_request *request, const struct cpu_answer *answer)
{
	text_print(&log_bare, "CR4 ");
	print_writing(request, answer);
}

static void print_cpuid(const struct cpu_request *request, const struct cpu_answer *answer)
{
	(void)request;
	text_print(&log_bare, "EAX %#010x EBX %#010x ECX %#010x EDX %#010x", answer->cpuid[0],
	           answer->cpuid[1], answer->cpuid[2], answer->cpuid[3]);
}

/* A request, and how to print the answer. */
struct question {
	struct cpu_request request;
	void (*work)(struct cpu *cpu);
	void (*print)(const struct cpu_request *request, const struct cpu_answer *answer);
};

/* Sends the request to the named CPUs and prints their answers. An error if any CPU faulted. */
static const char *ask(struct monitor *monitor, struct bytes arguments,
                       const struct question *question)
{
	struct group group = {.cpus = &monitor->chosen, .order = by_answer};
	const char *problem = monitor_choose(monitor, arguments);
	bool faulted = false;

	for (uint32_t i = 0; i < monitor->chosen.count; i++) {
		monitor->chosen.cpu[i]->monitor.request = question->request;
		monitor->chosen.cpu[i]->monitor.answer = (struct cpu_answer){0};
	}
	if (problem == NULL)
		problem = monitor_work(&monitor->chosen, question->work, "accessing a register");
	if (problem != NULL)
		return problem;
	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		const struct cpu_answer *answer = &monitor->chosen.cpu[group.first]->monitor.answer;

		group_print_begin(&group, &log_bare);
		question->print(&question->request, answer);
		text_print(&log_bare, "\n");
		faulted |= vmx_faulted(answer->status);
	}
	return faulted ? "the instruction faulted" : NULL;
}

static bool take_number32(struct bytes *text, uint32_t *value)
{
	uint64_t wide;
	bool good = number_take(text, &wide) && wide <= UINT32_MAX;

	*value = (uint32_t)wide;
	return good;
}

static bool take_msr(struct bytes *arguments, uint32_t *msr)
{
	struct bytes word = bytes_take_word(arguments);

	return take_number32(&word, msr) && word.size == 0;
}

/*
 * Refuses a write after which the kernel could neither continue nor report what happened. The
 * monitor is for experiments with VMX, and a typing error should not cost a reboot.
 */
static const char *would_break(const char *what)
{
	text_print(&log_bare, "this write would break %s\n", what);
	return "refused";
}

static const char *monitor_write_msr(struct monitor *monitor, struct bytes arguments)
{
	struct question question = {.work = do_write_msr, .print = print_msr_writing};
	const char *broken;

	if (!take_msr(&arguments, &question.request.msr))
		return "expected an MSR number such as 0x3a";
	if (!number_read(bytes_take_word(&arguments), &question.request.value))
		return "expected a value such as 0x5";
	broken = arch_msr_would_break(question.request.msr);
	return broken != NULL ? would_break(broken) : ask(monitor, arguments, &question);
}

static const char *monitor_write_cr4(struct monitor *monitor, struct bytes arguments)
{
	struct question question = {.work = do_write_cr4, .print = print_cr4_writing};
	const char *broken;

	if (!number_read(bytes_take_word(&arguments), &question.request.value))
		return "expected a value such as 0x2020";
	broken = arch_cr4_would_break(question.request.value);
	return broken != NULL ? would_break(broken) : ask(monitor, arguments, &question);
}

const char *monitor_write(struct monitor *monitor, struct bytes arguments)
{
	static const struct monitor_request registers[] = {
		{"msr", monitor_write_msr, "N VALUE [CPUS]", ""},
		{"cr4", monitor_write_cr4, "VALUE [CPUS]", ""},
		{NULL, NULL, NULL, NULL},
	};

	if (monitor->machine->observe)
		return "nothing is written with observe or after a misspelt option";
	return monitor_dispatch(monitor, registers, arguments);
}

const char *monitor_msr(struct monitor *monitor, struct bytes arguments)
{
	struct question question = {.work = do_read_msr, .print = print_msr_reading};

	if (!take_msr(&arguments, &question.request.msr))
		return "expected an MSR number such as 0x3a";
	return ask(monitor, arguments, &question);
}

const char *monitor_cpuid(struct monitor *monitor, struct bytes arguments)
{
	struct question question = {.work = do_cpuid, .print = print_cpuid};
	struct cpu_request *request = &question.request;
	struct bytes word = bytes_take_word(&arguments);
	bool good = take_number32(&word, &request->leaf);

	if (good && bytes_skip(word, ".", &word))
		good = take_number32(&word, &request->subleaf);
	if (!good || word.size > 0)
		return "expected a leaf such as 0x1, or with a subleaf, such as 7.0";
	return ask(monitor, arguments, &question);
}
