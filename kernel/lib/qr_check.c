#include "kernel/lib/qr_check.h"

#include "kernel/lib/qr.h"
#include "kernel/lib/string.h"

enum { CHECK_MAX = 30 };

/* ISO/IEC 18004 Table 9, for level L: codewords of error correction in a block, and blocks. */
static const struct {
	uint8_t check;
	uint8_t blocks;
} shapes[QR_VERSION_MAX] = {
	{7, 1},   {10, 1},  {15, 1},  {20, 1},  {26, 1},  {18, 2},  {20, 2}, {24, 2},
	{30, 2},  {18, 4},  {20, 4},  {24, 4},  {26, 4},  {30, 4},  {22, 6}, {24, 6},
	{28, 6},  {30, 6},  {28, 7},  {28, 8},  {28, 8},  {28, 9},  {30, 9}, {30, 10},
	{26, 12}, {28, 12}, {30, 12}, {30, 13}, {30, 14}, {30, 15},
};

/* All modules without the patterns, for which each version has its number: ISO/IEC 18004 Table 1.
 */
uint32_t qr_codewords(uint32_t version)
{
	uint32_t modules = (16 * version + 128) * version + 64;
	uint32_t alignments = version / 7 + 2;

	if (version >= 2)
		modules -= (25 * alignments - 10) * alignments - 55;
	if (version >= 7)
		modules -= 36;
	return modules / 8;
}

uint32_t qr_data_codewords(uint32_t version)
{
	return qr_codewords(version) -
	       (uint32_t)shapes[version - 1].check * shapes[version - 1].blocks;
}

/* Multiplies in GF(256), whose polynomial is x^8 + x^4 + x^3 + x^2 + 1. */
static uint8_t multiply(uint8_t a, uint8_t b)
{
	uint32_t product = 0;

	for (int bit = 7; bit >= 0; bit--)
		product = product << 1 ^ (product >> 7) * 0x11D ^ (uint32_t)(b >> bit & 1) * a;
	return (uint8_t)product;
}

/* Computes the generator: the product of x - 2^i, without the highest coefficient, which is 1. */
static void make_generator(uint32_t degree, uint8_t *generator)
{
	uint8_t root = 1;

	memset(generator, 0, degree);
	generator[degree - 1] = 1;
	for (uint32_t i = 0; i < degree; i++, root = multiply(root, 2)) {
		for (uint32_t j = 0; j < degree; j++) {
			generator[j] = multiply(generator[j], root);
			if (j + 1 < degree)
				generator[j] ^= generator[j + 1];
		}
	}
}

/* Computes the remainder of the data divided by the generator. */
static void divide(const uint8_t *data, uint32_t size, const uint8_t *generator, uint32_t degree,
                   uint8_t *rest)
{
	memset(rest, 0, degree);
	for (uint32_t i = 0; i < size; i++) {
		uint8_t factor = data[i] ^ rest[0];

		for (uint32_t j = 0; j < degree; j++)
			rest[j] = (uint8_t)((j + 1 < degree ? rest[j + 1] : 0) ^
			                    multiply(generator[j], factor));
	}
}

/* The last blocks have one codeword of data more than the first, if they cannot all be of one size.
 */
void qr_add_check(uint32_t version, uint8_t *codewords)
{
	static uint8_t mixed[QR_CODEWORDS_MAX];
	const uint32_t check = shapes[version - 1].check, blocks = shapes[version - 1].blocks;
	const uint32_t data = qr_data_codewords(version);
	const uint32_t size = data / blocks, short_blocks = blocks - data % blocks;
	uint8_t generator[CHECK_MAX], rest[CHECK_MAX];
	uint32_t from = 0;

	make_generator(check, generator);
	for (uint32_t block = 0; block < blocks; block++) {
		uint32_t here = size + (block >= short_blocks);

		for (uint32_t i = 0; i < here; i++)
			mixed[i < size ? i * blocks + block
			               : size * blocks + block - short_blocks] =
				codewords[from + i];
		divide(codewords + from, here, generator, check, rest);
		for (uint32_t i = 0; i < check; i++)
			mixed[data + i * blocks + block] = rest[i];
		from += here;
	}
	memcpy(codewords, mixed, qr_codewords(version));
}
