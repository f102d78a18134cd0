; The multiboot2 header, the entry point, and the jump to the image.

bits 32

extern spoil_main

global start, leave_to

MAGIC equ 0xE85250D6
LOADED_MAGIC equ 0x36D76289
SELECTOR_CODE equ 0x08
SELECTOR_DATA equ 0x10

; tag TYPE, SIZE
%macro tag 2
	align 8, db 0
	dw %1, 1			; optional
	dd %2
%endmacro

; It asks for what rootmode asks for: Multiboot2 3.1 "OS image format"
section .header align=8
header:
	dd MAGIC, 0, header_end - header, -(MAGIC + (header_end - header))
	tag 1, 8 + 4 * 4		; information
	dd 6, 8, 14, 15			; memory map, framebuffer, RSDPs
	tag 5, 20			; framebuffer: any
	dd 0, 0, 0
	tag 6, 8			; modules on page boundaries
	align 8, db 0
	dw 0, 0
	dd 8
header_end:

section .text

start:
	cli
	cld
	mov esp, stack_top
	push ebx
	push eax
	lgdt [gdt_pointer]
	jmp SELECTOR_CODE:.code
.code:
	mov cx, SELECTOR_DATA
	mov ds, cx
	mov es, cx
	mov fs, cx
	mov gs, cx
	mov ss, cx
	call spoil_main
.halt:
	hlt
	jmp .halt

; void leave_to(uint32_t entry, const uint8_t *information, uint32_t eflags)
;
; Jumps to entry with the machine state of a multiboot2 loader: EAX = magic number, EBX = information. The
; registers that the specification leaves undefined hold garbage. POPF comes last, because DF or TF may be
; among the flags. Does not return.
leave_to:
	mov esi, [esp + 4]
	mov ebx, [esp + 8]
	pushfd
	mov eax, [esp + 16]
	or [esp], eax
	mov eax, LOADED_MAGIC
	mov ecx, 0x11111111
	mov edx, 0x22222222
	mov ebp, 0x33333333
	mov edi, 0x44444444
	popfd
	jmp esi

section .data

align 8
gdt:
	dq 0, 0x00CF9B000000FFFF, 0x00CF93000000FFFF
gdt_pointer:
	dw $ - gdt - 1
	dd gdt

section .bss

alignb 16
	resb 16384
stack_top:
