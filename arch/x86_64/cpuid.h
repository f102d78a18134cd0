/* The result of the CPUID instruction. Pure: the tests and rootmode-check use it, too. */
#ifndef ARCH_X86_64_CPUID_H
#define ARCH_X86_64_CPUID_H

#include <stdint.h>

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

#endif
