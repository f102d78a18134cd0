# rootmode: `make help` lists the targets.

MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/bash
Q := $(if $(V),,@)
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

# The toolchain. CROSS_COMPILE is the prefix of gcc and ld. TOOLCHAIN=clang compiles with clang. The version of
# LLVM is pinned to one that both Debian 12 and 13 have, so that formatting and findings are the same on both.
LLVM := 19
CROSS_COMPILE ?= $(if $(shell command -v x86_64-elf-gcc),x86_64-elf-,x86_64-linux-gnu-)
TOOLCHAIN ?= gcc
CC := $(if $(filter clang,$(TOOLCHAIN)),clang-$(LLVM) --target=x86_64-unknown-none-elf,$(CROSS_COMPILE)gcc)
LD := $(CROSS_COMPILE)ld
OBJCOPY := $(CROSS_COMPILE)objcopy
NASM := nasm

# Output folder, and options of the targets below. With DEBUG=1, undefined behaviour traps.
DEBUG ?=
BUILD ?= $(if $(DEBUG),build/debug,build)
# Relative where it can be: the compiler writes the objects' names into the dependencies, and make compares them as text.
override BUILD := $(patsubst $(CURDIR)/%,%,$(abspath $(BUILD)))
CPUS ?=
FIRMWARE ?=
DOOR ?=
CMDLINE ?=
VEHICLE ?=
GDB_PORT ?= 1234
GDB_ARGUMENTS ?=

WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wmissing-prototypes -Wundef -Werror \
	-Wstrict-prototypes -Wvla -Wimplicit-fallthrough
# What is compiled does not depend on the folder that it is compiled in.
NO_PATHS := '-ffile-prefix-map=$(CURDIR)=.'
FREESTANDING := -std=c17 -g -ffreestanding -fno-builtin -fno-pic -fno-pie -mcmodel=kernel \
	-mno-red-zone -mgeneral-regs-only -fstack-protector-strong -mstack-protector-guard=global \
	-fno-asynchronous-unwind-tables -fcf-protection=none -fno-strict-aliasing $(NO_PATHS)
FREESTANDING += $(if $(filter gcc,$(TOOLCHAIN)),-fno-tree-loop-distribute-patterns)
TRAPPING := -fsanitize=undefined $(if $(filter gcc,$(TOOLCHAIN)),-fsanitize-undefined-trap-on-error,-fsanitize-trap=all)
FREESTANDING += $(if $(DEBUG),$(TRAPPING))
CFLAGS := $(FREESTANDING) $(WARNINGS) -I.
# Optimize for size, except the files whose code runs many times before VMXON, or for each character of the log.
OPTIMIZE := -Os
OFTEN := $(addprefix kernel/,lib/text.c lib/bytes.c lib/crc32.c console/log.c console/ring.c tables/boot_information.c tables/multiboot2.c tables/acpi.c tables/madt.c \
	machine/memory.c discover/cpu_list.c) \
	kernel/record/phantoms.c arch/x86_64/apic.c arch/x86_64/apic_takeover.c arch/x86_64/topology.c \
	arch/x86_64/ap_memory.c arch/x86_64/descriptors.c arch/x86_64/paging.c
$(OFTEN:%=$(BUILD)/%.o): OPTIMIZE := -O2
LDFLAGS := -nostdlib -static --nmagic -z noexecstack --build-id=none --fatal-warnings \
	--no-warn-rwx-segments

# All sources in these folders, at any depth: a new file needs no entry here.
SOURCES := $(sort $(shell find boot kernel arch -name '*.c' -o -name '*.asm'))
OBJECTS := $(SOURCES:%=$(BUILD)/%.o)
KERNEL := $(BUILD)/rootmode.elf
ISO := $(BUILD)/rootmode.iso

.PHONY: all
all: $(KERNEL) ## build the kernel: build/rootmode.elf

-include $(OBJECTS:.o=.d)

# Reports all missing programs at once, before a command fails because of one.
FONTS := /usr/share/consolefonts
.PHONY: toolchain
toolchain:
	$(Q)missing=; for tool in $(firstword $(CC)) $(LD) $(OBJCOPY) $(NASM); do \
		command -v $$tool >/dev/null || missing+=" $$tool"; done; \
	[ -r $(FONTS)/spleen-8x16.psfu.gz ] || missing+=" $(FONTS)/spleen-8x16.psfu.gz"; \
	[ -z "$$missing" ] || { echo "make: not installed:$$missing: run tools/setup" >&2; exit 1; }

# The version is in an object of its own, compiled again when the version changes.
VERSION := $(shell tools/version name)
%/kernel/lib/version.c.o: DEFINES = -DROOTMODE_VERSION='"$(VERSION)"'
$(addsuffix /kernel/lib/version.c.o,$(BUILD) $(addprefix $(BUILD)/,calls unit fuzz bench check/plain check/sanitized mutate/unit mutate/sanitized mutate/check)): \
	$(BUILD)/version
$(BUILD)/version: FORCE
	@mkdir -p $(@D)
	@echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' > $@

.PHONY: FORCE
FORCE:

$(BUILD)/%.c.o: %.c Makefile | toolchain
	@mkdir -p $(@D)
	@echo '  CC   $<'
	$(Q)$(CC) $(OPTIMIZE) $(CFLAGS) $(DEFINES) -MMD -MP -c $< -o $@

# Converts the constants of C headers to NASM: each #define and each enumerator.
CONSTANTS := $(addprefix $(BUILD)/,registers.inc boot.inc vmx_numbers.inc vmx_exits.inc vmcs_fields.inc)
.SECONDARY: $(CONSTANTS)
define make-constants
@mkdir -p $(@D)
$(Q)sed -nE 's/([0-9])u(ll)?\b/\1/; s,[ \t]*/\*.*,,; \
	s/^#define ([A-Z][A-Z0-9_]*(\(n\))?)[ \t]+(.+)$$/%define \1 \3/p; \
	s/^\t([A-Z][A-Z0-9_]*) = (0x[0-9A-F]+),$$/%define \1 \2/p' $< > $@
endef
$(BUILD)/%.inc: arch/x86_64/%.h Makefile
	$(make-constants)
$(BUILD)/%.inc: arch/x86_64/vmx/%.h Makefile
	$(make-constants)

# nasm -MD omits included files, so a separate run writes the dependencies.
$(BUILD)/%.asm.o: %.asm $(CONSTANTS) Makefile | toolchain
	@mkdir -p $(@D)
	@echo '  NASM $<'
	$(Q)$(NASM) -M -MT $@ -I$(BUILD)/ $< > $(@:.o=.d)
	$(Q)$(NASM) -f elf64 -g -F dwarf -Werror -I$(BUILD)/ $< -o $@

# The fonts of the screen, unpacked, for NASM.
$(BUILD)/%.psf: | toolchain
	@mkdir -p $(@D)
	$(Q)gzip -dc $(FONTS)/$*.psfu.gz > $@
$(BUILD)/kernel/console/font.asm.o: $(BUILD)/spleen-8x16.psf $(BUILD)/spleen-6x12.psf

$(KERNEL): $(OBJECTS) linker.ld
	@echo '  LD   $@'
	$(Q)$(LD) $(LDFLAGS) -T linker.ld $(OBJECTS) -o $@

.PHONY: iso
iso: $(ISO) ## build the image for CD and USB stick, BIOS and UEFI: build/rootmode.iso

$(ISO): $(KERNEL) $(wildcard iso/boot/grub/*) tools/make-iso Makefile
	@echo '  ISO  $@'
	$(Q)tools/make-iso $(KERNEL) $@

# The image is built only if it is what boots: for the kernel alone, GRUB's tools need not be installed.
RUN = tools/run --vehicle "$(VEHICLE)" --door "$(DOOR)" --cpus "$(CPUS)" --firmware "$(FIRMWARE)" \
	--cmdline "$(CMDLINE)" --iso $(ISO)
.PHONY: run
run: $(KERNEL) rootmode-check ## boot in KVM with nested VMX, else in Bochs (CPUS= FIRMWARE=bios|seabios|uefi CMDLINE= VEHICLE= DOOR=iso|kernel)
	@door=$$($(RUN) --print-door) && if [ "$$door" = iso ]; then $(MAKE) $(ISO); fi
	@$(RUN)

.PHONY: debug
debug: $(KERNEL) $(ISO) rootmode-check ## boot the image in QEMU with gdb attached, and stop at kernel_main (CPUS= FIRMWARE= CMDLINE=)
	@tools/debug $(KERNEL) $(GDB_PORT) $(BUILD)/debug.log --cpus "$(CPUS)" --firmware "$(FIRMWARE)" \
		--cmdline "$(CMDLINE)" --iso $(ISO) -- $(GDB_ARGUMENTS)

.PHONY: clean
clean: ## remove everything that was built
	rm -rf $(BUILD)

# The value of a makefile's variable, for the tests of these lists.
print-%:
	@printf '%s\n' $($*)

MAKEFILES_READ = $(filter-out %.d,$(MAKEFILE_LIST))

.PHONY: help
help: ## print this list
	@sed -nE 's/^([a-z][a-z-]*):.*## (.*)/  make \1\t\2/p' $(MAKEFILES_READ) | expand -t 24

include tests/tests.mk
include tools/check/check.mk
include tests/mutate.mk
include tools/install.mk tools/release.mk tools/standalone.mk
include tools/bench.mk
include tests/boot/inject/inject.mk tests/boot/inject/calls/calls.mk tests/boot/coverage/coverage.mk tests/boot/spoil/spoil.mk tools/stress.mk
