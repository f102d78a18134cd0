/* One logical CPU: the record that it fills itself and that the BSP reads when it is done. Pure. */
#ifndef KERNEL_CPU_H
#define KERNEL_CPU_H

#include "kernel/record/bench.h"
#include "kernel/record/proof.h"
#include "kernel/record/vmx_record.h"

/* How far a CPU has come. Written by the CPU itself; each step is announced after it was made. */
enum cpu_progress {
	CPU_SILENT,         /* no sign of life */
	CPU_PROTECTED_MODE, /* found its own APIC ID, before paging */
	CPU_LONG_MODE,      /* in 64-bit code, on its own stack */
	CPU_EVIDENCE,       /* has read what there is to read */
	CPU_VMXON,          /* is about to execute VMXON, or has found that it must not */
	CPU_DONE,           /* has entered VMX operation, or knows why not */
};

#define TASK_ENTER    "entering VMX operation"
#define TASK_LEAVE    "leaving VMX operation"
#define TASK_PROVE    "its guests"
#define TASK_SELFTEST "the self-test"
#define TASK_BENCH    "the bench"

/* What an instruction that may fault came back with. */
struct fault {
	bool taken;
	uint8_t vector;
	uint32_t error_code;
};

/* What a CPU has answered to a request of the monitor's. */
struct cpu_answer {
	struct fault fault; /* of what was to be done */
	bool before_known;  /* reading it before, and after, did not fault */
	bool after_known;
	uint64_t before; /* a register's value; that which was read, where nothing was written */
	uint64_t after;
	uint32_t cpuid[4];
};

struct cpu {
	uint32_t index; /* in the list of CPUs; 0 is the BSP */
	uint32_t apic_id;
	enum reason trouble;       /* why it could not be started; REASON_NONE for all that run */
	enum cpu_progress reached; /* how far it had come when that was decided */
	const char *task;          /* what it did not come back from; NULL: from nothing */
	bool told;                 /* its trouble has been, to people */
	uint32_t apic_errors;      /* of the BSP's APIC, in sending it INIT and SIPI */
	uint64_t region_phys;      /* its VMXON region: a page of its own */
	uint64_t vmcs_phys;        /* its VMCS: likewise */
	bool done;                 /* has done all that it was to do at start */
	bool offline;              /* put to sleep by INIT, as the monitor was asked */
	bool closed;      /* has entered VMX operation, and was taken out of it, likewise */
	bool churns;      /* is one of those that leave and enter while others prove */
	bool vmcs_in_use; /* the VMCS may be active: it must be cleared before VMXOFF */
	_Atomic uint32_t nmis_owed; /* that the monitor has sent it, and it has not taken */
	struct vmx_evidence evidence;
	struct vmx_plan plan;
	struct vmx_outcome outcome;
	struct cpu_answer answer;
	struct vmx_proof proof;
	struct vmx_selftest selftest;
	struct vmx_bench bench;
};

/* The CPUs of the machine that are used. */
struct cpu_list {
	struct cpu **cpu;
	uint32_t count;
};

/* What went wrong with the CPU; REASON_NONE if nothing did. */
static inline enum reason cpu_reason(const struct cpu *cpu)
{
	if (cpu->trouble != REASON_NONE)
		return cpu->trouble;
	if (cpu->plan.stop != REASON_NONE)
		return cpu->plan.stop;
	return cpu->outcome.reason != REASON_NONE ? cpu->outcome.reason : cpu->proof.reason;
}

#endif
