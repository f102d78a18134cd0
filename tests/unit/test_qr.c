/* kernel/lib/qr.h: a reader of others, zbarimg, reads codes of every version. */
#include "kernel/lib/qr.h"
#include "tests/unit/unit.h"

#include <unistd.h>

enum { SCALE = 3 };

static struct qr qr;

static const char *text_of(size_t size)
{
	char *text = unit_take(size + 1);
	uint32_t random = (uint32_t)size + 1;

	for (size_t i = 0; i < size; i++)
		text[i] = qr_alphabet[unit_random(&random) % 45];
	if (size > 0) /* the reader's output loses spaces at the ends of a line */
		text[0] = text[size - 1] = '7';
	return text;
}

/* Returns the longest text of a version: one character more needs the next. */
static size_t longest(uint32_t version)
{
	size_t fits = 0, too_long = QR_TEXT_MAX + 1;

	while (too_long - fits > 1) {
		size_t size = (fits + too_long) / 2;

		if (qr_make(&qr, text_of(size), size) && qr.version <= version)
			fits = size;
		else
			too_long = size;
	}
	return fits;
}

static void write_picture(const char *path)
{
	uint32_t side = (qr.side + 2 * QR_QUIET) * SCALE;
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file, "P1\n%u %u\n", side, side);
	for (uint32_t y = 0; y < side; y++) {
		for (uint32_t x = 0; x < side; x++) {
			uint32_t column = x / SCALE - QR_QUIET, row = y / SCALE - QR_QUIET;
			bool inside = column < qr.side && row < qr.side;

			fputs(inside && qr_is_dark(&qr, column, row) ? "1 " : "0 ", file);
		}
		fputs("\n", file);
	}
	fclose(file);
}

static void assert_read(const char *text)
{
	char path[] = "/tmp/rootmode-qr-XXXXXX", command[128], seen[QR_TEXT_MAX + 2] = "";
	int descriptor = mkstemp(path);
	FILE *reader;

	assert_true(descriptor >= 0);
	close(descriptor);
	write_picture(path);
	snprintf(command, sizeof(command), "zbarimg -q --raw --nodbus -Sdisable -Sqr.enable %s",
	         path);
	reader = popen(command, "r");
	assert_non_null(reader);
	assert_non_null(fgets(seen, sizeof(seen), reader));
	assert_int_equal(pclose(reader), 0);
	unlink(path);
	seen[strcspn(seen, "\n")] = '\0';
	assert_string_equal(seen, text);
}

static void skip_without_reader(void)
{
	if (system("command -v zbarimg >/dev/null") != 0) {
		print_message("zbarimg is not installed: run tools/setup\n");
		skip();
	}
}

static void every_version_is_read(void **state)
{
	skip_without_reader();
	for (uint32_t version = 1; version <= QR_VERSION_MAX; version++) {
		size_t size = longest(version);

		assert_true(qr_make(&qr, text_of(size), size));
		assert_int_equal(qr.version, version);
		assert_read(text_of(size));
	}
}

static void every_length_of_the_first_version_is_read(void **state)
{
	skip_without_reader();
	for (size_t size = 1; size <= 25; size += 3) {
		assert_true(qr_make(&qr, text_of(size), size));
		assert_read(text_of(size));
	}
}

static void what_does_not_fit_is_refused(void **state)
{
	assert_true(qr_make(&qr, text_of(QR_TEXT_MAX), QR_TEXT_MAX));
	assert_int_equal(qr.version, QR_VERSION_MAX);
	assert_false(qr_make(&qr, text_of(QR_TEXT_MAX + 1), QR_TEXT_MAX + 1));
	assert_false(qr_make(&qr, "lower", 5));
	assert_false(qr_make(&qr, "A_", 2));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(every_version_is_read),
		cmocka_unit_test(every_length_of_the_first_version_is_read),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};

	return unit_run(rules, COUNT(rules));
}
