#include "tools/check/json_cpu.h"

#include "kernel/record/caps.h"
#include "kernel/record/record.h"

#include <stdio.h>

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

static void add_outcome(struct json *json, const struct vmx_outcome *outcome)
{
	json_string(json, "vmxon", vmx_status_key(outcome->vmxon.kind));
	json_hex(json, "cr0", outcome->cr0);
	json_hex(json, "cr4", outcome->cr4);
	if (outcome->feature_control_after.state != MSR_NOT_READ)
		add_reading(json, "feature_control_after", &outcome->feature_control_after);
	json_bool(json, "left", outcome->left);
}

static void add_proof(struct json *json, const struct vmx_proof *proof)
{
	json_open(json, "proved", '{');
	json_number(json, "cycles", proof->cycles);
	json_bool(json, "ept", proof->ept);
	json_number(json, "long_exits", proof->exits[PROOF_LONG]);
	json_number(json, "real_exits", proof->exits[PROOF_REAL]);
	json_close(json, '}');
}

static void add_selftest(struct json *json, const struct vmx_selftest *selftest)
{
	json_open(json, "selftest", '{');
	json_number(json, "ok", selftest->passed);
	json_number(json, "not_ok", selftest->failed);
	json_number(json, "skipped", selftest->skipped);
	json_close(json, '}');
}

/* Adds the round trips that were measured, in ticks of the TSC. */
static void add_bench(struct json *json, const struct vmx_bench *bench)
{
	bool begun = false;

	for (unsigned mode = 0; mode < BENCH_MODES; mode++) {
		for (unsigned exit = 0; exit < BENCH_EXITS; exit++) {
			const struct bench_ticks *ticks = &bench->ticks[mode][exit];

			if (ticks->minimum == 0)
				continue;
			if (!begun)
				json_open(json, "bench", '[');
			begun = true;
			json_open(json, NULL, '{');
			json_string(json, "exit", bench_exit_keys[exit]);
			json_string(json, "mode", bench_mode_names[mode]);
			json_number(json, "minimum", ticks->minimum);
			json_number(json, "median", ticks->median);
			json_number(json, "p99", ticks->p99);
			json_close(json, '}');
		}
	}
	if (begun)
		json_close(json, ']');
}

static void add_caps_of(struct json *json, const struct vmx_evidence *evidence)
{
	static const char *const states[] = {
		[CAPS_MUST_BE_0] = "must be 0",
		[CAPS_MUST_BE_1] = "must be 1",
		[CAPS_OPTIONAL] = "optional",
		[CAPS_NO] = "no",
		[CAPS_YES] = "yes",
		[CAPS_UNKNOWN] = "unknown",
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

void json_add_cpu(struct json *json, const struct cpu *cpu, const struct sight *sight, bool caps)
{
	enum reason reason = cpu_reason(cpu);

	json_open(json, NULL, '{');
	json_number(json, "cpu", cpu->found.index);
	json_number(json, "number", sight->number);
	json_number(json, "apic_id", cpu->found.apic_id);
	json_string(json, "result", reason == REASON_NONE ? "ok" : reason_code(reason));
	if (cpu->evidence.signature != 0 || sight->vmx_implied)
		add_evidence(json, &cpu->evidence);
	if (cpu->outcome.vmxon.kind != VMX_NOT_TRIED)
		add_outcome(json, &cpu->outcome);
	else if (cpu->outcome.predicted.because != NULL)
		add_plan(json, cpu);
	if (cpu->proof.tried)
		add_proof(json, &cpu->proof);
	if (cpu->selftest.run)
		add_selftest(json, &cpu->selftest);
	add_bench(json, &cpu->bench);
	if (caps) {
		add_caps_of(json, &cpu->evidence);
		add_unknown_caps(json, &cpu->evidence);
	}
	json_close(json, '}');
}
