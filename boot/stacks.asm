; The BSP's stacks, each with a guard page below it: start.asm leaves the guards unmapped, so an overflow
; faults instead of overwriting what is below. The NMI handler and the fatal exceptions (#DF, #MC) have
; stacks of their own: the stack in use may be the very thing that is broken. The APs' stacks are allocated
; from the memory map.

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
