/* kernel/record/bench.h: summaries of many round trips. */
#include "kernel/record/bench.h"
#include "tests/unit/cpus.h"

static void a_summary_is_the_least_the_middle_and_the_ninety_ninth_of_a_hundred(void **state)
{
	uint32_t samples[100];

	for (uint32_t i = 0; i < 100; i++)
		samples[i] = 1 + (i * 37 + 11) % 100;
	struct bench_ticks ticks = bench_summarize(samples, 100);

	assert_int_equal(ticks.minimum, 1);
	assert_int_equal(ticks.median, 51);
	assert_int_equal(ticks.p99, 99);
}

static void one_sample_is_all_three(void **state)
{
	uint32_t sample = 1234;
	struct bench_ticks ticks = bench_summarize(&sample, 1);

	assert_int_equal(ticks.minimum, 1234);
	assert_int_equal(ticks.median, 1234);
	assert_int_equal(ticks.p99, 1234);
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void samples_are_sorted_however_many_and_however_mixed(void **state)
{
	uint32_t random = 5;

	for (unsigned count = 1; count < 400; count++) {
		uint32_t *samples = unit_take(count * sizeof(*samples));
		uint32_t *sorted = unit_take(count * sizeof(*sorted));

		for (unsigned i = 0; i < count; i++)
			samples[i] = sorted[i] = unit_random(&random) % 50;
		qsort(sorted, count, sizeof(*sorted), compare);
		bench_summarize(samples, count);
		assert_memory_equal(samples, sorted, count * sizeof(*samples));
	}
}

static void at_least_ninety_nine_of_a_hundred_take_no_longer_than_p99(void **state)
{
	for (unsigned count = 1; count <= 1000; count++) {
		uint32_t *samples = unit_take(count * sizeof(*samples));
		uint32_t within = 0;

		for (unsigned i = 0; i < count; i++)
			samples[i] = i + 1;
		struct bench_ticks ticks = bench_summarize(samples, count);

		for (unsigned i = 0; i < count; i++)
			within += samples[i] <= ticks.p99;
		assert_true(within * 100 >= count * 99);
	}
}

/* CPU 0 by VMCALL, alone; CPU 1 by CPUID; CPU 2 by HLT, together with the others. */
static struct cpu_list measured_cpus(void)
{
	struct cpu_list cpus = cpus_entered(3);

	cpus.cpu[0]->bench.ticks[BENCH_ALONE][BENCH_VMCALL] = (struct bench_ticks){1, 2, 3};
	cpus.cpu[1]->bench.ticks[BENCH_ALONE][BENCH_CPUID] = (struct bench_ticks){100, 120, 900};
	cpus.cpu[1]->bench.ticks[BENCH_TOGETHER][BENCH_CPUID] = (struct bench_ticks){110, 130, 950};
	cpus.cpu[2]->bench.ticks[BENCH_TOGETHER][BENCH_HLT] = (struct bench_ticks){7, 8, 9};
	return cpus;
}

static void the_report_has_a_line_for_what_was_measured_and_no_other(void **state)
{
	struct cpu_list cpus = measured_cpus();
	struct unit_capture *report = unit_capture();

	bench_report(&cpus, &report->text);
	assert_string_equal(report->at,
	                    "bench cpus=0 exit=vmcall alone_min=1 alone_median=2 alone_p99=3 "
	                    "together_min=0 together_median=0 together_p99=0\n"
	                    "bench cpus=1 exit=cpuid alone_min=100 alone_median=120 alone_p99=900 "
	                    "together_min=110 together_median=130 together_p99=950\n"
	                    "bench cpus=2 exit=hlt alone_min=0 alone_median=0 alone_p99=0 "
	                    "together_min=7 together_median=8 together_p99=9\n");
}

static void the_table_for_people_names_the_same_numbers(void **state)
{
	struct cpu_list cpus = measured_cpus();
	struct unit_capture *table = unit_capture();

	bench_print(&cpus, &table->text);
	assert_int_equal(unit_occurrences(table->at, "\n"), 4);
	assert_non_null(strstr(table->at,
	                       "\ncpu 1: bench: CPUID: alone    100    120    900, together"
	                       "    110    130    950\n"));
}

static void a_cpu_is_named_by_its_number_wherever_it_is_in_the_list(void **state)
{
	struct cpu_list cpus = measured_cpus(), second = {&cpus.cpu[1], 1};
	struct unit_capture *table = unit_capture(), *report = unit_capture();

	bench_print(&second, &table->text);
	assert_non_null(strstr(table->at, "\ncpu 1: bench: CPUID: alone "));
	bench_report(&second, &report->text);
	assert_int_equal(unit_occurrences(report->at, "bench cpus=1 exit=cpuid "), 1);
}

static void what_could_not_be_measured_is_warned_of(void **state)
{
	struct cpu_list cpus = measured_cpus();
	struct unit_capture *table;

	for (enum bench_mode mode = 0; mode < BENCH_MODES; mode++) {
		for (enum bench_exit exit = 0; exit < BENCH_EXITS; exit++)
			cpus.cpu[0]->bench.ticks[mode][exit].minimum = exit != BENCH_EPT_VIOLATION;
	}
	cpus.cpu[0]->outcome.in_root_operation = cpus.cpu[1]->outcome.in_root_operation = true;
	assert_true(bench_is_whole(cpus.cpu[0]));
	assert_false(bench_is_whole(cpus.cpu[1]));
	table = unit_capture();
	bench_print(&cpus, &table->text);
	assert_int_equal(unit_occurrences(table->at, "warning"), 1);
	assert_non_null(
		strstr(table->at, "cpu 1: warning: bench: some exits could not be measured\n"));
}

/* EPT violations are for CPUs with EPT; the other exits are for all, alone and together. */
static void a_single_exit_that_is_missing_makes_it_incomplete(void **state)
{
	for (enum bench_mode missing_mode = 0; missing_mode < BENCH_MODES; missing_mode++) {
		for (enum bench_exit missing = 0; missing < BENCH_EXITS; missing++) {
			struct cpu_list cpus = cpus_entered(1);

			for (enum bench_mode mode = 0; mode < BENCH_MODES; mode++)
				for (enum bench_exit exit = 0; exit < BENCH_EXITS; exit++)
					cpus.cpu[0]->bench.ticks[mode][exit].minimum = 1;
			cpus.cpu[0]->bench.ticks[missing_mode][missing].minimum = 0;
			assert_int_equal(bench_is_whole(cpus.cpu[0]),
			                 missing == BENCH_EPT_VIOLATION);
		}
	}
}

static void two_samples_are_put_in_order(void **state)
{
	uint32_t samples[] = {2, 1};

	bench_summarize(samples, 2);
	assert_int_equal(samples[0], 1);
	assert_int_equal(samples[1], 2);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(
			a_summary_is_the_least_the_middle_and_the_ninety_ninth_of_a_hundred),
		cmocka_unit_test(one_sample_is_all_three),
		cmocka_unit_test(samples_are_sorted_however_many_and_however_mixed),
		cmocka_unit_test(at_least_ninety_nine_of_a_hundred_take_no_longer_than_p99),
		cmocka_unit_test(the_report_has_a_line_for_what_was_measured_and_no_other),
		cmocka_unit_test(the_table_for_people_names_the_same_numbers),
		cmocka_unit_test(a_cpu_is_named_by_its_number_wherever_it_is_in_the_list),
		cmocka_unit_test(what_could_not_be_measured_is_warned_of),
		cmocka_unit_test(a_single_exit_that_is_missing_makes_it_incomplete),
		cmocka_unit_test(two_samples_are_put_in_order),
	};

	return unit_run(rules, COUNT_OF(rules));
}
