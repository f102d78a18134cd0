/* The CRC-32 of zlib and Ethernet, one byte at a time. Pure. */
#ifndef KERNEL_CRC32_H
#define KERNEL_CRC32_H

#include <stdint.h>

/* Returns the CRC of the bytes that gave crc, followed by byte. Start with 0. */
uint32_t crc32_add(uint32_t crc, uint8_t byte);

#endif
