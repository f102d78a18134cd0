/* The common CRC-32 (that of zlib and Ethernet), a byte at a time. Pure. */
#ifndef KERNEL_CRC32_H
#define KERNEL_CRC32_H

#include <stdint.h>

/* The CRC of what crc stands for, followed by byte; begin with 0. */
uint32_t crc32_add(uint32_t crc, uint8_t byte);

#endif
