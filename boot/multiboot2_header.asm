; The multiboot2 header: what rootmode asks of the loader. Data only.
; Multiboot2 3.1.1 "The layout of Multiboot2 header" and the tags that follow it there.

ARCHITECTURE_I386 equ 0			; 32-bit protected mode of i386

TAG_END equ 0
TAG_INFORMATION_REQUEST equ 1
TAG_FRAMEBUFFER equ 5
TAG_MODULE_ALIGN equ 6
TAG_RELOCATABLE equ 10
OPTIONAL equ 1				; a loader that does not support this tag may boot us nevertheless

INFORMATION_COMMAND_LINE equ 1
INFORMATION_LOADER_NAME equ 2
INFORMATION_MEMORY_MAP equ 6
INFORMATION_FRAMEBUFFER equ 8
INFORMATION_RSDP_OLD equ 14
INFORMATION_RSDP_NEW equ 15
INFORMATION_LOAD_BASE equ 21

PREFER_LOWEST equ 1

section .multiboot2 progbits alloc noexec nowrite align=8

header:
	dd 0xE85250D6
	dd ARCHITECTURE_I386
	dd header_end - header
	dd -(0xE85250D6 + ARCHITECTURE_I386 + (header_end - header))

	; Required: without a memory map rootmode cannot place VMXON regions and stacks.
	dw TAG_INFORMATION_REQUEST, 0
	dd .requests_end - $ + 4
	dd INFORMATION_MEMORY_MAP
.requests_end:
	align 8, db 0

	dw TAG_INFORMATION_REQUEST, OPTIONAL
	dd .optional_end - $ + 4
	dd INFORMATION_COMMAND_LINE
	dd INFORMATION_LOADER_NAME
	dd INFORMATION_FRAMEBUFFER
	dd INFORMATION_RSDP_OLD
	dd INFORMATION_RSDP_NEW
	dd INFORMATION_LOAD_BASE
.optional_end:
	align 8, db 0

	; Any mode will do. Without this tag, GRUB does not report a UEFI machine's framebuffer. With it,
	; GRUB would switch a BIOS machine to a graphics mode, so grub.cfg asks for text there.
	dw TAG_FRAMEBUFFER, OPTIONAL
	dd 20
	dd 0				; width, height, bits per pixel: no preference
	dd 0
	dd 0
	align 8, db 0

	dw TAG_MODULE_ALIGN, OPTIONAL
	dd 8

	; Aligned to 2 MiB: a page table covers 2 MiB, so the table that maps the image at KERNEL_BASE can
	; also map it at its physical address, for the few instructions that enter 64-bit mode.
	dw TAG_RELOCATABLE, OPTIONAL
	dd 24
	dd 0x200000			; lowest address
	dd 0xFFFFFFFF			; highest
	dd 0x200000			; alignment
	dd PREFER_LOWEST

	dw TAG_END, 0
	dd 8
header_end:
