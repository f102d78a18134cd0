#include "tools/check/print.h"

#include "kernel/lib/version.h"
#include "kernel/record/caps.h"
#include "kernel/report/caps_print.h"
#include "kernel/report/compare.h"
#include "kernel/record/record.h"
#include "tools/check/answer.h"
#include "tools/check/fail.h"
#include "tools/check/json.h"
#include "tools/check/unseen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "rootmode-check " and a version, which tools/version limits to 60 characters. */
enum { PROGRAM_SIZE = 80 };

/* A text that goes to a C stream. */
struct stream {
	struct text text;
	FILE *to;
};

static void put_stream(struct text *to, char character)
{
	fputc(character, ((struct stream *)to)->to);
}

static void add_reading(struct json *json, const char *name, const struct msr_reading *reading)
{
	if (reading->state == MSR_READ)
		json_hex(json, name, reading->value);
	else
		json_string(json, name, reading->state == MSR_FAULTED ? "fault" : NULL);
}

static void add_feature_control(struct json *json, const struct msr_reading *reading)
{
	struct vmx_feature_control decoded = record_feature_control(reading->value);

	add_reading(json, "feature_control", reading);
	if (reading->state != MSR_READ)
		return;
	json_bool(json, "feature_control_locked", decoded.locked);
	json_bool(json, "feature_control_vmx_outside_smx", decoded.vmx_outside_smx);
	json_bool(json, "feature_control_vmx_in_smx", decoded.vmx_in_smx);
}

static void add_evidence(struct json *json, const struct vmx_evidence *evidence)
{
	json_string(json, "vendor", evidence->vendor);
	json_string(json, "brand", evidence->brand[0] != '\0' ? evidence->brand : NULL);
	json_hex(json, "signature", evidence->signature);
	json_bool(json, "vmx", evidence->vmx);
	json_bool(json, "smx", evidence->smx);
	json_number(json, "core_type", evidence->core_type);
	json_string(json, "hypervisor", evidence->hypervisor ? evidence->hypervisor_vendor : NULL);
	if (evidence->hypervisor_beneath[0] != '\0')
		json_string(json, "hypervisor_beneath", evidence->hypervisor_beneath);
	add_reading(json, "microcode", &evidence->microcode);
	add_feature_control(json, &evidence->feature_control);
	json_open(json, "msrs", '{');
	for (unsigned i = 0; i < VMX_MSR_COUNT; i++) {
		if (evidence->msr[i].state != MSR_NOT_READ)
			add_reading(json, record_msr_name(i), &evidence->msr[i]);
	}
	json_close(json, '}');
}

static void add_plan(struct json *json, const struct cpu *cpu)
{
	const struct vmx_plan *plan = &cpu->plan;

	json_open(json, "plan", '{');
	if (plan->write_feature_control)
		json_hex(json, "feature_control", plan->feature_control);
	json_hex(json, "cr0", plan->cr0);
	json_hex(json, "cr4", plan->cr4);
	json_string(json, "vmxon", vmx_status_key(cpu->outcome.predicted.status.kind));
	json_string(json, "because", cpu->outcome.predicted.because);
	json_close(json, '}');
}

static void add_caps_of(struct json *json, const struct vmx_evidence *evidence)
{
	static const char *const states[] = {
		[CAPS_MUST_BE_0] = "must be 0",
		[CAPS_MUST_BE_1] = "must be 1",
		[CAPS_OPTIONAL] = "optional",
		[CAPS_NO] = "no",
		[CAPS_YES] = "yes",
	};

	json_open(json, "caps", '{');
	for (size_t i = 0; evidence->msr[0].state != MSR_NOT_READ && i < caps_count; i++) {
		json_open(json, caps_table[i].name, '{');
		json_bool(json, "has", caps_has(&caps_table[i], evidence));
		json_string(json, "state", states[caps_state(&caps_table[i], evidence)]);
		json_close(json, '}');
	}
	json_close(json, '}');
}

/* Adds the bits that caps_table has no name for, as in "IA32_VMX_VMFUNC[1]". */
static void add_unknown_caps(struct json *json, const struct vmx_evidence *evidence)
{
	struct caps_bit at = {0};

	json_open(json, "unknown_caps", '[');
	while (caps_next_unknown(&at, evidence)) {
		char name[64];

		snprintf(name, sizeof(name), "%s[%u]", record_msr_name(at.msr - VMX_MSR_FIRST),
		         at.bit);
		json_string(json, NULL, name);
	}
	json_close(json, ']');
}

static void add_cpu(struct json *json, const struct cpu *cpu, const struct sight *sight, bool caps)
{
	enum reason reason = cpu_reason(cpu);

	json_open(json, NULL, '{');
	json_number(json, "cpu", cpu->found.index);
	json_number(json, "number", sight->number);
	json_number(json, "apic_id", cpu->found.apic_id);
	json_string(json, "result", reason == REASON_NONE ? "ok" : reason_code(reason));
	if (cpu->evidence.signature != 0)
		add_evidence(json, &cpu->evidence);
	if (cpu->outcome.vmxon.kind != VMX_NOT_TRIED)
		json_string(json, "vmxon", vmx_status_key(cpu->outcome.vmxon.kind));
	else if (cpu->outcome.predicted.because != NULL)
		add_plan(json, cpu);
	if (caps) {
		add_caps_of(json, &cpu->evidence);
		add_unknown_caps(json, &cpu->evidence);
	}
	json_close(json, '}');
}

static void add_host(struct json *json, const struct host *host)
{
	json_open(json, "host", '{');
	json_bool(json, "kvm", host->kvm);
	json_bool(json, "kvm_usable", host->kvm_usable);
	json_string(json, "kvm_module", host->module);
	json_bool(json, "nested", host->nested);
	json_bool(json, "cpuinfo_vmx", host->vmx_listed);
	json_close(json, '}');
}

static void add_verdict(struct json *json, const struct findings *findings)
{
	struct run_verdict result = answer_verdict(findings);

	json_string(json, "verdict", verdict_name(result.would_be));
	json_open(json, "reasons", '[');
	for (uint32_t reason = 0; reason < REASON_COUNT; reason++) {
		if (result.reasons >> reason & 1)
			json_string(json, NULL, reason_code(reason));
	}
	json_close(json, ']');
	json_string(json, "log_result", findings->result[0] != '\0' ? findings->result : NULL);
	json_bool(json, "entered", !findings->machine.observe);
	json_number(json, "exit_status", (uint64_t)answer_status(findings));
}

/* Adds what print() prints, as an array of lines. */
static void add_lines(struct json *json, const char *name, const struct findings *findings,
                      void (*print)(const struct findings *findings, struct text *to))
{
	char *at = NULL;
	size_t size = 0;
	struct stream stream = {{put_stream}, open_memstream(&at, &size)};

	if (stream.to == NULL)
		fail(STATUS_NO_VERDICT, "out of memory");
	print(findings, &stream.text);
	if (fclose(stream.to) != 0)
		fail(STATUS_NO_VERDICT, "out of memory");
	json_lines(json, name, at);
	free(at);
}

static void add_sentence(struct json *json, const struct findings *findings)
{
	char sentence[512];
	struct text_buffer buffer = text_buffer(sentence, sizeof(sentence));

	answer_print(findings, &buffer.text);
	json_string(json, "answer", sentence);
}

static void print_differences(const struct findings *findings, struct text *to)
{
	compare_print(&findings->machine, to);
}

static void print_broken_rules(const struct findings *findings, struct text *to)
{
	caps_print_broken_rules(&findings->machine, to);
}

void print_json(const struct findings *findings, bool caps)
{
	static const char *const origins[] = {
		[ORIGIN_LIVE] = "live", [ORIGIN_DUMP] = "dump", [ORIGIN_LOG] = "log"};
	const struct cpu_list *cpus = &findings->machine.cpus;
	struct json json = {.to = stdout};

	char program[PROGRAM_SIZE];

	snprintf(program, sizeof(program), "rootmode-check %s", rootmode_version);
	json_open(&json, NULL, '{');
	json_string(&json, "program", program);
	json_string(&json, "origin", origins[findings->origin]);
	add_verdict(&json, findings);
	add_sentence(&json, findings);
	json_open(&json, "cpus", '[');
	for (uint32_t i = 0; i < cpus->count; i++)
		add_cpu(&json, cpus->cpu[i], &findings->sights[i], caps);
	json_close(&json, ']');
	add_lines(&json, "narrative", findings, answer_print_narrative);
	add_lines(&json, "differences", findings, print_differences);
	add_lines(&json, "inconsistencies", findings, print_broken_rules);
	add_lines(&json, "unseen", findings, unseen_print);
	json_lines(&json, "odd", findings->odd_lines);
	if (findings->origin == ORIGIN_LIVE)
		add_host(&json, &findings->host);
	json_close(&json, '}');
}
