/* arch/x86_64/vmx/guest/entry_check.h: rules about several fields, and what they do not forbid. */
#include "arch/x86_64/vmx/vmx_exits.h"
#include "tests/unit/entry_vmcs.h"

/* Fields whose values are XORed, and the rule that is then broken; NULL: none. */
struct change {
	struct {
		uint32_t field;
		uint64_t flipped;
	} flips[4];
	const char *rule;
};

/* A rule is known by its sentence; a change of the evidence is made after fill(). */
static void check_changes(const char *(*check)(const struct entry_view *view), size_t count,
                          const struct change *changes, void (*adapt)(void))
{
	for (size_t i = 0; i < count; i++) {
		const char *broken;

		fill(newest);
		if (adapt != NULL)
			adapt();
		for (size_t n = 0; n < COUNT_OF(changes[i].flips) && changes[i].flips[n].field; n++)
			*field_at(changes[i].flips[n].field) ^= changes[i].flips[n].flipped;
		broken = check(&view);
		if (changes[i].rule == NULL) {
			if (broken != NULL)
				fail_msg("change %zu: %s", i, broken);
		} else {
			assert_non_null(broken);
			assert_string_equal(broken, changes[i].rule);
		}
	}
}

static void nmis_demand_each_other(void **state)
{
	static const char exiting[] = "virtual NMIs require NMI exiting";
	static const char virtual[] = "NMI-window exiting requires virtual NMIs";
	static const struct change changes[] = {
		{{{0}}, NULL}, /* NMI exiting alone, as fill() has it */
		{{{PIN_CONTROLS, PIN_NMI_EXITING}}, NULL},
		{{{PIN_CONTROLS, PIN_VIRTUAL_NMIS}}, NULL},
		{{{PIN_CONTROLS, PIN_NMI_EXITING | PIN_VIRTUAL_NMIS}}, exiting},
		{{{PRIMARY_CONTROLS, PRIMARY_NMI_WINDOW_EXITING}}, virtual},
		{{{PRIMARY_CONTROLS, PRIMARY_NMI_WINDOW_EXITING}, {PIN_CONTROLS, PIN_VIRTUAL_NMIS}},
	         NULL},
	};

	check_changes(entry_check_controls, COUNT_OF(changes), changes, NULL);
}

static void the_timer_is_saved_only_if_it_is_active(void **state)
{
	static const struct change changes[] = {
		{{{PIN_CONTROLS, PIN_PREEMPTION_TIMER}}, NULL},
		{{{PIN_CONTROLS, PIN_PREEMPTION_TIMER},
	          {EXIT_CONTROLS, EXIT_SAVE_PREEMPTION_TIMER}},
	         NULL},
		{{{PIN_CONTROLS, PIN_VIRTUAL_NMIS}, {EXIT_CONTROLS, EXIT_SAVE_PREEMPTION_TIMER}},
	         "the VMX-preemption timer is saved, but not active"},
	};

	check_changes(entry_check_controls, COUNT_OF(changes), changes, NULL);
}

static void the_ept_pointer_counts_with_ept_and_has_no_other_bit(void **state)
{
	static const char pointer[] =
		"the EPT pointer has an unsupported memory type, walk length or address";
	static const struct change changes[] = {
		{{{EPT_POINTER, BIT(7)}}, pointer},
		{{{EPT_POINTER, BIT(11)}}, pointer},
		{{{EPT_POINTER, BIT(12)}}, NULL},
		{{{EPT_POINTER, 6}, {SECONDARY_CONTROLS, SECONDARY_EPT | BIT(5)}}, NULL},
	};

	check_changes(entry_check_controls, COUNT_OF(changes), changes, NULL);
}

static void without_secondary_controls_there_are_none(void **state)
{
	fill(newest);
	*field_at(PRIMARY_CONTROLS) &= ~(uint64_t)PRIMARY_SECONDARY;
	evidence.msr[IA32_VMX_PROCBASED_CTLS2 - VMX_MSR_FIRST].value = 0;
	assert_null(entry_check_controls(&view));
}

static void each_host_address_is_canonical(void **state)
{
	static const uint32_t addresses[] = {HOST_FS_BASE,      HOST_GS_BASE,     HOST_TR_BASE,
	                                     HOST_GDTR_BASE,    HOST_IDTR_BASE,   HOST_RIP,
	                                     HOST_SYSENTER_ESP, HOST_SYSENTER_EIP};

	for (size_t i = 0; i < COUNT_OF(addresses); i++) {
		fill(newest);
		*field_at(addresses[i]) ^= BIT(47);
		assert_string_equal(entry_check_host(&view), "a host address is not canonical");
	}
}

static void each_guest_address_is_canonical(void **state)
{
	static const uint32_t addresses[] = {GUEST_SYSENTER_ESP, GUEST_SYSENTER_EIP,
	                                     GUEST_GDTR_BASE, GUEST_IDTR_BASE, GUEST_TR_BASE};

	for (size_t i = 0; i < COUNT_OF(addresses); i++) {
		fill(newest);
		*field_at(addresses[i]) ^= BIT(47);
		assert_string_equal(entry_check_guest(&view), "a guest address is not canonical");
	}
}

static void the_hosts_efer_has_lma_and_lme_where_it_is_loaded(void **state)
{
	static const char both[] = "a 64-bit host requires IA32_EFER.LMA and LME";
	static const struct change changes[] = {
		{{{HOST_EFER, 0}}, NULL},
		{{{EXIT_CONTROLS, EXIT_LOAD_EFER}}, both},
		{{{EXIT_CONTROLS, EXIT_LOAD_EFER}, {HOST_EFER, EFER_LMA}}, both},
		{{{EXIT_CONTROLS, EXIT_LOAD_EFER}, {HOST_EFER, EFER_LME}}, both},
		{{{EXIT_CONTROLS, EXIT_LOAD_EFER}, {HOST_EFER, EFER_LMA | EFER_LME}}, NULL},
		{{{EXIT_CONTROLS, EXIT_LOAD_EFER}, {HOST_EFER, EFER_LMA | EFER_LME | 1}}, NULL},
	};

	check_changes(entry_check_host, COUNT_OF(changes), changes, NULL);
}

static void the_guests_efer_is_what_the_controls_say_where_it_is_loaded(void **state)
{
	static const char lma[] = "the guest's IA32_EFER.LMA does not match the VM-entry controls";
	static const char lme[] = "the guest's IA32_EFER.LME does not match IA32_EFER.LMA";
	static const struct change changes[] = {
		{{{GUEST_EFER, EFER_LMA}}, NULL},
		{{{ENTRY_CONTROLS, ENTRY_LOAD_EFER}}, lma},
		{{{ENTRY_CONTROLS, ENTRY_LOAD_EFER}, {GUEST_EFER, EFER_LME}}, lma},
		{{{ENTRY_CONTROLS, ENTRY_LOAD_EFER}, {GUEST_EFER, EFER_LMA}}, lme},
		{{{ENTRY_CONTROLS, ENTRY_LOAD_EFER}, {GUEST_EFER, EFER_LMA | EFER_LME}}, NULL},
		{{{ENTRY_CONTROLS, ENTRY_LOAD_EFER | ENTRY_IA32E_GUEST}}, NULL},
		{{{ENTRY_CONTROLS, ENTRY_LOAD_EFER | ENTRY_IA32E_GUEST}, {GUEST_EFER, EFER_LMA}},
	         lma},
		{{{ENTRY_CONTROLS, ENTRY_LOAD_EFER | ENTRY_IA32E_GUEST}, {GUEST_EFER, EFER_LME}},
	         lme},
		/* without paging, LME may be set before LMA */
		{{{ENTRY_CONTROLS, ENTRY_LOAD_EFER | ENTRY_IA32E_GUEST},
	          {GUEST_EFER, EFER_LME},
	          {SECONDARY_CONTROLS, SECONDARY_UNRESTRICTED},
	          {GUEST_CR0, CR0_PG}},
	         NULL},
	};

	check_changes(entry_check_guest, COUNT_OF(changes), changes, NULL);
}

static void an_ia_32e_guest_has_paging_and_pae(void **state)
{
	static const char needs[] = "an IA-32e mode guest requires CR0.PG and CR4.PAE";
	static const struct change changes[] = {
		{{{SECONDARY_CONTROLS, SECONDARY_UNRESTRICTED}, {GUEST_CR0, CR0_PG}}, needs},
		{{{GUEST_CR4, CR4_PAE}}, needs},
		{{{ENTRY_CONTROLS, ENTRY_IA32E_GUEST}, {GUEST_CR4, CR4_PAE}}, NULL},
	};

	check_changes(entry_check_guest, COUNT_OF(changes), changes, NULL);
}

/* A CPU whose VMX operation would not allow these bits, if it checked them. */
static void forbid_bits(void)
{
	evidence.msr[IA32_VMX_CR0_FIXED1 - VMX_MSR_FIRST].value &= ~(uint64_t)(CR0_NW | CR0_CD);
	evidence.msr[IA32_VMX_CR4_FIXED1 - VMX_MSR_FIRST].value &= ~1ull;
}

static void cd_and_nw_of_a_guest_are_not_checked(void **state)
{
	static const struct change changes[] = {
		{{{GUEST_CR0, CR0_CD}}, NULL},
		{{{GUEST_CR0, CR0_CD | CR0_NW}}, NULL},
		{{{GUEST_CR0, CR0_PE}},
	         "the guest's CR0 has bits that VMX operation does not allow"},
		{{{GUEST_CR4, 1}}, "the guest's CR4 has bits that VMX operation does not allow"},
	};

	check_changes(entry_check_guest, COUNT_OF(changes), changes, forbid_bits);
}

static void addresses_are_as_wide_as_the_cpu_says(void **state)
{
	for (unsigned bits = 36; bits <= 64; bits++) {
		fill(newest);
		evidence.physical_address_bits = (uint8_t)bits;
		*field_at(HOST_CR3) = bits < 64 ? BIT(bits) : UINT64_MAX;
		if (bits < 64)
			assert_string_equal(entry_check_host(&view),
			                    "the host's CR3 is beyond the physical-address width");
		else
			assert_null(entry_check_host(&view));
		*field_at(HOST_CR3) = BIT(bits - 1);
		assert_null(entry_check_host(&view));
	}
}

/* SDM vol. 3C 26.3.1.2 "Checks on Guest Segment Registers" */
static void tr_is_a_busy_tss_of_the_right_size(void **state)
{
	for (uint64_t type = 0; type < 32; type++) {
		for (int long_mode = 0; long_mode <= 1; long_mode++) {
			bool valid = type == 11 || (type == 3 && !long_mode);
			const char *broken;

			fill(newest);
			if (!long_mode)
				*field_at(ENTRY_CONTROLS) &= ~(uint64_t)ENTRY_IA32E_GUEST;
			*field_at(GUEST_TR_RIGHTS) = 0x80 | type;
			broken = entry_check_guest(&view);
			assert_int_equal(broken == NULL, valid);
			if (!valid)
				assert_string_equal(broken,
				                    "the guest's TR is not a present, busy TSS");
		}
	}
}

static void what_is_just_allowed_breaks_no_rule_of_the_guest(void **state)
{
	static const struct change changes[] = {
		{{{GUEST_CS_RIGHTS, RIGHTS_LONG | RIGHTS_DEFAULT_32}}, NULL},
		{{{GUEST_CS_RIGHTS, RIGHTS_DEFAULT_32}}, "the guest's CS has L and D set"},
		{{{GUEST_GDTR_LIMIT, 0xFFFF}, {GUEST_IDTR_LIMIT, 0xFFFF}}, NULL},
		{{{GUEST_GDTR_LIMIT, 0x10000}}, "the guest's GDTR or IDTR limit is above FFFFH"},
		{{{GUEST_IDTR_LIMIT, 0x10000}}, "the guest's GDTR or IDTR limit is above FFFFH"},
		{{{GUEST_RFLAGS, 0x200}}, NULL},
		{{{GUEST_RFLAGS, 0x202}}, "the guest's RFLAGS has a wrong reserved bit"},
		{{{GUEST_INTERRUPTIBILITY, BLOCKING_BY_STI}}, NULL},
		{{{GUEST_INTERRUPTIBILITY, BLOCKING_BY_MOV_SS}}, NULL},
		{{{GUEST_INTERRUPTIBILITY, BLOCKING_BY_STI | BLOCKING_BY_MOV_SS | 8}},
	         "the guest has blocking by STI and by MOV SS"},
		{{{GUEST_DR7, BIT(32)}}, NULL},
		{{{GUEST_DR7, UINT32_MAX}, {ENTRY_CONTROLS, ENTRY_LOAD_DEBUG}}, NULL},
		{{{GUEST_DR7, BIT(32)}, {ENTRY_CONTROLS, ENTRY_LOAD_DEBUG}},
	         "the guest's DR7 has bits in its upper half"},
	};

	check_changes(entry_check_guest, COUNT_OF(changes), changes, NULL);
	fill(newest);
	*field_at(ENTRY_CONTROLS) &= ~(uint64_t)ENTRY_LOAD_DEBUG;
	*field_at(GUEST_DR7) = BIT(32);
	assert_null(entry_check_guest(&view));
}

static void only_vmfailvalid_has_an_error_number(void **state)
{
	fill(newest);
	*field_at(CR3_TARGET_COUNT) = 5;
	for (unsigned kind = VMX_NOT_TRIED; kind <= VMX_ENTRY_FAILED; kind++) {
		struct vmx_status status = {.kind = (uint8_t)kind, .number = VMX_ERROR_CONTROLS};

		assert_int_equal(entry_check(&view, status) != NULL, kind == VMX_FAIL_VALID);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(nmis_demand_each_other),
		cmocka_unit_test(the_timer_is_saved_only_if_it_is_active),
		cmocka_unit_test(the_ept_pointer_counts_with_ept_and_has_no_other_bit),
		cmocka_unit_test(without_secondary_controls_there_are_none),
		cmocka_unit_test(each_host_address_is_canonical),
		cmocka_unit_test(each_guest_address_is_canonical),
		cmocka_unit_test(the_hosts_efer_has_lma_and_lme_where_it_is_loaded),
		cmocka_unit_test(the_guests_efer_is_what_the_controls_say_where_it_is_loaded),
		cmocka_unit_test(an_ia_32e_guest_has_paging_and_pae),
		cmocka_unit_test(cd_and_nw_of_a_guest_are_not_checked),
		cmocka_unit_test(addresses_are_as_wide_as_the_cpu_says),
		cmocka_unit_test(tr_is_a_busy_tss_of_the_right_size),
		cmocka_unit_test(what_is_just_allowed_breaks_no_rule_of_the_guest),
		cmocka_unit_test(only_vmfailvalid_has_an_error_number),
	};

	return unit_run(rules, COUNT_OF(rules));
}
