; Takes the BSP from 32-bit protected mode, where entry.asm leaves it, to kernel_main in 64-bit mode.
;
;   start          32-bit: check the CPU, map the image, enable paging
;   long_mode      64-bit, still at the address where the image was loaded
;   high           64-bit at KERNEL_BASE: stack, stack protector, kernel_main
;
; The image runs at KERNEL_BASE wherever it was loaded. Until paging is enabled, EBP holds the physical
; address that KERNEL_BASE will map, and a symbol is at EBP + OFFSET(symbol).

%include "registers.inc"
%include "boot.inc"

%define OFFSET(symbol) (symbol - KERNEL_BASE)

NO_EXECUTE_HIGH equ 1 << 31		; bit 63 of a page-table entry, in its upper half

extern kernel_main
extern refuse_cpu
extern text_start, data_start, image_end
extern boot_stack_top, boot_stack_guard, nmi_stack_guard, fatal_stack_guard, last_stack_guard
extern boot_protocol, boot_information_phys, boot_image_phys, boot_ticks, boot_cr0, boot_cr4, boot_no_execute
extern boot_pml4, boot_high_pdpt, boot_high_pd, boot_image_pt, boot_low_pdpt, boot_low_pd
extern __stack_chk_guard

global start

section .text

bits 32

; On entry: 32-bit protected mode, flat segments, paging and interrupts off; EAX = BOOT_MULTIBOOT2 or
; BOOT_PVH, EBX = physical address of the loader's information, EBP = physical address of KERNEL_BASE, ESP =
; boot_stack_top. Clobbers every register. Goes to kernel_main, or to refuse_cpu; does not return.
;
; CR4 is kept for the report before switch_to_long_mode overwrites it: VMXE may be left set. The time-stamp
; counter is read as early as CPUID allows, because the log's time starts here.
start:
	mov ecx, cr0
	mov edx, cr4
	mov [ebp + OFFSET(boot_protocol)], eax
	mov [ebp + OFFSET(boot_information_phys)], ebx
	mov [ebp + OFFSET(boot_image_phys)], ebp
	mov [ebp + OFFSET(boot_cr0)], ecx
	mov [ebp + OFFSET(boot_cr4)], edx
	call require_long_mode
	rdtsc
	mov [ebp + OFFSET(boot_ticks)], eax
	mov [ebp + OFFSET(boot_ticks) + 4], edx
	call prepare_no_execute
	call map_image
	jmp switch_to_long_mode

; Goes to refuse_cpu if the CPU has no CPUID instruction or no 64-bit mode. Leaf 80000001H is read only if
; leaf 80000000H says that it exists: without it, CPUID returns other data. Clobbers EAX, EBX, ECX and EDX.
require_long_mode:
	pushfd
	pop eax
	mov ecx, eax
	xor eax, EFLAGS_ID		; software can change it only if CPUID exists
	push eax
	popfd
	pushfd
	pop eax
	cmp eax, ecx
	je refuse_cpu
	mov eax, 0x80000000
	cpuid
	cmp eax, 0x80000001
	jb refuse_cpu
	mov eax, 0x80000001
	cpuid
	test edx, CPUID_80000001_EDX_LONG_MODE
	jz refuse_cpu
	ret

; Enables execute-disable if the CPU supports it, and stores the bit in boot_no_execute. Returns ESI = the
; upper half of the bit, or 0. It must come before map_image: with EFER.NXE clear, the bit is reserved, and
; an entry that has it set raises #PF (SDM vol. 3A 5.13.1 "Detecting and Enabling the Execute-Disable
; Capability"). Clobbers EAX, EBX, ECX and EDX.
prepare_no_execute:
	xor esi, esi
	mov eax, 0x80000001
	cpuid
	test edx, CPUID_80000001_EDX_NX
	jz .done
	mov esi, NO_EXECUTE_HIGH
	mov ecx, IA32_EFER
	rdmsr
	or eax, EFER_NXE
	wrmsr
.done:
	mov [ebp + OFFSET(boot_no_execute) + 4], esi
	ret

; Maps the image page by page in boot_image_pt: read-only data read-only, text read-only and executable,
; the rest writable, the guard pages below the stacks not at all.
;
; The table is used twice: at KERNEL_BASE, and at the image's physical address. The second is needed for
; the moment in which CR0.PG is set: the CPU fetches the next instruction through the page tables, at the
; address in EIP, which is still physical.
;
; On entry: ESI as prepare_no_execute returned it. Clobbers EAX, ECX, EDX and EDI.
map_image:
	lea edi, [ebp + OFFSET(boot_image_pt)]
	lea eax, [ebp + PAGE_PRESENT]
	mov edx, esi
	lea ecx, [ebp + OFFSET(text_start)]
	call map_pages
	xor edx, edx
	lea ecx, [ebp + OFFSET(data_start)]
	call map_pages
	or eax, PAGE_WRITABLE
	mov edx, esi
	lea ecx, [ebp + OFFSET(image_end)]
	call map_pages

%macro unmap 1
	mov edi, OFFSET(%1)
	shr edi, 12 - 3
	mov dword [ebp + OFFSET(boot_image_pt) + edi], 0
%endmacro
	unmap boot_stack_guard
	unmap nmi_stack_guard
	unmap fatal_stack_guard
	unmap last_stack_guard

; link TABLE, INDEX, NEXT: entry INDEX (a register or a number) of TABLE refers to the table NEXT.
%macro link 3
	lea eax, [ebp + OFFSET(%3) + PAGE_PRESENT + PAGE_WRITABLE]
	mov [ebp + OFFSET(%1) + (%2) * 8], eax
%endmacro
	link boot_pml4, 511, boot_high_pdpt
	link boot_high_pdpt, 510, boot_high_pd
	link boot_high_pd, 0, boot_image_pt

	link boot_pml4, 0, boot_low_pdpt
	mov edi, ebp
	shr edi, 30
	link boot_low_pdpt, edi, boot_low_pd
	mov edi, ebp
	shr edi, 21
	and edi, 511
	link boot_low_pd, edi, boot_image_pt
	ret

; Writes entries of a page table, up to the page at ECX. On entry: EDX:EAX = the first entry, EDI = its address.
; Returns EAX and EDI for the next one.
map_pages:
	mov [edi], eax
	mov [edi + 4], edx
	add edi, 8
	add eax, 4096
	cmp eax, ecx			; the flags in EAX are less than a page
	jb map_pages
	ret

; Enters 64-bit mode. The order is fixed by SDM vol. 3A 9.8.5 "Initializing IA-32e Mode": CR4.PAE, CR3,
; EFER.LME, CR0.PG. Setting CR0.PG activates IA-32e mode, but in the loader's 32-bit code segment, that is,
; in compatibility mode. The far return loads CS from boot_gdt, whose code segment has the L bit: that is
; 64-bit mode. Clobbers EAX, ECX and EDX. Goes to long_mode.
;
; CR4 and CR0 get whole values, not changed bits: the loader may have left any bit set, CR4.VMXE or CR0.CD
; among them. CR0.WP makes the kernel's own read-only pages read-only for the kernel, too.
switch_to_long_mode:
	mov eax, cr4
	and eax, CR4_MCE		; as found: a TDX guest must not clear it
	or eax, CR4_PAE
	mov cr4, eax
	lea eax, [ebp + OFFSET(boot_pml4)]
	mov cr3, eax
	mov ecx, IA32_EFER
	rdmsr
	or eax, EFER_LME
	wrmsr
	mov eax, CR0_PG | CR0_WP | CR0_ET | CR0_PE
	mov cr0, eax
	lea eax, [ebp + OFFSET(boot_gdt)]
	mov [ebp + OFFSET(boot_gdt_pointer.base)], eax
	lgdt [ebp + OFFSET(boot_gdt_pointer)]
	lea eax, [ebp + OFFSET(long_mode)]
	push dword 8
	push eax
	retf

bits 64

; On entry: 64-bit mode, interrupts off, RIP at the image's physical address. Clobbers RAX. Goes to high: a
; 32-bit far return cannot reach KERNEL_BASE, a 64-bit jump can.
long_mode:
	mov rax, high
	jmp rax

; On entry: 64-bit mode, interrupts off, RIP at KERNEL_BASE and above, no valid stack, the loader's data
; segments. Clobbers every register. Calls kernel_main, which does not return.
;
; Once nothing runs at the physical address any more, its mapping is removed, so a null pointer faults. The
; write of CR3 flushes it from the TLB. RBP = 0 ends a chain of stack frames.
high:
	xor eax, eax
	mov ds, eax
	mov es, eax
	mov ss, eax
	mov fs, eax
	mov gs, eax
	mov rsp, boot_stack_top
	call seed_stack_protector
	mov qword [boot_pml4], 0
	mov rax, cr3
	mov cr3, rax
	xor ebp, ebp
	call kernel_main
	ud2

; Sets the stack-protector canary to a value that cannot be known in advance: the time-stamp counter,
; multiplied to spread its low bits, and RDRAND if the CPU has it. The lowest byte is 0, so that a string
; copy that overruns a buffer cannot write the right canary and go on. On entry: 64-bit mode, a stack.
; Clobbers RAX, RBX, RCX and RDX.
seed_stack_protector:
	mov eax, 1
	cpuid
	rdtsc
	shl rdx, 32
	or rax, rdx
	mov rdx, 0x9E3779B97F4A7C15
	mul rdx
	xor rax, rdx
	test ecx, CPUID_1_ECX_RDRAND
	jz .set
	mov ecx, 10			; RDRAND can fail for a moment: retry at most 10 times
.again:
	rdrand rdx
	jc .random
	loop .again
	jmp .set
.random:
	xor rax, rdx
.set:
	xor al, al
	mov [__stack_chk_guard], rax
	ret

section .data

align 8
boot_gdt:
	dq 0
	dq GDT_CODE64
boot_gdt_pointer:
	dw $ - boot_gdt - 1
.base:	dd 0
