; Entries of all vectors, and instructions that may fault. 32-bit, as the C calling convention has it.

bits 32

extern interrupt_handle

global interrupt_entries, resume_at
global try_write_msr, try_read_msr, try_write_cr0, try_write_cr4

HAS_ERROR_CODE equ 1 << 8 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 17

section .text

align 16
interrupt_entries:
%assign vector 0
%rep 256
	align 16
%if vector < 32 && ((HAS_ERROR_CODE >> vector) & 1)
	mov byte [esp], vector		; in place of the error code's low byte
%else
	push strict byte vector - (vector & 0x80) * 2
%endif
	jmp near take
%assign vector vector + 1
%endrep

; On the stack, from the top: the vector in the lowest byte, EIP, CS, EFLAGS.
take:
	pushad
	and dword [esp + 32], 0xFF
	lea eax, [esp + 32]
	push eax
	call interrupt_handle
	pop eax
	popad
	add esp, 4
	iretd

; may_fault INSTRUCTION: EAX = 1, or 0 if it faulted.
%macro may_fault 1+
	mov dword [resume_at], %%faulted
	%1
	mov eax, 1
	jmp %%done
%%faulted:
	xor eax, eax
%%done:	mov dword [resume_at], 0
%endmacro

; bool try_write_msr(uint32_t msr, uint64_t value)
try_write_msr:
	mov ecx, [esp + 4]
	mov eax, [esp + 8]
	mov edx, [esp + 12]
	may_fault wrmsr
	ret

; bool try_read_msr(uint32_t msr, uint64_t *value)
try_read_msr:
	mov ecx, [esp + 4]
	mov dword [resume_at], .faulted
	rdmsr
	mov ecx, [esp + 8]
	mov [ecx], eax
	mov [ecx + 4], edx
	mov eax, 1
	jmp .done
.faulted:
	xor eax, eax
.done:
	mov dword [resume_at], 0
	ret

; bool try_write_cr0(uint32_t value)
try_write_cr0:
	mov eax, [esp + 4]
	may_fault mov cr0, eax
	ret

; bool try_write_cr4(uint32_t value)
try_write_cr4:
	mov eax, [esp + 4]
	may_fault mov cr4, eax
	ret

section .data
resume_at:	dd 0
