; The end of a boot that cannot go on: a plain sentence and a verdict, on the first serial port and on
; the text screen, whose memory swallows what is written where there is no such screen.
; 32-bit code without stack frames or paging: it must run on any x86 that a loader can start us on.

%include "registers.inc"
%include "boot.inc"

%define OFFSET(symbol) (symbol - KERNEL_BASE)

COM1 equ 0x3F8
LOOKS equ 1 << 16
SCREEN equ 0xB8000			; 25 rows of 80 characters, each with its colours
ROW_SIZE equ 80 * 2
SCREEN_SIZE equ 25 * ROW_SIZE
GREY equ 0x07				; on black
WHITE_ON_RED equ 0x4F
WHITE_ON_BROWN equ 0x6F

global refuse_loader, refuse_cpu

section .text
bits 32

; On entry to both: EBP = where KERNEL_BASE was loaded, ESP = a stack. Neither returns.
refuse_loader:
	lea esi, [ebp + OFFSET(loader_text)]
	jmp say_and_halt

refuse_cpu:
	lea esi, [ebp + OFFSET(cpu_text)]

; ESI = the last row's colours, then a text that ends with zero. EBX = where the next character goes,
; EDI = how often to look whether the serial port can take one.
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

; EBX = the screen's first character. Clobbers EAX, ECX, EDI.
clear_screen:
	mov ebx, SCREEN
	mov edi, ebx
	mov eax, GREY << 24 | ' ' << 16 | GREY << 8 | ' '
	mov ecx, SCREEN_SIZE / 4
	rep stosd
	ret

; Shows AL at EBX and moves on; a line feed goes to the next row's begin. Clobbers ECX, EDX.
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
	div ecx				; EDX = how far EBX is in its row
	sub ebx, edx
	add ebx, ROW_SIZE
	pop eax
	ret

; Gives the row above EBX, which is at a row's begin, the colours in AL. Clobbers ECX.
color_row_above:
	mov ecx, ROW_SIZE
.next:
	sub ecx, 2
	mov [ebx - ROW_SIZE + ecx + 1], al
	jnz .next
	ret

; Sends AL once the port can take it. If after EDI looks it cannot, EDI becomes zero: it is not tried
; again. Clobbers EAX, ECX, EDX.
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

; The machine-readable end of a log without facts. The CRC-32 of nothing is 0.
%macro verdict 1
	db "[    0.000000] vmx: 0 of 1 CPUs in VMX root operation", 13, 10
	db "REPORT 1 lines=0", 13, 10
	db "END crc32=0x00000000", 13, 10
	db "RESULT: ", %1, 13, 10, 0
%endmacro

loader_text:
	db WHITE_ON_RED
	db "[    0.000000] boot: error: not started by a multiboot2 or PVH loader", 13, 10
	db "[    0.000000] boot: hint: load rootmode.elf with GRUB's command multiboot2 or QEMU's -kernel", 13, 10
	verdict "ERROR not-multiboot2"

cpu_text:
	db WHITE_ON_BROWN
	db "[    0.000000] cpu 0: error: this CPU has no 64-bit mode "
	db "(CPUID.80000001H:EDX.LM[29] is clear)", 13, 10
	db "[    0.000000] cpu 0: hint: rootmode needs a 64-bit CPU; in a virtual machine, "
	db "choose a 64-bit CPU model", 13, 10
	verdict "UNSUPPORTED no-long-mode"
