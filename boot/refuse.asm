; Ends a boot that cannot go on: prints an error, a hint and a verdict on COM1 and the VGA text screen.
;
; 32-bit code without paging or SSE: it must run on any x86 CPU that a loader can start us on, and before
; anything of the kernel is initialized. It does not look for a screen or a UART. Without a text screen,
; writes to its memory have no effect; without a UART, put_serial times out once. refuse_loader must also
; run in 64-bit mode, in which kexec's type elf-x86_64 jumps to the entry: so there is no INC or DEC of a
; register here, and no address without a base register.

%include "registers.inc"
%include "boot.inc"

%define OFFSET(symbol) (symbol - KERNEL_BASE)

COM1 equ 0x3F8
LOOKS equ 1 << 16			; polls of the line status before the port is given up
SCREEN equ 0xB8000			; 25 rows of 80 cells: character, attribute
ROW_SIZE equ 80 * 2
SCREEN_SIZE equ 25 * ROW_SIZE
GREY equ 0x07				; on black
WHITE_ON_RED equ 0x4F
WHITE_ON_BROWN equ 0x6F

global refuse_loader, refuse_cpu

section .text
bits 32

; On entry to both: 32-bit protected mode, paging off, EBP = physical address of KERNEL_BASE, ESP = a
; stack. Clobber every register. Neither returns: both halt the CPU.
refuse_loader:
	lea esi, [ebp + OFFSET(loader_text)]
	jmp say_and_halt

refuse_cpu:
	lea esi, [ebp + OFFSET(cpu_text)]

; On entry: ESI = a byte with the attribute of the last row, then a text that ends with 0. Does not return.
; While it prints, EBX = the screen cell of the next character, EDI = the number of polls of the serial
; port, 0 once the port is given up.
say_and_halt:
	call open_serial
	call clear_screen
	mov edi, LOOKS
	lodsb
	push eax
.next:
	lodsb
	test al, al
	jz .halt
	call put_screen
	call put_serial
	jmp .next
.halt:
	pop eax
	call color_row_above
	cli
	hlt
	jmp .halt

; Sets COM1 to 115200 baud, 8 data bits, no parity, 1 stop bit. Clobbers EAX, ECX, EDX and EDI.
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

; Clears the screen. Returns EBX = its first cell. Clobbers EAX, ECX and EDI.
clear_screen:
	mov ebx, SCREEN
	mov edi, ebx
	mov eax, GREY << 24 | ' ' << 16 | GREY << 8 | ' '
	mov ecx, SCREEN_SIZE / 4
	rep stosd
	ret

; Puts AL at EBX and advances EBX. A line feed advances to the start of the next row, a carriage return is
; ignored. Clobbers ECX and EDX.
put_screen:
	cmp al, 10
	je .next_row
	cmp al, 13
	je .done
	mov [ebx], al
	add ebx, 2
.done:
	ret
.next_row:
	push eax
	lea eax, [ebx - SCREEN]
	xor edx, edx
	mov ecx, ROW_SIZE
	div ecx				; EDX = offset of EBX in its row
	sub ebx, edx
	add ebx, ROW_SIZE
	pop eax
	ret

; Sets the attribute of every cell in the row above EBX to AL. EBX is at the start of a row. Clobbers ECX.
color_row_above:
	mov ecx, ROW_SIZE
.next:
	sub ecx, 2
	mov [ebx - ROW_SIZE + ecx + 1], al
	jnz .next
	ret

; Sends AL once the transmitter is empty. If it is not after EDI polls, sets EDI to 0, and later calls
; return at once: a machine without a UART must not wait for each character. Clobbers EAX, ECX and EDX.
put_serial:
	mov ah, al
	mov edx, COM1 + UART_LINE_STATUS
	mov ecx, edi
	jecxz .done
.wait:
	in al, dx
	test al, UART_LINE_STATUS_THR_EMPTY
	jnz .send
	loop .wait
	xor edi, edi
.done:
	ret
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

; The end of the log, for programs: a report of 0 lines. The CRC-32 of an empty report is 0.
%macro verdict 1
	db "[    0.000000] vmx: 0 of 1 CPUs in VMX root operation", 13, 10
	db "REPORT 1 lines=0", 13, 10
	db "END crc32=0x00000000", 13, 10
	db "RESULT: ", %1, 13, 10, 0
%endmacro

loader_text:
	db WHITE_ON_RED
	db "[    0.000000] boot: error: not started by a multiboot2 or PVH loader", 13, 10
	db "[    0.000000] boot: hint: load rootmode.elf with GRUB's command multiboot2, QEMU's "
	db "-kernel or kexec --type=multiboot2-x86", 13, 10
	verdict "ERROR not-multiboot2"

cpu_text:
	db WHITE_ON_BROWN
	db "[    0.000000] cpu 0: error: this CPU has no 64-bit mode "
	db "(CPUID.80000001H:EDX.LM[29] is clear)", 13, 10
	db "[    0.000000] cpu 0: hint: rootmode needs a 64-bit CPU; in a virtual machine, "
	db "choose a 64-bit CPU model", 13, 10
	verdict "UNSUPPORTED no-long-mode"
