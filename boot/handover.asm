; What start.asm hands over to C: arch/x86_64/boot.h declares it. Data only.
;
; The page tables are static because start.asm has no allocator: six tables map the image at KERNEL_BASE
; and, with the same boot_image_pt, at the address where it was loaded.

global boot_pml4, boot_high_pdpt, boot_high_pd, boot_image_pt, boot_low_pdpt, boot_low_pd
global boot_protocol, boot_information_phys, boot_image_phys, boot_ticks, boot_cr0, boot_cr4, boot_no_execute
global __stack_chk_guard

section .bss

alignb 4096
boot_pml4:	resb 4096
boot_high_pdpt:	resb 4096
boot_high_pd:	resb 4096
boot_image_pt:	resb 4096
boot_low_pdpt:	resb 4096
boot_low_pd:	resb 4096

boot_protocol:		resq 1		; BOOT_MULTIBOOT2 or BOOT_PVH
boot_information_phys:	resq 1		; what the loader left in EBX
boot_image_phys:	resq 1		; physical address of KERNEL_BASE
boot_ticks:		resq 1		; time-stamp counter at entry
boot_cr0:		resq 1		; CR0 and CR4 at entry
boot_cr4:		resq 1
boot_no_execute:	resq 1		; the execute-disable bit of page-table entries, or 0
__stack_chk_guard:	resq 1		; the compiler's stack-protector canary
