/* What the CPUID instruction answers. Pure. */
#ifndef ARCH_X86_64_CPUID_H
#define ARCH_X86_64_CPUID_H

#include <stdint.h>

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

#endif
