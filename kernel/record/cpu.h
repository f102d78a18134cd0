/*
 * The record of one logical CPU. Each part has one writer, named in struct cpu. Pure.
 *
 * There are no locks. The CPU fills its part, then announces CPU_DONE by an atomic operation. The
 * BSP reads the part only after that. A CPU that hangs never announces CPU_DONE, and its part may
 * be incomplete. Then only progress is reliable, because the BSP writes it.
 */
#ifndef KERNEL_CPU_H
#define KERNEL_CPU_H

#include "kernel/record/bench.h"
#include "kernel/record/inherited.h"
#include "kernel/record/memory_types.h"
#include "kernel/record/proof.h"
#include "kernel/record/vmx_record.h"

/* The steps of a CPU. The CPU announces each one, and the log can then say where it hung. */
enum cpu_step {
	CPU_SILENT,             /* announced nothing yet */
	CPU_PROTECTED_MODE,     /* found its APIC ID in the list; paging is still off */
	CPU_LONG_MODE,          /* runs 64-bit code on its own stack */
	CPU_EVIDENCE,           /* read CPUID and the MSRs */
	CPU_VMXON,              /* made its plan; executes VMXON next, if the plan allows it */
	CPU_DONE,               /* carried out its orders, or its record says why not */
	CPU_NO_EXECUTE_DISABLE, /* halted after CPU_PROTECTED_MODE: it lacks the BSP's NX bit */
};

/* The tasks of a CPU, for "hung while ..." in the log. */
#define TASK_ENTER    "entering VMX operation"
#define TASK_LEAVE    "leaving VMX operation"
#define TASK_PROVE    "running its guests"
#define TASK_SELFTEST "running the self-test"
#define TASK_BENCH    "running the bench"
#define TASK_HALT     "going offline"
#define TASK_APIC     "restoring the mode of its local APIC"

/* The CPU's identity, and the memory reserved for it. Set with the list of CPUs, then constant. */
struct cpu_found {
	uint32_t index; /* in the list of CPUs; 0 is the BSP */
	uint32_t apic_id;
	uint64_t region_phys; /* VMXON region, one page; 0: not enough memory */
	uint64_t vmcs_phys;   /* VMCS, one page */
	bool fits_no_package; /* the CPU may not exist: kernel/record/phantoms.h */
	bool kexec;           /* Linux ran on it before, and started rootmode by kexec */
};

/* What the CPU must do. Set before the CPU starts. */
struct cpu_orders {
	bool observe;  /* do not write any VMX setting, do not enter VMX operation */
	bool selftest; /* test the VMX instructions before and after VMXON */
	bool prove;    /* run guests */
};

/* What the BSP records when it starts the CPU and waits for it. */
struct cpu_progress {
	enum reason failure;     /* why the CPU does not run; REASON_NONE if it runs */
	enum cpu_step last_step; /* the last one announced before the BSP gave the CPU up */
	const char *task;     /* the TASK_ that the CPU did not finish; NULL: none, or its start */
	uint32_t apic_errors; /* ESR of the BSP's local APIC after INIT-SIPI-SIPI */
};

/* What the monitor asks the CPU to do: access a register, or execute CPUID. */
struct cpu_request {
	uint32_t msr;
	uint64_t value; /* to write */
	uint32_t leaf;
	uint32_t subleaf;
};

/* The CPU's answer to a cpu_request. */
struct cpu_answer {
	struct vmx_status status; /* how the access ended */
	bool before_known;        /* reading before did not fault */
	bool after_known;         /* reading after did not fault */
	uint64_t before;          /* the value read, or the value before a write */
	uint64_t after;           /* the value after a write */
	uint32_t cpuid[4];
};

/* What the monitor knows of the CPU. The BSP writes it, except for the answer. */
struct cpu_monitor {
	bool offline;  /* halted until the monitor starts it again */
	bool closed;   /* entered VMX operation and left it again */
	bool stresses; /* in a stress test: leaves and enters while the other CPUs run guests */
	struct cpu_request request;
	struct cpu_answer answer; /* written by the CPU itself */
};

/*
 * The CPU's place among the groups that kernel/record/group.h made last. In a group, the CPUs are
 * in the order of the list; the first one has the facts of the group.
 */
struct cpu_group {
	struct cpu *next;    /* the next member; NULL: none */
	struct cpu *last;    /* the last member */
	struct cpu *greater; /* while the groups are sorted: the first CPU of the next one */
	uint32_t count;      /* the members; 0: this CPU is not the first */
};

struct cpu {
	/* Written by the BSP: the first two before the CPU starts. */
	struct cpu_found found;
	struct cpu_orders orders;
	struct cpu_progress progress;

	/* Written by the CPU itself, in this order. The BSP reads it after CPU_DONE. */
	struct inherited inherited;
	struct vmx_evidence evidence;
	struct vmx_plan plan;
	struct vmx_outcome outcome;
	struct vmx_selftest selftest;
	struct vmx_proof proof;
	struct vmx_bench bench;
	struct memory_types memory_types;
	bool finished; /* carried out all its orders */

	/* Written by the BSP. */
	struct cpu_monitor monitor;
	enum reason reported; /* the failure that was printed */
	struct cpu_group group;

	/* NMIs sent and not received yet. The BSP increments it, the CPU decrements it. */
	_Atomic uint32_t nmis_owed;
};

/* The CPUs that the run uses. */
struct cpu_list {
	struct cpu **cpu;
	uint32_t count;
};

/* Returns whether the record says that the CPU did what its orders demand. */
static inline bool cpu_obeyed(const struct cpu *cpu)
{
	if (cpu->orders.observe)
		return true;
	return vmx_succeeded(cpu->outcome.vmxon) && (!cpu->orders.prove || cpu->proof.cycles > 0);
}

/*
 * Returns what went wrong with the CPU, or REASON_NONE. What the BSP saw comes first, because a CPU
 * that hung has an incomplete record. Otherwise the first failure counts: in the plan, in the
 * outcome, or in the guests. A record without a failure is not enough: it must also say that the
 * CPU obeyed.
 */
static inline enum reason cpu_reason(const struct cpu *cpu)
{
	if (cpu->progress.failure != REASON_NONE)
		return cpu->progress.failure;
	if (cpu->plan.stop != REASON_NONE)
		return cpu->plan.stop;
	if (cpu->outcome.reason != REASON_NONE)
		return cpu->outcome.reason;
	if (cpu->proof.reason != REASON_NONE)
		return cpu->proof.reason;
	return cpu_obeyed(cpu) ? REASON_NONE : REASON_NOT_FINISHED;
}

#endif
