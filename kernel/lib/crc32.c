#include "kernel/lib/crc32.h"

/*
 * The CRCs of the sixteen 4-bit values under the reversed polynomial 0xEDB88320. The usual table of
 * the 256 bytes would be twice as fast and take 1 KiB, but the report has only a few KiB.
 */
static const uint32_t nibbles[16] = {
	0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
	0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
	0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
};

uint32_t crc32_add(uint32_t crc, uint8_t byte)
{
	crc = ~crc ^ byte;
	crc = crc >> 4 ^ nibbles[crc & 15];
	crc = crc >> 4 ^ nibbles[crc & 15];
	return ~crc;
}
