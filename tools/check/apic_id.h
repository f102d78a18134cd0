/* A CPU's APIC ID, which the kernel knows from the firmware's list, as the CPU itself gives it.
 * Pure. */
#ifndef CHECK_APIC_ID_H
#define CHECK_APIC_ID_H

#include "arch/x86_64/vmx/survey.h"

uint32_t apic_id_read(struct survey_source *source);

#endif
