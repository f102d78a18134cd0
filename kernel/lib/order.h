/*
 * The order of two things that are compared by several facts, one after the other: the first fact
 * that differs decides. Start with an order of 0. Afterwards it is negative if a comes first,
 * positive if b does, and 0 if all facts are equal. Pure.
 */
#ifndef KERNEL_ORDER_H
#define KERNEL_ORDER_H

#include "kernel/lib/string.h"

#include <stddef.h>
#include <stdint.h>

static inline void order_by(int *order, uint64_t a, uint64_t b)
{
	if (a != b && *order == 0)
		*order = a < b ? -1 : 1;
}

/* By address: for strings that are constants of the kernel. */
static inline void order_by_address(int *order, const void *a, const void *b)
{
	order_by(order, (uintptr_t)a, (uintptr_t)b);
}

static inline void order_by_bytes(int *order, const void *a, const void *b, size_t size)
{
	if (*order == 0)
		*order = memcmp(a, b, size);
}

#endif
