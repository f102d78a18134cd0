/* kernel/run/report_code.h: the code has as much of the report as fits. docs/serial-log.md "The QR
 * code" */
#include "kernel/console/screen.h"
#include "kernel/run/report_code.h"
#include "tests/unit/cpus.h"

static uint32_t room, drawn_side;
static struct qr drawn_code;
static unsigned drawn;

uint32_t screen_code_room(void)
{
	return room;
}

void screen_draw_code(const struct qr *qr)
{
	drawn++;
	drawn_code = *qr;
	drawn_side = qr->side + 2 * QR_QUIET;
}

/* A machine whose CPUs all differ, so that the whole report is long. */
static struct machine long_machine(void)
{
	struct machine machine = cpus_machine(8);

	for (uint32_t i = 0; i < 8; i++)
		machine.cpus.cpu[i]->evidence.msr[5].value = i;
	return machine;
}

static void the_whole_report_is_shown_where_it_fits(void **state)
{
	struct machine machine = cpus_machine(2);

	room = QR_SIDE_MAX + 2 * QR_QUIET;
	report_code_show(&machine);
	assert_int_equal(drawn, 1);
	assert_in_range(drawn_side, 1, room);
}

static void less_of_it_is_shown_in_less_room(void **state)
{
	struct machine machine = long_machine();
	uint32_t whole;

	room = QR_SIDE_MAX + 2 * QR_QUIET;
	report_code_show(&machine);
	whole = drawn_side;
	room = whole;
	report_code_show(&machine);
	assert_int_equal(drawn_side, whole);
	room = whole - 1;
	report_code_show(&machine);
	assert_int_equal(drawn, 3);
	assert_in_range(drawn_side, 1, whole - 1);
}

static void nothing_is_drawn_without_room(void **state)
{
	struct machine machine = cpus_machine(2);

	room = 0;
	report_code_show(&machine);
	room = 21; /* the smallest code, without the quiet zone */
	report_code_show(&machine);
	assert_int_equal(drawn, 0);
}

/* A panic changes no line of the report, only the result after it. */
static void the_result_is_in_the_code(void **state)
{
	struct machine machine = cpus_machine(2);
	struct qr passed;

	room = QR_SIDE_MAX + 2 * QR_QUIET;
	report_code_show(&machine);
	passed = drawn_code;
	report_code_show(&machine);
	assert_memory_equal(&drawn_code.dark, &passed.dark, sizeof(passed.dark));
	machine.failure = REASON_PANIC;
	report_code_show(&machine);
	assert_memory_not_equal(&drawn_code.dark, &passed.dark, sizeof(passed.dark));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_whole_report_is_shown_where_it_fits),
		cmocka_unit_test(less_of_it_is_shown_in_less_room),
		cmocka_unit_test(nothing_is_drawn_without_room),
		cmocka_unit_test(the_result_is_in_the_code),
	};

	return unit_run(rules, COUNT_OF(rules));
}
