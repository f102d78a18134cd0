/*
 * Guests that do not exit by themselves, and NMIs that arrive meanwhile:
 *
 *     guest-spins=N    from the Nth VM entry on, the guest only jumps to itself, until an NMI
 *     await-guest=CPU  at a stage: wait until that CPU's guest spins
 *     send-nmi=CPU     at a stage: send an NMI that the kernel expects to that CPU
 *     stray-nmi=CPU    at a stage: send an NMI that the kernel does not expect to that CPU
 */
#include "arch/x86_64/apic.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/guest.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "arch/x86_64/vmx/vmx_exits.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/timeout.h"
#include "kernel/machine/memory.h"
#include "kernel/lib/string.h"
#include "tests/boot/inject/inject.h"

#include <stdatomic.h>

void __real_guest_memory_wait(const struct cpu *cpu);
void __wrap_guest_memory_wait(const struct cpu *cpu);
raw_status_t __real_guest_enter(uint64_t registers[REGISTER_COUNT], bool launched);
raw_status_t __wrap_guest_enter(uint64_t registers[REGISTER_COUNT], bool launched);

enum {
	SPIN_AT = PAGE_SIZE -
	          16, /* in the guests' page of code, after everything that they execute */
	AWAIT_US = 1000000,
	INTO_GUEST_US =
		1000, /* at most so long from the last instruction here to the guest's first */
};

/* Each CPU's own, by index. */
static struct {
	unsigned entries;
	uint64_t rip; /* where the guest continues */
} guests[INJECT_CPUS];

static struct cpu *_Atomic spinning[INJECT_CPUS];

/* Maps the guests' page of code, which it finds in the page tables of a guest without EPT. */
static uint8_t *map_code(void)
{
	uint64_t phys = guest_memory_cr3(false);

	for (int shift = 39; shift >= 12; shift -= 9) {
		const uint64_t *table = arch_map(phys, PAGE_SIZE);

		phys = table[GUEST_CODE >> shift & 0x1FF] & PAGE_ADDRESS;
	}
	return arch_map(phys, PAGE_SIZE);
}

void __wrap_guest_memory_wait(const struct cpu *cpu)
{
	static const uint8_t jump_to_itself[] = {0xEB, 0xFE};

	__real_guest_memory_wait(cpu);
	memcpy(map_code() + SPIN_AT, jump_to_itself, sizeof(jump_to_itself));
}

raw_status_t __wrap_guest_enter(uint64_t registers[REGISTER_COUNT], bool launched)
{
	uint32_t cpu = arch_this_cpu()->found.index % INJECT_CPUS;
	raw_status_t failed;

	if (inject_find_about("guest-spins", ++guests[cpu].entries) != NULL) {
		guests[cpu].rip = vmcs_value(GUEST_RIP);
		vmcs_write(GUEST_RIP, (guests[cpu].rip & ~(PAGE_SIZE - 1ull)) | SPIN_AT);
		atomic_store(&spinning[cpu], arch_this_cpu());
	}
	failed = __real_guest_enter(registers, launched);
	if (atomic_load(&spinning[cpu]) != NULL &&
	    vmcs_value(EXIT_REASON) == EXIT_REASON_EXCEPTION) {
		atomic_store(&spinning[cpu], NULL);
		vmcs_write(GUEST_RIP, guests[cpu].rip);
	}
	return failed;
}

static void wait_us(uint64_t us)
{
	uint64_t since = arch_ticks();

	while (!timeout_passed(since, us))
		arch_relax();
}

static void await(uint64_t cpu)
{
	uint64_t since = arch_ticks();

	while (atomic_load(&spinning[cpu]) == NULL) {
		if (timeout_passed(since, AWAIT_US))
			inject_fail("no guest spins where one should");
		arch_relax();
	}
	wait_us(INTO_GUEST_US);
}

bool inject_guest_spins(uint32_t cpu)
{
	return atomic_load(&spinning[cpu]) != NULL;
}

bool inject_perform_on_guest(const struct injection *injection)
{
	uint64_t cpu = injection->value[0] % INJECT_CPUS;

	if (bytes_equal(injection->what, "await-guest"))
		await(cpu);
	else if (bytes_equal(injection->what, "stray-nmi"))
		apic_send_nmi(atomic_load(&spinning[cpu])->found.apic_id);
	else if (!bytes_equal(injection->what, "send-nmi"))
		return false;
	else if (!arch_smp_nmi(atomic_load(&spinning[cpu])))
		inject_fail("an NMI was not taken");
	return true;
}
