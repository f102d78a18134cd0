; The bootstrap processor's stacks, each with an unmapped guard page below it (boot/start.asm leaves
; the guards out of the page table). The other CPUs' stacks come from the memory map.

global boot_stack_guard, boot_stack_top
global nmi_stack_guard, nmi_stack_top
global fatal_stack_guard, fatal_stack_top
global last_stack_guard

section .stacks nobits alloc noexec write align=4096

boot_stack_guard:	resb 4096
			resb 4096 * 4
boot_stack_top:

nmi_stack_guard:	resb 4096
			resb 4096 * 2
nmi_stack_top:

fatal_stack_guard:	resb 4096
			resb 4096 * 2
fatal_stack_top:

last_stack_guard:	resb 4096
