/* arch/x86_64/vmx/selftest/selftest_trial.h: what of a VM exit counts, bit by bit. */
#include "arch/x86_64/vmx/selftest/selftest_trial_rows.h"
#include "tests/unit/unit.h"

enum { INSTRUCTION = 0x10, LENGTH = 3 };

static uint64_t qualification, rip, length, interruption, vectoring, activity;
static uint64_t registers[REGISTER_COUNT], memory[2];

static uint64_t read_field(uint32_t field)
{
	return field == EXIT_QUALIFICATION        ? qualification
	       : field == GUEST_RIP               ? rip
	       : field == EXIT_INSTRUCTION_LENGTH ? length
	       : field == EXIT_INTERRUPTION       ? interruption
	       : field == IDT_VECTORING           ? vectoring
	       : field == GUEST_ACTIVITY          ? activity
	                                          : 0;
}

/* Returns whether an exit with this reason, which is the expected one, has all that is expected. */
static bool is_right(unsigned reason, struct trial_change change)
{
	const struct trial_view view = {
		read_field, registers, {(uint8_t *)memory, 0x10000, 0, 0, 0}};
	const struct vmx_status status = {VMX_EXITED, (uint8_t)reason, 0};
	struct guest_trial trial = {{"name", NULL, status}, NULL, 0x20, 0, {change}};

	return trial_judge(&trial, &(struct trial_exit){INSTRUCTION, LENGTH}, status, &view).kind ==
	       ITEM_NONE;
}

static int begin(void **state)
{
	qualification = 0x20;
	rip = TRIAL_ADDRESS(TRIAL_CODE) + INSTRUCTION;
	length = LENGTH;
	return 0;
}

static const struct trial_change nothing;

/* SDM vol. 3C 27.2.4 "Information for VM Exits Due to Instruction Execution" */
static void a_length_is_defined_for_exits_by_instructions(void **state)
{
	static const uint8_t without[] = {0,  1,  2,  3,  4,  5,  6,  7,  8, 37,
	                                  41, 43, 44, 45, 48, 49, 52, 56, 62};

	for (unsigned reason = 0; reason < 100; reason++) {
		bool has = memchr(without, (int)reason, sizeof(without)) == NULL;

		assert_int_equal(trial_has_length(reason), has);
		if (reason != EXIT_REASON_VMCALL) {
			assert_true(is_right(reason, nothing));
			length++;
			assert_int_equal(is_right(reason, nothing), !has);
			length--;
		}
	}
}

static void the_length_of_vmcall_is_that_of_a_handler(void **state)
{
	rip = trial_address_of(trial_end);
	for (length = 0; length < 20; length++)
		assert_int_equal(is_right(EXIT_REASON_VMCALL, nothing),
		                 length == sizeof(trial_handlers[0]));
}

/* Bits that the manual does not define may have any value. */
static void only_the_defined_bits_of_an_ept_violation_count(void **state)
{
	for (unsigned bit = 0; bit < 64; bit++) {
		qualification = 0x20 ^ BIT(bit);
		assert_int_equal(is_right(EXIT_REASON_EPT_VIOLATION, nothing),
		                 !(EPT_VIOLATION_DEFINED >> bit & 1));
		assert_false(is_right(EXIT_REASON_INVLPG, nothing));
	}
}

static void bit_12_of_an_event_is_undefined_and_of_nothing_else(void **state)
{
	interruption = 0x80000306;
	vectoring = 0;
	for (unsigned bit = 0; bit < 32; bit++) {
		const struct trial_change event = THEN(EXIT_INTERRUPTION, 0x80000306),
					  delivered = THEN(IDT_VECTORING, 0x80000306),
					  active = THEN(GUEST_ACTIVITY, 0x80000306);

		interruption = 0x80000306 ^ BIT(bit);
		assert_int_equal(is_right(EXIT_REASON_EXCEPTION, event), bit == 12);
		interruption = 0;
		vectoring = 0x80000306 ^ BIT(bit);
		assert_int_equal(is_right(EXIT_REASON_EXCEPTION, delivered), bit == 12);
		vectoring = 0;
		activity = 0x80000306 ^ BIT(bit);
		assert_false(is_right(EXIT_REASON_EXCEPTION, active));
	}
}

static void a_register_must_hold_exactly_its_value(void **state)
{
	for (unsigned bit = 0; bit < 64; bit++) {
		registers[RDX] = memory[1] = 9 ^ BIT(bit);
		assert_false(is_right(EXIT_REASON_INVLPG, (struct trial_change)THEN_HOLDS(RDX, 9)));
		assert_false(
			is_right(EXIT_REASON_INVLPG, (struct trial_change)THEN_STORED(0, 8, 9)));
	}
	registers[RDX] = memory[1] = 9;
	assert_true(is_right(EXIT_REASON_INVLPG, (struct trial_change)THEN_HOLDS(RDX, 9)));
	assert_true(is_right(EXIT_REASON_INVLPG, (struct trial_change)THEN_STORED(0, 8, 9)));
}

static void bits_that_must_be_set_or_clear_are_looked_at_one_by_one(void **state)
{
	for (unsigned bit = 0; bit < 32; bit++) {
		for (int value = 0; value <= 1; value++) {
			const struct trial_change clear = THEN_CLEAR(GUEST_ACTIVITY, BIT(bit)),
						  set = THEN_SET(GUEST_ACTIVITY, BIT(bit));

			activity = value ? BIT(bit) : ~BIT(bit);
			assert_int_equal(is_right(EXIT_REASON_INVLPG, clear), !value);
			assert_int_equal(is_right(EXIT_REASON_INVLPG, set), value);
		}
	}
}

/* What is written before the entry may have changed by the exit. */
static void what_was_written_is_not_expected(void **state)
{
	activity = registers[RDX] = memory[1] = 6;
	assert_true(is_right(EXIT_REASON_INVLPG, (struct trial_change)WRITE(GUEST_ACTIVITY, 1)));
	assert_true(is_right(EXIT_REASON_INVLPG, (struct trial_change)PASS(RDX, 1)));
	assert_true(is_right(EXIT_REASON_INVLPG, (struct trial_change)STORE(0, 8, 1)));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test_setup(a_length_is_defined_for_exits_by_instructions, begin),
		cmocka_unit_test_setup(the_length_of_vmcall_is_that_of_a_handler, begin),
		cmocka_unit_test_setup(only_the_defined_bits_of_an_ept_violation_count, begin),
		cmocka_unit_test_setup(bit_12_of_an_event_is_undefined_and_of_nothing_else, begin),
		cmocka_unit_test_setup(a_register_must_hold_exactly_its_value, begin),
		cmocka_unit_test_setup(bits_that_must_be_set_or_clear_are_looked_at_one_by_one,
	                               begin),
		cmocka_unit_test_setup(what_was_written_is_not_expected, begin),
	};

	return unit_run(rules, COUNT_OF(rules));
}
