/* Ends the run: halt, reboot, power-off, or an emulator's debug exit. */
#include "arch/x86_64/ap_memory.h"
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/instructions.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/timeout.h"

enum {
	DEBUG_EXIT_PORT = 0xF4, /* QEMU's isa-debug-exit */
	BOCHS_PORT = 0x8900,    /* Bochs ends after "Shutdown" on it */
	PM1_SLEEP_TYPE_SHIFT = 10,
	PM1_SLEEP_TYPE = 7 << PM1_SLEEP_TYPE_SHIFT,
	PM1_SLEEP_ENABLE = 1 << 13,
	RESET_CONTROL_PORT = 0xCF9,
	RESET_CONTROL_FULL = 0x06, /* system reset, reset CPU */
	KEYBOARD_COMMAND_PORT = 0x64,
	KEYBOARD_PULSE_RESET = 0xFE,
	ATTEMPT_US = 50000, /* how long to wait for a method before the next one is tried */
};

static struct {
	struct fadt fadt;
	bool soft_off;
	uint8_t pm1a_type;
	uint8_t pm1b_type;
} power;

void arch_power_init(const struct fadt *fadt, struct bytes dsdt)
{
	power.fadt = *fadt;
	power.soft_off = fadt->pm1a_control_port != 0 &&
	                 fadt_soft_off(dsdt, &power.pm1a_type, &power.pm1b_type);
}

bool arch_can_power_off(void)
{
	return power.soft_off;
}

static void wait_for_effect(void)
{
	uint64_t since = rdtsc();

	while (!timeout_passed(since, ATTEMPT_US))
		pause();
}

/*
 * ACPI 6.5 4.8.3.2.1 "PM1 Control Registers". The other bits of the register are kept: SCI_EN says
 * who owns ACPI events.
 */
static void sleep(uint16_t port, uint8_t type)
{
	uint16_t control;

	if (port == 0)
		return;
	control = in16(port) & (uint16_t)~PM1_SLEEP_TYPE;
	out16(port, (uint16_t)(control | (type & 7) << PM1_SLEEP_TYPE_SHIFT | PM1_SLEEP_ENABLE));
}

static void power_off(void)
{
	if (!power.soft_off)
		return;
	sleep(power.fadt.pm1a_control_port, power.pm1a_type);
	sleep(power.fadt.pm1b_control_port, power.pm1b_type);
	wait_for_effect();
}

/* Without an IDT an exception becomes a triple fault: the CPU shuts down, and a PC resets. */
static void triple_fault(void)
{
	const struct table_pointer no_handlers = {0};

	lidt(&no_handlers);
	__builtin_trap();
}

/*
 * Tries the methods from the one that the firmware names to the one that always works: ACPI reset
 * register, reset control register, keyboard controller, triple fault.
 */
static void reboot(void)
{
	if (power.fadt.reset_port != 0) {
		out8(power.fadt.reset_port, power.fadt.reset_value);
		wait_for_effect();
	}
	out8(RESET_CONTROL_PORT, RESET_CONTROL_FULL);
	wait_for_effect();
	out8(KEYBOARD_COMMAND_PORT, KEYBOARD_PULSE_RESET);
	wait_for_effect();
	triple_fault();
}

/* Both emulators are asked. On a real machine the ports do nothing, and the CPU halts. */
static void debug_exit(uint8_t exit_code)
{
	out8(DEBUG_EXIT_PORT, exit_code);
	for (const char *byte = "Shutdown"; *byte != '\0'; byte++)
		out8(BOCHS_PORT, (uint8_t)*byte);
}

/* The page below 1 MiB is given back first: firmware that handles the reset may use it. */
void arch_end(enum exit_action action, uint8_t exit_code)
{
	ap_memory_give_page_back();
	arch_apic_put_back(arch_this_cpu());
	if (action == EXIT_POWEROFF)
		power_off();
	else if (action == EXIT_REBOOT)
		reboot();
	else if (action == EXIT_DEBUG)
		debug_exit(exit_code);
	for (;;) {
		cli();
		hlt();
	}
}
