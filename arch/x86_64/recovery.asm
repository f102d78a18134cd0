; Looks up the recovery table: where to continue after an instruction that faulted. See recovery.h. The linker
; collects the table from the .recovery sections of all assembly files.

bits 64

extern recovery_table_start, recovery_table_end

global recovery_find

section .text

; uint64_t recovery_find(uint64_t rip)
;
; On entry: C calling convention. Clobbers RAX and RDX. A linear search will do: the table has some twenty
; entries.
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
