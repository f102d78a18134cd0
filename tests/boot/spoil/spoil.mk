# The spoiling loader of the boot tests: 32-bit code of its own, which shares only constants with the kernel.

SPOIL := $(BUILD)/spoil
SPOIL_SOURCES := $(wildcard tests/boot/spoil/*.c tests/boot/spoil/*.asm)
SPOIL_OBJECTS := $(SPOIL_SOURCES:tests/boot/spoil/%=$(SPOIL)/%.o)
SPOIL_CFLAGS := -m32 -march=i686 -std=c17 -g -O2 -ffreestanding -fno-builtin -fno-pic -fno-pie -mgeneral-regs-only \
	-fno-stack-protector -fno-asynchronous-unwind-tables -fno-strict-aliasing $(WARNINGS) \
	$(if $(filter gcc,$(TOOLCHAIN)),-fno-tree-loop-distribute-patterns) -I.

-include $(SPOIL_OBJECTS:.o=.d)

$(SPOIL)/%.c.o: tests/boot/spoil/%.c tests/boot/spoil/spoil.mk
	@mkdir -p $(@D)
	$(Q)$(CC) $(SPOIL_CFLAGS) -MMD -MP -c $< -o $@

$(SPOIL)/%.asm.o: tests/boot/spoil/%.asm tests/boot/spoil/spoil.mk
	@mkdir -p $(@D)
	$(Q)$(NASM) -f elf32 -Werror $< -o $@

$(SPOIL)/spoil.elf: $(SPOIL_OBJECTS) tests/boot/spoil/spoil.ld
	@echo '  LD   $@'
	$(Q)$(LD) -m elf_i386 -nostdlib -z max-page-size=4096 -z noexecstack --no-warn-rwx-segments \
		-T tests/boot/spoil/spoil.ld $(SPOIL_OBJECTS) -o $@

.PHONY: spoil
spoil: $(SPOIL)/spoil.elf ## the boot tests' spoiling loader: build/spoil/spoil.elf

test-boot: spoil

.PHONY: test-states
test-states: $(ISO) spoil ## every word of the spoiling loader, alone and in 200 random pairs, on 1, 2 and 4 CPUs
	$(Q)/usr/bin/python3 -m pytest -q -n 2 tests/boot/test_states_matrix.py --all-states --iso $(ISO)
