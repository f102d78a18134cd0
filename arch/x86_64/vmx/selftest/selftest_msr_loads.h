/* The lists of MSRs that VM entries of the self-test load. */
#ifndef ARCH_X86_64_VMX_SELFTEST_MSR_LOADS_H
#define ARCH_X86_64_VMX_SELFTEST_MSR_LOADS_H

#include <stdint.h>

/* Writes all lists to their places in the scratch page. */
void selftest_msr_loads_write(uint8_t *scratch);

#endif
