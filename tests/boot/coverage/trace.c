/*
 * Reports each basic block that the kernel executes, once, on the debug console of Bochs and QEMU.
 * gcc's -fsanitize-coverage=trace-pc makes every block begin with a call of the function here.
 */
#include "arch/x86_64/instructions.h"

#include <stdatomic.h>
#include <stdbool.h>

enum {
	DEBUG_CONSOLE_PORT = 0xE9,
	TRIES = 10000, /* after which the CPU that has the port is taken for stopped */
	FIRST = 0x80,  /* the first byte of a report is from 0x80 to 0xBF, the others are above */
	NEXT = 0xC0,
	DIGIT_BITS = 6,
	DIGITS = 4,
};

extern const char text_start[];

void __sanitizer_cov_trace_pc(void);

static _Atomic uint8_t reported[1 << 16]; /* a bit per byte of code */
static atomic_flag port_in_use;

/*
 * The CPUs take turns. One that was stopped by NMI in the middle of a report does not keep the
 * others waiting for ever. Not inlined, to save no registers for a block that was reported before.
 */
__attribute__((noinline)) static void send(uint32_t offset)
{
	unsigned tries = 0;

	while (atomic_flag_test_and_set(&port_in_use) && tries++ < TRIES)
		pause();
	for (unsigned digit = DIGITS; digit-- > 0;) {
		uint32_t bits = offset >> (digit * DIGIT_BITS) & ((1u << DIGIT_BITS) - 1);

		out8(DEBUG_CONSOLE_PORT, (uint8_t)((digit == DIGITS - 1 ? FIRST : NEXT) | bits));
	}
	atomic_flag_clear(&port_in_use);
}

void __sanitizer_cov_trace_pc(void)
{
	uint64_t offset = (uint64_t)__builtin_return_address(0) - (uint64_t)text_start;
	uint8_t bit = (uint8_t)(1u << offset % 8);

	if (offset / 8 < sizeof(reported) && (atomic_load(&reported[offset / 8]) & bit) == 0 &&
	    (atomic_fetch_or(&reported[offset / 8], bit) & bit) == 0)
		send((uint32_t)offset);
}
