/*
 * The rules of VM entry, checked in software, to say which rule a VMCS breaks. Pure: the caller
 * supplies the function that reads a field.
 */
#ifndef ARCH_X86_64_VMX_ENTRY_CHECK_H
#define ARCH_X86_64_VMX_ENTRY_CHECK_H

#include "kernel/record/vmx_names.h"
#include "kernel/record/vmx_record.h"

struct entry_view {
	uint64_t (*field)(uint32_t field);
	const struct vmx_evidence *evidence;
};

/* Each returns the first broken rule of its group as a clause, or NULL if it finds none. */
const char *entry_check_controls(const struct entry_view *view);
const char *entry_check_host(const struct entry_view *view);
const char *entry_check_guest(const struct entry_view *view);

/* Checks the group that a failed VM entry's status points to. Returns like the functions above. */
const char *entry_check(const struct entry_view *view, struct vmx_status status);

#endif
