/*
 * The rules of VM entry, checked by software: which one does the current VMCS break? Pure: the
 * fields come through a function of the caller's.
 */
#ifndef ARCH_X86_64_VMX_ENTRY_CHECK_H
#define ARCH_X86_64_VMX_ENTRY_CHECK_H

#include "kernel/record/vmx_names.h"
#include "kernel/record/vmx_record.h"

struct entry_view {
	uint64_t (*field)(uint32_t field);
	const struct vmx_evidence *evidence;
};

/* Each returns the first rule that is broken, as a sentence; NULL if all that are known here hold.
 */
const char *entry_check_controls(const struct entry_view *view);
const char *entry_check_host(const struct entry_view *view);
const char *entry_check_guest(const struct entry_view *view);

/* The one of these that has to do with how a VM entry failed. */
const char *entry_check(const struct entry_view *view, struct vmx_status status);

#endif
