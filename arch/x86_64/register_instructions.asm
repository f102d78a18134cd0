; RDMSR, WRMSR, and MOV to CR0 and CR4, which may fault: see register_instructions.h.
;
; On entry to each: 64-bit mode, CPL 0, C calling convention, arguments in RDI and RSI. Each returns a raw
; status in RAX: 0, or the fault. Clobbers RAX, RCX, RDX, R8 and R9 at most.

%include "arch/x86_64/recovery.inc"

bits 64

global rdmsr_safe, wrmsr_safe, write_cr0_safe, write_cr4_safe

section .text

; raw_status_t rdmsr_safe(uint32_t msr, uint64_t *value)
rdmsr_safe:
	mov r9, rsi
	mov ecx, edi
	xor eax, eax
	xor edx, edx
	xor r8d, r8d
	may_fault rdmsr
	shl rdx, 32
	or rax, rdx
	mov [r9], rax
	mov rax, r8
	ret

; raw_status_t wrmsr_safe(uint32_t msr, uint64_t value)
wrmsr_safe:
	mov ecx, edi
	mov rax, rsi
	mov rdx, rsi
	shr rdx, 32
	xor r8d, r8d
	may_fault wrmsr
	mov rax, r8
	ret

; raw_status_t write_cr0_safe(uint64_t value)
write_cr0_safe:
	xor r8d, r8d
	may_fault mov cr0, rdi
	mov rax, r8
	ret

; raw_status_t write_cr4_safe(uint64_t value)
write_cr4_safe:
	xor r8d, r8d
	may_fault mov cr4, rdi
	mov rax, r8
	ret
