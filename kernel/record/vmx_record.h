/*
 * One CPU's way into VMX operation: the evidence that was read, the plan that was made from it, and
 * the outcome of the plan. The code under arch/ fills it and the report prints it. All zero means
 * that nothing was read, planned or done yet, so a CPU that never started has a valid record. Pure.
 */
#ifndef KERNEL_VMX_RECORD_H
#define KERNEL_VMX_RECORD_H

#include "arch/x86_64/vmx/vmx_numbers.h"
#include "kernel/record/reason.h"
#include "kernel/record/vmx_status.h"

#include <stdbool.h>
#include <stdint.h>

struct msr_reading {
	uint64_t value;
	enum { MSR_NOT_READ, MSR_READ, MSR_FAULTED } state; /* not read: it does not exist */
};

/* The VMX capability MSRs. */
enum {
	VMX_MSR_FIRST = IA32_VMX_BASIC,
	VMX_MSR_COUNT = IA32_VMX_EXIT_CTLS2 - IA32_VMX_BASIC + 1,
};

/* IA32_VMX_BASIC, decoded. */
struct vmx_basic {
	uint32_t revision;
	uint32_t region_size; /* bytes */
	bool addresses_32bit; /* the region must lie below 4 GiB */
	uint8_t memory_type;
	bool true_controls;
};

struct vmx_evidence {
	char vendor[13];
	char brand[49];
	char hypervisor_vendor[13];   /* "" if CPUID gives none */
	char hypervisor_beneath[13];  /* that imitates hypervisor_vendor; "" if there is none */
	uint32_t signature;           /* CPUID.1:EAX: family, model and stepping */
	uint8_t core_type;            /* CPUID.1AH:EAX[31:24] on hybrid parts; else 0 */
	struct msr_reading microcode; /* IA32_BIOS_SIGN_ID: the revision is in bits 63:32 */
	bool vmx;                     /* CPUID.1:ECX.VMX[5] */
	bool smx;                     /* CPUID.1:ECX.SMX[6] */
	bool monitor;                 /* CPUID.1:ECX.MONITOR[3] */
	bool hypervisor;              /* CPUID.1:ECX[31] */
	uint8_t counters;             /* CPUID.0AH:EAX[15:8]: performance counters */
	uint8_t physical_address_bits;
	uint64_t cr0;
	uint64_t cr4;
	bool vmxe_at_entry; /* CR4.VMXE was set before the kernel set it */
	struct msr_reading feature_control;
	struct msr_reading msr[VMX_MSR_COUNT]; /* written by record_set_msr() only */
	struct vmx_basic basic;                /* decoded; all 0 if it could not be read */
	uint32_t unread; /* by index: MSRs that the CPU has and a dump lacks */
};

/* IA32_FEATURE_CONTROL, decoded. */
struct vmx_feature_control {
	bool locked;
	bool vmx_in_smx;
	bool vmx_outside_smx;
};

/* A VMX capability MSR that contradicts the SDM. */
struct vmx_invalid {
	uint32_t msr;
	const char *rule; /* that its value breaks; NULL: none */
};

struct vmx_plan {
	enum reason stop;           /* why VMXON must not be tried; or REASON_NONE */
	bool write_feature_control; /* write feature_control to it */
	uint64_t feature_control;
	uint64_t cr0; /* to load before VMXON */
	uint64_t cr4;
	uint64_t cr0_conflict; /* bits that must be 1 or 0 and that we cannot set so */
	uint64_t cr4_conflict;
	struct vmx_invalid invalid; /* why stop is REASON_CAPABILITY_INVALID */
};

/*
 * What VMXON does according to the SDM. Prediction and outcome are compared: where they differ, the
 * CPU or the host hypervisor does not follow the SDM, or rootmode has a bug. because says why, and
 * is never NULL after a prediction.
 */
struct vmxon_prediction {
	struct vmx_status status;
	const char *because;
};

struct vmx_outcome {
	enum reason reason; /* why the plan failed; or REASON_NONE */
	bool feature_control_written;
	bool feature_control_write_faulted;
	struct msr_reading feature_control_after;
	uint64_t cr0; /* as read back after VMXON */
	uint64_t cr4;
	struct vmxon_prediction predicted;
	struct vmx_status vmxon;
	bool in_root_operation; /* now */
	bool vmcs_in_use;       /* its VMCS may be active: VMCLEAR it before VMXOFF */
	bool left;              /* was in VMX operation and has left it */
};

#endif
