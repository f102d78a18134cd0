/*
 * The record of one logical CPU, nested by who writes it. Pure.
 *
 * No part has two writers at the same time, so there are no locks. The CPU fills its part, then
 * announces CPU_DONE by an atomic operation; the BSP reads the part only after it sees that. A CPU
 * that hangs never announces it: what it had written by then may be half done, and only progress,
 * which the BSP writes, is certain.
 */
#ifndef KERNEL_CPU_H
#define KERNEL_CPU_H

#include "kernel/record/bench.h"
#include "kernel/record/inherited.h"
#include "kernel/record/proof.h"
#include "kernel/record/vmx_record.h"

/*
 * The steps of a CPU. It announces each one itself, after taking it, so that the log can say where
 * a CPU hung.
 */
enum cpu_step {
	CPU_SILENT,             /* nothing announced yet */
	CPU_PROTECTED_MODE,     /* found its APIC ID, before paging */
	CPU_LONG_MODE,          /* in 64-bit code, on its own stack */
	CPU_EVIDENCE,           /* has read CPUID and the MSRs */
	CPU_VMXON,              /* is about to execute VMXON, or has found that it must not */
	CPU_DONE,               /* has entered VMX operation, or knows why not */
	CPU_NO_EXECUTE_DISABLE, /* stopped after CPU_PROTECTED_MODE: it lacks the BSP's NX bit */
};

/* What a CPU hung in, after "hung while" in the log. */
#define TASK_ENTER    "entering VMX operation"
#define TASK_LEAVE    "leaving VMX operation"
#define TASK_PROVE    "running its guests"
#define TASK_SELFTEST "running the self-test"
#define TASK_BENCH    "running the bench"

/* Where the CPU is, and the memory reserved for it. Constant once the list of CPUs is made. */
struct cpu_found {
	uint32_t index; /* in the list of CPUs; 0 is the BSP */
	uint32_t apic_id;
	uint64_t region_phys; /* its VMXON region, one page; 0: none */
	uint64_t vmcs_phys;   /* its VMCS, one page */
	bool fits_no_package; /* it may not exist: kernel/record/phantoms.h */
};

/* What the CPU must do. The run decides it before the CPU starts. */
struct cpu_orders {
	bool observe;  /* write nothing, enter nothing */
	bool selftest; /* test the VMX instructions while entering */
	bool prove;    /* run guests */
};

/* What the BSP sees of the CPU while it starts it and waits for it. */
struct cpu_progress {
	enum reason failure;     /* why it does not run; REASON_NONE if it runs */
	enum cpu_step last_step; /* announced when the BSP stopped waiting */
	const char *task;        /* the TASK_ that it never finished; or NULL */
	uint32_t apic_errors;    /* ESR of the BSP's APIC after INIT-SIPI-SIPI */
};

/* A request of the monitor to the CPU: to access a register, or to execute CPUID. */
struct cpu_request {
	uint32_t msr;
	uint64_t value; /* to be written */
	uint32_t leaf;
	uint32_t subleaf;
};

/* The CPU's answer to it. */
struct cpu_answer {
	struct vmx_status status; /* of the requested access */
	bool before_known;        /* the reads before and after did not fault */
	bool after_known;
	uint64_t before; /* the value, or the value before a write */
	uint64_t after;
	uint32_t cpuid[4];
};

/* The monitor's state of the CPU. The BSP writes all but the answer. */
struct cpu_monitor {
	bool offline;  /* waits for SIPI, after INIT */
	bool closed;   /* entered VMX operation and has left it again */
	bool stresses; /* leaves and enters while the others run guests */
	struct cpu_request request;
	struct cpu_answer answer; /* by the CPU itself */
};

struct cpu {
	struct cpu_found found;       /* by the list of CPUs, before the CPU starts */
	struct cpu_orders orders;     /* by the run, likewise */
	struct cpu_progress progress; /* by the BSP */

	/* By the CPU itself, in this order. The BSP reads it after CPU_DONE. */
	struct inherited inherited;
	struct vmx_evidence evidence;
	struct vmx_plan plan;
	struct vmx_outcome outcome;
	struct vmx_selftest selftest;
	struct vmx_proof proof;
	struct vmx_bench bench;
	bool finished; /* has done all its orders */

	struct cpu_monitor monitor; /* by the monitor */
	bool reported;              /* by the report: its failure has been printed */
	_Atomic uint32_t
		nmis_owed; /* incremented by the sender of an NMI, decremented by the CPU */
};

/* The CPUs that the run uses. */
struct cpu_list {
	struct cpu **cpu;
	uint32_t count;
};

/*
 * Returns what went wrong with the CPU, or REASON_NONE. The first failure on the way counts: what
 * the BSP saw, then the plan, then the outcome, then the guests. A CPU that hung in its guests has
 * a half written proof, so what the BSP saw comes first.
 */
static inline enum reason cpu_reason(const struct cpu *cpu)
{
	if (cpu->progress.failure != REASON_NONE)
		return cpu->progress.failure;
	if (cpu->plan.stop != REASON_NONE)
		return cpu->plan.stop;
	return cpu->outcome.reason != REASON_NONE ? cpu->outcome.reason : cpu->proof.reason;
}

#endif
