/* kernel/run/cpu_main.h: which steps a CPU takes, in which order, and which it must skip. */
#include "kernel/machine/arch.h"
#include "kernel/run/cpu_main.h"
#include "tests/unit/unit.h"

static char steps[200]; /* the steps taken, a letter each */
static enum reason stop;
static bool refuses; /* VMXON fails */

static void take(char step)
{
	size_t length = strlen(steps);

	assert_true(length + 1 < sizeof(steps));
	steps[length] = step;
	steps[length + 1] = '\0';
}

void arch_smp_announce(enum cpu_step step)
{
	take((char)('0' + step));
}

void arch_vmx_read_evidence(struct vmx_evidence *evidence)
{
	evidence->signature = 1;
	take('r');
}

void arch_vmx_plan(const struct vmx_evidence *evidence, struct vmx_plan *plan)
{
	assert_int_equal(evidence->signature, 1);
	plan->stop = stop;
	take('p');
}

void arch_vmx_predict(struct cpu *cpu)
{
	(void)cpu;
	take('o');
}

static void enter(struct cpu *cpu)
{
	cpu->outcome.vmxon.kind = refuses ? VMX_FAIL_INVALID : VMX_SUCCEEDED;
	cpu->outcome.in_root_operation = !refuses;
}

void arch_vmx_enter(struct cpu *cpu)
{
	enter(cpu);
	take('E');
}

void arch_vmx_enter_again(struct cpu *cpu)
{
	enter(cpu);
	take('A');
}

void arch_vmx_leave(struct cpu *cpu)
{
	cpu->outcome.in_root_operation = false;
	take('L');
}

void arch_read_facts(struct cpu *cpu)
{
	take('m');
}

void arch_vmx_prove(struct cpu *cpu)
{
	assert_true(cpu->outcome.in_root_operation);
	cpu->proof.cycles++;
	take('g');
}

void arch_vmx_selftest_before(struct cpu *cpu)
{
	assert_false(cpu->outcome.in_root_operation);
	take('b');
}

void arch_vmx_selftest(struct cpu *cpu)
{
	assert_true(cpu->outcome.in_root_operation);
	take('t');
}

#define HAS_REGION {.region_phys = 0x1000}

/* Returns the steps that this CPU takes. An announcement is the digit of its step. */
static const char *steps_of(void (*work)(struct cpu *cpu), struct cpu *cpu)
{
	steps[0] = '\0';
	work(cpu);
	return steps;
}

static int begin(void **state)
{
	stop = REASON_NONE;
	refuses = false;
	return 0;
}

static void it_reads_plans_and_enters_and_announces_each_step(void **state)
{
	struct cpu cpu = {.found = HAS_REGION};

	assert_string_equal(steps_of(cpu_main, &cpu), "r3p4Em5");
	assert_true(cpu.finished);
}

static void orders_add_guests_and_the_selftest(void **state)
{
	struct cpu proves = {.found = HAS_REGION, .orders.prove = true},
		   tests = {.found = HAS_REGION, .orders.selftest = true};

	assert_string_equal(steps_of(cpu_main, &proves), "r3p4Emg5");
	assert_string_equal(steps_of(cpu_main, &tests), "r3p4bEtm5");
}

static void observe_only_predicts(void **state)
{
	struct cpu cpu = {.found = HAS_REGION,
	                  .orders = {.observe = true, .selftest = true, .prove = true}};

	assert_string_equal(steps_of(cpu_main, &cpu), "r3p4om5");
}

static void without_a_vmxon_region_it_only_reads(void **state)
{
	struct cpu cpu = {.orders = {.selftest = true, .prove = true}};

	assert_string_equal(steps_of(cpu_main, &cpu), "r3p4m5");
}

static void a_plan_that_stops_is_not_carried_out(void **state)
{
	struct cpu cpu = {.found = HAS_REGION, .orders = {.selftest = true, .prove = true}};

	stop = REASON_LOCKED_OFF;
	assert_string_equal(steps_of(cpu_main, &cpu), "r3p4m5");
	assert_true(cpu.finished);
}

static void what_runs_in_vmx_operation_does_not_run_after_a_failure(void **state)
{
	struct cpu cpu = {.found = HAS_REGION, .orders = {.selftest = true, .prove = true}};

	refuses = true;
	assert_string_equal(steps_of(cpu_main, &cpu), "r3p4bEm5");
}

static void another_round_enters_again_without_a_new_plan(void **state)
{
	struct cpu cpu = {.found = HAS_REGION, .orders = {.selftest = true, .prove = true}};

	steps_of(cpu_main, &cpu);
	assert_string_equal(steps_of(cpu_enter, &cpu), "");
	arch_vmx_leave(&cpu);
	assert_string_equal(steps_of(cpu_main, &cpu), "4Amg5");
	assert_int_equal(cpu.proof.cycles, 2);
}

static void a_cpu_that_failed_starts_anew(void **state)
{
	struct cpu cpu = {.found = HAS_REGION};

	refuses = true;
	steps_of(cpu_main, &cpu);
	refuses = false;
	assert_string_equal(steps_of(cpu_enter, &cpu), "r3p4E");
}

static void the_selftest_leaves_and_enters_on_its_way(void **state)
{
	struct cpu cpu = {.found = HAS_REGION};

	assert_string_equal(steps_of(cpu_selftest, &cpu), "");
	steps_of(cpu_main, &cpu);
	assert_string_equal(steps_of(cpu_selftest, &cpu), "Lb4At");
	refuses = true;
	assert_string_equal(steps_of(cpu_selftest, &cpu), "Lb4A");
}

static void of_an_earlier_proof_only_its_count_is_kept(void **state)
{
	struct cpu cpu = {.outcome.in_root_operation = true,
	                  .proof = {.reason = REASON_VM_EXIT, .cycles = 6}};

	assert_string_equal(steps_of(cpu_prove, &cpu), "g");
	assert_int_equal(cpu.proof.reason, REASON_NONE);
	assert_int_equal(cpu.proof.cycles, 7);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test_setup(it_reads_plans_and_enters_and_announces_each_step, begin),
		cmocka_unit_test_setup(orders_add_guests_and_the_selftest, begin),
		cmocka_unit_test_setup(observe_only_predicts, begin),
		cmocka_unit_test_setup(without_a_vmxon_region_it_only_reads, begin),
		cmocka_unit_test_setup(a_plan_that_stops_is_not_carried_out, begin),
		cmocka_unit_test_setup(what_runs_in_vmx_operation_does_not_run_after_a_failure,
	                               begin),
		cmocka_unit_test_setup(another_round_enters_again_without_a_new_plan, begin),
		cmocka_unit_test_setup(a_cpu_that_failed_starts_anew, begin),
		cmocka_unit_test_setup(the_selftest_leaves_and_enters_on_its_way, begin),
		cmocka_unit_test_setup(of_an_earlier_proof_only_its_count_is_kept, begin),
	};

	return unit_run(rules, COUNT_OF(rules));
}
