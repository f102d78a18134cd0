/*
 * Serial ports, a screen and a clock for tests of consoles, in place of the machine's:
 * include it once. Time advances with every poll of a port.
 */
#ifndef TESTS_UNIT_FAKE_CONSOLES_H
#define TESTS_UNIT_FAKE_CONSOLES_H

#include "kernel/machine/arch.h"
#include "kernel/console/console.h"
#include "tests/unit/unit.h"

#define MAP_END (1ull << 46)

enum { PORTS = OPTIONS_CONSOLES_MAX, FIFO = 16, BYTE_US = 87, TEXT_PHYS = 0xB8000 };

/* A port takes FIFO bytes, if it has any room, byte_us after each of those that it took. */
struct fake_port {
	bool present;
	uint64_t only_at; /* present at this address alone; 0: at any */
	bool never_idle;
	uint64_t byte_us; /* 0: it never has room */
	uint64_t ready_us;
	char got[1 << 18];
	size_t count;
	unsigned looks;
	const char *typed; /* what comes in */
	struct uart opened;
};

static struct fake_port ports[PORTS];
static uint64_t now_us;
static bool clock_ready = true;
static bool has_keyboard = true;
static bool pci_card;
static jmp_buf
	*stopped_in_open; /* where the CPU continues that a panic stops while opening a port */
static unsigned stopped_at_port, cursors_hidden, screen_maps;
static uint16_t text_screen[80 * 25];
static uint64_t pixels_phys = UINT64_MAX; /* a framebuffer that can be mapped */

uint64_t arch_ticks(void)
{
	return now_us;
}

uint64_t arch_ticks_to_us(uint64_t ticks)
{
	return ticks;
}

uint64_t arch_entry_ticks(void)
{
	return 0;
}

void arch_clock_poll(void)
{
	now_us++;
}

bool arch_clock_ready(void)
{
	return clock_ready;
}

void arch_relax(void)
{
}

bool arch_keyboard_present(void)
{
	return has_keyboard;
}

bool arch_keyboard_read(uint8_t *byte)
{
	(void)byte;
	return false;
}

bool arch_serial_open(unsigned port, struct uart *uart)
{
	if (uart->access == UART_PCI && pci_card) {
		*uart = (struct uart){UART_IO, 0xC000, uart->baud, 0};
		ports[port].present = true;
	}
	ports[port].opened = *uart;
	if (stopped_in_open != NULL && port == stopped_at_port) {
		jmp_buf *to = stopped_in_open;

		stopped_in_open = NULL;
		longjmp(*to, 1);
	}
	return ports[port].present &&
	       (ports[port].only_at == 0 || ports[port].only_at == uart->address);
}

unsigned arch_serial_room(unsigned port)
{
	struct fake_port *p = &ports[port];

	now_us++;
	p->looks++;
	return p->byte_us != 0 && now_us >= p->ready_us ? FIFO : 0;
}

void arch_serial_put(unsigned port, uint8_t byte)
{
	struct fake_port *p = &ports[port];

	assert_true(p->present && p->count < sizeof(p->got) - 1);
	p->got[p->count++] = (char)byte;
	p->ready_us = (p->ready_us > now_us ? p->ready_us : now_us) + p->byte_us;
}

bool arch_serial_idle(unsigned port)
{
	now_us++;
	ports[port].looks++;
	return !ports[port].never_idle && now_us >= ports[port].ready_us;
}

void arch_hold_stop(void)
{
}

void arch_release_stop(void)
{
}

bool arch_serial_get(unsigned port, uint8_t *byte)
{
	if (ports[port].typed == NULL || *ports[port].typed == '\0')
		return false;
	*byte = (uint8_t)*ports[port].typed++;
	return true;
}

uint64_t arch_screen_text_phys(void)
{
	return TEXT_PHYS;
}

uint64_t arch_map_end(void)
{
	return MAP_END;
}

void *arch_screen_map(uint64_t phys, uint64_t size)
{
	screen_maps++;
	if (phys == pixels_phys)
		return unit_take(size);
	return phys == TEXT_PHYS && size == sizeof(text_screen) ? text_screen : NULL;
}

void arch_screen_hide_cursor(void)
{
	cursors_hidden++;
}

static inline void works(unsigned port)
{
	ports[port].present = true;
	ports[port].byte_us = BYTE_US;
}

static inline void choose_with(const struct uart *firmware, const char *command_line, bool screen)
{
	struct boot_information information = {.efi = !screen};
	struct options options;

	options_parse(unit_string_bytes(command_line), &options, NULL, NULL);
	console_choose(&options, firmware, &information);
}

static inline void choose(const char *command_line, bool screen)
{
	static const struct uart none = {UART_NONE, 0, 0, 0};

	choose_with(&none, command_line, screen);
}

static inline void assert_got(unsigned port, const char *text)
{
	assert_non_null(strstr(ports[port].got, text));
}

static inline bool is_on_screen(const char *text)
{
	char shown[80 * 25 + 1] = "";

	for (size_t i = 0; i < COUNT_OF(text_screen); i++)
		shown[i] = (char)(text_screen[i] & 0xFF);
	return strstr(shown, text) != NULL;
}

#endif
