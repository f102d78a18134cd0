/* arch/x86_64/vmx/guest/entry_check.h: which rule of VM entry a VMCS breaks. */
#include "tests/unit/entry_vmcs.h"

static void a_vmcs_as_the_kernel_makes_it_breaks_no_rule_on_any_model(void **state)
{
	for (size_t i = 0; i < COUNT_OF(bochs_models); i++) {
		fill(&bochs_models[i]);
		assert_null(entry_check_controls(&view));
		assert_null(entry_check_host(&view));
		assert_null(entry_check_guest(&view));
	}
}

/* A change of a field that breaks a rule: the value is XORed. */
struct defect {
	uint32_t field;
	uint64_t flipped;
	const char *rule;
};

static void check_defects(const char *(*check)(const struct entry_view *view), size_t count,
                          const struct defect *defects)
{
	for (size_t i = 0; i < count; i++) {
		const char *broken;

		fill(newest);
		*field_at(defects[i].field) ^= defects[i].flipped;
		broken = check(&view);
		if (broken == NULL || strstr(broken, defects[i].rule) == NULL)
			fail_msg("%s: %s", defects[i].rule,
			         broken != NULL ? broken : "not noticed");
	}
}

static void a_broken_rule_of_the_controls_is_named(void **state)
{
	static const struct defect defects[] = {
		{PIN_CONTROLS, 1 << 1, "pin-based control"},
		{PIN_CONTROLS, 1u << 31, "pin-based control"},
		{PRIMARY_CONTROLS, 1 << 1, "primary processor-based control"},
		{SECONDARY_CONTROLS, 1u << 31, "secondary processor-based control"},
		{CR3_TARGET_COUNT, 5, "CR3 targets"},
		{SECONDARY_CONTROLS, SECONDARY_EPT | SECONDARY_UNRESTRICTED, "requires EPT"},
		{EPT_POINTER, 6, "EPT pointer"},
		{EPT_POINTER, 3 << 3, "EPT pointer"},
		{EPT_POINTER, BIT(50), "EPT pointer"},
		{PIN_CONTROLS, PIN_NMI_EXITING | PIN_VIRTUAL_NMIS, "require NMI exiting"},
		{PRIMARY_CONTROLS, PRIMARY_NMI_WINDOW_EXITING, "requires virtual NMIs"},
		{EXIT_CONTROLS, EXIT_SAVE_PREEMPTION_TIMER, "saved, but not active"},
		{EXIT_CONTROLS, 1 << 0, "VM-exit control"},
		{ENTRY_CONTROLS, 1 << 0, "VM-entry control"},
	};

	check_defects(entry_check_controls, COUNT_OF(defects), defects);
}

static void secondary_controls_that_are_not_active_do_not_count(void **state)
{
	fill(newest);
	*field_at(PRIMARY_CONTROLS) &= ~(uint64_t)PRIMARY_SECONDARY;
	*field_at(SECONDARY_CONTROLS) = UINT32_MAX;
	*field_at(EPT_POINTER) = 0;
	assert_null(entry_check_controls(&view));
}

static void a_broken_rule_of_the_host_state_is_named(void **state)
{
	static const struct defect defects[] = {
		{HOST_CR0, CR0_NE, "host's CR0"},
		{HOST_CR4, CR4_VMXE, "host's CR4"},
		{HOST_CR4, BIT(40), "host's CR4"},
		{HOST_CR3, BIT(45), "host's CR3"},
		{HOST_FS_BASE, BIT(47), "not canonical"},
		{HOST_RIP, BIT(63), "not canonical"},
		{HOST_SYSENTER_EIP, BIT(60), "not canonical"},
		{HOST_DS_SELECTOR, 3, "RPL or TI"},
		{HOST_SS_SELECTOR, 1, "RPL or TI"},
		{HOST_ES_SELECTOR, 4, "RPL or TI"},
		{HOST_TR_SELECTOR, 4, "RPL or TI"},
		{HOST_CS_SELECTOR, 0x08, "null selector"},
		{HOST_TR_SELECTOR, 0x10, "null selector"},
		{EXIT_CONTROLS, EXIT_HOST_64BIT, "64-bit mode"},
		{HOST_CR4, CR4_PAE, "requires CR4.PAE"},
		{EXIT_CONTROLS, EXIT_LOAD_EFER, "LMA and LME"}, /* the field is 0 */
	};

	check_defects(entry_check_host, COUNT_OF(defects), defects);
}

/* The host has no exempt bits: each one that VMX operation fixes is checked, to either value. */
static void each_bit_of_the_hosts_cr0_and_cr4_is_checked(void **state)
{
	static const struct {
		uint32_t field;
		unsigned fixed0, fixed1;
		const char *rule;
	} registers[] = {
		{HOST_CR0, IA32_VMX_CR0_FIXED0, IA32_VMX_CR0_FIXED1, "host's CR0"},
		{HOST_CR4, IA32_VMX_CR4_FIXED0, IA32_VMX_CR4_FIXED1, "host's CR4"},
	};

	for (size_t i = 0; i < COUNT_OF(registers); i++) {
		for (unsigned bit = 0; bit < 64; bit++) {
			for (unsigned value = 0; value <= 1; value++) {
				const char *broken;

				fill(newest);
				evidence.msr[registers[i].fixed0 - VMX_MSR_FIRST].value =
					value ? 0 : BIT(bit);
				evidence.msr[registers[i].fixed1 - VMX_MSR_FIRST].value =
					value ? ~BIT(bit) : UINT64_MAX;
				*field_at(registers[i].field) = value ? BIT(bit) : ~BIT(bit);
				broken = entry_check_host(&view);
				assert_non_null(broken);
				assert_non_null(strstr(broken, registers[i].rule));
			}
		}
	}
}

static void a_broken_rule_of_the_guest_state_is_named(void **state)
{
	static const struct defect defects[] = {
		{GUEST_CR0, CR0_NE, "guest's CR0"},
		{GUEST_CR0, CR0_PG, "guest's CR0"},
		{GUEST_CR4, CR4_VMXE, "guest's CR4"},
		{GUEST_CR4, CR4_PAE, "requires CR0.PG and CR4.PAE"},
		{GUEST_CR3, BIT(45), "guest's CR3"},
		{GUEST_CS_RIGHTS, 1 << 16, "guest's CS"},
		{GUEST_CS_RIGHTS, 1 << 7, "guest's CS"},
		{GUEST_CS_RIGHTS, 1 << 3, "guest's CS"},
		{GUEST_TR_RIGHTS, 1 << 16, "guest's TR"},
		{GUEST_TR_RIGHTS, 1 << 1, "guest's TR"},
		{GUEST_TR_RIGHTS, 1 << 3, "guest's TR"},
		{GUEST_CS_RIGHTS, RIGHTS_DEFAULT_32, "L and D"},
		{GUEST_SYSENTER_ESP, BIT(63), "not canonical"},
		{GUEST_SYSENTER_EIP, BIT(47), "not canonical"},
		{GUEST_GDTR_BASE, BIT(63), "not canonical"},
		{GUEST_IDTR_BASE, BIT(63), "not canonical"},
		{GUEST_TR_BASE, BIT(63), "not canonical"},
		{GUEST_GDTR_LIMIT, BIT(16), "limit"},
		{GUEST_IDTR_LIMIT, BIT(16), "limit"},
		{GUEST_RFLAGS, EFLAGS_VM, "virtual-8086"},
		{GUEST_INTERRUPTIBILITY, BLOCKING_BY_STI | BLOCKING_BY_MOV_SS, "STI and by MOV SS"},
		{GUEST_TR_RIGHTS, 1 << 0, "guest's TR"},
		{GUEST_TR_RIGHTS, 1 << 2, "guest's TR"},
		{GUEST_TR_RIGHTS, 1 << 4, "guest's TR"},
		{GUEST_TR_RIGHTS, 1 << 7, "guest's TR"},
		{GUEST_RFLAGS, 2, "RFLAGS"},
		{GUEST_RFLAGS, BIT(40), "RFLAGS"},
		{GUEST_RIP, BIT(47), "RIP is not canonical"},
		{GUEST_ACTIVITY, 4, "activity state"},
		{VMCS_LINK_POINTER, 1, "link pointer"},
	};

	check_defects(entry_check_guest, COUNT_OF(defects), defects);
}

static void the_guests_lma_must_be_what_the_entry_controls_say(void **state)
{
	fill(newest);
	*field_at(ENTRY_CONTROLS) |= ENTRY_LOAD_EFER;
	assert_non_null(entry_check_guest(&view));
	*field_at(GUEST_EFER) = EFER_LMA;
	assert_string_equal(entry_check_guest(&view),
	                    "the guest's IA32_EFER.LME does not match IA32_EFER.LMA");
	*field_at(GUEST_EFER) = EFER_LME | EFER_LMA;
	assert_null(entry_check_guest(&view));
}

static void dr7_is_checked_where_it_is_loaded(void **state)
{
	fill(newest);
	*field_at(GUEST_DR7) = BIT(32);
	*field_at(ENTRY_CONTROLS) &= ~(uint64_t)ENTRY_LOAD_DEBUG;
	assert_null(entry_check_guest(&view));
	*field_at(ENTRY_CONTROLS) |= ENTRY_LOAD_DEBUG;
	assert_string_equal(entry_check_guest(&view), "the guest's DR7 has bits in its upper half");
}

static void an_unrestricted_guest_may_be_in_real_mode(void **state)
{
	fill(newest);
	*field_at(GUEST_CR0) &= ~(CR0_PE | CR0_PG);
	*field_at(GUEST_CR4) &= ~CR4_PAE;
	*field_at(GUEST_CS_RIGHTS) = 0x93;
	*field_at(ENTRY_CONTROLS) &= ~(uint64_t)ENTRY_IA32E_GUEST;
	assert_non_null(entry_check_guest(&view));
	*field_at(SECONDARY_CONTROLS) |= SECONDARY_UNRESTRICTED;
	assert_null(entry_check_guest(&view));
	*field_at(GUEST_CR0) |= CR0_PG;
	assert_string_equal(entry_check_guest(&view), "the guest's CR0 has PG set but PE clear");
}

static void what_is_just_allowed_breaks_no_rule(void **state)
{
	fill(newest);
	*field_at(CR3_TARGET_COUNT) = 4;
	*field_at(GUEST_ACTIVITY) = 3;
	*field_at(GUEST_CR0) |= CR0_NW | CR0_CD;
	*field_at(HOST_ES_SELECTOR) = 0x18;
	assert_null(entry_check_controls(&view));
	assert_null(entry_check_host(&view));
	assert_null(entry_check_guest(&view));
}

static void a_16_bit_tss_is_for_guests_outside_ia_32e_mode(void **state)
{
	fill(newest);
	*field_at(GUEST_TR_RIGHTS) = 0x83;
	assert_non_null(entry_check_guest(&view));
	*field_at(ENTRY_CONTROLS) &= ~(uint64_t)ENTRY_IA32E_GUEST;
	assert_null(entry_check_guest(&view));
	*field_at(GUEST_TR_RIGHTS) = 0x84;
	assert_non_null(entry_check_guest(&view));
}

static void only_the_check_that_fits_the_failure_is_made(void **state)
{
	fill(newest);
	*field_at(PIN_CONTROLS) ^= 2;
	*field_at(HOST_CR0) ^= CR0_NE;
	*field_at(GUEST_RFLAGS) = 0;
	assert_non_null(
		strstr(entry_check(&view, (struct vmx_status){VMX_FAIL_VALID, 7, 0}), "pin-based"));
	assert_non_null(
		strstr(entry_check(&view, (struct vmx_status){VMX_FAIL_VALID, 8, 0}), "host's"));
	assert_non_null(strstr(entry_check(&view, (struct vmx_status){VMX_ENTRY_FAILED, 33, 0}),
	                       "guest's"));
	assert_null(entry_check(&view, (struct vmx_status){VMX_FAIL_VALID, 4, 0}));
	assert_null(entry_check(&view, (struct vmx_status){VMX_ENTRY_FAILED, 34, 0}));
	assert_null(entry_check(&view, (struct vmx_status){VMX_FAULTED, 6, 0}));
}

/* Other rules hold for it: SDM vol. 3C 26.3.1.2 "Checks on Guest Segment Registers" */
static void the_segments_of_a_virtual_8086_guest_are_not_checked(void **state)
{
	fill(newest);
	*field_at(ENTRY_CONTROLS) &= ~(uint64_t)ENTRY_IA32E_GUEST;
	*field_at(GUEST_CS_RIGHTS) = 0xF3;
	assert_non_null(entry_check_guest(&view));
	*field_at(GUEST_RFLAGS) |= EFLAGS_VM;
	assert_null(entry_check_guest(&view));
}

static void other_secondary_controls_need_no_ept(void **state)
{
	fill(newest);
	*field_at(SECONDARY_CONTROLS) = settle(CONTROLS_SECONDARY, SECONDARY_RDTSCP);
	assert_null(entry_check_controls(&view));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_vmcs_as_the_kernel_makes_it_breaks_no_rule_on_any_model),
		cmocka_unit_test(a_broken_rule_of_the_controls_is_named),
		cmocka_unit_test(secondary_controls_that_are_not_active_do_not_count),
		cmocka_unit_test(a_broken_rule_of_the_host_state_is_named),
		cmocka_unit_test(each_bit_of_the_hosts_cr0_and_cr4_is_checked),
		cmocka_unit_test(a_broken_rule_of_the_guest_state_is_named),
		cmocka_unit_test(the_guests_lma_must_be_what_the_entry_controls_say),
		cmocka_unit_test(dr7_is_checked_where_it_is_loaded),
		cmocka_unit_test(an_unrestricted_guest_may_be_in_real_mode),
		cmocka_unit_test(what_is_just_allowed_breaks_no_rule),
		cmocka_unit_test(a_16_bit_tss_is_for_guests_outside_ia_32e_mode),
		cmocka_unit_test(only_the_check_that_fits_the_failure_is_made),
		cmocka_unit_test(the_segments_of_a_virtual_8086_guest_are_not_checked),
		cmocka_unit_test(other_secondary_controls_need_no_ept),
	};

	return unit_run(rules, COUNT_OF(rules));
}
