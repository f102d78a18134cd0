/* arch/x86_64/vmx/selftest/selftest_trial.h: what a guest trial demands of its VM exit. */
#include "arch/x86_64/vmx/selftest/selftest_trial_rows.h"
#include "kernel/record/caps.h"
#include "tests/unit/unit.h"

/* The VMCS after an exit by INVLPG, of 3 bytes, at the start of the guest's code. */
static struct {
	uint32_t field;
	uint64_t value;
} vmcs[] = {
	{EXIT_QUALIFICATION, 0x2000}, {GUEST_RIP, TRIAL_ADDRESS(TRIAL_CODE) + 0x10},
	{EXIT_INSTRUCTION_LENGTH, 3}, {EXIT_INTERRUPTION, 0x7FFFFFFF},
	{IDT_VECTORING, 0x7FFFFFFF},  {GUEST_ACTIVITY, 0},
};

static struct trial_exit at = {0x10, 3};
static const struct vmx_status exited = {VMX_EXITED, EXIT_REASON_INVLPG, 0};
static uint64_t registers[REGISTER_COUNT];
static uint64_t memory[2];

static uint64_t read_field(uint32_t field)
{
	for (size_t i = 0; i < COUNT_OF(vmcs); i++) {
		if (vmcs[i].field == field)
			return vmcs[i].value;
	}
	return 0;
}

static struct selftest_seen judge(const struct guest_trial *trial, struct vmx_status status)
{
	const struct trial_view view = {
		read_field, registers, {(uint8_t *)memory, 0x10000, 0, 0, 0}};

	return trial_judge(trial, &at, status, &view);
}

static const struct guest_trial invlpg = {
	{"invlpg", NULL, EXITS(INVLPG)}, NULL, 0x2000, 0, {THEN(GUEST_ACTIVITY, 0)}};

static void a_right_exit_is_what_the_check_expects(void **state)
{
	struct selftest_seen seen = judge(&invlpg, exited);

	assert_true(vmx_status_same(seen.status, exited));
	assert_int_equal(seen.kind, ITEM_NONE);
}

static void another_reason_is_recorded_without_its_fields(void **state)
{
	struct selftest_seen seen = judge(&invlpg, (struct vmx_status){VMX_EXITED, 18, 0});

	assert_int_equal(seen.status.number, 18);
	assert_int_equal(seen.kind, ITEM_NONE);
}

static void each_field_of_an_exit_is_compared(void **state)
{
	for (size_t i = 0; i < COUNT_OF(vmcs); i++) {
		uint64_t right = vmcs[i].value;
		struct selftest_seen seen;

		vmcs[i].value ^= BIT(31);
		seen = judge(&invlpg, exited);
		assert_int_equal(seen.kind, ITEM_VALUE);
		assert_int_equal(seen.item, vmcs[i].field);
		assert_int_equal(seen.value, right ^ BIT(31));
		assert_int_equal(seen.wanted, right);
		vmcs[i].value = right;
	}
}

static void a_length_is_compared_only_where_it_is_defined(void **state)
{
	struct guest_trial window = invlpg;
	struct vmx_status status = {VMX_EXITED, EXIT_REASON_INTERRUPT_WINDOW, 0};

	window.check.expected = status;
	vmcs[2].value = 7;
	assert_int_equal(judge(&window, status).kind, ITEM_NONE);
	assert_int_equal(judge(&invlpg, exited).item, EXIT_INSTRUCTION_LENGTH);
	assert_true(trial_has_length(EXIT_REASON_TPAUSE));
}

static void memory_and_registers_are_compared(void **state)
{
	struct guest_trial trial = invlpg;

	trial.change[1] = (struct trial_change)THEN_STORED(0, 8, 5);
	trial.change[2] = (struct trial_change)THEN_HOLDS(RDX, 9);
	assert_int_equal(judge(&trial, exited).kind, ITEM_MEMORY);
	memory[1] = 5;
	assert_int_equal(judge(&trial, exited).kind, ITEM_REGISTER);
	registers[RDX] = 9;
	assert_int_equal(judge(&trial, exited).kind, ITEM_NONE);
	trial.change[3] = (struct trial_change)THEN_CLEAR(GUEST_RIP, BIT(5));
	assert_int_equal(judge(&trial, exited).kind, ITEM_NONE);
	trial.change[3] = (struct trial_change)THEN_CLEAR(GUEST_RIP, BIT(4));
	assert_int_equal(judge(&trial, exited).item, GUEST_RIP);
	trial.change[3] = (struct trial_change)THEN_SET(GUEST_RIP, BIT(4) | BIT(5));
	assert_int_equal(judge(&trial, exited).item, GUEST_RIP);
	trial.change[3] = (struct trial_change)THEN_SET(GUEST_RIP, BIT(4));
	assert_int_equal(judge(&trial, exited).kind, ITEM_NONE);
}

/* Bit 12 of the fields about events is undefined while NMIs exit and are not virtual. */
static void an_event_is_compared_where_it_is_defined(void **state)
{
	struct guest_trial trial = invlpg;
	struct vmx_status status = {VMX_EXITED, EXIT_REASON_EXCEPTION, 0};

	trial.check.expected = status;
	trial.change[1] = (struct trial_change)THEN(EXIT_INTERRUPTION, EXCEPTION(VECTOR_UD));
	vmcs[3].value = EXCEPTION(VECTOR_UD) | BIT(12);
	assert_int_equal(judge(&trial, status).kind, ITEM_NONE);
	vmcs[3].value = EXCEPTION(VECTOR_DF);
	assert_int_equal(judge(&trial, status).item, EXIT_INTERRUPTION);
}

static void a_handler_ends_a_guest_at_its_own_place(void **state)
{
	struct guest_trial trial = invlpg;
	struct vmx_status vmcall = {VMX_EXITED, EXIT_REASON_VMCALL, 0};

	trial.check.expected = vmcall;
	assert_int_equal(judge(&trial, vmcall).wanted, trial_address_of(trial_end));
	trial.vector = 6;
	assert_int_equal(judge(&trial, vmcall).wanted, trial_address_of(trial_handlers[6]));
}

/* VMCALL has 3 bytes, whatever the instruction that raised the exception has. */
static void an_exit_in_a_handler_has_the_length_of_vmcall(void **state)
{
	struct guest_trial trial = invlpg;
	struct vmx_status vmcall = {VMX_EXITED, EXIT_REASON_VMCALL, 0};

	at.length = 5;
	assert_int_equal(judge(&trial, exited).item, EXIT_INSTRUCTION_LENGTH);
	assert_int_equal(judge(&trial, exited).wanted, 5);
	trial.check.expected = vmcall;
	trial.vector = 6;
	trial.qualification = 0;
	vmcs[0].value = 0;
	vmcs[1].value = trial_address_of(trial_handlers[6]);
	assert_int_equal(judge(&trial, vmcall).kind, ITEM_NONE);
	vmcs[2].value = 5;
	assert_int_equal(judge(&trial, vmcall).wanted, 3);
}

static void a_value_can_be_an_address(void **state)
{
	const struct trial_memory where = {NULL, 0x10000, 0, 0, 0};
	const struct trial_change low = WRITE(GUEST_RIP, 5), high = WRITE_HIGH(GUEST_RIP, 5);
	const struct trial_change address = {GUEST_RIP, TRIAL_WRITE | TRIAL_PHYS,
	                                     TRIAL_QUADWORD(2, 0x18)};

	const struct trial_change place = THEN_STORED_RIP(TRIAL_DATA, FRAME_RIP, 2);

	assert_int_equal(trial_value(&low, &at, &where), 5);
	assert_int_equal(trial_value(&high, &at, &where), 5ull << 32);
	assert_int_equal(trial_value(&address, &at, &where), 0x12018);
	assert_int_equal(trial_value(&place, &at, &where), TRIAL_ADDRESS(TRIAL_CODE) + 0x12);
}

static void is_known(const char *needs)
{
	struct vmx_evidence all = {.monitor = true, .counters = 1};
	struct bytes missing;

	for (size_t i = 0; i < VMX_MSR_COUNT; i++)
		all.msr[i] = (struct msr_reading){.state = MSR_READ, .value = UINT64_MAX};
	missing = selftest_lacks(needs, &all);
	for (size_t i = 0; i < caps_count && missing.size > 0; i++) {
		if (bytes_equal(missing, caps_table[i].name) ||
		    bytes_equal(bytes_from(missing, 1), caps_table[i].name))
			return;
	}
	assert_int_equal(missing.size, 0);
}

static unsigned fields_changed(const struct guest_trial *trial)
{
	unsigned fields = 0;

	for (unsigned i = 0; i < TRIAL_CHANGES; i++) {
		enum trial_how action = trial->change[i].how & TRIAL_ACTION;

		if (action != TRIAL_NOTHING && action < TRIAL_EXPECT)
			fields += trial_fields_of(&trial->change[i]);
	}
	return fields;
}

/* A guest that goes on needs what it began with, or its later trials would run alone. */
static void the_tables_keep_their_form(void **state)
{
	assert_in_range(trial_page_end - trial_page, 1, 4096);
	for (size_t t = 0; t < trial_table_count; t++) {
		unsigned chain = 0, fields = 0;

		for (unsigned n = 0; n < *trial_tables[t].count; n++) {
			const struct guest_trial *trial = &trial_tables[t].first[n];

			chain = trial->code != NULL ? 1 : chain + 1;
			fields = (chain == 1 ? 0 : fields) + fields_changed(trial);
			assert_in_range(fields, 0, TRIAL_UNDO);
			assert_in_range(chain, 1, TRIAL_CHAIN);
			assert_true(chain == 1 || trial->check.needs == trial[-1].check.needs);
			assert_true(trial_handlers + trial->vector < trial_handlers_end);
			is_known(trial->check.needs);
		}
	}
}

/* Bit 31 must be clear unless the trial says which event it expects. */
static void a_trial_that_expects_an_event_gets_to_compare_it(void **state)
{
	static const uint16_t fields[] = {EXIT_INTERRUPTION, IDT_VECTORING};

	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		struct guest_trial trial = invlpg;
		uint64_t *value = &vmcs[fields[i] == EXIT_INTERRUPTION ? 3 : 4].value;

		*value = 0x80000B0E;
		assert_int_equal(judge(&trial, exited).item, fields[i]);
		trial.change[1] = (struct trial_change)THEN(fields[i], 0x80000B0E);
		assert_int_equal(judge(&trial, exited).kind, ITEM_NONE);
		trial.change[1] = (struct trial_change)THEN(fields[i], 0x80000B0D);
		assert_int_equal(judge(&trial, exited).kind, ITEM_VALUE);
		for (unsigned place = 0; place < TRIAL_CHANGES; place++) {
			struct guest_trial alone = invlpg;

			alone.change[place] = (struct trial_change)THEN(fields[i], 0x80000B0E);
			assert_int_equal(judge(&alone, exited).kind, ITEM_NONE);
		}
		*value = 0x7FFFFFFF;
	}
}

static void a_change_has_its_place(void **state)
{
	const struct trial_memory where = {.at = (uint8_t *)memory};
	const struct trial_change field = WRITE(GUEST_RIP, 5), holds = PASS(RDX, 1);
	const struct trial_change stored = STORE(0, 8, 5);

	assert_null(trial_place(&field, registers, &where));
	assert_ptr_equal(trial_place(&holds, registers, &where), &registers[RDX]);
	assert_ptr_equal(trial_place(&stored, registers, &where), &memory[1]);
}

static void undefined_bits_are_shown_as_they_were_seen(void **state)
{
	struct guest_trial trial = invlpg;
	struct vmx_status status = {VMX_EXITED, EXIT_REASON_EXCEPTION, 0};
	uint64_t right = vmcs[3].value;
	struct selftest_seen seen;

	trial.check.expected = status;
	trial.change[1] = (struct trial_change)THEN(EXIT_INTERRUPTION, 0x80001306);
	vmcs[3].value = 0x80000308;
	seen = judge(&trial, status);
	assert_int_equal(seen.value, 0x80000308);
	assert_int_equal(seen.wanted, 0x80000306);
	trial.change[1] = (struct trial_change)THEN(EXIT_INTERRUPTION, 0x80000306);
	vmcs[3].value = 0x80001308;
	assert_int_equal(judge(&trial, status).wanted, 0x80001306);
	vmcs[3].value = right;
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_right_exit_is_what_the_check_expects),
		cmocka_unit_test(another_reason_is_recorded_without_its_fields),
		cmocka_unit_test(each_field_of_an_exit_is_compared),
		cmocka_unit_test(a_length_is_compared_only_where_it_is_defined),
		cmocka_unit_test(memory_and_registers_are_compared),
		cmocka_unit_test(an_event_is_compared_where_it_is_defined),
		cmocka_unit_test(a_handler_ends_a_guest_at_its_own_place),
		cmocka_unit_test(an_exit_in_a_handler_has_the_length_of_vmcall),
		cmocka_unit_test(a_value_can_be_an_address),
		cmocka_unit_test(the_tables_keep_their_form),
		cmocka_unit_test(a_trial_that_expects_an_event_gets_to_compare_it),
		cmocka_unit_test(a_change_has_its_place),
		cmocka_unit_test(undefined_bits_are_shown_as_they_were_seen),
	};

	return unit_run(rules, COUNT_OF(rules));
}
