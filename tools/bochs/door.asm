; The option ROM of the door 'kernel' in Bochs, which has no -kernel: it starts what Bochs has put into memory. The
; Bochs BIOS calls it as its last step before it looks for a disk. tools/rootmode/bochs_door.py assembles it.
;
; On entry: real mode, at byte 3 of the segment ROM >> 4. The BIOS's services work, and its stack is in the first 64 KiB.
; Goes to ENTRY in 32-bit protected mode. Without MODULE, as PVH asks (Xen's docs/misc/pvh.pandoc "HVM direct boot ABI").
; With MODULE, as GRUB does for a multiboot2 loader that has a module (Multiboot2 3.3 "I386 machine state").
; With TABLES, the addresses of ACPI tables, the RSDP that it passes leads to these instead of the firmware's of that kind.

%ifndef ENTRY
%define ENTRY 0				; physical address
%define COMMAND_LINE ""			; of what starts
%define MODULE_LINE ""			; of the module
%endif

ROM equ 0xD0000
INFORMATION equ 0x6000			; low memory, which nothing uses at this time
MEMORY_MAP equ 0x7000
RSDP equ 0x5000
RSDP_SIZE equ 20			; revision 0 (ACPI 6.5 5.2.5.3 "Root System Description Pointer (RSDP) Structure")
RSDP_CHECKSUM equ 8
RSDP_RSDT equ 16
RSDT equ 0x5100
TABLE_HEADER_SIZE equ 36		; ACPI 6.5 5.2.6 "System Description Table Header"
TABLE_LENGTH equ 4
TABLE_CHECKSUM equ 9
RANGE_SIZE equ 24			; in the memory map of PVH and in that of multiboot2
SMAP equ 0x534D4150
LOWER_KIB equ 639			; what INT 12H returns
MULTIBOOT2_MAGIC equ 0x36D76289

bits 16
	db 0x55, 0xAA, (door_end - $$) / 512

	xor eax, eax
	mov es, ax
	mov di, MEMORY_MAP
	xor ebx, ebx
.next_range:
	mov dword [es:di + 20], 0	; BIOSes fill 20 of the 24 bytes
	mov eax, 0xE820
	mov ecx, 20
	mov edx, SMAP
	int 0x15
	jc .protect
	add di, RANGE_SIZE
	test ebx, ebx
	jnz .next_range
.protect:
	cli
	cld
	movzx edx, di
	lgdt [cs:door_gdt_register]
	mov eax, cr0
	or al, 1
	mov cr0, eax
	jmp dword 8:ROM + protected

bits 32
protected:				; EDX: end of the memory map
	mov ax, 16
	mov ds, ax
	mov es, ax
	mov ss, ax
	mov esi, ROM + information
	mov edi, INFORMATION
	mov ecx, INFORMATION_SIZE
	rep movsb
	mov esp, INFORMATION
%ifdef MODULE
	call append_rsdp
	call append_memory_map
	mov eax, MULTIBOOT2_MAGIC
%else
	lea eax, [edx - MEMORY_MAP]
	xor edx, edx
	mov ecx, RANGE_SIZE
	div ecx
	mov [INFORMATION + memory_map_count - information], eax
%ifdef TABLES
	call replace_tables
	mov dword [INFORMATION + rsdp - information], RSDP
%endif
%endif
	mov ebx, INFORMATION
	mov ecx, ENTRY
	jmp ecx

align 8
door_gdt:	dq 0, 0x00CF9A000000FFFF, 0x00CF92000000FFFF	; none; code and data: 4 GiB, 32 bits
door_gdt_register:
	dw door_gdt_register - door_gdt - 1
	dd ROM + door_gdt

; Return ESI: the address of the firmware's RSDP, or 1 MiB.
find_rsdp:
	mov esi, 0xE0000
.search:
	cmp dword [esi], "RSD "
	jne .no
	cmp dword [esi + 4], "PTR "
	je .end
.no:
	add esi, 16
	cmp esi, 0x100000
	jb .search
.end:
	ret

%ifdef TABLES
; Make an RSDP, and an RSDT of the firmware's tables without those of the same signature as one of ours, and of ours.
replace_tables:
	call find_rsdp
	mov edi, RSDP
	mov ecx, RSDP_SIZE
	rep movsb
	mov esi, [RSDP + RSDP_RSDT]
	mov dword [RSDP + RSDP_RSDT], RSDT
	mov edx, [esi + TABLE_LENGTH]
	add edx, esi
	mov edi, RSDT
	mov ecx, TABLE_HEADER_SIZE
	rep movsb
.next:
	cmp esi, edx
	jae .ours
	lodsd
	mov ebx, [eax]			; its signature
	mov ecx, TABLES_COUNT
.compare:
	mov ebp, [ROM + tables + ecx * 4 - 4]
	cmp ebx, [ebp]
	je .next
	loop .compare
	stosd
	jmp .next
.ours:
	mov esi, ROM + tables
	mov ecx, TABLES_COUNT
	rep movsd
	sub edi, RSDT
	mov [RSDT + TABLE_LENGTH], edi
	mov ecx, edi
	mov esi, RSDT
	mov edi, RSDT + TABLE_CHECKSUM
	call make_sum
	mov ecx, RSDP_SIZE
	mov esi, RSDP
	mov edi, RSDP + RSDP_CHECKSUM

; Change the byte at EDI so that the ECX bytes from ESI on add up to 0.
make_sum:
	mov byte [edi], 0
	xor eax, eax
.next:
	sub al, [esi]
	inc esi
	loop .next
	mov [edi], al
	ret

tables:
	dd TABLES
TABLES_COUNT equ ($ - tables) / 4
%endif

%ifdef MODULE
; Append to EDI, which is a multiple of 8.
append_rsdp:
	call find_rsdp
	cmp esi, 0x100000
	jb .found
	ret
.found:
	mov dword [edi], 14		; the type
	mov dword [edi + 4], 8 + RSDP_SIZE
	add edi, 8
	mov ecx, RSDP_SIZE
	rep movsb
	add edi, 4
	ret

append_memory_map:
	mov dword [edi], 6
	lea ecx, [edx - MEMORY_MAP]
	lea eax, [ecx + 16]
	mov [edi + 4], eax
	mov dword [edi + 8], RANGE_SIZE
	mov dword [edi + 12], 0		; the version of its ranges
	add edi, 16
	mov esi, MEMORY_MAP
	rep movsb
	mov dword [edi], 0		; the end
	mov dword [edi + 4], 8
	add edi, 8 - INFORMATION
	mov [INFORMATION], edi
	ret

	align 8
information:
	dd 0, 0
.line:
	dd 1, .line_end - .line
	db COMMAND_LINE, 0
.line_end:
	align 8, db 0
.loader:
	dd 2, .loader_end - .loader
	db "rootmode's door", 0
.loader_end:
	align 8, db 0
.sizes:
	dd 4, 16, LOWER_KIB, UPPER_KIB
.module:
	dd 3, .module_end - .module, MODULE, MODULE_END
	db MODULE_LINE, 0
.module_end:
	align 8, db 0
INFORMATION_SIZE equ $ - information
%else
information:
	dd 0x336EC578, 1, 0, 0		; magic number, version, flags, number of modules
	dq 0, ROM + command_line	; modules, command line
rsdp:
	dq 0, MEMORY_MAP		; RSDP (0: the kernel searches), memory map
memory_map_count:
	dd 0, 0
INFORMATION_SIZE equ $ - information

command_line:
	db COMMAND_LINE, 0
%endif

	align 512, db 0
door_end:
