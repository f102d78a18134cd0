/* Prints lines on COM1, each with the prefix "spoil: ". */
#include "tests/boot/spoil/spoil.h"

#include "arch/x86_64/registers.h"

enum {
	COM1 = 0x3F8,
	PUT_POLLS = 100000,
	DRAIN_POLLS = 1000000,
	DEBUG_EXIT_PORT = 0xF4, /* QEMU's isa-debug-exit */
	DEBUG_EXIT_VALUE = 0x1F,
	BOCHS_PORT = 0x8900,
};

void print_start(void)
{
	out8(COM1 + UART_INTERRUPT_ENABLE, 0);
	out8(COM1 + UART_LINE_CONTROL, UART_LINE_CONTROL_DLAB);
	out8(COM1 + UART_DIVISOR_LOW, 1);
	out8(COM1 + UART_DIVISOR_HIGH, 0);
	out8(COM1 + UART_LINE_CONTROL, UART_LINE_CONTROL_8N1);
	out8(COM1 + UART_FIFO_CONTROL, UART_FIFO_CONTROL_ENABLE);
	out8(COM1 + UART_MODEM_CONTROL, UART_MODEM_CONTROL_DTR_RTS);
}

static void put(char c)
{
	for (unsigned i = 0; i < PUT_POLLS; i++) {
		if (in8(COM1 + UART_LINE_STATUS) & UART_LINE_STATUS_THR_EMPTY)
			break;
	}
	out8(COM1 + UART_DATA, (uint8_t)c);
}

static void put_text(const char *text)
{
	while (*text != '\0')
		put(*text++);
}

void print(const char *text)
{
	put_text("spoil: ");
	put_text(text);
	put_text("\r\n");
}

void print_value(const char *what, uint64_t value)
{
	bool begun = false;

	put_text("spoil: ");
	put_text(what);
	put_text(" 0x");
	for (int shift = 60; shift >= 0; shift -= 4) {
		unsigned digit = (unsigned)(value >> shift) & 0xF;

		begun |= digit != 0 || shift == 0;
		if (begun)
			put("0123456789abcdef"[digit]);
	}
	put_text("\r\n");
}

void print_drain(void)
{
	for (unsigned i = 0; i < DRAIN_POLLS; i++) {
		if (in8(COM1 + UART_LINE_STATUS) & UART_LINE_STATUS_TRANSMITTER_EMPTY)
			return;
	}
}

/* Ends the emulator: there will be no verdict, so the test need not wait for one. */
void give_up(const char *why)
{
	put_text("spoil: error: ");
	put_text(why);
	put_text("\r\n");
	print_drain();
	out8(DEBUG_EXIT_PORT, DEBUG_EXIT_VALUE);
	for (const char *byte = "Shutdown"; *byte != '\0'; byte++)
		out8(BOCHS_PORT, (uint8_t)*byte);
	for (;;)
		__asm__ volatile("cli; hlt");
}
