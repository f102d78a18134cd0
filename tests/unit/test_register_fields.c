/* kernel/record/register_fields.h: the layout of the registers, as the SDM and CPUID have it. */
#include "kernel/record/register_fields.h"
#include "tests/unit/unit.h"

#define ALL(from, to) ((UINT64_MAX >> (63 - (to))) & (UINT64_MAX << (from)))

enum {
	FEATURE_CONTROL = 0x3A,
	BIOS_SIGN_ID = 0x8B,
	BASIC = 0x480,
	MISC = 0x485,
	VMCS_ENUM = 0x48A
};
enum { CR0_FIXED0 = 0x486, CR0_FIXED1 = 0x487, CR4_FIXED0 = 0x488, CR4_FIXED1 = 0x489 };

/* Every bit from first to last belongs to the field, and no other bit does. */
static void each_field_has_its_bits(void **state)
{
	static const struct {
		uint32_t msr;
		unsigned first, last;
		const char *name;
	} fields[] = {
		{FIELDS_SIGNATURE, 0, 3, "stepping"},
		{FIELDS_SIGNATURE, 4, 7, "model"},
		{FIELDS_SIGNATURE, 8, 11, "family"},
		{FIELDS_SIGNATURE, 16, 19, "extended model"},
		{FIELDS_SIGNATURE, 20, 27, "extended family"},
		{FIELDS_CORE_TYPE, 0, 7, "core type"},
		{FIELDS_ADDRESS_BITS, 0, 7, "physical-address width"},
		{BIOS_SIGN_ID, 32, 63, "revision"},
		{FEATURE_CONTROL, 0, 0, "lock"},
		{FEATURE_CONTROL, 1, 1, "VMX in SMX"},
		{FEATURE_CONTROL, 2, 2, "VMX outside SMX"},
		{FEATURE_CONTROL, 8, 14, "SENTER functions"},
		{FEATURE_CONTROL, 15, 15, "SENTER"},
		{FEATURE_CONTROL, 17, 17, "SGX launch control"},
		{FEATURE_CONTROL, 18, 18, "SGX"},
		{FEATURE_CONTROL, 20, 20, "LMCE"},
		{BASIC, 0, 30, "revision identifier"},
		{BASIC, 32, 44, "region size"},
		{BASIC, 48, 48, "32-bit addresses"},
		{BASIC, 50, 53, "memory type"},
		{MISC, 0, 4, "VMX-preemption timer's shift"},
		{MISC, 14, 14, "Intel PT in VMX operation"},
		{MISC, 15, 15, "RDMSR of IA32_SMBASE in SMM"},
		{MISC, 16, 24, "CR3-target values"},
		{MISC, 25, 27, "MSR-list size"},
		{MISC, 28, 28, "SMI unblocking by VMXOFF"},
		{MISC, 32, 63, "MSEG revision identifier"},
		{VMCS_ENUM, 1, 9, "highest index of a VMCS field"},
	};

	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		uint64_t mask = ALL(fields[i].first, fields[i].last);
		int kind = fields[i].first == fields[i].last ? FIELD_PRESENT : FIELD_NUMBER;

		for (unsigned bit = 0; bit < 64; bit++) {
			struct register_field field = register_field_at(fields[i].msr, bit);
			bool inside = mask >> bit & 1;

			assert_int_equal(field.mask == mask, inside);
			if (!inside)
				continue;
			assert_string_equal(field.name, fields[i].name);
			assert_int_equal(field.kind, kind);
		}
	}
}

/* SDM vol. 3A 2.5 "Control Registers": the letters of a bit are those of its name there. */
static void the_bits_of_cr0_and_cr4_have_their_names(void **state)
{
	static const struct {
		uint32_t fixed0, fixed1;
		const char *names[64];
	} registers[] = {
		{CR0_FIXED0,
	         CR0_FIXED1,
	         {[0] = "CR0.PE",
	          [1] = "CR0.MP",
	          [2] = "CR0.EM",
	          [3] = "CR0.TS",
	          [4] = "CR0.ET",
	          [5] = "CR0.NE",
	          [16] = "CR0.WP",
	          [18] = "CR0.AM",
	          [29] = "CR0.NW",
	          [30] = "CR0.CD",
	          [31] = "CR0.PG"}},
		{CR4_FIXED0,
	         CR4_FIXED1,
	         {[0] = "CR4.VME",       [1] = "CR4.PVI",         [2] = "CR4.TSD",
	          [3] = "CR4.DE",        [4] = "CR4.PSE",         [5] = "CR4.PAE",
	          [6] = "CR4.MCE",       [7] = "CR4.PGE",         [8] = "CR4.PCE",
	          [9] = "CR4.OSFXSR",    [10] = "CR4.OSXMMEXCPT", [11] = "CR4.UMIP",
	          [12] = "CR4.LA57",     [13] = "CR4.VMXE",       [14] = "CR4.SMXE",
	          [16] = "CR4.FSGSBASE", [17] = "CR4.PCIDE",      [18] = "CR4.OSXSAVE",
	          [19] = "CR4.KL",       [20] = "CR4.SMEP",       [21] = "CR4.SMAP",
	          [22] = "CR4.PKE",      [23] = "CR4.CET",        [24] = "CR4.PKS",
	          [25] = "CR4.UINTR",    [27] = "CR4.LASS",       [28] = "CR4.LAM_SUP",
	          [32] = "CR4.FRED"}},
	};

	for (size_t i = 0; i < COUNT_OF(registers); i++) {
		for (unsigned bit = 0; bit < 64; bit++) {
			struct register_field required =
				register_field_at(registers[i].fixed0, bit);
			struct register_field allowed = register_field_at(registers[i].fixed1, bit);
			const char *name = registers[i].names[bit];

			assert_int_equal(required.mask, 1ull << bit);
			assert_int_equal(required.kind, FIELD_REQUIRED);
			assert_int_equal(allowed.kind, FIELD_PRESENT);
			assert_int_equal(required.name == NULL, name == NULL);
			assert_int_equal(allowed.name == NULL, name == NULL);
			if (name != NULL) {
				assert_string_equal(required.name, name);
				assert_string_equal(allowed.name, name);
			}
		}
	}
}

/* In each half of a control MSR a control has the same name, with another meaning. */
static void a_control_is_required_in_the_low_half_and_offered_in_the_high_half(void **state)
{
	static const struct {
		uint32_t msr;
		unsigned bit;
		const char *name;
	} controls[] = {
		{0x481, 0, "vmx-intr-exit"},
		{0x48D, 3, "vmx-nmi-exit"},
		{0x482, 7, "vmx-hlt-exit"},
		{0x48E, 7, "vmx-hlt-exit"},
		{0x483, 15, "vmx-exit-ack-intr"},
		{0x48F, 15, "vmx-exit-ack-intr"},
		{0x484, 15, "vmx-entry-load-efer"},
		{0x490, 15, "vmx-entry-load-efer"},
		{0x48B, 1, "vmx-ept"},
	};

	for (size_t i = 0; i < COUNT_OF(controls); i++) {
		struct register_field low = register_field_at(controls[i].msr, controls[i].bit);
		struct register_field high =
			register_field_at(controls[i].msr, controls[i].bit + 32);

		assert_string_equal(low.name, controls[i].name);
		assert_int_equal(low.kind, FIELD_REQUIRED);
		assert_int_equal(low.mask, 1ull << controls[i].bit);
		assert_string_equal(high.name, controls[i].name);
		assert_int_equal(high.kind, FIELD_PRESENT);
		assert_int_equal(high.mask, 1ull << (controls[i].bit + 32));
	}
}

/* CR3-load exiting is a default1 control: what is new is that a CPU can leave it 0. */
static void a_default1_control_that_is_required_is_a_capability_that_is_absent(void **state)
{
	struct register_field low = register_field_at(0x48E, 15);

	assert_string_equal(low.name, "vmx-cr3-load-noexit");
	assert_int_equal(low.kind, FIELD_ABSENT);
	assert_null(register_field_at(0x48E, 15 + 32).name);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(each_field_has_its_bits),
		cmocka_unit_test(the_bits_of_cr0_and_cr4_have_their_names),
		cmocka_unit_test(
			a_control_is_required_in_the_low_half_and_offered_in_the_high_half),
		cmocka_unit_test(
			a_default1_control_that_is_required_is_a_capability_that_is_absent),
	};

	return unit_run(rules, COUNT_OF(rules));
}
