#include "kernel/lib/qr.h"

#include "kernel/lib/qr_check.h"
#include "kernel/lib/string.h"

enum { MODE_ALPHANUMERIC = 2, MODE_BITS = 4, PAIR_BITS = 11, SINGLE_BITS = 6, ALPHABET = 45 };

const char qr_alphabet[46] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/* Returns the value of a character; ALPHABET if it has none. */
static uint32_t alphabet_value(char character)
{
	uint32_t value = 0;

	while (value < ALPHABET && qr_alphabet[value] != character)
		value++;
	return value;
}

static bool is_set(const struct qr_plane *plane, uint32_t x, uint32_t y)
{
	return plane->row[y][x / 8] >> (x % 8) & 1;
}

static void set_module(struct qr_plane *plane, uint32_t x, uint32_t y, bool on)
{
	uint8_t bit = (uint8_t)(1 << (x % 8));

	plane->row[y][x / 8] =
		(uint8_t)(on ? plane->row[y][x / 8] | bit : plane->row[y][x / 8] & ~bit);
}

bool qr_is_dark(const struct qr *qr, uint32_t x, uint32_t y)
{
	return is_set(&qr->dark, x, y);
}

static uint32_t count_bits(uint32_t version)
{
	return version < 10 ? 9 : version < 27 ? 11 : 13;
}

static size_t bits_needed(uint32_t version, size_t size)
{
	return MODE_BITS + count_bits(version) + size / 2 * PAIR_BITS + size % 2 * SINGLE_BITS;
}

static void add_bits(struct qr *qr, uint32_t value, uint32_t count)
{
	while (count-- > 0) {
		qr->codewords[qr->bits / 8] |=
			(uint8_t)((value >> count & 1) << (7 - qr->bits % 8));
		qr->bits++;
	}
}

/* Writes the data codewords; false if a character cannot be written. */
static bool write_data(struct qr *qr, const char *text, size_t size)
{
	size_t room = 8 * (size_t)qr_data_codewords(qr->version);
	uint32_t pad = 0xEC;

	add_bits(qr, MODE_ALPHANUMERIC, MODE_BITS);
	add_bits(qr, (uint32_t)size, count_bits(qr->version));
	for (size_t i = 0; i < size; i += 2) {
		uint32_t first = alphabet_value(text[i]);
		uint32_t second = i + 1 < size ? alphabet_value(text[i + 1]) : 0;

		if (first == ALPHABET || second == ALPHABET)
			return false;
		if (i + 1 < size)
			add_bits(qr, first * ALPHABET + second, PAIR_BITS);
		else
			add_bits(qr, first, SINGLE_BITS);
	}
	add_bits(qr, 0, room - qr->bits < MODE_BITS ? (uint32_t)(room - qr->bits) : MODE_BITS);
	add_bits(qr, 0, (uint32_t)(-qr->bits % 8));
	for (; qr->bits < room; pad ^= 0xEC ^ 0x11)
		add_bits(qr, pad, 8);
	return true;
}

static void put_fixed(struct qr *qr, uint32_t x, uint32_t y, bool dark)
{
	set_module(&qr->fixed, x, y, true);
	set_module(&qr->dark, x, y, dark);
}

/* Draws square rings around a centre: those at the distances in the mask are dark. */
static void draw_rings(struct qr *qr, uint32_t x, uint32_t y, int radius, uint32_t dark)
{
	for (int dy = -radius; dy <= radius; dy++) {
		for (int dx = -radius; dx <= radius; dx++) {
			int across = dx < 0 ? -dx : dx, down = dy < 0 ? -dy : dy;
			uint32_t at_x = x + (uint32_t)dx, at_y = y + (uint32_t)dy;

			if (at_x < qr->side && at_y < qr->side)
				put_fixed(qr, at_x, at_y,
				          dark >> (across > down ? across : down) & 1);
		}
	}
}

/* Returns the position of alignment pattern number i of count, along a side. */
static uint32_t alignment(const struct qr *qr, uint32_t i, uint32_t count)
{
	uint32_t step = (qr->version * 8 + count * 3 + 5) / (count * 4 - 4) * 2;

	return i == 0 ? 6 : qr->side - 7 - (count - 1 - i) * step;
}

static void draw_alignment(struct qr *qr)
{
	uint32_t count = qr->version / 7 + 2, last = count - 1;

	if (qr->version == 1)
		return;
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t j = 0; j < count; j++) {
			bool finder = (i == 0 && j == 0) || (i == 0 && j == last) ||
			              (i == last && j == 0);

			if (!finder)
				draw_rings(qr, alignment(qr, i, count), alignment(qr, j, count), 2,
				           0x5);
		}
	}
}

/* Error correction L and mask 0: 15 bits, with their BCH code and mask, per ISO/IEC 18004 Annex C.
 */
static void draw_format(struct qr *qr)
{
	const uint32_t bits = 0x77C4;

	for (uint32_t i = 0; i < 15; i++) {
		bool dark = bits >> i & 1;
		uint32_t along = i < 6 ? i : i < 8 ? i + 1 : 14 - i;

		if (i < 8) {
			put_fixed(qr, 8, along, dark);
			put_fixed(qr, qr->side - 1 - i, 8, dark);
		} else {
			put_fixed(qr, i == 8 ? 7 : along, 8, dark);
			put_fixed(qr, 8, qr->side - 15 + i, dark);
		}
	}
	put_fixed(qr, 8, qr->side - 8, true);
}

/* From version 7 on: 6 bits with their BCH code, in two blocks, per ISO/IEC 18004 Annex D. */
static void draw_version(struct qr *qr)
{
	uint32_t rest = qr->version;

	if (qr->version < 7)
		return;
	for (int i = 0; i < 12; i++)
		rest = rest << 1 ^ (rest >> 11) * 0x1F25;
	rest |= qr->version << 12;
	for (uint32_t i = 0; i < 18; i++) {
		put_fixed(qr, qr->side - 11 + i % 3, i / 3, rest >> i & 1);
		put_fixed(qr, i / 3, qr->side - 11 + i % 3, rest >> i & 1);
	}
}

static void draw_fixed(struct qr *qr)
{
	for (uint32_t i = 0; i < qr->side; i++) {
		put_fixed(qr, 6, i, i % 2 == 0);
		put_fixed(qr, i, 6, i % 2 == 0);
	}
	draw_rings(qr, 3, 3, 4, 0xB);
	draw_rings(qr, qr->side - 4, 3, 4, 0xB);
	draw_rings(qr, 3, qr->side - 4, 4, 0xB);
	draw_alignment(qr);
	draw_format(qr);
	draw_version(qr);
}

/*
 * Draws the codewords in pairs of columns, from the right, upwards and downwards in turn. Mask 0
 * inverts every second module. The standard would have the best of eight masks, but readers read
 * any, and our data are mixed enough.
 */
static void draw_data(struct qr *qr)
{
	uint32_t bit = 0, count = 8 * qr_codewords(qr->version);
	bool up = true;

	for (uint32_t right = qr->side - 1; right < qr->side; right -= 2, up = !up) {
		if (right == 6)
			right = 5;
		for (uint32_t i = 0; i < 2 * qr->side; i++) {
			uint32_t x = right - i % 2, y = up ? qr->side - 1 - i / 2 : i / 2;
			bool dark = false;

			if (is_set(&qr->fixed, x, y))
				continue;
			if (bit < count)
				dark = qr->codewords[bit / 8] >> (7 - bit % 8) & 1;
			bit++;
			set_module(&qr->dark, x, y, dark ^ ((x + y) % 2 == 0));
		}
	}
}

bool qr_make(struct qr *qr, const char *text, size_t size)
{
	memset(qr, 0, sizeof(*qr));
	do {
		if (qr->version++ == QR_VERSION_MAX)
			return false;
	} while (bits_needed(qr->version, size) > 8 * (size_t)qr_data_codewords(qr->version));
	qr->side = 17 + 4 * qr->version;
	if (!write_data(qr, text, size))
		return false;
	qr_add_check(qr->version, qr->codewords);
	draw_fixed(qr);
	draw_data(qr);
	return true;
}
