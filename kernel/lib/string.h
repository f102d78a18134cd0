/*
 * The four memory functions that a compiler may call even in a freestanding program, and strlen and
 * strcmp. memcpy and memset, whose speed matters, are in arch/x86_64/memcpy.asm. Pure.
 */
#ifndef KERNEL_STRING_H
#define KERNEL_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *at, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *string);
int strcmp(const char *a, const char *b);

#endif
