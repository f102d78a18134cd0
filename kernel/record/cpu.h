/* One logical CPU: its record, nested by who writes it. Pure. */
#ifndef KERNEL_CPU_H
#define KERNEL_CPU_H

#include "kernel/record/bench.h"
#include "kernel/record/inherited.h"
#include "kernel/record/proof.h"
#include "kernel/record/vmx_record.h"

/* The steps of a CPU. It announces each one itself, after taking it. */
enum cpu_step {
	CPU_SILENT,             /* no sign of life */
	CPU_PROTECTED_MODE,     /* found its own APIC ID, before paging */
	CPU_LONG_MODE,          /* in 64-bit code, on its own stack */
	CPU_EVIDENCE,           /* has read what there is to read */
	CPU_VMXON,              /* is about to execute VMXON, or has found that it must not */
	CPU_DONE,               /* has entered VMX operation, or knows why not */
	CPU_NO_EXECUTE_DISABLE, /* stopped after CPU_PROTECTED_MODE: it lacks the BSP's NX bit */
};

#define TASK_ENTER    "entering VMX operation"
#define TASK_LEAVE    "leaving VMX operation"
#define TASK_PROVE    "its guests"
#define TASK_SELFTEST "the self-test"
#define TASK_BENCH    "the bench"

/* What the list of CPUs says of the CPU, and the memory that it reserves for it. Then constant. */
struct cpu_found {
	uint32_t index; /* in the list of CPUs; 0 is the BSP */
	uint32_t apic_id;
	uint64_t region_phys; /* its VMXON region: a page of its own */
	uint64_t vmcs_phys;   /* its VMCS: likewise */
	bool fits_no_package; /* it may not exist: kernel/record/phantoms.h */
};

/* What the CPU has to do, as the run decides before the CPU starts. */
struct cpu_orders {
	bool observe;  /* write nothing, enter nothing */
	bool selftest; /* try the VMX instructions while it enters */
	bool prove;    /* run guests */
};

/* What the BSP sees of the CPU while it starts it and waits for it. */
struct cpu_progress {
	enum reason failure;     /* why it does not run; REASON_NONE for all that run */
	enum cpu_step last_step; /* that it had announced when the BSP gave it up */
	const char *task;        /* that it never finished; NULL: none */
	uint32_t apic_errors;    /* of the BSP's APIC, in sending it INIT and SIPI */
};

/* What the monitor asks the CPU for: a register, or CPUID. */
struct cpu_request {
	uint32_t msr;
	uint64_t value; /* to be written */
	uint32_t leaf;
	uint32_t subleaf;
};

/* What the CPU answers to it. */
struct cpu_answer {
	struct vmx_status status; /* of what was to be done */
	bool before_known;        /* reading it before, and after, did not fault */
	bool after_known;
	uint64_t before; /* a register's value; that which was read, where nothing was written */
	uint64_t after;
	uint32_t cpuid[4];
};

/* What the monitor has made of the CPU; it is written by the BSP. */
struct cpu_monitor {
	bool offline;  /* asleep after INIT */
	bool closed;   /* has entered VMX operation, and was taken out of it */
	bool stresses; /* leaves and enters while others prove */
	struct cpu_request request;
	struct cpu_answer answer; /* by the CPU itself */
};

struct cpu {
	struct cpu_found found;       /* by the list of CPUs, before the CPU starts */
	struct cpu_orders orders;     /* by the run, likewise */
	struct cpu_progress progress; /* by the BSP */

	/* By the CPU itself, in this order. The BSP reads it when the CPU has announced CPU_DONE.
	 */
	struct inherited inherited;
	struct vmx_evidence evidence;
	struct vmx_plan plan;
	struct vmx_outcome outcome;
	struct vmx_selftest selftest;
	struct vmx_proof proof;
	struct vmx_bench bench;
	bool finished; /* has done everything that it has to do at start */

	struct cpu_monitor monitor; /* by the monitor */
	bool reported;              /* by the report: its failure has been printed */
	_Atomic uint32_t nmis_owed; /* added by who sends an NMI, taken off by the CPU */
};

/* The CPUs of the machine that are used. */
struct cpu_list {
	struct cpu **cpu;
	uint32_t count;
};

/* What went wrong with the CPU; REASON_NONE if nothing did. */
static inline enum reason cpu_reason(const struct cpu *cpu)
{
	if (cpu->progress.failure != REASON_NONE)
		return cpu->progress.failure;
	if (cpu->plan.stop != REASON_NONE)
		return cpu->plan.stop;
	return cpu->outcome.reason != REASON_NONE ? cpu->outcome.reason : cpu->proof.reason;
}

#endif
