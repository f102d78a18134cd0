/* arch/x86_64/smp.c and stop.c: how far a CPU has come decides how it is stopped. */
#include "tests/unit/ap_machine.h"

static void each_ap_loads_its_record_and_tables_before_it_announces_anything(void **state)
{
	start_all();
	assert_int_equal(record_sets, CPUS - 1);
	assert_int_equal(table_loads, CPUS - 1);
	for (uint32_t i = 1; i < CPUS; i++) {
		assert_true(slots[i].outside);
		assert_true(records[i].inherited.taken_over);
	}
}

static void one_cpu_needs_no_memory_for_aps_and_two_do(void **state)
{
	cpus.count = 1;
	start_all();
	assert_null(ap_entry);
	assert_int_equal(arch_smp_run(&cpus, count_work, "working"), 0);
	assert_int_equal(aps[0].works, 1);
	cpus.count = 2;
	start_all();
	assert_non_null(ap_entry);
	assert_int_equal(aps[1].inits, 1);
}

static void an_ap_out_of_reach_says_whether_the_apic_is_to_blame(void **state)
{
	apic_is_off = true;
	records[2].found.apic_id = UNREACHABLE_ID;
	start_all();
	assert_int_equal(records[2].progress.failure, REASON_APIC_DISABLED);
}

static enum cpu_step announced;

static void announce_step(uint32_t index)
{
	(void)index;
	arch_smp_announce(announced);
}

static void steps_are_announced_by_aps_alone_and_never_backwards(void **state)
{
	start_all();
	for (unsigned before = CPU_SILENT; before <= CPU_DONE; before++) {
		for (announced = CPU_SILENT; announced <= CPU_DONE; announced++) {
			progress[0] = progress[1] = (uint8_t)before;
			run_ap(0, announce_step);
			assert_int_equal(progress[0], before);
			run_ap(1, announce_step);
			assert_int_equal(progress[1], announced > before ? announced : before);
		}
	}
}

static void an_ap_that_was_given_up_stops_at_its_next_step(void **state)
{
	start_all();
	announced = CPU_EVIDENCE;
	for (unsigned round = 0; round < 2; round++) {
		records[1].outcome.in_root_operation = true;
		progress[1] = round == 0 ? STOP_WANTED : STOPPED;
		run_ap(1, announce_step);
		assert_int_equal(progress[1], STOPPED);
		assert_false(records[1].outcome.in_root_operation);
	}
}

/* Before an AP has its tables, an NMI would reset the machine. */
static void only_a_cpu_with_tables_is_sent_an_nmi(void **state)
{
	start_all();
	aps[1].ignores_nmi = true;
	for (unsigned reached = CPU_SILENT; reached <= CPU_NO_EXECUTE_DISABLE; reached++) {
		bool has_tables = reached >= CPU_LONG_MODE && reached <= CPU_DONE;

		nmis = 0;
		progress[1] = (uint8_t)reached;
		stop_cpu(&records[1]);
		assert_int_equal(nmis, has_tables);
		assert_int_equal(progress[1], has_tables ? STOP_WANTED : STOPPED);
		stop_cpu(&records[1]);
		assert_int_equal(nmis, has_tables);
		assert_int_equal(progress[1], has_tables ? STOP_WANTED : STOPPED);
	}
}

static void a_panic_takes_all_out_of_vmx_operation_and_waits_for_each(void **state)
{
	for (uint32_t deaf = 0; deaf < CPUS; deaf++) {
		uint64_t before;

		ap_machine_begin(state);
		start_all();
		clock_takeovers = 0;
		for (uint32_t i = 0; i < CPUS; i++) {
			aps[i].ignores_nmi = i == deaf;
			records[i].outcome.in_root_operation = true;
		}
		this_cpu = &records[(deaf + 1) % CPUS];
		before = now_us;
		arch_stop_everyone(&cpus);
		assert_in_range(now_us - before, 100000, 110000);
		assert_int_equal(clock_takeovers, 1);
		assert_int_equal(nmis, CPUS - 1);
		for (uint32_t i = 0; i < CPUS; i++)
			assert_int_equal(records[i].outcome.in_root_operation, i == deaf);
	}
}

static void a_hold_ends_with_its_release(void **state)
{
	start_all();
	this_cpu = &records[1];
	arch_hold_stop();
	arch_release_stop();
	this_cpu = &records[0];
	progress[1] = STOP_WANTED;
	run_ap(1, take_nmi);
	assert_int_equal(progress[1], STOPPED);
}

static void each_nmi_that_was_sent_on_purpose_is_expected_once(void **state)
{
	start_all();
	for (uint32_t owed = 0; owed < 4; owed++) {
		records[0].nmis_owed = owed;
		for (uint32_t left = owed; left > 0; left--) {
			assert_true(stop_if_wanted());
			assert_int_equal(records[0].nmis_owed, left - 1);
		}
		assert_false(stop_if_wanted());
		assert_int_equal(records[0].nmis_owed, 0);
	}
}

static void an_nmi_is_waited_for_100_ms(void **state)
{
	uint64_t before;

	start_all();
	before = now_us;
	assert_true(arch_smp_nmi(&records[1]));
	assert_true(now_us - before < 100);
	aps[1].ignores_nmi = true;
	before = now_us;
	assert_false(arch_smp_nmi(&records[1]));
	assert_in_range(now_us - before, 100000, 110000);
	assert_int_equal(records[1].nmis_owed, 1);
}

static void without_an_apic_neither_the_start_nor_a_later_one_is_logged(void **state)
{
	apic_is_off = true;
	start_all();
	assert_int_equal(lines->size, 0);
	apic_is_off = false;
	start_all();
	assert_int_equal(lines->size, 0);
}

static void a_second_start_is_not_logged(void **state)
{
	start_all();
	start_all();
	assert_int_equal(unit_occurrences(lines->at, "INIT sent to the other CPUs: 3\n"), 1);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
#define RULE(name) cmocka_unit_test_setup(name, ap_machine_begin)
		RULE(each_ap_loads_its_record_and_tables_before_it_announces_anything),
		RULE(one_cpu_needs_no_memory_for_aps_and_two_do),
		RULE(an_ap_out_of_reach_says_whether_the_apic_is_to_blame),
		RULE(steps_are_announced_by_aps_alone_and_never_backwards),
		RULE(an_ap_that_was_given_up_stops_at_its_next_step),
		RULE(only_a_cpu_with_tables_is_sent_an_nmi),
		RULE(a_panic_takes_all_out_of_vmx_operation_and_waits_for_each),
		RULE(a_hold_ends_with_its_release),
		RULE(each_nmi_that_was_sent_on_purpose_is_expected_once),
		RULE(an_nmi_is_waited_for_100_ms),
		RULE(without_an_apic_neither_the_start_nor_a_later_one_is_logged),
		RULE(a_second_start_is_not_logged),
	};

	return unit_run(rules, COUNT_OF(rules));
}
