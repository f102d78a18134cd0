/* arch/x86_64/vmx/selftest/selftest_fields.h: the fields that the self-test goes through. */
#include "arch/x86_64/vmx/selftest/selftest_fields.h"
#include "arch/x86_64/vmx/vmcs_fields.h"
#include "tests/unit/unit.h"

static unsigned times_listed(uint32_t field)
{
	unsigned times = 0;

	for (unsigned i = 0; i < field_range_count; i++) {
		uint32_t end = field_ranges[i].first + 2u * field_ranges[i].count;

		times += field >= field_ranges[i].first && field < end && field % 2 == 0;
	}
	return times;
}

static void no_field_is_listed_twice(void **state)
{
	for (uint32_t field = 0; field <= 0x7FFF; field++)
		assert_in_range(times_listed(field), 0, 1);
}

static void the_fields_that_guests_use_are_listed(void **state)
{
	static const uint16_t fields[] = {
		VPID,
		GUEST_TR_SELECTOR,
		HOST_TR_SELECTOR,
		IO_BITMAP_B,
		EPT_POINTER,
		GUEST_EFER,
		HOST_EFER,
		PIN_CONTROLS,
		EXIT_REASON,
		GUEST_SYSENTER_CS,
		GUEST_PDPTE0,
		HOST_SYSENTER_CS,
		CR0_MASK,
		EXIT_QUALIFICATION,
		GUEST_SYSENTER_EIP,
		HOST_RIP,
		SECONDARY_CONTROLS,
		PREEMPTION_TIMER,
		GUEST_LINEAR_ADDRESS,
		VMCS_LINK_POINTER,
	};

	for (size_t i = 0; i < COUNT_OF(fields); i++)
		assert_int_equal(times_listed(fields[i]), 1);
}

static void a_field_keeps_its_width(void **state)
{
	assert_int_equal(field_kept(GUEST_ES_SELECTOR), 0xFFFF);
	assert_int_equal(field_kept(PIN_CONTROLS), 0xFFFFFFFF);
	assert_int_equal(field_kept(EPT_POINTER), UINT64_MAX);
	assert_int_equal(field_kept(GUEST_RIP), UINT64_MAX);
}

static void reserved_access_rights_may_be_lost(void **state)
{
	assert_int_equal(field_kept(GUEST_CS_RIGHTS) & 1 << 13, 1 << 13);
	for (unsigned field = GUEST_ES_RIGHTS; field <= GUEST_TR_RIGHTS; field += 2)
		assert_int_equal(field_kept((uint16_t)field) & ~0x1F0FFull, 0);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(no_field_is_listed_twice),
		cmocka_unit_test(the_fields_that_guests_use_are_listed),
		cmocka_unit_test(a_field_keeps_its_width),
		cmocka_unit_test(reserved_access_rights_may_be_lost),
	};

	return unit_run(rules, COUNT_OF(rules));
}
