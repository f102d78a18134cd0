/* Sessions with the monitor of monitor_machine.h. Each test program includes it once. */
#ifndef TESTS_UNIT_MONITOR_SESSION_H
#define TESTS_UNIT_MONITOR_SESSION_H

#include "tests/unit/monitor_machine.h"
#include "tests/unit/unit.h"

#define STARTED "rootmode: monitor started: type help or exit\n"
#define ENDED   "ok\nrootmode: monitor ended\n"

static struct unit_capture *said;

static void keep(char character)
{
	said->text.put(&said->text, character);
}

static inline int begin(void **state)
{
	fake_begin("", 0, keep);
	return 0;
}

/* Returns what the monitor prints when this is typed. */
static const char *session(const char *keys)
{
	said = unit_capture();
	fake.typed = (struct bytes){(const uint8_t *)keys, strlen(keys)};
	fake.past_end = 0;
	monitor_run(&fake.run);
	return said->at;
}

/* Returns the answer to a request, with its last line. */
static inline const char *answer(const char *request)
{
	char keys[128], *answered;
	const char *at;
	size_t size;

	snprintf(keys, sizeof(keys), "echo off\r%s\rexit\r", request);
	at = session(keys) + strlen(STARTED "rootmode> echo off\nok\n");
	size = strlen(at) - strlen(ENDED);
	assert_string_equal(at + size, ENDED);
	answered = unit_take(size + 1);
	memcpy(answered, at, size);
	return answered;
}

#endif
