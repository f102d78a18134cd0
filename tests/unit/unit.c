#include "tests/unit/unit.h"

#include <sys/wait.h>
#include <unistd.h>

/* The memory that unit_take() returned, to be freed at the end of the rule. */
static void *taken[1 << 16];
static size_t taken_count;

static int run_one(const struct CMUnitTest *rule)
{
	int failed = _cmocka_run_group_tests(rule->name, rule, 1, NULL, NULL);

	while (taken_count > 0)
		free(taken[--taken_count]);
	return failed != 0;
}

int unit_run(const struct CMUnitTest *rules, size_t count)
{
	int failures = 0;

	for (size_t i = 0; i < count; i++) {
		int status = 1;
		pid_t child = fork();

		if (child == 0)
			exit(run_one(&rules[i]));
		if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
			fprintf(stderr, "FAILED: %s\n", rules[i].name);
			failures++;
			if (getenv("UNIT_STOP") != NULL)
				break;
		}
	}
	return failures != 0;
}

void *unit_take(size_t size)
{
	/* one byte for nothing, lest calloc returns NULL */
	void *at = calloc(1, size > 0 ? size : 1);

	assert_non_null(at);
	assert_true(taken_count < COUNT_OF(taken));
	taken[taken_count++] = at;
	return at;
}

struct bytes unit_bytes(const void *from, size_t size)
{
	uint8_t *at = unit_take(size);

	if (size > 0)
		memcpy(at, from, size);
	return (struct bytes){at, size};
}

struct bytes unit_string_bytes(const char *string)
{
	return unit_bytes(string, strlen(string));
}

void unit_set(struct unit_writer *to, size_t at, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		to->at[at + i] = (uint8_t)(value >> (8 * i));
}

void unit_put(struct unit_writer *to, uint64_t value, size_t size)
{
	assert_true(size <= sizeof(to->at) - to->size);
	unit_set(to, to->size, value, size);
	to->size += size;
}

void unit_put_string(struct unit_writer *to, const char *string)
{
	while (*string != '\0')
		unit_put(to, (uint8_t)*string++, 1);
}

void unit_fill(struct unit_writer *to, size_t end)
{
	while (to->size < end)
		unit_put(to, 0, 1);
}

struct bytes unit_written(const struct unit_writer *from)
{
	return unit_bytes(from->at, from->size);
}

void unit_begin_table(struct unit_writer *to, const char *signature)
{
	*to = (struct unit_writer){0};
	unit_put_string(to, signature);
	unit_fill(to, 36);
}

void unit_end_table(struct unit_writer *to)
{
	unit_set(to, 4, to->size, 4);
	to->at[9] = 0;
	to->at[9] = (uint8_t)-bytes_sum((struct bytes){to->at, to->size});
}

static void capture_put(struct text *text, char character)
{
	struct unit_capture *capture = (struct unit_capture *)text;

	if (capture->size + 1 >= capture->room) {
		char *larger = unit_take(2 * capture->room);

		memcpy(larger, capture->at, capture->size);
		capture->at = larger;
		capture->room *= 2;
	}
	capture->at[capture->size++] = character;
	capture->at[capture->size] = '\0';
}

struct unit_capture *unit_capture(void)
{
	struct unit_capture *capture = unit_take(sizeof(*capture));

	capture->text.put = capture_put;
	capture->room = 256;
	capture->at = unit_take(capture->room);
	return capture;
}

uint32_t unit_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

size_t unit_occurrences(const char *whole, const char *part)
{
	size_t count = 0;

	for (const char *at = strstr(whole, part); at != NULL; at = strstr(at + 1, part))
		count++;
	return count;
}
