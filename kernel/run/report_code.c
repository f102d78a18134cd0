#include "kernel/run/report_code.h"

#include "kernel/console/screen.h"
#include "kernel/lib/qr.h"
#include "kernel/report/report.h"
#include "kernel/report/shorthand.h"

static struct qr qr;
static char text[QR_TEXT_MAX];

/* Makes a code of this much of the report. Returns false if it does not fit into room modules. */
static bool make_code(const struct machine *machine, enum report_detail detail, uint32_t room)
{
	struct shorthand shorthand;

	shorthand_begin(&shorthand, text, sizeof(text));
	report_print_part(machine, detail, &shorthand.text);
	report_print_result(machine, &shorthand.text);
	return shorthand_finish(&shorthand) && qr_make(&qr, text, shorthand.used) &&
	       qr.side + 2 * QR_QUIET <= room;
}

void report_code_show(const struct machine *machine)
{
	uint32_t room = screen_code_room();
	int detail = REPORT_ALL;

	if (room == 0)
		return;
	while (detail >= REPORT_MACHINE && !make_code(machine, (enum report_detail)detail, room))
		detail--;
	if (detail >= REPORT_MACHINE)
		screen_draw_code(&qr);
}
