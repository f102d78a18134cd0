/*
 * The manual's names and meanings of what VMX instructions and VM exits report by number. Pure:
 * data and its printing.
 */
#ifndef KERNEL_VMX_NAMES_H
#define KERNEL_VMX_NAMES_H

#include "kernel/lib/text.h"

/* How a VMX instruction ended; for a VM entry, also how the guest came back. */
enum vmx_ending {
	VMX_SUCCEEDED,
	VMX_FAIL_INVALID,
	VMX_FAIL_VALID,   /* number: the VM-instruction error */
	VMX_FAULTED,      /* number: the vector */
	VMX_NO_EFFECT,    /* no flag changed, which no CPU may do */
	VMX_EXITED,       /* number: the basic exit reason */
	VMX_ENTRY_FAILED, /* number: the basic exit reason, which had bit 31 set */
	VMX_WRONG_VALUE,  /* success, with a result that is wrong */
	VMX_NOT_TRIED,
};

struct vmx_answer {
	uint8_t ending; /* enum vmx_ending */
	uint8_t number;
};

/* SDM vol. 3C 30.4 "VM Instruction Error Numbers": the name, and what to make of it. */
const char *vmx_error_name(unsigned error);
const char *vmx_error_sentence(unsigned error);

/* SDM vol. 3D Appendix C "VMX Basic Exit Reasons" */
const char *vmx_exit_name(unsigned reason);

/* "VMfailValid 7: VM entry with invalid control field(s)" */
void vmx_print_answer(struct vmx_answer answer, struct text *to);

#endif
