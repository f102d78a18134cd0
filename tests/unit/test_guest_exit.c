/* arch/x86_64/vmx/guest/guest.c and guest_exit.c: an exit that matches the SDM and guest.asm is
 * accepted and emulated; for any other, the difference is reported. The VMCS is an array. */
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/guest.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "arch/x86_64/vmx/vmx_exits.h"
#include "tests/unit/bochs_models.h"
#include "tests/unit/unit.h"

enum { FIELDS = 0x7000, SKYLAKE = 8, MANY = 100 };

static uint64_t vmcs[FIELDS];
static unsigned entries, nmis, mapped;
static raw_status_t entry_result;            /* of VMLAUNCH and VMRESUME */
static uint64_t reasons[MANY], interruption; /* of the exits, one after the other */
static bool was_launched;

uint64_t vmcs_value(uint32_t field)
{
	return vmcs[field];
}

struct vmx_status vmcs_write(uint32_t field, uint64_t value)
{
	vmcs[field] = value;
	return (struct vmx_status){VMX_SUCCEEDED, 0, 0};
}

struct vmx_status vmx_status_of(raw_status_t raw)
{
	return raw & RAW_FAULT ? raw_fault(raw)
	                       : (struct vmx_status){
					 raw & EFLAGS_ZF ? VMX_FAIL_VALID : VMX_FAIL_INVALID, 0, 0};
}

raw_status_t guest_enter(uint64_t registers[REGISTER_COUNT], bool launched)
{
	was_launched = launched;
	vmcs[EXIT_REASON] = reasons[entries++];
	vmcs[EXIT_INTERRUPTION] = interruption;
	return entry_result;
}

void guest_memory_map_trial(uint32_t cpu, bool map)
{
	assert_true(map);
	mapped = cpu;
}

void int_nmi(void)
{
	nmis++;
}

struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	return (struct cpuid){.eax = leaf + 1, .ebx = 2, .ecx = subleaf + 3, .edx = 4};
}

static struct cpu cpu;

static struct guest fresh(enum proof_guest which)
{
	memset(vmcs, 0, sizeof(vmcs));
	memset(reasons, 0, sizeof(reasons));
	entries = nmis = mapped = 0;
	entry_result = interruption = 0;
	cpu = (struct cpu){.found.index = 5, .evidence = bochs_evidence(&bochs_models[SKYLAKE])};
	return guest_make(which, &cpu);
}

/* Fills the VMCS as a CPU does at this exit, per the SDM. */
static void exit_at(const struct guest *guest, const struct expected_exit *expected)
{
	bool violation = expected->reason == EXIT_REASON_EPT_VIOLATION;

	vmcs[EXIT_REASON] = expected->reason;
	vmcs[EXIT_QUALIFICATION] = expected->qualification;
	vmcs[EXIT_INSTRUCTION_LENGTH] = violation ? 0x55 : expected->length;
	vmcs[GUEST_PHYSICAL_ADDRESS] = violation ? guest->trial : 0x55;
	vmcs[GUEST_LINEAR_ADDRESS] = violation ? guest->trial : 0x55;
	vmcs[GUEST_RIP] = guest->origin + expected->at;
	vmcs[GUEST_RFLAGS] = EFLAGS_ALWAYS | EFLAGS_ZF | EFLAGS_CF | EFLAGS_RF;
	vmcs[GUEST_CR0] = guest->cr0;
	vmcs[GUEST_CR4] = guest->cr4;
	vmcs[GUEST_CS_BASE] = guest->real_mode ? GUEST_CODE : 0;
}

static const struct expected_exit *exit_for(const struct guest *guest, uint64_t reason)
{
	const struct expected_exit *expected = guest->expected;

	while (expected->reason != reason)
		expected++;
	return expected;
}

static void every_exit_of_both_guests_is_taken_as_it_must_be(void **state)
{
	static const unsigned exits[PROOF_GUESTS] = {[PROOF_LONG] = 8, [PROOF_REAL] = 5};

	for (enum proof_guest which = 0; which < PROOF_GUESTS; which++) {
		struct guest guest = fresh(which);
		unsigned count = 0;

		for (const struct expected_exit *expected = guest.expected;; expected++) {
			exit_at(&guest, expected);
			assert_true(guest_exit_check(&guest, expected, &cpu.proof));
			count++;
			if (expected->reason == EXIT_REASON_VMCALL)
				break;
		}
		assert_int_equal(count, exits[which]);
		assert_int_equal(cpu.proof.reason, REASON_NONE);
	}
}

static void a_field_that_is_not_as_it_must_be_is_named(void **state)
{
	static const struct {
		uint32_t field;
		const char *what;
		uint64_t reason;
	} rules[] = {
		{EXIT_REASON, "the exit reason", EXIT_REASON_HLT},
		{EXIT_QUALIFICATION, "the exit qualification", EXIT_REASON_IO},
		{EXIT_QUALIFICATION, "the exit qualification", EXIT_REASON_EPT_VIOLATION},
		{EXIT_INSTRUCTION_LENGTH, "the instruction length", EXIT_REASON_CPUID},
		{GUEST_PHYSICAL_ADDRESS, "the guest-physical address", EXIT_REASON_EPT_VIOLATION},
		{GUEST_LINEAR_ADDRESS, "the guest-linear address", EXIT_REASON_EPT_VIOLATION},
		{GUEST_RIP, "the guest's RIP", EXIT_REASON_HLT},
		{GUEST_RSP, "the guest's RSP", EXIT_REASON_HLT},
		{GUEST_CR0, "the guest's CR0", EXIT_REASON_HLT},
		{GUEST_CR4, "the guest's CR4", EXIT_REASON_HLT},
		{GUEST_CS_BASE, "the guest's CS base", EXIT_REASON_HLT},
		{GUEST_ACTIVITY, "the guest's activity state", EXIT_REASON_HLT},
		{GUEST_INTERRUPTIBILITY, "the guest's interruptibility", EXIT_REASON_HLT},
	};

	for (size_t i = 0; i < COUNT_OF(rules); i++) {
		struct guest guest = fresh(PROOF_LONG);
		const struct expected_exit *expected = exit_for(&guest, rules[i].reason);
		uint64_t good;

		exit_at(&guest, expected);
		good = vmcs[rules[i].field];
		vmcs[rules[i].field] ^= 1;
		vmcs[EXIT_INTERRUPTION] = 0x80000B0E;
		assert_false(guest_exit_check(&guest, expected, &cpu.proof));
		assert_int_equal(cpu.proof.reason, REASON_VM_EXIT);
		assert_string_equal(cpu.proof.what, rules[i].what);
		assert_int_equal(cpu.proof.expected, good);
		assert_int_equal(cpu.proof.seen, good ^ 1);
		assert_int_equal(cpu.proof.rip, vmcs[GUEST_RIP]);
		assert_int_equal(cpu.proof.qualification, vmcs[EXIT_QUALIFICATION]);
		assert_int_equal(cpu.proof.interruption, 0x80000B0E);
	}
}

static void only_the_flags_that_instructions_change_may_differ(void **state)
{
	static const uint64_t system[] = {EFLAGS_ALWAYS, EFLAGS_TF, EFLAGS_IF, EFLAGS_DF,
	                                  EFLAGS_VM};

	for (size_t i = 0; i < COUNT_OF(system); i++) {
		struct guest guest = fresh(PROOF_LONG);

		exit_at(&guest, guest.expected);
		vmcs[GUEST_RFLAGS] ^= system[i];
		assert_false(guest_exit_check(&guest, guest.expected, &cpu.proof));
		assert_string_equal(cpu.proof.what, "the guest's RFLAGS");
	}
}

static void registers_from_rbp_on_come_back_as_they_went_in(void **state)
{
	for (unsigned number = 0; number < REGISTER_COUNT; number++) {
		struct guest guest = fresh(PROOF_LONG);

		exit_at(&guest, guest.expected);
		guest.registers[number] ^= 1ull << 63;
		assert_int_equal(guest_exit_check(&guest, guest.expected, &cpu.proof),
		                 number < RBP);
	}
}

static void a_guest_is_made_for_its_cpu_and_mode(void **state)
{
	struct guest guest = fresh(PROOF_LONG), real = fresh(PROOF_REAL), other;

	assert_int_equal(guest.trial, GUEST_TRIAL + 5 * 0x1000);
	assert_int_equal(guest.cr0 & (CR0_PE | CR0_PG | CR0_NE), CR0_PE | CR0_PG | CR0_NE);
	assert_int_equal(guest.cr4 & (CR4_PAE | CR4_VMXE), CR4_PAE | CR4_VMXE);
	assert_int_equal(real.cr0 & (CR0_PE | CR0_PG | CR0_NE), CR0_NE);
	assert_int_equal(real.cr4 & (CR4_PAE | CR4_VMXE), CR4_VMXE);
	assert_int_equal(guest.registers[RSI], guest.trial);
	assert_int_equal(guest.registers[RSP], 0);
	cpu.found.index++;
	other = guest_make(PROOF_LONG, &cpu);
	for (unsigned number = RBP; number < REGISTER_COUNT; number++)
		assert_int_not_equal(guest.registers[number], other.registers[number]);
	cpu.evidence = bochs_evidence(&bochs_models[0]);
	assert_int_equal(guest_make(PROOF_LONG, &cpu).trial, 0);
}

static void what_a_guest_asked_for_is_done_and_it_goes_on_behind(void **state)
{
	struct guest guest = fresh(PROOF_LONG);
	const struct expected_exit *out = exit_for(&guest, EXIT_REASON_IO), *in = out + 1;
	const struct expected_exit *expected = exit_for(&guest, EXIT_REASON_CPUID);

	guest.registers[RAX] = 0xFFFFFFFF00000000;
	guest.registers[RCX] = 7;
	guest.registers[RBX] = guest.registers[RDX] = ~0ull;
	guest_exit_handle(&guest, expected, &cpu);
	assert_int_equal(guest.registers[RAX], 1);
	assert_int_equal(guest.registers[RBX], 2);
	assert_int_equal(guest.registers[RDX], 4);
	assert_int_equal(guest.registers[RCX], 10);
	assert_int_equal(vmcs[GUEST_RIP], GUEST_CODE + expected->at + 2);
	guest.registers[RAX] = 0x1335;
	guest_exit_handle(&guest, out, &cpu);
	guest_exit_handle(&guest, expected, &cpu); /* it leaves the port alone */
	assert_int_equal(guest.port, 0x35);
	assert_int_equal(guest.msr, 0);
	guest.port = 0x34;
	guest.registers[RAX] = 0xABCD;
	guest_exit_handle(&guest, in, &cpu);
	assert_int_equal(guest.registers[RAX], 0xAB34);
	guest.registers[RAX] = 0xFFFFFFFF11111111;
	guest.registers[RDX] = 0x22222222;
	guest_exit_handle(&guest, exit_for(&guest, EXIT_REASON_WRMSR), &cpu);
	assert_int_equal(guest.registers[RAX], 0xFFFFFFFF11111111);
	guest.registers[RAX] = guest.registers[RDX] = 0;
	guest_exit_handle(&guest, exit_for(&guest, EXIT_REASON_RDMSR), &cpu);
	assert_int_equal(guest.registers[RAX], 0x11111111);
	assert_int_equal(guest.registers[RDX], 0x22222222);
}

static void after_an_ept_violation_the_page_is_mapped_and_the_instruction_tried_again(void **state)
{
	struct guest guest = fresh(PROOF_LONG);

	vmcs[GUEST_RIP] = 0x1234;
	guest_exit_handle(&guest, exit_for(&guest, EXIT_REASON_EPT_VIOLATION), &cpu);
	assert_int_equal(mapped, 5);
	assert_int_equal(vmcs[GUEST_RIP], 0x1234);
}

static void an_nmi_is_taken_and_blocks_no_other_and_the_guest_goes_on(void **state)
{
	struct guest guest = fresh(PROOF_LONG);

	reasons[0] = reasons[1] = EXIT_REASON_EXCEPTION;
	reasons[2] = EXIT_REASON_HLT;
	interruption = INTERRUPTION_TYPE_NMI | BIT(31) | 2;
	vmcs[GUEST_INTERRUPTIBILITY] = BLOCKING_BY_NMI | 1;
	assert_int_equal(guest_run(&guest).number, EXIT_REASON_HLT);
	assert_int_equal(nmis, 2);
	assert_int_equal(entries, 3);
	assert_true(was_launched);
	assert_int_equal(vmcs[GUEST_INTERRUPTIBILITY], 1);
}

static void an_exception_of_the_guest_is_no_nmi(void **state)
{
	static const struct vmx_status exited = {VMX_EXITED, EXIT_REASON_EXCEPTION, 0};
	struct guest guest = fresh(PROOF_LONG);
	struct vmx_status status;

	reasons[0] = EXIT_REASON_EXCEPTION;
	interruption = BIT(31) | 3 << 8 | 6;
	status = guest_run(&guest);
	assert_memory_equal(&status, &exited, sizeof(exited));
	assert_int_equal(nmis, 0);
	assert_int_equal(entries, 1);
}

static void the_timer_may_expire_some_times_but_not_for_ever(void **state)
{
	struct guest guest = fresh(PROOF_LONG);

	for (unsigned i = 0; i < MANY; i++)
		reasons[i] = i < 5 ? EXIT_REASON_PREEMPTION_TIMER : EXIT_REASON_CPUID;
	assert_int_equal(guest_run(&guest).number, EXIT_REASON_CPUID);
	assert_int_equal(entries, 6);
	guest = fresh(PROOF_LONG);
	for (unsigned i = 0; i < MANY; i++)
		reasons[i] = EXIT_REASON_PREEMPTION_TIMER;
	assert_int_equal(guest_run(&guest).number, EXIT_REASON_PREEMPTION_TIMER);
	assert_int_equal(entries, 9);
}

static void an_entry_that_fails_is_told_and_leaves_the_guest_unlaunched(void **state)
{
	static const struct vmx_status failed = {VMX_ENTRY_FAILED, EXIT_REASON_INVALID_GUEST, 0};
	struct guest guest = fresh(PROOF_LONG);
	struct vmx_status status;

	entry_result = EFLAGS_ALWAYS | EFLAGS_ZF;
	assert_int_equal(guest_run(&guest).kind, VMX_FAIL_VALID);
	entry_result = RAW_FAULT | 6ull << 32;
	assert_int_equal(guest_run(&guest).kind, VMX_FAULTED);
	guest = fresh(PROOF_LONG);
	reasons[0] = EXIT_REASON_ENTRY_FAILURE | EXIT_REASON_INVALID_GUEST;
	status = guest_run(&guest);
	assert_memory_equal(&status, &failed, sizeof(failed));
	assert_false(guest.launched);
}

static void control_registers_start_from_what_the_cpu_requires(void **state)
{
	static const unsigned fixed[] = {0x06, 0x08}; /* IA32_VMX_CR0_FIXED0, IA32_VMX_CR4_FIXED0 */

	fresh(PROOF_LONG);
	for (size_t i = 0; i < COUNT_OF(fixed); i++)
		cpu.evidence.msr[fixed[i]].value = 0;
	assert_int_equal(guest_make(PROOF_LONG, &cpu).cr0, CR0_PE | CR0_PG | CR0_NE | CR0_ET);
	assert_int_equal(guest_make(PROOF_LONG, &cpu).cr4, CR4_PAE);
	assert_int_equal(guest_make(PROOF_REAL, &cpu).cr0, CR0_NE | CR0_ET);
	assert_int_equal(guest_make(PROOF_REAL, &cpu).cr4, 0);
	for (size_t i = 0; i < COUNT_OF(fixed); i++)
		cpu.evidence.msr[fixed[i]].value = UINT32_MAX;
	assert_int_equal(guest_make(PROOF_LONG, &cpu).cr0, UINT32_MAX);
	assert_int_equal(guest_make(PROOF_REAL, &cpu).cr0, UINT32_MAX & ~(CR0_PE | CR0_PG));
	assert_int_equal(guest_make(PROOF_LONG, &cpu).cr4, UINT32_MAX);
	assert_int_equal(guest_make(PROOF_REAL, &cpu).cr4, UINT32_MAX);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(every_exit_of_both_guests_is_taken_as_it_must_be),
		cmocka_unit_test(a_field_that_is_not_as_it_must_be_is_named),
		cmocka_unit_test(only_the_flags_that_instructions_change_may_differ),
		cmocka_unit_test(registers_from_rbp_on_come_back_as_they_went_in),
		cmocka_unit_test(a_guest_is_made_for_its_cpu_and_mode),
		cmocka_unit_test(what_a_guest_asked_for_is_done_and_it_goes_on_behind),
		cmocka_unit_test(
			after_an_ept_violation_the_page_is_mapped_and_the_instruction_tried_again),
		cmocka_unit_test(an_nmi_is_taken_and_blocks_no_other_and_the_guest_goes_on),
		cmocka_unit_test(an_exception_of_the_guest_is_no_nmi),
		cmocka_unit_test(the_timer_may_expire_some_times_but_not_for_ever),
		cmocka_unit_test(an_entry_that_fails_is_told_and_leaves_the_guest_unlaunched),
		cmocka_unit_test(control_registers_start_from_what_the_cpu_requires),
	};

	return unit_run(rules, COUNT_OF(rules));
}
