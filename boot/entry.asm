; The entry points of the image, one per boot protocol: the first instructions that rootmode executes.
; boot/ takes the BSP from the loader's 32-bit protected mode to kernel_main in 64-bit mode:
;
;   multiboot2_header.asm  what rootmode asks of a multiboot2 loader
;   entry.asm              entry points; find out where the image was loaded
;   start.asm              check the CPU, build page tables, enter 64-bit mode
;   refuse.asm             report why a boot cannot go on
;   handover.asm, stacks.asm   page tables, variables and stacks, for start.asm and C
;
; This section is linked at the physical address where the image asks to be loaded; all others are linked
; at KERNEL_BASE. Loaders disagree on what the ELF entry is: kexec takes it for a physical address, GRUB
; looks it up in the segments' virtual addresses. Here both are the same, so both are right.

%include "boot.inc"

MULTIBOOT2_MAGIC equ 0x36D76289
PVH_MAGIC equ 0x336EC578
NOTE_PHYS32_ENTRY equ 18		; type of the ELF note that names a 32-bit physical entry point

; From linker.ld: the physical addresses that the symbols without _phys have if the image is where it asked
; to be.
extern load_address, start_phys, boot_stack_top_phys, refuse_loader_phys

global start_multiboot2

section .entry progbits alloc exec nowrite align=16

bits 32

; On entry: 32-bit protected mode, flat segments, paging and interrupts off, EAX = MULTIBOOT2_MAGIC, EBX =
; physical address of the boot information, no stack (Multiboot2 3.3 "I386 machine state"). Clobbers every
; register. Goes to start with EAX = BOOT_MULTIBOOT2, EBX unchanged, EBP = load address, ESP = stack; or to
; refuse_loader if EAX is wrong.
;
; kexec's type elf-x86_64 enters here in 64-bit mode, with other registers. The instructions up to
; refuse_loader do the same there, so that case is reported, too.
;
; A relocatable image does not know its own address. CALL pushes it, which takes a stack of one word. The
; boot information has such a word that nobody needs: the reserved field after its size.
start_multiboot2:
	cli
	cld
	mov ecx, eax
	lea esp, [ebx + 8]		; CALL pushes to [ebx + 4], the reserved field
	cmp ecx, MULTIBOOT2_MAGIC
	je .find_base
	mov esp, 0x7000			; not our loader, EBX is unknown: conventional memory is RAM
.find_base:
	call .here
.here:
	pop ebp
	sub ebp, .here			; distance from the address asked for
	lea esp, [ebp + boot_stack_top_phys]
	add ebp, load_address
	mov eax, BOOT_MULTIBOOT2
	cmp ecx, MULTIBOOT2_MAGIC
	je start_phys
	jmp refuse_loader_phys

; On entry: 32-bit protected mode, flat segments, paging and interrupts off, EBX = physical address of the
; start information, no stack (Xen's docs/misc/pvh.pandoc "HVM direct boot ABI"). Clobbers every register.
; Goes to start like start_multiboot2, or to refuse_loader. PVH does not relocate: the image is where its
; segments say.
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
