; The recovery table: where to continue after an instruction that may fault. See recovery.h.

bits 64

extern recovery_table_start, recovery_table_end

global recovery_find

section .text

; uint64_t recovery_find(uint64_t rip)
recovery_find:
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
