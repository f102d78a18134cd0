/* arch/x86_64/vmx/selftest/selftest_handover.h: which CPU hands its VMCS over, and who takes it. */
#include "arch/x86_64/vmx/selftest/selftest_handover.h"
#include "arch/x86_64/vmx/guest/guest.h"
#include "arch/x86_64/vmx/guest/vmcs_host.h"
#include "arch/x86_64/vmx/selftest/selftest_run.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "arch/x86_64/vmx/vmcs_fields.h"
#include "tests/unit/waiting_cpu.h"

enum { OWN = 0x1000, HANDED = 0x7000, GIVEN_US = 1500000 };

static struct cpu bsp, first_ap, other_ap;
static struct unit_capture *done; /* what a CPU did, in order */

uint64_t selftest_address(enum selftest_operand operand, const struct cpu *cpu)
{
	assert_int_equal(operand, HANDED_VMCS);
	return HANDED;
}

void selftest_write_good(struct guest *guest, struct cpu *cpu)
{
	text_print(&done->text, "write %#lx, ", cpu->found.vmcs_phys);
}

struct guest guest_make(enum proof_guest kind, const struct cpu *cpu)
{
	text_print(&done->text, "make, ");
	return (struct guest){.patience = 7};
}

bool vmcs_set_host(uint64_t rip, const struct vmx_evidence *evidence, struct vmx_proof *proof)
{
	assert_ptr_equal(evidence, &bsp.evidence);
	assert_int_equal(rip, (uint64_t)guest_exit);
	text_print(&done->text, "host, ");
	return true;
}

const char guest_exit[] = "";

struct vmx_status guest_run(struct guest *guest)
{
	text_print(&done->text, "run, ");
	return (struct vmx_status){VMX_EXITED, 10, 0};
}

struct vmx_status vmcs_write(uint32_t field, uint64_t value)
{
	assert_int_equal(field, GUEST_RSP);
	text_print(&done->text, "mark %#lx, ", value);
	return (struct vmx_status){VMX_SUCCEEDED, 0, 0};
}

struct vmx_status vmcs_end(struct cpu *cpu)
{
	text_print(&done->text, "end %#lx, ", cpu->found.vmcs_phys);
	return (struct vmx_status){VMX_SUCCEEDED, 0, 0};
}

static int begin(void **state)
{
	bsp = (struct cpu){.found = {.index = 0, .vmcs_phys = OWN}};
	first_ap = (struct cpu){.found = {.index = 1, .vmcs_phys = OWN}};
	other_ap = (struct cpu){.found = {.index = 2, .vmcs_phys = OWN}};
	done = unit_capture();
	selftest_handover_prepare(3);
	return 0;
}

/* arch_vmx_leave() clears the VMCS at found.vmcs_phys, so it must be there while it is in use. */
static void an_ap_marks_and_clears_the_region_in_place_of_its_own(void **state)
{
	selftest_handover_give(&first_ap);
	assert_string_equal(done->at, "end 0x1000, write 0x7000, run, mark 0x7000, end 0x7000, ");
	assert_int_equal(first_ap.found.vmcs_phys, OWN);
}

static void only_the_first_ap_gives_it(void **state)
{
	selftest_handover_give(&bsp);
	assert_string_equal(done->at, "");
	selftest_handover_give(&other_ap);
	assert_string_not_equal(done->at, "");
	done = unit_capture();
	selftest_handover_give(&first_ap);
	assert_string_equal(done->at, "");
}

static void the_bsp_takes_what_was_given_without_a_wait(void **state)
{
	selftest_handover_give(&first_ap);
	assert_true(selftest_handover_take(&bsp));
	assert_int_equal(now_us, 0);
}

static void give_after_5_ms(void)
{
	others = give_after_5_ms;
	if (now_us == 5000)
		selftest_handover_give(&first_ap);
}

static void the_bsp_waits_for_it(void **state)
{
	others = give_after_5_ms;
	assert_true(selftest_handover_take(&bsp));
	assert_int_equal(now_us, 5000);
}

static void the_bsp_goes_on_if_nobody_makes_progress(void **state)
{
	assert_false(selftest_handover_take(&bsp));
	assert_in_range(now_us, GIVEN_US, GIVEN_US + 20000);
}

static void make_progress_for_10_s(void)
{
	others = make_progress_for_10_s;
	if (now_us % 1000000 == 0 && now_us < 10000000)
		progress_made();
}

static void the_bsp_waits_as_long_as_any_cpu_makes_progress(void **state)
{
	others = make_progress_for_10_s;
	assert_false(selftest_handover_take(&bsp));
	assert_in_range(now_us, 9000000 + GIVEN_US, 9000000 + GIVEN_US + 20000);
}

static void no_other_cpu_takes_it(void **state)
{
	selftest_handover_give(&first_ap);
	assert_false(selftest_handover_take(&first_ap));
	assert_false(selftest_handover_take(&other_ap));
	assert_int_equal(now_us, 0);
}

static void a_cpu_alone_has_nobody_to_wait_for(void **state)
{
	selftest_handover_prepare(1);
	assert_false(selftest_handover_take(&bsp));
	assert_int_equal(now_us, 0);
}

static void a_new_run_begins_with_nothing_given(void **state)
{
	selftest_handover_give(&first_ap);
	selftest_handover_prepare(3);
	assert_false(selftest_handover_take(&bsp));
	selftest_handover_give(&other_ap);
	assert_true(selftest_handover_take(&bsp));
}

/* The host state in the VMCS is still that of the CPU that gave it. */
static void the_bsp_writes_its_own_host_state_before_it_enters(void **state)
{
	struct vmx_status status = selftest_handover_run(&bsp);

	assert_string_equal(done->at, "make, host, run, ");
	assert_int_equal(status.kind, VMX_EXITED);
	assert_int_equal(status.number, 10);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test_setup(an_ap_marks_and_clears_the_region_in_place_of_its_own,
	                               begin),
		cmocka_unit_test_setup(only_the_first_ap_gives_it, begin),
		cmocka_unit_test_setup(the_bsp_takes_what_was_given_without_a_wait, begin),
		cmocka_unit_test_setup(the_bsp_waits_for_it, begin),
		cmocka_unit_test_setup(the_bsp_goes_on_if_nobody_makes_progress, begin),
		cmocka_unit_test_setup(the_bsp_waits_as_long_as_any_cpu_makes_progress, begin),
		cmocka_unit_test_setup(no_other_cpu_takes_it, begin),
		cmocka_unit_test_setup(a_cpu_alone_has_nobody_to_wait_for, begin),
		cmocka_unit_test_setup(a_new_run_begins_with_nothing_given, begin),
		cmocka_unit_test_setup(the_bsp_writes_its_own_host_state_before_it_enters, begin),
	};

	return unit_run(rules, COUNT_OF(rules));
}
