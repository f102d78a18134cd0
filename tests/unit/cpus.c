#include "tests/unit/cpus.h"
#include "kernel/report/narrate.h"

static const struct cpu entered = {
	.finished = true,
	.progress.last_step = CPU_DONE,
	.evidence =
		{
			.vendor = "GenuineIntel",
			.brand = "Intel(R) Core(TM) i7-7800X CPU @ 3.50GHz",
			.signature = 0x50654,
			.microcode = {0x200006200000000, MSR_READ},
			.vmx = true,
			.physical_address_bits = 40,
			.cr0 = 0x80010011,
			.cr4 = 0x20,
			.feature_control = {0x0, MSR_READ},
			.msr =
				{
					[0x00] = {0xD810000000002B, MSR_READ},
					[0x06] = {0x80000021, MSR_READ},
					[0x07] = {0xFFFFFFFF, MSR_READ},
					[0x08] = {0x2000, MSR_READ},
					[0x09] = {0x3727FF, MSR_READ},
				},
			.basic =
				{
					.revision = 0x2B,
					.region_size = 4096,
					.memory_type = VMX_MEMORY_WRITE_BACK,
					.true_controls = true,
				},
		},
	.plan =
		{
			.write_feature_control = true,
			.feature_control = 0x5,
			.cr0 = 0x80010031,
			.cr4 = 0x2020,
		},
	.outcome =
		{
			.feature_control_written = true,
			.feature_control_after = {0x5, MSR_READ},
			.cr0 = 0x80010031,
			.cr4 = 0x2020,
			.predicted = {{VMX_SUCCEEDED, 0, 0}, "all its conditions hold"},
			.vmxon = {.kind = VMX_SUCCEEDED},
			.left = true,
		},
};

struct cpu_list cpus_entered(uint32_t count)
{
	struct cpu *records = unit_take(count * sizeof(*records));
	struct cpu_list list = {unit_take(count * sizeof(struct cpu *)), count};

	for (uint32_t i = 0; i < count; i++) {
		records[i] = entered;
		records[i].found.index = i;
		records[i].found.apic_id = 2 * i;
		records[i].found.region_phys = 0x100000 + i * 0x1000ull;
		list.cpu[i] = &records[i];
	}
	return list;
}

struct machine cpus_machine(uint32_t count)
{
	return (struct machine){
		.cpus = cpus_entered(count),
		.memory_bytes = 267972608,
		.image_phys = 0x200000,
		.apic_mode = "x2apic",
		.clock_source = "pm-timer",
		.clock_khz = 49998,
	};
}

void cpus_fail_proof(struct cpu *cpu, enum reason reason)
{
	cpu->proof = (struct vmx_proof){
		.tried = true,
		.reason = reason,
		.what = "VMLAUNCH",
		.status = {VMX_FAIL_VALID, 7, 0},
	};
}

void cpus_stop(struct cpu *cpu, enum reason reason)
{
	if (reason >= REASON_VMCS && reason <= REASON_VM_EXIT) {
		cpus_fail_proof(cpu, reason);
		return;
	}
	cpu->plan = (struct vmx_plan){.stop = reason};
	cpu->outcome = (struct vmx_outcome){0};
}

void cpus_silence(struct cpu *cpu)
{
	*cpu = (struct cpu){
		.found = cpu->found,
		.progress = {.failure = REASON_AP_TIMEOUT, .last_step = CPU_SILENT},
	};
}

const char *cpus_printed(void (*print)(const struct machine *machine, struct text *to),
                         const struct machine *machine)
{
	struct unit_capture *capture = unit_capture();

	print(machine, &capture->text);
	return capture->at;
}

const char *cpus_story(const struct machine *machine)
{
	return cpus_printed(narrate_cpus, machine);
}

void cpus_assert_told(const struct machine *machine, const char *line)
{
	const char *story = cpus_story(machine);

	if (strstr(story, line) == NULL)
		fail_msg("\"%s\" is not in:\n%s", line, story);
}

void cpus_assert_not_told(const struct machine *machine, const char *line)
{
	const char *story = cpus_story(machine);

	if (strstr(story, line) != NULL)
		fail_msg("\"%s\" is in:\n%s", line, story);
}
