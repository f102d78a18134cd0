; What the guests of the guest trials execute. Each CPU runs them in its own copy of trial_page, at a fixed
; address, so jumps and addresses are relative.
;
; On entry to each: 64-bit mode, CPL 0, interrupts disabled; RBX = CR3, RSI = the address of a page for data,
; RDI = that of the APIC-access page, the other registers 0 or what the trial sets; a stack. A guest that ends
; well executes VMCALL at trial_end; one that finds something wrong, UD2, whose #UD is not what the trial
; expects.

%include "registers.inc"

DATA_OFFSET equ 0x2000 ; of the page at RSI from this page

bits 64

global trial_page, trial_page_end, trial_end, trial_handlers, trial_handlers_end

; code NAME: begins a guest: appends a struct trial_code to .rodata.trials.
%macro code 1
	[section .rodata.trials]
	global %1
%1:	dw %%start - trial_page
	__?SECT?__
%%start:
%endmacro

; exits INSTRUCTION: assembles INSTRUCTION, and appends its place and length to the guest's struct trial_exit:
; there the guest is expected to exit next, for whatever reason.
%macro exits 1+
%%at:	%1
%%behind:
	[section .rodata.trials]
	dw %%at - trial_page, %%behind - %%at
	__?SECT?__
%endmacro

; one NAME, INSTRUCTION: a guest that executes INSTRUCTION and ends.
%macro one 2+
	code %1
	exits %2
	jmp trial_end
%endmacro

section .rodata.trials progbits alloc noexec nowrite align=2

section .rodata
align 16
trial_page:

trial_end:
	vmcall
trial_wrong:
	ud2
; The handler of each vector: where it is tells which vector was delivered.
trial_handlers:
	times 64 vmcall
trial_handlers_end:

	one code_cpuid, cpuid
	one code_invd, invd
	one code_hlt, hlt

	code code_halted
	hlt
	exits nop
	jmp trial_end

; The trials of memory. RSI or RDI points to the page that EPT changes, R8 and R9 to this page, through large
; EPT pages.
	one code_read, mov rax, [rsi]
	one code_write, mov [rsi], rax
	one code_read_apic, mov rax, [rdi]
	one code_walk, nop
	one code_int3, int3
	one code_write_2m, mov [r8], rax
	one code_vmfunc, vmfunc

	; Exits at the first instruction of the page that it jumps to.
	code code_fetch
	[section .rodata.trials]
	dw DATA_OFFSET, 1
	__?SECT?__
	jmp rsi

	code code_reads
	mov rax, [rsi]
	exits cpuid
	exits mov rax, [rsi]
	exits cpuid
	jmp trial_end

	code code_read_again
	mov rax, [rsi]
	exits cpuid
	mov rax, [rsi]
	exits cpuid
	jmp trial_end

	code code_read_2m
	exits mov rax, [r8]
	jmp trial_compare

	code code_read_1g
	exits mov rax, [r9]
trial_compare:
	cmp rax, [rel trial_page]
	je trial_end
	jmp trial_wrong

trial_page_end:

section .note.GNU-stack noalloc noexec nowrite progbits
