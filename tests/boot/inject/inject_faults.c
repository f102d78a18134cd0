/* Injects an exception, a halt or a delay at a stage of a CPU. */
#include "tests/boot/inject/inject.h"

#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"
#include "kernel/discover/cpu_list.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/timeout.h"
#include "kernel/machine/wait.h"
#include "kernel/run/panic.h"
#include "kernel/report/narrate.h"
#include "kernel/report/report.h"
#include "tests/boot/inject/inject_exceptions.h"

#include <stdatomic.h>

enum { AWAIT_BSP_US = 1000000, LATE_US = 20000 }; /* time for a late CPU to do what it must not */

enum reason __real_cpu_list_make(const struct cpu_source *source, const struct options *options,
                                 struct cpu_list *cpus);
enum reason __wrap_cpu_list_make(const struct cpu_source *source, const struct options *options,
                                 struct cpu_list *cpus);
void __real_apic_take_over_ap(void);
void __wrap_apic_take_over_ap(void);
void __real_arch_smp_announce(enum cpu_step progress);
void __wrap_arch_smp_announce(enum cpu_step progress);
void __real_narrate_cpus(const struct machine *machine, struct text *to);
void __wrap_narrate_cpus(const struct machine *machine, struct text *to);
void __real_report_print_end(const struct machine *machine, const char *text_crc,
                             struct text *dropped, struct text *to);
void __wrap_report_print_end(const struct machine *machine, const char *text_crc,
                             struct text *dropped, struct text *to);
void __real_arch_vmx_bench_alone(struct cpu *cpu);
void __wrap_arch_vmx_bench_alone(struct cpu *cpu);
bool __real_wait_is_over(struct wait *wait, uint64_t us);
bool __wrap_wait_is_over(struct wait *wait, uint64_t us);
void __real_console_flush(void);
void __wrap_console_flush(void);

static atomic_bool waiting_is_over;
static atomic_uint late; /* CPUs */
static atomic_bool bsp_is_done;

static void wait_us(uint64_t us)
{
	uint64_t since = arch_ticks();

	while (!timeout_passed(since, us))
		arch_relax();
}

/*
 * Keeps an AP from being faster than the BSP: how many CPUs have entered at a fault is then known.
 * But the BSP's guest may spin until this AP interrupts it.
 */
static void await_bsp(void)
{
	uint64_t since = arch_ticks();

	while (!atomic_load(&bsp_is_done) && !inject_guest_spins(0) &&
	       !timeout_passed(since, AWAIT_BSP_US))
		arch_relax();
}

/* Waits until the BSP waits for no AP: it gave this one up, or there is a panic. */
static void be_late(void)
{
	atomic_fetch_add(&late, 1);
	while (!atomic_load(&waiting_is_over))
		arch_relax();
}

/* Lets the late CPUs continue, and gives them time before the BSP prints. */
static void release_late(void)
{
	atomic_store(&waiting_is_over, true);
	if (atomic_load(&late) > 0)
		wait_us(LATE_US);
}

/* Advances this CPU's TSC, as if the machine had been paused. */
static void lose_us(uint64_t us)
{
	wrmsr(IA32_TIME_STAMP_COUNTER, rdtsc() + us * arch_clock_khz() / 1000);
}

__attribute__((noreturn)) static void hang(void)
{
	for (;;)
		arch_relax();
}

void inject_perform(const struct injection *injection)
{
	if (bytes_equal(injection->what, "hang"))
		hang();
	if (bytes_equal(injection->what, "late")) {
		be_late();
		return;
	}
	if (bytes_equal(injection->what, "gap")) {
		lose_us(injection->value[0]);
		return;
	}
	if (bytes_equal(injection->what, "slow")) {
		wait_us(injection->value[0]);
		return;
	}
	if (inject_perform_on_guest(injection))
		return;
	for (const struct named_fault *fault = exceptions; fault->name != NULL; fault++) {
		if (bytes_equal(injection->what, fault->name)) {
			fault->raise();
			inject_fail("an injected exception has not happened");
		}
	}
	inject_fail("there is no such injection");
}

enum reason __wrap_cpu_list_make(const struct cpu_source *source, const struct options *options,
                                 struct cpu_list *cpus)
{
	inject_stage("listing");
	return __real_cpu_list_make(source, options, cpus);
}

void __wrap_apic_take_over_ap(void)
{
	__real_apic_take_over_ap();
	await_bsp();
	inject_stage("start");
}

void __wrap_arch_smp_announce(enum cpu_step progress)
{
	static const char *const stages[] = {
		[CPU_EVIDENCE] = "evidence",
		[CPU_VMXON] = "vmxon",
		[CPU_DONE] = "done",
	};

	__real_arch_smp_announce(progress);
	if (progress == CPU_DONE && arch_this_cpu()->found.index == 0)
		atomic_store(&bsp_is_done, true);
	if (stages[progress] != NULL)
		inject_stage(stages[progress]);
}

void __wrap_narrate_cpus(const struct machine *machine, struct text *to)
{
	release_late();
	inject_stage("narrate");
	__real_narrate_cpus(machine, to);
}

void __wrap_report_print_end(const struct machine *machine, const char *text_crc,
                             struct text *dropped, struct text *to)
{
	release_late();
	inject_stage("report");
	__real_report_print_end(machine, text_crc, dropped, to);
}

/* Comes after the check for what the caller waits for, and before the check of the clock. */
bool __wrap_wait_is_over(struct wait *wait, uint64_t us)
{
	inject_stage("wait");
	return __real_wait_is_over(wait, us);
}

void __wrap_console_flush(void)
{
	inject_stage("flush");
	__real_console_flush();
}

void __wrap_arch_vmx_bench_alone(struct cpu *cpu)
{
	inject_stage("bench");
	__real_arch_vmx_bench_alone(cpu);
}
