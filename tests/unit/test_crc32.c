/* kernel/lib/crc32.h: the CRC-32 that zlib computes. */
#include "kernel/lib/crc32.h"
#include "tests/unit/unit.h"

static uint32_t crc_of(const void *bytes, size_t size)
{
	uint32_t crc = 0;

	for (size_t i = 0; i < size; i++)
		crc = crc32_add(crc, ((const uint8_t *)bytes)[i]);
	return crc;
}

/* The definition: the remainder, bit by bit. */
static uint32_t defined_crc(const uint8_t *bytes, size_t size)
{
	uint32_t remainder = 0xFFFFFFFF;

	for (size_t i = 0; i < size; i++) {
		remainder ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			remainder = remainder >> 1 ^ (remainder & 1 ? 0xEDB88320 : 0);
	}
	return ~remainder;
}

static void known_texts_have_their_known_crcs(void **state)
{
	static const struct {
		const char *text;
		uint32_t crc;
	} known[] = {
		{"", 0},
		{"a", 0xE8B7BE43},
		{"abc", 0x352441C2},
		{"123456789", 0xCBF43926},
		{"The quick brown fox jumps over the lazy dog", 0x414FA339},
	};

	for (size_t i = 0; i < COUNT_OF(known); i++)
		assert_int_equal(crc_of(known[i].text, strlen(known[i].text)), known[i].crc);
}

static void leading_zero_bytes_count(void **state)
{
	static const uint8_t zeros[32];

	assert_int_equal(crc_of(zeros, 32), 0x190A55AD);
	assert_int_not_equal(crc_of(zeros, 31), crc_of(zeros, 32));
}

static void every_byte_value_adds_as_the_definition_says(void **state)
{
	uint8_t bytes[256 + 512];
	uint32_t random = 1;

	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)(i < 256 ? i : unit_random(&random));
		assert_int_equal(crc_of(bytes, i + 1), defined_crc(bytes, i + 1));
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(known_texts_have_their_known_crcs),
		cmocka_unit_test(leading_zero_bytes_count),
		cmocka_unit_test(every_byte_value_adds_as_the_definition_says),
	};

	return unit_run(rules, COUNT_OF(rules));
}
