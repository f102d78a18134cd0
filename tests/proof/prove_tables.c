/*
 * kernel/tables/fadt.h, spcr.h, pvh.h and a memory map: nothing is read outside, all results are in
 * range.
 *
 * bound: any size, any content
 * sources: kernel/tables/fadt.c kernel/tables/spcr.c kernel/tables/pvh.c
 *   kernel/tables/boot_information.c
 *   tests/proof/bytes_contract.c kernel/lib/string.c
 */
#include "kernel/tables/fadt.h"
#include "kernel/tables/boot_information.h"
#include "kernel/tables/pvh.h"
#include "kernel/tables/spcr.h"
#include "tests/proof/any_bytes.h"

/* Whatever kernel/tables/uart.c says of a rate. */
uint16_t uart_divisor(const struct uart *uart)
{
	(void)uart;
	return nondet_u16();
}

void a_fadt_of_any_size_is_read(void)
{
	struct fadt fadt;

	fadt_read(any_bytes(), &fadt);
	CLAIM(fadt.reset.space != REGISTER_IO || fadt.reset.address <= UINT16_MAX,
	      "ports are ports");
	CLAIM(fadt.sleep_control.space == REGISTER_NONE || fadt.pm1a_control_port == 0,
	      "the machine sleeps by one kind of register");
	if (fadt.sleep_control.space == REGISTER_MEMORY)
		REACHED("a sleep control register in memory");
	if (fadt.reset.space != REGISTER_NONE)
		REACHED("a reset register");
	if (fadt.dsdt_phys >> 32 != 0)
		REACHED("a DSDT above 4 GiB");
}

void an_spcr_of_any_size_names_a_port_that_exists_or_none(void)
{
	struct uart uart;
	const char *problem = spcr_read(any_bytes(), &uart);

	CLAIM(uart.access <= UART_MMIO32, "the access is one of the table's");
	CLAIM(uart.access != UART_IO || uart.address <= UART_PORT_LAST, "an I/O port is no larger");
	CLAIM(uart.access == UART_NONE || uart.address != 0, "an address is not 0");
	CLAIM(problem == NULL || uart.access == UART_NONE, "a table of no use names none");
	if (uart.access == UART_MMIO32)
		REACHED("registers in memory");
	if (uart.access == UART_IO)
		REACHED("an I/O port");
}

void pvh_information_of_any_size_has_a_memory_map_of_bounded_length(void)
{
	struct bytes information = any_bytes();
	struct pvh pvh;
	const char *problem = pvh_parse(information, &pvh);

	CLAIM(pvh.memory_map_entries <= PVH_MEMORY_ENTRIES_MAX, "at most so many entries");
	CLAIM(pvh.memory_map_entries == 0 || pvh.memory_map_phys != 0, "and they are somewhere");
	CLAIM(problem != NULL || pvh.memory_map_entries > 0, "what is well formed has a map");
	CLAIM(problem != NULL || information.size >= 52, "and all fields");
	if (problem == NULL)
		REACHED("information that is well formed");
}

void a_memory_range_never_ends_before_it_starts(void)
{
	struct boot_information info = {.memory_map = any_bytes(),
	                                .memory_entry_size = nondet_u32()};
	size_t index = nondet_size();
	struct memory_range range;
	bool read = boot_information_range(&info, index, &range);

	CLAIM(range.start <= range.end, "the end is not before the start");
	CLAIM(!read || info.memory_entry_size != 0, "an entry has a size");
	if (read && index > 0)
		REACHED("a range that is not the first");
}

void a_range_of_uefis_map_never_ends_before_it_starts(void)
{
	struct boot_information info = {.efi_map = any_bytes(), .efi_entry_size = nondet_u32()};
	size_t index = nondet_size();
	struct memory_range range;
	bool read = boot_information_efi_range(&info, index, &range);

	CLAIM(range.start <= range.end, "the end is not before the start");
	CLAIM(!read || info.efi_entry_size != 0, "an entry has a size");
	if (read && index > 0)
		REACHED("a range that is not the first");
}
