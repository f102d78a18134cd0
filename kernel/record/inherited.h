/* The state in which a CPU was handed over, as the CPU found it and took it over. Pure. */
#ifndef KERNEL_INHERITED_H
#define KERNEL_INHERITED_H

#include <stdbool.h>
#include <stdint.h>

/* SDM vol. 3A 10.12.1 "Detecting and Enabling x2APIC Mode" */
enum apic_mode {
	APIC_ABSENT,   /* the CPU has no local APIC, or hides it */
	APIC_DISABLED, /* by IA32_APIC_BASE */
	APIC_XAPIC,
	APIC_X2APIC,
};

struct inherited {
	uint64_t cr0; /* at the CPU's first instruction; 0: it never started */
	uint64_t pat; /* IA32_PAT before rootmode wrote it, if it did */
	bool pat_changed;
	bool taken_over;
	enum apic_mode apic_found;
	enum apic_mode apic;    /* the mode in use */
	uint16_t in_service;    /* interrupts without an EOI */
	uint16_t pending;       /* interrupts that nobody had taken */
	uint8_t vector;         /* the highest of these */
	uint32_t cpuid_apic_id; /* APIC ID per CPUID */
	bool has_other_id;      /* it is not that of the local APIC and the MADT */
	uint8_t foreign_vector; /* of the last interrupt that rootmode did not ask for */
	uint32_t foreign;       /* number of those, since the local APIC was taken over */
};

/* Stores CR0 at the first instruction, unless the CPU was started before. */
void inherited_cr0(struct inherited *inherited, uint64_t cr0);

/* Returns true if the caches were disabled at the first instruction: CR0.CD was set. */
bool inherited_uncached(const struct inherited *inherited);

/* The mode as a key's value: "none", "disabled", "xapic", "x2apic". */
const char *apic_mode_name(enum apic_mode mode);

#endif
