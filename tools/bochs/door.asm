; The option ROM of the door 'kernel' in Bochs, which has no -kernel: it starts what Bochs has put into memory. The
; Bochs BIOS calls it as its last step before it looks for a disk. tools/rootmode/bochs_door.py assembles it.
;
; On entry: real mode, at byte 3 of the segment ROM >> 4. The BIOS's services work, and its stack is in the first 64 KiB.
; Goes to ENTRY in 32-bit protected mode. Without MODULE, as PVH asks (Xen's docs/misc/pvh.pandoc "HVM direct boot ABI").
; With MODULE, as GRUB does for a multiboot2 loader that has a module (Multiboot2 3.3 "I386 machine state").

%ifndef ENTRY
%define ENTRY 0				; physical address
%define COMMAND_LINE ""			; of what starts
%define MODULE_LINE ""			; of the module
%endif

ROM equ 0xD0000
INFORMATION equ 0x6000			; low memory, which nothing uses at this time
MEMORY_MAP equ 0x7000
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
%ifdef MODULE
	mov esp, INFORMATION
	call append_rsdp
	call append_memory_map
	mov eax, MULTIBOOT2_MAGIC
%else
	lea eax, [edx - MEMORY_MAP]
	xor edx, edx
	mov ecx, RANGE_SIZE
	div ecx
	mov [INFORMATION + memory_map_count - information], eax
%endif
	mov ebx, INFORMATION
	mov ecx, ENTRY
	jmp ecx

align 8
door_gdt:	dq 0, 0x00CF9A000000FFFF, 0x00CF92000000FFFF	; none; code and data: 4 GiB, 32 bits
door_gdt_register:
	dw door_gdt_register - door_gdt - 1
	dd ROM + door_gdt

%ifdef MODULE
; Append to EDI, which is a multiple of 8.
append_rsdp:
	mov esi, 0xE0000
.search:
	cmp dword [esi], "RSD "
	jne .no
	cmp dword [esi + 4], "PTR "
	je .found
.no:
	add esi, 16
	cmp esi, 0x100000
	jb .search
	ret
.found:
	mov dword [edi], 14		; the type
	mov dword [edi + 4], 8 + 20
	add edi, 8
	mov ecx, 20
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
	dq 0, ROM + command_line, 0, MEMORY_MAP	; modules, command line, RSDP (the kernel searches), memory map
memory_map_count:
	dd 0, 0
INFORMATION_SIZE equ $ - information

command_line:
	db COMMAND_LINE, 0
%endif

	align 512, db 0
door_end:
