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

; after NAME, INSTRUCTION: a guest that exits, or ends, after INSTRUCTION.
%macro after 2+
	code %1
	%2
	exits nop
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
	one code_getsec, getsec
	one code_invd, invd
	one code_xsetbv, xsetbv
	one code_invept, invept rax, [rsi]
	one code_invvpid, invvpid rax, [rsi]
	one code_vmclear, vmclear [rsi]
	one code_vmlaunch, vmlaunch
	one code_vmptrld, vmptrld [rsi]
	one code_vmptrst, vmptrst [rsi]
	one code_vmread, vmread [rsi + 8], rcx
	one code_vmresume, vmresume
	one code_vmwrite, {vmwrite rcx, [rsi]}
	one code_vmxoff, vmxoff
	one code_vmxon, vmxon [rsi]

	one code_hlt, hlt
	one code_invlpg, invlpg [rsi + 0x10]
	one code_invpcid, invpcid rax, [rsi]
	one code_monitor, monitor
	one code_mwait, mwait
	one code_pause, pause
	one code_rdpmc, rdpmc
	one code_rdrand, rdrand ecx
	one code_rdseed, rdseed rdx
	one code_rdtsc, rdtsc
	one code_rdtscp, rdtscp
	one code_wbinvd, wbinvd
	one code_xsaves, xsaves [rsi]
	one code_xrstors, xrstors [rsi]
	one code_tpause, db 0x66, 0x0F, 0xAE, 0xF1	; TPAUSE ECX
	one code_umwait, db 0xF2, 0x0F, 0xAE, 0xF1	; UMWAIT ECX
	one code_umonitor, db 0xF3, 0x0F, 0xAE, 0xF6	; UMONITOR RSI
	one code_sgdt, sgdt [rsi]
	one code_sidt, sidt [rsi + 0x20]
	one code_lgdt, lgdt [rsi]
	one code_lidt, lidt [rsi]
	one code_sldt, sldt [rsi]
	one code_str, str [rsi]
	one code_lldt, lldt [rsi]
	one code_ltr, ltr [rsi]

	after code_halted, hlt

	code code_pauses
.again:	exits pause
	jmp .again

; Control registers: flips the bits in RCX.
%macro flips 1
	code code_flip_%1
	mov rax, %1
	xor rax, rcx
	exits mov %1, rax
	jmp trial_end
%endmacro
	flips cr0
	flips cr4

	one code_from_cr0, {mov rax, cr0}
	one code_from_cr3, {mov rdx, cr3}
	one code_from_cr4, {mov rax, cr4}
	one code_from_cr8, {mov rax, cr8}
	one code_to_cr3, {mov cr3, rbx}
	one code_smsw, smsw eax
	one code_clts, clts
	one code_lmsw, lmsw cx
	one code_lmsw_memory, lmsw [rsi]
	one code_from_dr, {mov rbp, dr3}
	one code_to_dr, {mov dr1, rax}
	one code_from_dr7, {mov rax, dr7}
	one code_to_dr7, {mov dr7, rax}

	one code_to_cr8, {mov cr8, rax}
	after code_after_cr8, {mov cr8, rax}

; Writes CR8 back as it is: without a TPR shadow, it is the host's.
	code code_cr8_same
	mov rax, cr8
	mov cr8, rax
	jmp trial_end

; Exceptions and software interrupts.
	one code_ud, ud2
	one code_de, div ecx
	one code_gp, mov ds, ecx
	one code_nm, fnop
	one code_load, {mov eax, [rcx]}
	one code_store, {mov [rcx], eax}
	one code_int_20, int 0x20
	one code_int_14, int 14

	code code_step
	pushfq
	or dword [rsp], EFLAGS_TF
	popfq
	nop
	exits nop
	jmp trial_end

; Windows, timer, monitor trap flag.
	code code_nops
	exits nop
	exits nop
	exits nop
	jmp trial_end

	after code_after_one, nop

	code code_sti
	sti
	nop
	exits nop
	jmp trial_end

	code code_iret
	mov rax, rsp
	push 0				; SS
	push rax
	push EFLAGS_ALWAYS
	push SELECTOR_CODE
	lea rax, [rel .after]
	push rax
	iretq
.after:	exits nop
	jmp trial_end

	code code_spin
	exits jmp $

	code code_counts
	mov ecx, 0x1000
.more:	loop .more
	exits cpuid

; Ports and MSRs.
	one code_in8, {in al, dx}
	one code_in16, {in ax, dx}
	one code_in32, {in eax, dx}
	one code_in_80, {in al, 0x80}
	one code_out8, {out dx, al}
	one code_ins, insb
	one code_rep_outs, rep outsw
	one code_rdmsr, rdmsr
	one code_wrmsr, wrmsr
	code code_before_rdmsr
	exits cpuid
	exits rdmsr
	jmp trial_end

	after code_after_wrmsr, wrmsr

; The APIC-access page, at RDI.
	one code_apic_read, {mov eax, [rdi + 0x20]}
	one code_apic_write, {mov [rdi + 0x300], eax}
	one code_apic_tpr, {mov eax, [rdi + 0x80]}
	one code_apic_to_tpr, {mov [rdi + 0x80], eax}

	after code_after_apic_write, {mov [rdi + 0x300], eax}

; VMREAD and VMWRITE of a shadow VMCS. CF and ZF say how each ended: only VMfailInvalid sets CF.
	code code_shadow
	vmwrite rcx, [rsi]
	jbe trial_wrong
	vmread [rsi + 8], rcx
	jbe trial_wrong
	exits jmp trial_end

	code code_vmread_only
	vmread [rsi + 8], rcx
	jbe trial_wrong
	exits jmp trial_end

	code code_shadow_none
	vmread [rsi + 8], rcx
	jnc trial_wrong
	exits jmp trial_end

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

; Far JMP and CALL, which exist outside 64-bit mode, to the selector TRIAL_TSS.
	one code_jmp_task, db 0xEA, 0, 0, 0, 0, 0x18, 0
	one code_call_task, db 0x9A, 0, 0, 0, 0, 0x18, 0

; INT to a task gate; IRET from a nested task, whose TSS links to TRIAL_BUSY_TSS.
	one code_int_task, int 0x80
	one code_iret_task, iretd

; The only segment that is usable outside 64-bit mode is CS.
	one code_load_cs, db 0x2E, 0x8B, 0x01	; MOV EAX, CS:[ECX]

trial_page_end:

section .note.GNU-stack noalloc noexec nowrite progbits
