/* The APIC ID by CPUID. The kernel takes it from the MADT, which Linux shows only to root. Pure. */
#ifndef CHECK_APIC_ID_H
#define CHECK_APIC_ID_H

#include "arch/x86_64/vmx/survey.h"

uint32_t apic_id_read(struct survey_source *source);

#endif
