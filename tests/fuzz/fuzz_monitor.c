/*
 * Arbitrary input to the monitor: kernel/monitor/monitor.h. The first byte selects what fails in
 * the machine. Every request must be answered in plain text, and the monitor must end when asked
 * to.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/unit/monitor_machine.h"

static char last;

static void check_character(char character)
{
	require((character >= ' ' && character <= '~') || strchr("\n\b", character) != NULL);
	last = character;
}

static void check_cpus(void)
{
	for (uint32_t i = 0; i < FAKE_CPUS; i++) {
		const struct cpu *cpu = &fake.cpus[i];

		require(cpu->found.index == i);
		require(!cpu->monitor.offline || (i > 0 && !cpu->outcome.in_root_operation));
	}
}

/* As after option observe: no CPU has entered VMX operation. */
static void observe(void)
{
	fake.run.machine.observe = true;
	fake.entries = 0;
	for (uint32_t i = 0; i < FAKE_CPUS; i++)
		fake.cpus[i].outcome = (struct vmx_outcome){0};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t wrong = size > 0 ? data[0] : 0;

	if (size == 0)
		return 0;
	fake_begin(data + 1, size - 1, check_character);
	fake.has_no_vmx = wrong & 1;
	fake.loses_work = wrong & 2;
	fake.is_deaf = wrong & 4;
	if (wrong & 8)
		observe();
	monitor_run(&fake.run);
	check_cpus();
	require(last == '\n');
	require(!fake.run.machine.observe ||
	        (fake.entries == 0 && fake.msr == 0 && fake.cr4 == 0x2020));
	return 0;
}
