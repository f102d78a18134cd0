#include "tools/check/log_cpus.h"

#include "kernel/lib/count.h"
#include "kernel/lib/number.h"
#include "kernel/record/record.h"
#include "tools/check/lines.h"

#include <stddef.h>
#include <string.h>

/* The values of a line; it says the same about all its CPUs. */
struct said {
	struct bytes cpus;
	struct bytes apic_ids;
	struct bytes result;
	struct bytes vendor;
	struct bytes hypervisor;
	struct bytes hypervisor_beneath;
	struct bytes vmxon;
	struct bytes signature;
	struct bytes vmx;
	struct bytes smx;
	struct bytes core_type;
	struct bytes microcode;
	struct bytes feature_control;
	struct bytes feature_control_after;
	struct bytes cr0;
	struct bytes cr4;
	struct bytes proved;
	struct bytes ept;
	struct bytes long_exits;
	struct bytes real_exits;
	struct bytes selftest_ok;
	struct bytes selftest_not_ok;
	struct bytes selftest_skipped;
	struct bytes msr;
	struct bytes value;
	struct bytes mtrrcap;
	struct bytes mtrr_def_type;
	struct bytes pat;
};

static const struct {
	const char *key;
	size_t offset;
} keys[] = {
	{"cpus", offsetof(struct said, cpus)},
	{"apic_ids", offsetof(struct said, apic_ids)},
	{"result", offsetof(struct said, result)},
	{"vendor", offsetof(struct said, vendor)},
	{"hypervisor", offsetof(struct said, hypervisor)},
	{"hypervisor_beneath", offsetof(struct said, hypervisor_beneath)},
	{"vmxon", offsetof(struct said, vmxon)},
	{"signature", offsetof(struct said, signature)},
	{"vmx", offsetof(struct said, vmx)},
	{"smx", offsetof(struct said, smx)},
	{"core_type", offsetof(struct said, core_type)},
	{"microcode", offsetof(struct said, microcode)},
	{"feature_control", offsetof(struct said, feature_control)},
	{"feature_control_after", offsetof(struct said, feature_control_after)},
	{"cr0", offsetof(struct said, cr0)},
	{"cr4", offsetof(struct said, cr4)},
	{"proved", offsetof(struct said, proved)},
	{"ept", offsetof(struct said, ept)},
	{"long_exits", offsetof(struct said, long_exits)},
	{"real_exits", offsetof(struct said, real_exits)},
	{"selftest_ok", offsetof(struct said, selftest_ok)},
	{"selftest_not_ok", offsetof(struct said, selftest_not_ok)},
	{"selftest_skipped", offsetof(struct said, selftest_skipped)},
	{"msr", offsetof(struct said, msr)},
	{"value", offsetof(struct said, value)},
	{"mtrrcap", offsetof(struct said, mtrrcap)},
	{"mtrr_def_type", offsetof(struct said, mtrr_def_type)},
	{"pat", offsetof(struct said, pat)},
};

/* Skips unknown keys: the log contract lets newer kernels add some. */
static struct said read_fields(struct bytes line)
{
	struct said said = {0};
	struct bytes key, value;

	while (lines_take_field(&line, &key, &value)) {
		for (size_t i = 0; i < COUNT_OF(keys); i++) {
			if (bytes_equal(key, keys[i].key))
				memcpy((char *)&said + keys[i].offset, &value, sizeof(value));
		}
	}
	return said;
}

static uint64_t number_of(struct bytes value, bool *right)
{
	uint64_t number = 0;

	if (value.size > 0)
		*right &= number_read(value, &number);
	return number;
}

static uint8_t byte_of(struct bytes value, bool *right)
{
	uint64_t number = number_of(value, right);

	*right &= number <= UINT8_MAX;
	return (uint8_t)number;
}

static uint16_t count_of(struct bytes value, bool *right)
{
	uint64_t number = number_of(value, right);

	*right &= number <= UINT16_MAX;
	return (uint16_t)number;
}

static struct msr_reading log_reading_of(struct bytes value, bool *right)
{
	struct msr_reading reading = {0};

	if (value.size == 0)
		return reading;
	reading.state = bytes_equal(value, "fault") ? MSR_FAULTED : MSR_READ;
	if (reading.state == MSR_READ)
		reading.value = number_of(value, right);
	return reading;
}

static struct vmx_status vmxon_of(struct bytes value, bool *right)
{
	struct vmx_status vmxon = {.kind = VMX_NOT_TRIED};

	if (value.size == 0)
		return vmxon;
	for (enum vmx_status_kind kind = VMX_NOT_TRIED; kind <= VMX_NO_EFFECT; kind++) {
		if (bytes_equal(value, vmx_status_key(kind))) {
			vmxon.kind = (uint8_t)kind;
			return vmxon;
		}
	}
	*right = false;
	return vmxon;
}

bool log_reason(struct bytes code, enum reason *reason)
{
	for (*reason = REASON_NONE + 1; *reason < REASON_COUNT; ++*reason) {
		if (bytes_equal(code, reason_code(*reason)))
			return true;
	}
	return false;
}

bool log_has_reason(const struct findings *findings, enum reason reason)
{
	for (uint32_t i = 0; i < findings->machine.cpus.count; i++) {
		if (findings->sights[i].recorded && findings->sights[i].recorded_reason == reason)
			return true;
	}
	return false;
}

/* Reads a proof. The block does not say what went wrong; the lines for people do. */
static struct vmx_proof proof_of(const struct said *said, bool *right)
{
	struct vmx_proof proof = {.tried = said->proved.size > 0};

	proof.cycles = (uint32_t)number_of(said->proved, right);
	proof.ept = number_of(said->ept, right);
	proof.exits[PROOF_LONG] = byte_of(said->long_exits, right);
	proof.exits[PROOF_REAL] = byte_of(said->real_exits, right);
	proof.real_mode = proof.exits[PROOF_REAL] != 0;
	return proof;
}

static struct vmx_selftest selftest_of(const struct said *said, bool *right)
{
	return (struct vmx_selftest){
		.run = said->selftest_ok.size > 0,
		.passed = count_of(said->selftest_ok, right),
		.failed = count_of(said->selftest_not_ok, right),
		.skipped = count_of(said->selftest_skipped, right),
	};
}

/* Makes a CPU's record from the values of a line. */
static struct cpu record_of(const struct said *said, bool *right)
{
	struct cpu cpu = {0};
	struct vmx_evidence *evidence = &cpu.evidence;
	struct vmx_outcome *outcome = &cpu.outcome;

	lines_copy(said->vendor, evidence->vendor, sizeof(evidence->vendor));
	evidence->signature = (uint32_t)number_of(said->signature, right);
	evidence->vmx = number_of(said->vmx, right);
	evidence->smx = number_of(said->smx, right);
	evidence->core_type = byte_of(said->core_type, right);
	evidence->microcode = log_reading_of(said->microcode, right);
	evidence->hypervisor = said->hypervisor.size > 0;
	if (!bytes_equal(said->hypervisor, "unnamed"))
		lines_copy(said->hypervisor, evidence->hypervisor_vendor,
		           sizeof(evidence->hypervisor_vendor));
	lines_copy(said->hypervisor_beneath, evidence->hypervisor_beneath,
	           sizeof(evidence->hypervisor_beneath));
	evidence->physical_address_bits = 52; /* not in the log; no CPU has more */
	evidence->feature_control = log_reading_of(said->feature_control, right);
	outcome->feature_control_after = log_reading_of(said->feature_control_after, right);
	outcome->feature_control_written = outcome->feature_control_after.state != MSR_NOT_READ;
	outcome->vmxon = vmxon_of(said->vmxon, right);
	outcome->cr0 = number_of(said->cr0, right);
	outcome->cr4 = number_of(said->cr4, right);
	cpu.proof = proof_of(said, right);
	cpu.selftest = selftest_of(said, right);
	return cpu;
}

bool log_read_cpus(struct bytes line, struct findings *findings)
{
	bool right = true;
	struct said said = read_fields(line);
	struct cpu record = record_of(&said, &right);
	struct lines_list cpus = {.rest = said.cpus}, apic_ids = {.rest = said.apic_ids};
	enum reason reason = REASON_NONE;
	uint32_t index;

	if (!bytes_equal(said.result, "ok") && !log_reason(said.result, &reason))
		reason = REASON_NOT_SEEN;
	right &=
		reason != REASON_NOT_SEEN || bytes_equal(said.result, reason_code(REASON_NOT_SEEN));
	while (lines_take_number(&cpus, &index)) {
		if (index >= findings->machine.cpus.count ||
		    !lines_take_number(&apic_ids, &record.found.apic_id))
			return false;
		record.found.index = index;
		*findings->machine.cpus.cpu[index] = record;
		findings->sights[index].recorded = true;
		findings->sights[index].recorded_reason = reason;
	}
	return right && cpus.rest.size == 0;
}

/* Skips MSRs that this version has no place for. */
static void set_msr(struct cpu *cpu, uint64_t msr, struct msr_reading reading)
{
	if (msr >= VMX_MSR_FIRST && msr < VMX_MSR_FIRST + VMX_MSR_COUNT)
		record_set_msr(&cpu->evidence, (unsigned)(msr - VMX_MSR_FIRST), reading);
	for (unsigned i = 0; i < MEMORY_COUNT; i++) {
		if (memory_types_msr(i) == msr)
			memory_types_set(&cpu->memory_types, i, reading);
	}
}

bool log_read_msr(struct bytes line, struct findings *findings)
{
	bool right = true;
	struct said said = read_fields(line);
	struct msr_reading reading = log_reading_of(said.value, &right);
	struct lines_list cpus = {.rest = said.cpus};
	uint64_t msr = number_of(said.msr, &right);
	uint32_t index;

	while (right && lines_take_number(&cpus, &index)) {
		if (index >= findings->machine.cpus.count)
			return false;
		set_msr(findings->machine.cpus.cpu[index], msr, reading);
	}
	return right && cpus.rest.size == 0 && reading.state != MSR_NOT_READ;
}

bool log_read_found(struct bytes line, struct findings *findings)
{
	bool right = true;
	struct said said = read_fields(line);
	struct lines_list cpus = {.rest = said.cpus};
	uint64_t cr0 = number_of(said.cr0, &right);
	struct msr_reading capabilities = log_reading_of(said.mtrrcap, &right);
	struct msr_reading def_type = log_reading_of(said.mtrr_def_type, &right);
	struct msr_reading pat = log_reading_of(said.pat, &right);
	uint32_t index;

	while (right && lines_take_number(&cpus, &index)) {
		struct cpu *cpu;

		if (index >= findings->machine.cpus.count)
			return false;
		cpu = findings->machine.cpus.cpu[index];
		cpu->inherited.cr0 = cr0;
		memory_types_set(&cpu->memory_types, MEMORY_MTRRCAP, capabilities);
		memory_types_set(&cpu->memory_types, MEMORY_MTRR_DEF_TYPE, def_type);
		memory_types_set(&cpu->memory_types, MEMORY_PAT, pat);
	}
	return right && cpus.rest.size == 0;
}
