/* Ends the run: halt, reboot, power-off, or an emulator's debug exit. */
#include "arch/x86_64/ap_memory.h"
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/paging.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/timeout.h"

enum {
	DEBUG_EXIT_PORT = 0xF4, /* QEMU's isa-debug-exit */
	BOCHS_PORT = 0x8900,    /* Bochs ends after "Shutdown" on it */
	RESET_CONTROL_PORT = 0xCF9,
	RESET_CONTROL_FULL = 0x06, /* system reset, reset CPU */
	KEYBOARD_COMMAND_PORT = 0x64,
	KEYBOARD_PULSE_RESET = 0xFE,
	ATTEMPT_US = 50000, /* how long to wait for a method before the next one is tried */
};

/* The registers' memory is mapped before it is needed, because a panic can end the run. */
struct mapped_register {
	struct fadt_register at;
	volatile uint8_t *memory;
};

static struct {
	struct mapped_register reset;
	uint8_t reset_value;
	struct mapped_register off[SOFT_OFF_WRITES_MAX]; /* of each write */
	struct soft_off_write writes[SOFT_OFF_WRITES_MAX];
	unsigned write_count;
} power;

/* Returns false if the register is absent, or cannot be mapped. */
static bool map_register(const struct fadt_register *at, struct mapped_register *mapped)
{
	*mapped = (struct mapped_register){*at, NULL};
	if (at->space == REGISTER_MEMORY)
		mapped->memory = paging_map_device(at->address, sizeof(*mapped->memory));
	if (at->space == REGISTER_MEMORY && mapped->memory == NULL)
		mapped->at.space = REGISTER_NONE;
	return mapped->at.space != REGISTER_NONE;
}

void arch_power_init(const struct fadt *fadt, const struct soft_off *soft_off)
{
	map_register(&fadt->reset, &power.reset);
	power.reset_value = fadt->reset_value;
	power.write_count = soft_off_plan(fadt, soft_off, power.writes);
	for (unsigned i = 0; i < power.write_count; i++) {
		if (!map_register(&power.writes[i].at, &power.off[i]))
			power.write_count = 0;
	}
}

bool arch_can_power_off(void)
{
	return power.write_count > 0;
}

static void write_byte(const struct mapped_register *to, uint8_t value)
{
	if (to->memory != NULL)
		*to->memory = value;
	else
		out8((uint16_t)to->at.address, value);
}

static void wait_for_effect(void)
{
	uint64_t since = rdtsc();

	while (!timeout_passed(since, ATTEMPT_US))
		pause();
}

static void write_port(uint16_t port, uint16_t keep, uint16_t set)
{
	uint16_t kept = keep != 0 ? in16(port) & keep : 0;

	out16(port, (uint16_t)(kept | set));
}

static void power_off(void)
{
	for (unsigned i = 0; i < power.write_count; i++) {
		const struct soft_off_write *write = &power.writes[i];

		if (write->size == 2)
			write_port((uint16_t)write->at.address, write->keep, write->set);
		else
			write_byte(&power.off[i], (uint8_t)write->set);
	}
	if (power.write_count > 0)
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
	if (power.reset.at.space != REGISTER_NONE) {
		write_byte(&power.reset, power.reset_value);
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

/*
 * The page below 1 MiB is given back first: firmware that handles the reset may use it. What was
 * written to the screen may still be in write-combining buffers, where HLT would leave it: SFENCE
 * drains them, SDM vol. 3A 11.3.1 "Buffering of Write Combining Memory Locations".
 */
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
	sfence();
	for (;;) {
		cli();
		hlt();
	}
}
