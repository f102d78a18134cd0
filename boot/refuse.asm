; The end of a boot that cannot go on: a plain sentence and a verdict on the first serial port.
; 32-bit code without stack frames or paging: it must run on any x86 that a loader can start us on.

%include "registers.inc"

KERNEL_BASE equ 0xFFFFFFFF80000000
%define OFFSET(symbol) (symbol - KERNEL_BASE)

COM1 equ 0x3F8

global refuse_loader, refuse_cpu

section .text
bits 32

; On entry to both: EBP = where KERNEL_BASE was loaded, ESP = a stack. Neither returns.
refuse_loader:
	lea esi, [ebp + OFFSET(loader_text)]
	jmp say_and_halt

refuse_cpu:
	lea esi, [ebp + OFFSET(cpu_text)]

say_and_halt:
	call open_serial
.next:
	lodsb
	test al, al
	jz .halt
	call put_serial
	jmp .next
.halt:
	cli
	hlt
	jmp .halt

; 115200 baud, 8 data bits, no parity, 1 stop bit. Clobbers EAX, EDX, EDI.
open_serial:
	lea edi, [ebp + OFFSET(serial_settings)]
	mov ecx, (serial_settings_end - serial_settings) / 2
.next:
	movzx edx, byte [edi]
	add edx, COM1
	mov al, [edi + 1]
	out dx, al
	add edi, 2
	loop .next
	ret

; Sends AL once the port can take it, or after a bounded number of looks. Clobbers EAX, ECX, EDX.
put_serial:
	mov ah, al
	mov edx, COM1 + UART_LINE_STATUS
	mov ecx, 1 << 16
.wait:
	in al, dx
	test al, UART_LINE_STATUS_THR_EMPTY
	jnz .send
	loop .wait
.send:
	mov al, ah
	mov edx, COM1
	out dx, al
	ret

section .rodata

; register, value
serial_settings:
	db UART_LINE_CONTROL, UART_LINE_CONTROL_DLAB
	db UART_DIVISOR_LOW, 1
	db UART_DIVISOR_HIGH, 0
	db UART_LINE_CONTROL, UART_LINE_CONTROL_8N1
	db UART_INTERRUPT_ENABLE, 0
	db UART_FIFO_CONTROL, UART_FIFO_CONTROL_ENABLE
	db UART_MODEM_CONTROL, UART_MODEM_CONTROL_DTR_RTS
serial_settings_end:

; The machine-readable end of a log without facts. The CRC-32 of nothing is 0.
%macro verdict 1
	db "[    0.000000] vmx: 0 of 1 CPUs in VMX root operation", 13, 10
	db "REPORT 1 lines=0", 13, 10
	db "END crc32=0x00000000", 13, 10
	db "RESULT: ", %1, 13, 10, 0
%endmacro

loader_text:
	db "[    0.000000] boot: error: not started by a multiboot2 loader", 13, 10
	db "[    0.000000] boot: hint: load rootmode.elf with GRUB's command multiboot2", 13, 10
	verdict "ERROR not-multiboot2"

cpu_text:
	db "[    0.000000] cpu 0: error: this CPU has no 64-bit mode "
	db "(CPUID.80000001H:EDX.LM[29] is clear)", 13, 10
	db "[    0.000000] cpu 0: hint: rootmode needs a 64-bit CPU; in a virtual machine, "
	db "choose a 64-bit CPU model", 13, 10
	verdict "UNSUPPORTED no-long-mode"
