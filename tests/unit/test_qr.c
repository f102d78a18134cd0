/* kernel/lib/qr.h: a reader of others, zbarimg, reads codes of every version. */
#include "kernel/lib/qr.h"
#include "kernel/lib/qr_check.h"
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

/* ISO/IEC 18004 Table 7, level L: the alphanumeric characters that each version has room for. */
static const uint16_t longest[QR_VERSION_MAX] = {
	25,  47,  77,   114,  154,  195,  224,  279,  335,  395,  468,  535,  619,  667,  758,
	854, 938, 1046, 1153, 1249, 1352, 1460, 1588, 1704, 1853, 1990, 2132, 2223, 2369, 2520,
};

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
		size_t size = longest[version - 1];

		assert_true(qr_make(&qr, text_of(size), size));
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

static void the_smallest_version_with_room_is_used(void **state)
{
	for (uint32_t version = 1; version < QR_VERSION_MAX; version++) {
		size_t size = longest[version - 1];

		assert_true(qr_make(&qr, text_of(size), size));
		assert_int_equal(qr.version, version);
		assert_true(qr_make(&qr, text_of(size + 1), size + 1));
		assert_int_equal(qr.version, version + 1);
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

/* ISO/IEC 18004 Table 9, level L: blocks. */
static const uint32_t blocks_of[QR_VERSION_MAX] = {1, 1, 1, 1,  1,  2,  2,  2,  2,  4,
                                                   4, 4, 4, 4,  6,  6,  6,  6,  7,  8,
                                                   8, 9, 9, 10, 12, 12, 12, 13, 14, 15};

static uint8_t times(uint8_t a, uint8_t b)
{
	uint32_t product = 0;

	for (; b != 0; b >>= 1, a = (uint8_t)(a << 1 ^ (a & 0x80 ? 0x1D : 0)))
		product ^= b & 1 ? a : 0u;
	return (uint8_t)product;
}

/* A codeword is a multiple of the generator: each root of the generator is one of its own. */
static void assert_no_error(const uint8_t *codeword, uint32_t size, uint32_t check)
{
	uint8_t root = 1;

	for (uint32_t i = 0; i < check; i++, root = times(root, 2)) {
		uint8_t value = 0;

		for (uint32_t at = 0; at < size; at++)
			value = times(value, root) ^ codeword[at];
		assert_int_equal(value, 0);
	}
}

/* The blocks are read column by column; those that are one codeword longer are the last. */
static void the_blocks_of_every_version_are_mixed_and_have_no_error(void **state)
{
	for (uint32_t version = 1; version <= QR_VERSION_MAX; version++) {
		uint8_t data[QR_CODEWORDS_MAX], mixed[QR_CODEWORDS_MAX];
		uint32_t count = qr_data_codewords(version), blocks = blocks_of[version - 1];
		uint32_t check = (qr_codewords(version) - count) / blocks;
		uint32_t random = version, from = 0;

		for (uint32_t i = 0; i < count; i++)
			data[i] = (uint8_t)unit_random(&random);
		memcpy(mixed, data, count);
		qr_add_check(version, mixed);
		for (uint32_t block = 0; block < blocks; block++) {
			bool longer = block >= blocks - count % blocks;
			uint32_t size = count / blocks;
			uint8_t codeword[QR_CODEWORDS_MAX];

			for (uint32_t i = 0; i < size; i++)
				codeword[i] = mixed[i * blocks + block];
			if (longer)
				codeword[size++] = mixed[count - blocks + block];
			assert_memory_equal(codeword, data + from, size);
			from += size;
			for (uint32_t i = 0; i < check; i++)
				codeword[size + i] = mixed[count + i * blocks + block];
			assert_no_error(codeword, size + check, check);
		}
	}
}

/* Returns the bit of a module that is not fixed, which mask 0 has inverted in every second one. */
static bool bit_at(uint32_t x, uint32_t y)
{
	return qr_is_dark(&qr, x, y) ^ ((x + y) % 2 == 0);
}

/*
 * ISO/IEC 18004 8.7.3 "Symbol character placement": in pairs of columns from the right, upwards
 * first, without column 6. After the codewords come up to 7 bits of 0.
 */
static void each_codeword_is_where_a_reader_looks_for_it(void **state)
{
	for (uint32_t version = 1; version <= QR_VERSION_MAX; version++) {
		size_t size = longest[version - 1];
		uint32_t bits = 8 * qr_codewords(version), bit = 0;
		bool up = true;

		assert_true(qr_make(&qr, text_of(size), size));
		for (int column = (int)qr.side - 1; column > 0; column -= column == 8 ? 3 : 2) {
			for (uint32_t i = 0; i < 2 * qr.side; i++) {
				uint32_t x = (uint32_t)column - i % 2;
				uint32_t y = up ? qr.side - 1 - i / 2 : i / 2;

				if (qr.fixed.row[y][x / 8] >> x % 8 & 1)
					continue;
				assert_int_equal(
					bit_at(x, y),
					bit < bits && qr.codewords[bit / 8] >> (7 - bit % 8) & 1);
				bit++;
			}
			up = !up;
		}
		assert_in_range(bit, bits, bits + 7);
	}
}

/* Asserts that a finder pattern is around this module: dark but for the rings 2 and 4. */
static void assert_finder(uint32_t x, uint32_t y)
{
	for (int dy = -4; dy <= 4; dy++) {
		for (int dx = -4; dx <= 4; dx++) {
			uint32_t at_x = x + (uint32_t)dx, at_y = y + (uint32_t)dy;
			int ring = abs(dx) > abs(dy) ? abs(dx) : abs(dy);

			if (at_x < qr.side && at_y < qr.side)
				assert_int_equal(qr_is_dark(&qr, at_x, at_y),
				                 ring != 2 && ring != 4);
		}
	}
}

static void there_are_three_finder_patterns(void **state)
{
	for (uint32_t version = 1; version <= QR_VERSION_MAX; version++) {
		size_t size = longest[version - 1];

		assert_true(qr_make(&qr, text_of(size), size));
		assert_finder(3, 3);
		assert_finder(qr.side - 4, 3);
		assert_finder(3, qr.side - 4);
	}
}

/*
 * The bits for level L and mask 0, and those of the versions from 7 on, ISO/IEC 18004 Annexes C and
 * D, from the lowest, twice.
 */
static void the_fixed_modules_are_those_of_the_standard(void **state)
{
	static const uint32_t format = 0x77C4;
	static const uint32_t versions[] = {
		0x07C94, 0x085BC, 0x09A99, 0x0A4D3, 0x0BBF6, 0x0C762, 0x0D847, 0x0E60D,
		0x0F928, 0x10B78, 0x1145D, 0x12A17, 0x13532, 0x149A6, 0x15683, 0x168C9,
		0x177EC, 0x18EC4, 0x191E1, 0x1AFAB, 0x1B08E, 0x1CC1A, 0x1D33F, 0x1ED75,
	};

	for (uint32_t version = 1; version <= QR_VERSION_MAX; version++) {
		size_t size = longest[version - 1];
		uint32_t last;

		assert_true(qr_make(&qr, text_of(size), size));
		last = qr.side - 1;
		for (uint32_t i = 8; i < qr.side - 8; i++) {
			assert_int_equal(qr_is_dark(&qr, i, 6), i % 2 == 0);
			assert_int_equal(qr_is_dark(&qr, 6, i), i % 2 == 0);
		}
		assert_true(qr_is_dark(&qr, 8, qr.side - 8));
		for (uint32_t i = 0; version >= 7 && i < 18; i++) {
			bool dark = versions[version - 7] >> i & 1;

			assert_int_equal(qr_is_dark(&qr, i / 3, qr.side - 11 + i % 3), dark);
			assert_int_equal(qr_is_dark(&qr, qr.side - 11 + i % 3, i / 3), dark);
		}
		for (uint32_t i = 0; i < 15; i++) {
			bool dark = format >> i & 1;
			uint32_t row = i < 6 ? i : i < 8 ? i + 1 : 8;
			uint32_t column = i < 8 ? 8 : i == 8 ? 7 : 14 - i;

			assert_int_equal(qr_is_dark(&qr, column, row), dark);
			assert_int_equal(i < 8 ? qr_is_dark(&qr, last - i, 8)
			                       : qr_is_dark(&qr, 8, last - 14 + i),
			                 dark);
		}
	}
}

/* ISO/IEC 18004 Table 1 "Codeword capacity of all versions of QR Code", up to QR_VERSION_MAX */
static void each_version_has_its_number_of_codewords(void **state)
{
	static const uint16_t count[QR_VERSION_MAX] = {
		26,   44,   70,   100,  134,  172,  196,  242,  292,  346,
		404,  466,  532,  581,  655,  733,  815,  901,  991,  1085,
		1156, 1258, 1364, 1474, 1588, 1706, 1828, 1921, 2051, 2185,
	};

	for (uint32_t version = 1; version <= QR_VERSION_MAX; version++)
		assert_int_equal(qr_codewords(version), count[version - 1]);
}

/* ISO/IEC 18004 8.4.9: the rest of the data codewords are EC and 11 in turn. */
static void a_short_text_is_padded_as_the_standard_says(void **state)
{
	assert_true(qr_make(&qr, "A", 1));
	for (uint32_t i = 3; i < qr_data_codewords(1); i++)
		assert_int_equal(qr.codewords[i], i % 2 ? 0xEC : 0x11);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(every_version_is_read),
		cmocka_unit_test(every_length_of_the_first_version_is_read),
		cmocka_unit_test(the_smallest_version_with_room_is_used),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(the_blocks_of_every_version_are_mixed_and_have_no_error),
		cmocka_unit_test(each_codeword_is_where_a_reader_looks_for_it),
		cmocka_unit_test(there_are_three_finder_patterns),
		cmocka_unit_test(the_fixed_modules_are_those_of_the_standard),
		cmocka_unit_test(each_version_has_its_number_of_codewords),
		cmocka_unit_test(a_short_text_is_padded_as_the_standard_says),
	};

	return unit_run(rules, COUNT_OF(rules));
}
