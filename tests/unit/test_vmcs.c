/*
 * arch/x86_64/vmx/vmcs.c: the status and the effect of the VMCS instructions. The CPU here has
 * one VMCS, and can be made to fail each of them.
 */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/vmcs_controls.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "kernel/machine/arch.h"
#include "tests/unit/bochs_models.h"
#include "tests/unit/unit.h"

enum { FIELDS = 0x7000, REGION = 0x105000, SKYLAKE = 8, NOWHERE = UINT16_MAX };

static struct {
	uint32_t region[1024];
	uint64_t field[FIELDS];
	uint64_t current, cleared;
	unsigned writes, clears, invepts, invvpids;
	uint64_t clear_flags, load_flags, store_flags, read_flags, write_flags;
	uint32_t forgets; /* a field that does not keep its value */
	bool stores_nonsense;
} machine;

void *arch_map(uint64_t phys, uint64_t size)
{
	assert_int_equal(phys, REGION);
	assert_int_equal(size, sizeof(machine.region));
	return machine.region;
}

raw_status_t vmclear_safe(const uint64_t *phys)
{
	if (machine.clears++ == 0)
		assert_int_equal(machine.region[1], UINT32_MAX);
	machine.cleared = *phys;
	return machine.clear_flags;
}

raw_status_t vmptrld_safe(const uint64_t *phys)
{
	assert_int_equal(machine.region[0], 0x2B);
	assert_int_equal(machine.cleared, *phys);
	machine.current = *phys;
	return machine.load_flags;
}

raw_status_t vmptrst_safe(uint64_t *phys)
{
	*phys = machine.stores_nonsense ? 0x1234 : machine.current;
	return machine.store_flags;
}

raw_status_t vmread_safe(uint64_t field, uint64_t *value)
{
	*value = machine.field[field];
	return machine.read_flags;
}

raw_status_t vmwrite_safe(uint64_t field, uint64_t value)
{
	machine.writes++;
	if (field != machine.forgets)
		machine.field[field] = value;
	return machine.write_flags;
}

raw_status_t invept_safe(uint64_t type, const uint64_t descriptor[2])
{
	assert_int_equal(type, 2);
	(void)descriptor;
	machine.invepts++;
	return EFLAGS_ALWAYS;
}

raw_status_t invvpid_safe(uint64_t type, const uint64_t descriptor[2])
{
	assert_int_equal(type, 2);
	(void)descriptor;
	machine.invvpids++;
	return EFLAGS_ALWAYS;
}

static struct cpu fresh(void)
{
	struct cpu cpu = {.found.vmcs_phys = REGION,
	                  .evidence = bochs_evidence(&bochs_models[SKYLAKE])};

	memset(&machine, 0, sizeof(machine));
	memset(machine.region, 0xFF, sizeof(machine.region));
	machine.forgets = NOWHERE;
	return cpu;
}

static void flags_and_faults_become_answers(void **state)
{
	static const struct {
		raw_status_t raw;
		struct vmx_status status;
	} rules[] = {
		{0, {VMX_SUCCEEDED, 0, 0}},
		{EFLAGS_ALWAYS, {VMX_SUCCEEDED, 0, 0}},
		{EFLAGS_ALWAYS | EFLAGS_CF, {VMX_FAIL_INVALID, 0, 0}},
		{EFLAGS_ALWAYS | EFLAGS_ZF, {VMX_FAIL_VALID, 12, 0}},
		{EFLAGS_ALWAYS | EFLAGS_CF | EFLAGS_ZF, {VMX_NO_EFFECT, 0, 0}},
		{RAW_FAULT | 6ull << 32, {VMX_FAULTED, 6, 0}},
		{RAW_FAULT | 13ull << 32 | EFLAGS_ZF, {VMX_FAULTED, 13, 0}},
	};

	fresh();
	machine.field[VM_INSTRUCTION_ERROR] = 12;
	for (size_t i = 0; i < COUNT_OF(rules); i++) {
		struct vmx_status status = vmx_status_of(rules[i].raw);

		assert_int_equal(status.kind, rules[i].status.kind);
		assert_int_equal(status.number, rules[i].status.number);
	}
}

static void a_vmcs_that_works_begins_with_its_revision_and_is_in_use(void **state)
{
	struct cpu cpu = fresh();

	assert_true(vmcs_begin_checked(&cpu));
	assert_true(cpu.outcome.vmcs_in_use);
	assert_int_equal(machine.clears, 2);
	for (size_t i = 1; i < COUNT_OF(machine.region); i++)
		assert_int_equal(machine.region[i], 0);
	assert_int_equal(machine.current, REGION);
	assert_int_equal(cpu.proof.reason, REASON_NONE);
	assert_true(vmx_succeeded(vmcs_end(&cpu)));
	assert_false(cpu.outcome.vmcs_in_use);
}

static void each_instruction_that_fails_is_named(void **state)
{
	static const struct {
		uint64_t *flags;
		const char *what;
	} rules[] = {
		{&machine.clear_flags, "VMCLEAR or VMPTRLD"},
		{&machine.load_flags, "VMCLEAR or VMPTRLD"},
		{&machine.store_flags, "VMPTRST"},
		{&machine.write_flags, "VMWRITE"},
		{&machine.read_flags, "VMREAD"},
	};

	for (size_t i = 0; i < COUNT_OF(rules); i++) {
		struct cpu cpu = fresh();

		*rules[i].flags = EFLAGS_CF;
		assert_false(vmcs_begin_checked(&cpu));
		assert_int_equal(cpu.proof.reason, REASON_VMCS);
		assert_string_equal(cpu.proof.what, rules[i].what);
		assert_int_equal(cpu.proof.status.kind, VMX_FAIL_INVALID);
	}
}

static void success_with_a_wrong_result_is_none(void **state)
{
	static const uint32_t fields[] = {GUEST_ES_SELECTOR, GUEST_ES_LIMIT, VMCS_LINK_POINTER,
	                                  GUEST_RIP};
	struct cpu cpu = fresh();

	machine.stores_nonsense = true;
	assert_false(vmcs_begin_checked(&cpu));
	assert_string_equal(cpu.proof.what, "VMPTRST");
	assert_int_equal(cpu.proof.seen, 0x1234);
	assert_int_equal(cpu.proof.expected, REGION);
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		cpu = fresh();
		machine.forgets = fields[i];
		assert_false(vmcs_begin_checked(&cpu));
		assert_string_equal(cpu.proof.what, "VMREAD");
		assert_int_equal(cpu.proof.status.kind, VMX_SUCCEEDED);
		assert_int_equal(cpu.proof.seen, 0);
		assert_int_not_equal(cpu.proof.expected, 0);
	}
}

static void settings_are_written_up_to_the_first_that_fails(void **state)
{
	static const struct vmcs_setting settings[] = {{GUEST_RIP, 1}, {GUEST_RSP, 2}};
	struct cpu cpu = fresh();

	assert_true(vmcs_set_all(settings, COUNT_OF(settings), &cpu.proof));
	assert_int_equal(vmcs_value(GUEST_RSP), 2);
	machine.writes = 0;
	machine.write_flags = EFLAGS_ZF;
	assert_false(vmcs_set_all(settings, COUNT_OF(settings), &cpu.proof));
	assert_int_equal(machine.writes, 1);
	assert_int_equal(cpu.proof.seen, GUEST_RIP);
}

static void a_control_is_written_where_it_belongs_or_its_name_is_told(void **state)
{
	struct cpu cpu = fresh();

	assert_true(vmcs_require(CONTROLS_PIN, PIN_NMI_EXITING, &cpu));
	assert_int_equal(vmcs_value(PIN_CONTROLS), 0x16 | PIN_NMI_EXITING);
	assert_true(vmcs_require(CONTROLS_SECONDARY, SECONDARY_EPT, &cpu));
	assert_int_equal(vmcs_value(SECONDARY_CONTROLS), SECONDARY_EPT);
	assert_false(vmcs_require(CONTROLS_PIN, PIN_POSTED_INTERRUPTS, &cpu));
	assert_string_equal(cpu.proof.what, "vmx-posted-intr");
	cpu.evidence = bochs_evidence(&bochs_models[0]);
	machine.writes = 0;
	assert_false(vmcs_require(CONTROLS_SECONDARY, SECONDARY_EPT, &cpu));
	assert_int_equal(cpu.proof.reason, REASON_VM_CONTROLS);
	assert_string_equal(cpu.proof.what, "vmx-ept");
	assert_int_equal(machine.writes, 0);
}

static void a_field_that_cannot_be_read_is_0(void **state)
{
	fresh();
	machine.field[GUEST_RIP] = 5;
	assert_int_equal(vmcs_value(GUEST_RIP), 5);
	machine.read_flags = EFLAGS_CF;
	assert_int_equal(vmcs_value(GUEST_RIP), 0);
}

/* Both the instruction and its type must be there: bits 20 and 26, 32 and 42. */
static void translations_are_invalidated_as_far_as_the_cpu_can(void **state)
{
	static const struct {
		uint64_t can;
		unsigned invepts, invvpids;
	} cases[] = {
		{0, 0, 0},
		{BIT(20) | BIT(26), 1, 0},
		{BIT(32) | BIT(42), 0, 1},
		{BIT(20) | BIT(26) | BIT(32) | BIT(42), 1, 1},
		{~(BIT(20) | BIT(42)), 0, 0},
		{~(BIT(26) | BIT(32)), 0, 0},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct cpu cpu = fresh();

		cpu.evidence.msr[0x0C].value = cases[i].can;
		vmcs_invalidate_translations(&cpu.evidence);
		assert_int_equal(machine.invepts, cases[i].invepts);
		assert_int_equal(machine.invvpids, cases[i].invvpids);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(flags_and_faults_become_answers),
		cmocka_unit_test(a_vmcs_that_works_begins_with_its_revision_and_is_in_use),
		cmocka_unit_test(each_instruction_that_fails_is_named),
		cmocka_unit_test(success_with_a_wrong_result_is_none),
		cmocka_unit_test(settings_are_written_up_to_the_first_that_fails),
		cmocka_unit_test(a_control_is_written_where_it_belongs_or_its_name_is_told),
		cmocka_unit_test(a_field_that_cannot_be_read_is_0),
		cmocka_unit_test(translations_are_invalidated_as_far_as_the_cpu_can),
	};

	return unit_run(rules, COUNT_OF(rules));
}
