#include "tools/check/log_bench.h"

#include "kernel/lib/number.h"
#include "tools/check/lines.h"

/* Returns the exit with this name, or BENCH_EXITS if only a newer kernel knows it. */
static enum bench_exit exit_of(struct bytes name)
{
	enum bench_exit exit = 0;

	while (exit < BENCH_EXITS && !bytes_equal(name, bench_exit_keys[exit]))
		exit++;
	return exit;
}

/* Returns where the value of a key such as "alone_min" belongs, or NULL for an unknown key. */
static uint32_t *bench_value_of(struct bytes key, struct bench_ticks ticks[BENCH_MODES])
{
	struct bytes what;

	for (enum bench_mode mode = 0; mode < BENCH_MODES; mode++) {
		if (!bytes_skip(key, bench_mode_names[mode], &what))
			continue;
		if (bytes_equal(what, "_min"))
			return &ticks[mode].minimum;
		if (bytes_equal(what, "_median"))
			return &ticks[mode].median;
		if (bytes_equal(what, "_p99"))
			return &ticks[mode].p99;
	}
	return NULL;
}

bool log_read_bench(struct bytes line, struct findings *findings)
{
	struct bench_ticks ticks[BENCH_MODES] = {0};
	enum bench_exit exit = BENCH_EXITS;
	uint64_t cpu = UINT64_MAX, number;
	struct bytes key, value;

	while (lines_take_field(&line, &key, &value)) {
		uint32_t *to = bench_value_of(key, ticks);

		if (bytes_equal(key, "exit"))
			exit = exit_of(value);
		else if (bytes_equal(key, "cpus") && !number_read(value, &cpu))
			return false;
		if (to != NULL && (!number_read(value, &number) || number > UINT32_MAX))
			return false;
		if (to != NULL)
			*to = (uint32_t)number;
	}
	if (cpu >= findings->machine.cpus.count)
		return false;
	for (enum bench_mode mode = 0; exit < BENCH_EXITS && mode < BENCH_MODES; mode++)
		findings->machine.cpus.cpu[cpu]->bench.ticks[mode][exit] = ticks[mode];
	return true;
}
