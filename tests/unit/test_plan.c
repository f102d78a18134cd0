/* arch/x86_64/vmx/plan.h: the plan for the evidence of every CPU model of Bochs. */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/plan.h"
#include "tests/unit/bochs_models.h"
#include "tests/unit/unit.h"

/* SDM vol. 3C 35.1 "Architectural MSRs": the bits of IA32_FEATURE_CONTROL that are defined. */
static const uint8_t feature_control_bits[] = {0, 1, 2, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 20};

#define SENTER (0xFFull << 8)
#define KEPT   (1ull << 17 | 1ull << 18 | 1ull << 20)

/* The n-th combination of the defined bits. */
static uint64_t feature_control_value(uint32_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < COUNT_OF(feature_control_bits); i++)
		value |= (uint64_t)(n >> i & 1) << feature_control_bits[i];
	return value;
}

/* Returns true if a CPU accepts the write of value to an unlocked IA32_FEATURE_CONTROL. */
static bool silicon_takes(uint64_t value, uint64_t before, bool smx)
{
	uint64_t known = 7 | SENTER | KEPT;

	if (!smx)
		known &= ~(2ull | SENTER);
	/* only the bits that firmware could set show whether it has SGX and LMCE */
	known &= ~KEPT | (before & KEPT);
	return !(before & 1) && !(value & ~known);
}

static void check_locked(uint64_t value, const struct vmx_plan *plan)
{
	enum reason expected = value & 4   ? REASON_NONE
	                       : value & 2 ? REASON_SMX_ONLY
	                                   : REASON_LOCKED_OFF;

	assert_int_equal(plan->stop, expected);
	assert_false(plan->write_feature_control);
}

static void check_unlocked(uint64_t value, bool smx, const struct vmx_plan *plan)
{
	assert_int_equal(plan->stop, REASON_NONE);
	assert_true(plan->write_feature_control);
	assert_int_equal(plan->feature_control, (value & KEPT) | 5 | (smx ? 2 : 0));
	assert_true(silicon_takes(plan->feature_control, value, smx));
	assert_int_equal(vmx_feature_control_forbids(plan->feature_control), REASON_NONE);
}

static void check_feature_control(struct vmx_evidence *evidence)
{
	for (uint32_t n = 0; n < 1u << COUNT_OF(feature_control_bits); n++) {
		uint64_t value = feature_control_value(n);
		struct vmx_plan plan;

		evidence->feature_control = (struct msr_reading){value, MSR_READ};
		vmx_plan(evidence, &plan);
		if (!evidence->vmx) {
			assert_int_equal(plan.stop, REASON_NO_VMX);
			assert_false(plan.write_feature_control);
		} else if (value & 1) {
			check_locked(value, &plan);
		} else {
			check_unlocked(value, evidence->smx, &plan);
		}
	}
}

static void every_value_of_feature_control_leads_where_the_manual_says(void **state)
{
	for (size_t i = 0; i < COUNT_OF(bochs_models); i++) {
		for (unsigned cpuid = 0; cpuid < 4; cpuid++) {
			struct vmx_evidence evidence = bochs_evidence(&bochs_models[i]);

			evidence.vmx = cpuid & 1;
			evidence.smx = cpuid >> 1;
			check_feature_control(&evidence);
		}
	}
}

static void reserved_bits_that_firmware_left_are_not_written_back(void **state)
{
	struct vmx_evidence evidence = bochs_evidence(&bochs_models[0]);
	struct vmx_plan plan;

	evidence.feature_control.value = ~1ull & ~KEPT;
	vmx_plan(&evidence, &plan);
	assert_int_equal(plan.feature_control, 5);
}

static void feature_control_that_cannot_be_read_stops(void **state)
{
	struct vmx_evidence evidence = bochs_evidence(&bochs_models[0]);
	struct vmx_plan plan;

	evidence.feature_control = (struct msr_reading){0, MSR_FAULTED};
	vmx_plan(&evidence, &plan);
	assert_int_equal(plan.stop, REASON_FEATURE_CONTROL_FAULT);
	assert_false(plan.write_feature_control);
	evidence.feature_control.state = MSR_NOT_READ;
	vmx_plan(&evidence, &plan);
	assert_int_equal(plan.stop, REASON_FEATURE_CONTROL_FAULT);
}

static void a_capability_msr_that_is_needed_and_faults_stops(void **state)
{
	static const unsigned needed[] = {0x00, 0x06, 0x07, 0x08, 0x09};

	for (size_t i = 0; i < COUNT_OF(needed); i++) {
		struct vmx_evidence evidence = bochs_evidence(&bochs_models[0]);
		struct vmx_plan plan;

		evidence.msr[needed[i]] = (struct msr_reading){0, MSR_FAULTED};
		vmx_plan(&evidence, &plan);
		assert_int_equal(plan.stop, REASON_CAPABILITY_FAULT);
	}
}

static void check_fixed(uint64_t value, uint64_t fixed0, uint64_t fixed1)
{
	assert_int_equal(value & fixed0, fixed0);
	assert_int_equal(value & ~fixed1, 0);
}

static void check_control_registers(const struct vmx_evidence *evidence)
{
	uint64_t free0 = ~evidence->msr[6].value & evidence->msr[7].value & ~CR0_NE;
	uint64_t free4 = ~evidence->msr[8].value & evidence->msr[9].value & ~CR4_VMXE;
	struct vmx_plan plan;

	vmx_plan(evidence, &plan);
	assert_int_equal(plan.stop, REASON_NONE);
	check_fixed(plan.cr0, evidence->msr[6].value, evidence->msr[7].value);
	check_fixed(plan.cr4, evidence->msr[8].value, evidence->msr[9].value);
	assert_int_equal(plan.cr0 & free0, evidence->cr0 & free0);
	assert_int_equal(plan.cr4 & free4, evidence->cr4 & free4);
	assert_true(plan.cr4 & CR4_VMXE);
}

static void cr0_and_cr4_become_what_every_model_fixes_and_else_stay(void **state)
{
	static const uint8_t cr0_bits[] = {1, 2, 3, 5, 18, 29, 30};

	for (size_t i = 0; i < COUNT_OF(bochs_models); i++) {
		for (uint32_t n = 0; n < 1u << COUNT_OF(cr0_bits); n++) {
			struct vmx_evidence evidence = bochs_evidence(&bochs_models[i]);

			for (size_t bit = 0; bit < COUNT_OF(cr0_bits); bit++)
				evidence.cr0 |= (uint64_t)(n >> bit & 1) << cr0_bits[bit];
			check_control_registers(&evidence);
		}
		for (unsigned a = 0; a < 64; a++) {
			for (unsigned b = 0; b < 64; b++) {
				struct vmx_evidence evidence = bochs_evidence(&bochs_models[i]);

				evidence.cr4 |= BIT(a) | BIT(b);
				check_control_registers(&evidence);
			}
		}
	}
}

/*
 * A bit of CR0 (register 0) or CR4 (1) that is required to be 1, or 0, or both. The other fixed
 * bits are those of the first model.
 */
static struct vmx_plan plan_with_bit(unsigned reg, unsigned bit, bool demanded, bool forbidden)
{
	struct vmx_evidence evidence = bochs_evidence(&bochs_models[0]);
	struct vmx_plan plan;

	evidence.msr[7].value = evidence.msr[9].value = UINT64_MAX;
	if (demanded)
		evidence.msr[6 + 2 * reg].value |= BIT(bit);
	if (forbidden)
		evidence.msr[7 + 2 * reg].value &= ~BIT(bit);
	vmx_plan(&evidence, &plan);
	if (plan.stop == REASON_NONE) {
		check_fixed(plan.cr0, evidence.msr[6].value, evidence.msr[7].value);
		check_fixed(plan.cr4, evidence.msr[8].value, evidence.msr[9].value);
	} else {
		assert_true(plan.stop == REASON_CR_FIXED_BITS ||
		            plan.stop == REASON_CAPABILITY_INVALID);
	}
	return plan;
}

static void a_bit_that_is_demanded_is_given_or_named_as_the_conflict(void **state)
{
	static const uint64_t harmless[] = {
		CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_PG,
		CR4_PAE | CR4_VMXE | CR4_DE | CR4_PSE | CR4_MCE,
	};

	for (unsigned reg = 0; reg < 2; reg++) {
		for (unsigned bit = 0; bit < 64; bit++) {
			struct vmx_plan plan = plan_with_bit(reg, bit, true, false);
			uint64_t conflict = BIT(bit) & ~harmless[reg];

			assert_int_equal(plan.stop, conflict ? REASON_CR_FIXED_BITS : REASON_NONE);
			assert_int_equal(plan.cr0_conflict, reg == 0 ? conflict : 0);
			assert_int_equal(plan.cr4_conflict, reg == 1 ? conflict : 0);
		}
	}
}

static void a_bit_that_is_forbidden_is_cleared_or_named_as_the_conflict(void **state)
{
	static const uint64_t needed[] = {CR0_WP, CR4_PAE};
	/* these contradict VMX operation, or what the first model demands: NE */
	static const uint64_t invalid[] = {CR0_PE | CR0_PG | CR0_NE, CR4_VMXE};

	for (unsigned reg = 0; reg < 2; reg++) {
		for (unsigned bit = 0; bit < 64; bit++) {
			struct vmx_plan plan = plan_with_bit(reg, bit, false, true);
			uint64_t conflict = BIT(bit) & needed[reg];

			if (BIT(bit) & invalid[reg]) {
				assert_int_equal(plan.stop, REASON_CAPABILITY_INVALID);
				continue;
			}
			assert_int_equal(plan.stop, conflict ? REASON_CR_FIXED_BITS : REASON_NONE);
			assert_int_equal(plan.cr0_conflict, reg == 0 ? conflict : 0);
			assert_int_equal(plan.cr4_conflict, reg == 1 ? conflict : 0);
		}
	}
}

static void a_bit_that_is_demanded_and_forbidden_is_invalid(void **state)
{
	for (unsigned reg = 0; reg < 2; reg++) {
		for (unsigned bit = 0; bit < 64; bit++) {
			struct vmx_plan plan = plan_with_bit(reg, bit, true, true);

			assert_int_equal(plan.stop, REASON_CAPABILITY_INVALID);
			assert_int_equal(plan.invalid.msr,
			                 reg == 0 ? IA32_VMX_CR0_FIXED1 : IA32_VMX_CR4_FIXED1);
		}
	}
}

static void a_forbidden_bit_that_is_set_now_is_cleared(void **state)
{
	struct vmx_evidence evidence = bochs_evidence(&bochs_models[0]);
	struct vmx_plan plan;

	evidence.cr4 |= CR4_OSXSAVE | CR4_SMEP;
	evidence.msr[9].value = 0x27FF;
	vmx_plan(&evidence, &plan);
	assert_int_equal(plan.stop, REASON_NONE);
	assert_int_equal(plan.cr4, CR4_PAE | CR4_VMXE);
}

static void ne_is_set_also_where_no_msr_demands_it(void **state)
{
	struct vmx_evidence evidence = bochs_evidence(&bochs_models[0]);
	struct vmx_plan plan;

	evidence.cr0 = CR0_PE | CR0_PG | CR0_WP;
	evidence.msr[6].value = CR0_PE | CR0_PG;
	vmx_plan(&evidence, &plan);
	assert_int_equal(plan.stop, REASON_NONE);
	assert_int_equal(plan.cr0, CR0_PE | CR0_PG | CR0_WP | CR0_NE);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(every_value_of_feature_control_leads_where_the_manual_says),
		cmocka_unit_test(reserved_bits_that_firmware_left_are_not_written_back),
		cmocka_unit_test(feature_control_that_cannot_be_read_stops),
		cmocka_unit_test(a_capability_msr_that_is_needed_and_faults_stops),
		cmocka_unit_test(cr0_and_cr4_become_what_every_model_fixes_and_else_stay),
		cmocka_unit_test(a_bit_that_is_demanded_is_given_or_named_as_the_conflict),
		cmocka_unit_test(a_bit_that_is_forbidden_is_cleared_or_named_as_the_conflict),
		cmocka_unit_test(a_bit_that_is_demanded_and_forbidden_is_invalid),
		cmocka_unit_test(a_forbidden_bit_that_is_set_now_is_cleared),
		cmocka_unit_test(ne_is_set_also_where_no_msr_demands_it),
	};

	return unit_run(rules, COUNT_OF(rules));
}
