/* Finds the VMX capability MSRs that a CPU has and a dump lacks. Pure. */
#ifndef CHECK_UNREAD_H
#define CHECK_UNREAD_H

#include "kernel/record/vmx_record.h"

/* Returns them as vmx_evidence.unread has them; those whose existence is not known count, too. */
uint32_t unread_find(const struct vmx_evidence *evidence);

#endif
