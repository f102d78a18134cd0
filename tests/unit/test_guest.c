/* arch/x86_64/vmx/guest/guest.h: the registers with which each guest begins. */
#include "arch/x86_64/vmx/guest/guest.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "kernel/machine/memory.h"
#include "tests/unit/bochs_models.h"
#include "tests/unit/unit.h"

static struct cpu cpu_of(size_t model)
{
	return (struct cpu){.found.index = 3, .evidence = bochs_evidence(&bochs_models[model])};
}

static void each_guest_begins_at_its_code_in_its_mode(void **state)
{
	for (size_t i = 0; i < COUNT_OF(bochs_models); i++) {
		struct cpu cpu = cpu_of(i);
		struct guest real, long_mode;
		uint64_t fixed0;

		cpu.evidence.msr[IA32_VMX_CR0_FIXED0 - VMX_MSR_FIRST].value |= 1 << 3;
		cpu.evidence.msr[IA32_VMX_CR4_FIXED0 - VMX_MSR_FIRST].value |= 1 << 9;
		fixed0 = cpu.evidence.msr[IA32_VMX_CR0_FIXED0 - VMX_MSR_FIRST].value;
		real = guest_make(PROOF_REAL, &cpu);
		long_mode = guest_make(PROOF_LONG, &cpu);
		assert_true(real.real_mode);
		assert_false(long_mode.real_mode);
		assert_int_equal(real.start, (uint64_t)(guest_real - guest_code));
		assert_int_equal(long_mode.start, (uint64_t)(guest_long - guest_code));
		assert_int_not_equal(real.start, long_mode.start);
		assert_int_equal(real.origin, 0);
		assert_int_equal(long_mode.origin, GUEST_CODE);
		assert_int_equal(real.cr0, (fixed0 | CR0_NE | CR0_ET) & ~(CR0_PE | CR0_PG));
		assert_int_equal(long_mode.cr0, fixed0 | CR0_NE | CR0_ET | CR0_PE | CR0_PG);
		assert_int_equal(real.cr4, 0x2200);
		assert_int_equal(long_mode.cr4, 0x2200 | CR4_PAE);
		assert_ptr_equal(real.expected, guest_real_exits);
		assert_ptr_equal(long_mode.expected, guest_long_exits);
	}
}

/* A register that is lost or mixed up with another must show: none has the value of another. */
static void each_register_has_a_value_of_its_own(void **state)
{
	for (size_t i = 0; i < COUNT_OF(bochs_models); i++) {
		struct cpu cpu = cpu_of(i);
		struct guest guest = guest_make(PROOF_LONG, &cpu);

		assert_int_equal(guest.trial,
		                 controls_ept(&cpu.evidence) ? GUEST_TRIAL + 3 * PAGE_SIZE : 0);
		for (unsigned a = 0; a < REGISTER_COUNT; a++) {
			uint64_t value = a == RSP ? 0 : guest_register(&guest, a);

			assert_int_equal(guest.registers[a], value);
			assert_true(a == RSP || a == RSI || (value != 0 && value != guest.trial));
			for (unsigned b = 0; b < a; b++)
				assert_int_not_equal(guest_register(&guest, a),
				                     guest_register(&guest, b));
		}
		assert_int_equal(guest_register(&guest, RSI), guest.trial);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(each_guest_begins_at_its_code_in_its_mode),
		cmocka_unit_test(each_register_has_a_value_of_its_own),
	};

	return unit_run(rules, COUNT_OF(rules));
}
