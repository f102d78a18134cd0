/*
 * kernel/machine: what the kernel asks of the machine. This header is the only interface from
 * kernel/ to arch/, which implements it.
 */
#ifndef KERNEL_ARCH_H
#define KERNEL_ARCH_H

#include "kernel/record/cpu.h"
#include "kernel/tables/fadt.h"
#include "kernel/tables/options.h"
#include "kernel/tables/soft_off.h"
#include "kernel/record/selftest.h"

#include <stdbool.h>
#include <stdint.h>

/* Loads the BSP's descriptor tables and exception handlers. Must come first. */
void arch_init(void);

/* Return where the loader put its information and the image. */
uint64_t arch_boot_information_phys(void);
bool arch_is_pvh(void); /* whether it is PVH's start information; else, multiboot2's */
uint64_t arch_image_phys(void);
uint64_t arch_image_size(void);

/* Returns the CRC-32 of the kernel's code, which tells one build from another. */
uint32_t arch_text_crc32(void);

/*
 * Maps size bytes of physical memory, readable and writable, and returns their address. Returns
 * NULL beyond arch_map_end(), or when page tables run out. The mapping is permanent.
 */
void *arch_map(uint64_t phys, uint64_t size);

/* Returns the end of what can be mapped: MAXPHYADDR, or 64 TiB if that is less. */
uint64_t arch_map_end(void);

/*
 * The same for an address from firmware, which may be nonsense: NULL also after too many regions.
 */
void *arch_map_firmware(uint64_t phys, uint64_t size);

/* Returns the physical address of what one of these two has mapped. */
uint64_t arch_mapped_phys(const void *mapped);

/* Time: a counter, and its rate, which is measured against a timer in the background. */
uint64_t arch_ticks(void);
uint64_t arch_entry_ticks(void); /* the counter when the kernel was entered */
uint64_t arch_ticks_to_us(uint64_t ticks);
const char *arch_clock_source(void);
const char *arch_clock_check(void); /* the second source that confirms the rate, or "none" */
uint64_t arch_clock_khz(void);

/*
 * Starts measuring the rate on this CPU. fadt: all zero if there is none. find_hpet returns the
 * physical address of the HPET's registers, or 0; it is called only if the HPET is needed.
 */
void arch_clock_start(const struct fadt *fadt, uint64_t (*find_hpet)(void));
void arch_clock_poll(void);              /* continues the measurement: call it in every wait */
bool arch_clock_ready(void);             /* whether a rate is known, if only a coarse one */
bool arch_clock_final(void);             /* whether it will not change any more */
void arch_clock_report(struct text *to); /* prints, once, what is odd about the final rate */
void arch_clock_take_over(void); /* this CPU measures from now on: the one that did is stopped */

/*
 * Serial ports, by an index below OPTIONS_CONSOLES_MAX that the caller chooses. Opening fails if
 * nothing answers. UART_PCI becomes the port that was found, and baud 0 if the rate is kept.
 */
bool arch_serial_open(unsigned index, struct uart *uart);
unsigned arch_serial_room(unsigned index); /* bytes that it can take without waiting */
void arch_serial_put(unsigned index, uint8_t byte);
bool arch_serial_idle(unsigned index);               /* whether everything was sent */
bool arch_serial_get(unsigned index, uint8_t *byte); /* false if no byte was received */

/* The screen: the address of VGA text memory; a mapping of its memory, or NULL. */
uint64_t arch_screen_text_phys(void);
void *arch_screen_map(uint64_t phys, uint64_t size);
void arch_screen_hide_cursor(void);

/* Reads a character typed on the keyboard. Returns false if there is none. */
bool arch_keyboard_read(uint8_t *character);
bool arch_keyboard_present(void); /* whether a keyboard controller answers */

/* Pauses for a moment in a polling loop. */
void arch_relax(void);

/* Returns the record of the calling CPU. */
struct cpu *arch_this_cpu(void);

/* Sets the record that arch_this_cpu() returns on the BSP. */
void arch_set_bsp(struct cpu *cpu);

/*
 * The BSP's local APIC: taken over in the mode in which it was found; its ID. The mode changes only
 * where the largest APIC ID needs it and the firmware does not opt out. Every CPU puts it back
 * last.
 */
void arch_apic_init(void);
uint32_t arch_apic_id(void);
unsigned arch_package_shift(void); /* above it, APIC IDs of one package are the same */
void arch_apic_choose_mode(uint32_t largest_apic_id, bool (*opts_out)(void));
void arch_apic_put_back(struct cpu *cpu);

/*
 * Starts all CPUs of the list but the first, which is the BSP. arch_smp_prepare() allocates memory
 * for each. arch_smp_start() sends INIT and SIPI; it may be called again while no CPU is in VMX
 * operation. arch_smp_wait() repeats SIPI for those that do not start, and waits until all have
 * announced CPU_DONE or none makes progress any more. Those that failed get a failure in their
 * record. Every started CPU runs cpu_main and then waits for work.
 */
void arch_smp_prepare(const struct cpu_list *cpus, void (*cpu_main)(struct cpu *cpu));
void arch_smp_start(const struct cpu_list *cpus);
void arch_smp_wait(const struct cpu_list *cpus);

/* Announces that this CPU takes a step. One that it has taken before changes nothing. */
void arch_smp_announce(enum cpu_step step);

/*
 * Runs work on every started CPU of the list, on this one last if it is listed, and waits for all
 * of them, as long as there is progress. Returns the number of CPUs that did not finish. task names
 * the work in their records: a TASK_ of kernel/record/cpu.h, or another string that lives as long.
 */
uint32_t arch_smp_run(const struct cpu_list *cpus, void (*work)(struct cpu *cpu), const char *task);

/*
 * Halts an AP that is not in VMX operation, and starts one that was halted or has failed again, by
 * INIT and SIPI, as at boot. Each returns false if that did not work.
 */
bool arch_smp_offline(struct cpu *cpu);
bool arch_smp_online(struct cpu *cpu);

/* Sends an NMI to a running CPU. Returns false if the CPU does not take it in time. */
bool arch_smp_nmi(struct cpu *cpu);

/* On the calling CPU: read the evidence, plan, carry out the plan, leave VMX operation. */
void arch_vmx_read_evidence(struct vmx_evidence *evidence);
void arch_vmx_plan(const struct vmx_evidence *evidence, struct vmx_plan *plan);
void arch_vmx_predict(struct cpu *cpu); /* predicts what VMXON would do; changes nothing */
void arch_vmx_enter(struct cpu *cpu);
void arch_vmx_enter_again(struct cpu *cpu); /* after leaving; IA32_FEATURE_CONTROL is done */
void arch_vmx_leave(struct cpu *cpu);

/*
 * Reads what the report compares on the calling CPU, and no step to VMXON needs: its memory types,
 * and its APIC ID per CPUID.
 */
void arch_read_facts(struct cpu *cpu);

/* Registers of the calling CPU. Each either succeeds, or faults and changes nothing. */
struct vmx_status arch_read_msr(uint32_t msr, uint64_t *value);
struct vmx_status arch_write_msr(uint32_t msr, uint64_t value);
struct vmx_status arch_write_cr4(uint64_t value);
uint64_t arch_read_cr4(void);
void arch_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t registers[4]); /* EAX to EDX */

/*
 * Return what in the kernel would break if this MSR, or this value to CR4, were written, or NULL.
 */
const char *arch_msr_would_break(uint32_t msr);
const char *arch_cr4_would_break(uint64_t value);

/*
 * Allocates what the guests of so many CPUs share. Returns false without enough memory. The second
 * fills it, once, and does nothing if there is none. The BSP calls it when it has started the APs,
 * because no CPU needs it before VMXON.
 */
bool arch_vmx_prepare_proof(uint32_t cpus);
void arch_vmx_fill_proof(void);

/* On the calling CPU, in VMX root operation: runs guests, and fills cpu->proof. */
void arch_vmx_prove(struct cpu *cpu);

/*
 * The bench, which fills cpu->bench: memory for so many CPUs, then on the calling CPU, in VMX root
 * operation, while no other CPU does it, and while all do.
 */
bool arch_vmx_prepare_bench(uint32_t cpus);
void arch_vmx_bench_alone(struct cpu *cpu);
void arch_vmx_bench_together(struct cpu *cpu);

/*
 * The self-test, which fills cpu->selftest: what all CPUs share, what comes before entering VMX
 * operation, and the rest in VMX root operation; its checks, NULL after the last.
 */
bool arch_vmx_prepare_selftest(uint32_t cpus);
void arch_vmx_selftest_before(struct cpu *cpu);
void arch_vmx_selftest(struct cpu *cpu);
const struct selftest_check *arch_vmx_selftest_check(unsigned n);

/* Ends the run: reboot, power-off, or the debug exit of an emulator. Halts if that fails. */
void arch_power_init(const struct fadt *fadt, const struct soft_off *soft_off);
bool arch_can_power_off(void);
__attribute__((noreturn)) void arch_end(enum exit_action action, uint8_t exit_code);

/*
 * Between these two, a panic on another CPU does not stop this one: for a few steps that belong
 * together. One CPU at a time.
 */
void arch_hold_stop(void);
void arch_release_stop(void);

/* Stops all other CPUs and takes them and this one out of VMX operation. For a panic. */
void arch_stop_everyone(const struct cpu_list *cpus);

#endif
