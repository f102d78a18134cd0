; The doors of the image: where a loader enters it, in 32-bit protected mode with flat segments, paging
; and interrupts off. Each door finds out where the image lies and goes on in start.asm.
;
; This section is linked at the address where the image asks to be loaded, unlike the rest of it: a
; loader that takes the ELF file's entry for a physical address (kexec) is right, and so is one that
; looks for it in the segments' virtual addresses (GRUB).

%include "boot.inc"

MULTIBOOT2_MAGIC equ 0x36D76289
PVH_MAGIC equ 0x336EC578
NOTE_PHYS32_ENTRY equ 18		; XEN_ELFNOTE_PHYS32_ENTRY

; From linker.ld: the same places in the image as their names without _phys have there.
extern load_address, start_phys, boot_stack_top_phys, refuse_loader_phys

global start_multiboot2

section .entry progbits alloc exec nowrite align=16

bits 32

; On entry: EAX = MULTIBOOT2_MAGIC, EBX = physical address of the boot information, no stack
; (Multiboot2 3.3 "I386 machine state").
start_multiboot2:
	cli
	cld
	mov ecx, eax
	lea esp, [ebx + 8]		; one word of stack: the boot information's reserved field
	cmp ecx, MULTIBOOT2_MAGIC
	je .find_base
	mov esp, 0x7000			; not our loader: conventional memory is the best guess
.find_base:
	call .here
.here:
	pop ebp
	sub ebp, .here			; how far the loader has moved the image
	lea esp, [ebp + boot_stack_top_phys]
	add ebp, load_address
	mov eax, BOOT_MULTIBOOT2
	cmp ecx, MULTIBOOT2_MAGIC
	je start_phys
	jmp refuse_loader_phys

; On entry: EBX = physical address of the start information (Xen's docs/misc/pvh.pandoc "HVM direct
; boot ABI"). The image lies where its segments say.
start_pvh:
	cli
	cld
	mov ebp, load_address
	mov esp, boot_stack_top_phys
	mov eax, BOOT_PVH
	cmp dword [ebx], PVH_MAGIC
	je start_phys
	jmp refuse_loader_phys

section .note.Xen note alloc noexec nowrite align=4

	dd 4, 8, NOTE_PHYS32_ENTRY	; sizes of name and value
	db "Xen", 0
	dq start_pvh
