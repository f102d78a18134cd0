/* arch/x86_64/vmx/selftest/selftest_host.h: who tries entries with an invalid host state, and when.
 */
#include "arch/x86_64/vmx/selftest/selftest_host.h"
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/registers.h"
#include "kernel/console/console.h"
#include "tests/unit/log_lines.h"
#include "tests/unit/waiting_cpu.h"

static const struct cpu bsp = {.found.index = 0}, first_ap = {.found.index = 1},
			other_ap = {.found.index = 2};
static unsigned flushes;

enum { CR0, CR3, CR4, MSRS };

static const uint32_t msrs[] = {IA32_EFER,         IA32_FS_BASE,      IA32_GS_BASE,
                                IA32_SYSENTER_ESP, IA32_SYSENTER_EIP, IA32_PAT};
static uint64_t registers[MSRS + COUNT_OF(msrs)];
static unsigned reloads;

void console_flush(void)
{
	flushes++;
}

static uint64_t *msr_at(uint32_t msr)
{
	size_t i = 0;

	while (i < COUNT_OF(msrs) && msrs[i] != msr)
		i++;
	assert_true(i < COUNT_OF(msrs));
	return &registers[MSRS + i];
}

uint64_t rdmsr(uint32_t msr)
{
	return *msr_at(msr);
}

void wrmsr(uint32_t msr, uint64_t value)
{
	*msr_at(msr) = value;
}

uint64_t read_cr0(void)
{
	return registers[CR0];
}

uint64_t read_cr3(void)
{
	return registers[CR3];
}

uint64_t read_cr4(void)
{
	return registers[CR4];
}

void write_cr3(uint64_t value)
{
	registers[CR3] = value;
}

raw_status_t write_cr0_safe(uint64_t value)
{
	registers[CR0] = value;
	return 0;
}

raw_status_t write_cr4_safe(uint64_t value)
{
	registers[CR4] = value;
	return 0;
}

/* It loads FS and GS, which clears their bases. */
void descriptors_reload(void)
{
	*msr_at(IA32_FS_BASE) = *msr_at(IA32_GS_BASE) = 0;
	reloads++;
}

static int begin(void **state)
{
	lines = unit_capture();
	return 0;
}

static void the_first_ap_starts_at_once_and_the_others_follow_it(void **state)
{
	struct selftest_host host;

	selftest_host_prepare(3);
	assert_true(selftest_host_begin(&first_ap, &host));
	assert_int_equal(now_us, 0);
	others = selftest_host_end;
	assert_true(selftest_host_begin(&other_ap, &host));
	assert_int_equal(now_us, 1000);
	assert_true(selftest_host_begin(&bsp, &host));
	selftest_host_announce(&bsp, "not logged again");
	assert_string_equal(lines->at, "");
}

static void others_skip_entries_that_the_first_ap_did_not_survive(void **state)
{
	struct selftest_host host;

	selftest_host_prepare(3);
	assert_true(selftest_host_begin(&first_ap, &host));
	assert_false(selftest_host_begin(&other_ap, &host));
	assert_int_equal(now_us, 1500000);
	assert_false(selftest_host_begin(&bsp, &host));
	assert_int_equal(now_us, 3000000);
}

static unsigned steps_left;

static void makes_progress(void)
{
	now_us += 9000;
	progress_made();
	if (steps_left-- > 0)
		others = makes_progress;
	else
		selftest_host_end();
}

static void others_wait_for_a_slow_first_ap(void **state)
{
	struct selftest_host host;

	steps_left = 1000;
	selftest_host_prepare(3);
	assert_true(selftest_host_begin(&first_ap, &host));
	others = makes_progress;
	assert_true(selftest_host_begin(&other_ap, &host));
	assert_in_range(now_us, 10000000, 10100000);
}

static void the_bsp_never_is_first_among_several(void **state)
{
	struct selftest_host host;

	selftest_host_prepare(2);
	assert_false(selftest_host_begin(&bsp, &host));
	assert_true(selftest_host_begin(&first_ap, &host));
}

static void bsp_waits(void)
{
	struct selftest_host host;

	assert_false(selftest_host_begin(&bsp, &host));
}

static void the_bsp_logs_each_entry_before_the_first_ap_tries_it(void **state)
{
	struct selftest_host host;

	selftest_host_prepare(2);
	assert_true(selftest_host_begin(&first_ap, &host));
	others = bsp_waits;
	selftest_host_announce(&first_ap, "entry, host TR null");
	assert_string_equal(lines->at, "vmx: self-test: next: entry, host TR null\n");
	assert_int_equal(flushes, 1);
}

static void without_a_bsp_that_logs_the_first_ap_goes_on(void **state)
{
	struct selftest_host host;

	selftest_host_prepare(2);
	assert_true(selftest_host_begin(&first_ap, &host));
	selftest_host_announce(&first_ap, "first");
	assert_in_range(now_us, 600000, 601000);
	for (unsigned i = 0; i < 100; i++) {
		progress_made();
		selftest_host_announce(&first_ap, i % 2 ? "a" : "b");
	}
	assert_in_range(now_us, 600000, 800000);
}

static void a_single_cpu_logs_each_entry_itself(void **state)
{
	struct selftest_host host;

	selftest_host_prepare(1);
	assert_true(selftest_host_begin(&bsp, &host));
	selftest_host_announce(&bsp, "entry, host TR null");
	assert_int_equal(flushes, 1);
	assert_int_equal(now_us, 0); /* waits for nobody */
}

static void registers_are_restored(void **state)
{
	struct selftest_host host;

	selftest_host_prepare(1);
	for (size_t i = 0; i < COUNT_OF(registers); i++)
		registers[i] = 0x1000 + i;
	selftest_host_begin(&bsp, &host);
	for (size_t i = 0; i < COUNT_OF(registers); i++)
		registers[i] = ~registers[i];
	selftest_host_restore(&host);
	for (size_t i = 0; i < COUNT_OF(registers); i++)
		assert_int_equal(registers[i], 0x1000 + i);
	assert_int_equal(reloads, 1);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test_setup(the_first_ap_starts_at_once_and_the_others_follow_it, begin),
		cmocka_unit_test_setup(others_skip_entries_that_the_first_ap_did_not_survive,
	                               begin),
		cmocka_unit_test_setup(others_wait_for_a_slow_first_ap, begin),
		cmocka_unit_test_setup(the_bsp_never_is_first_among_several, begin),
		cmocka_unit_test_setup(the_bsp_logs_each_entry_before_the_first_ap_tries_it, begin),
		cmocka_unit_test_setup(without_a_bsp_that_logs_the_first_ap_goes_on, begin),
		cmocka_unit_test_setup(a_single_cpu_logs_each_entry_itself, begin),
		cmocka_unit_test_setup(registers_are_restored, begin),
	};

	return unit_run(rules, COUNT_OF(rules));
}
