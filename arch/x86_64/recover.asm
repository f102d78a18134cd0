; Instructions that may fault and come back: see recover.h.
;
; All functions follow the C calling convention. In each, R8 is 0 before the instruction that may
; fault; the exception handler sets R8 to a fault_t and goes on at the label that the recovery table
; names. They return R8.

bits 64

extern recovery_table_start, recovery_table_end

global recover_rdmsr, recover_wrmsr, recover_write_cr0, recover_write_cr4
global recover_vmxon, recover_vmxoff, recover_vmclear, recover_vmptrld, recover_vmptrst
global recover_vmread, recover_vmwrite, recover_vmlaunch, recover_vmresume, recover_vmcall
global recover_invept, recover_invvpid
global recover_find

; may_fault INSTRUCTION: executes it; a fault goes on behind it.
%macro may_fault 1+
	xor r8d, r8d
%%at:	%1
%%behind:
	[section .recovery progbits alloc noexec nowrite align=8]
	dq %%at, %%behind
	__?SECT?__
%endmacro

; Sets CF and ZF, clobbering RAX.
%macro preset_flags 0
	xor eax, eax
	stc
%endmacro

; vmx INSTRUCTION: as may_fault, with CF and ZF preset and RFLAGS stored at [R9].
; R8 is cleared first, for xor clears CF.
%macro vmx_may_fault 1+
	xor r8d, r8d
	preset_flags
%%at:	%1
%%behind:
	[section .recovery progbits alloc noexec nowrite align=8]
	dq %%at, %%behind
	__?SECT?__
	pushfq
	pop qword [r9]
	mov rax, r8
	ret
%endmacro

section .text

; fault_t recover_rdmsr(uint32_t msr, uint64_t *value)
recover_rdmsr:
	mov r9, rsi
	mov ecx, edi
	xor eax, eax
	xor edx, edx
	may_fault rdmsr
	shl rdx, 32
	or rax, rdx
	mov [r9], rax
	mov rax, r8
	ret

; fault_t recover_wrmsr(uint32_t msr, uint64_t value)
recover_wrmsr:
	mov ecx, edi
	mov rax, rsi
	mov rdx, rsi
	shr rdx, 32
	may_fault wrmsr
	mov rax, r8
	ret

; fault_t recover_write_cr0(uint64_t value)
recover_write_cr0:
	may_fault mov cr0, rdi
	mov rax, r8
	ret

; fault_t recover_write_cr4(uint64_t value)
recover_write_cr4:
	may_fault mov cr4, rdi
	mov rax, r8
	ret

; fault_t recover_vmxon(const uint64_t *region_phys, uint64_t *rflags)
recover_vmxon:
	mov r9, rsi
	vmx_may_fault vmxon [rdi]

; fault_t recover_vmxoff(uint64_t *rflags)
recover_vmxoff:
	mov r9, rdi
	vmx_may_fault vmxoff

; fault_t recover_vmclear(const uint64_t *phys, uint64_t *rflags)
recover_vmclear:
	mov r9, rsi
	vmx_may_fault vmclear [rdi]

; fault_t recover_vmptrld(const uint64_t *phys, uint64_t *rflags)
recover_vmptrld:
	mov r9, rsi
	vmx_may_fault vmptrld [rdi]

; fault_t recover_vmptrst(uint64_t *phys, uint64_t *rflags)
recover_vmptrst:
	mov r9, rsi
	vmx_may_fault vmptrst [rdi]

; fault_t recover_vmread(uint64_t field, uint64_t *value, uint64_t *rflags)
recover_vmread:
	mov r9, rdx
	vmx_may_fault vmread [rsi], rdi

; fault_t recover_vmwrite(uint64_t field, uint64_t value, uint64_t *rflags)
recover_vmwrite:
	mov r9, rdx
	vmx_may_fault vmwrite rdi, rsi

; fault_t recover_vmlaunch(uint64_t *rflags)
recover_vmlaunch:
	mov r9, rdi
	vmx_may_fault vmlaunch

; fault_t recover_vmresume(uint64_t *rflags)
recover_vmresume:
	mov r9, rdi
	vmx_may_fault vmresume

; fault_t recover_vmcall(uint64_t *rflags)
recover_vmcall:
	mov r9, rdi
	vmx_may_fault vmcall

; fault_t recover_invept(uint64_t type, const uint64_t descriptor[2], uint64_t *rflags)
recover_invept:
	mov r9, rdx
	vmx_may_fault invept rdi, [rsi]

; fault_t recover_invvpid(uint64_t type, const uint64_t descriptor[2], uint64_t *rflags)
recover_invvpid:
	mov r9, rdx
	vmx_may_fault invvpid rdi, [rsi]

; uint64_t recover_find(uint64_t rip)
recover_find:
	mov rdx, recovery_table_start
.next:
	xor eax, eax
	cmp rdx, recovery_table_end
	jae .done
	cmp rdi, [rdx]
	je .found
	add rdx, 16
	jmp .next
.found:
	mov rax, [rdx + 8]
.done:
	ret
