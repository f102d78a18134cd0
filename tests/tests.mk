# Tests and checks. Included by the Makefile, whose variables it uses.

JOBS := $(shell nproc)
# The number of jobs: make's -j if given, else the number of CPUs.
PARALLEL = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))

# -rs: lists each skipped test with the reason.
PYTEST := /usr/bin/python3 -m pytest -q -rs

# Unit tests: the kernel's sources are compiled for the host into an archive, and each test is linked with it.
# A function that a test defines itself replaces the kernel's: the linker takes from the archive only what is
# still undefined.
HOST_CC ?= gcc
UNIT := $(BUILD)/unit
UNIT_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
HOST_CFLAGS := -std=c17 -D_DEFAULT_SOURCE -O1 -g $(WARNINGS)
# cmocka passes every test a state, which few use.
UNIT_CFLAGS := $(HOST_CFLAGS) -Wno-unused-parameter $(UNIT_SANITIZE) -Itests/unit/fake -I.

# Without string.c and panic.c, which libc replaces on the host, and without main.c.
HOST_SOURCES := $(filter-out kernel/main.c kernel/lib/string.c kernel/run/panic.c,$(filter kernel/%.c,$(SOURCES))) \
	$(addprefix arch/x86_64/,clock.c clock_rate.c timers.c) $(addprefix arch/x86_64/vmx/,survey.c plan.c consistency.c predict.c enter.c vmcs.c vmx_instructions.c \
	$(addprefix guest/,vmcs_controls.c controls.c entry_check.c guest.c guest_exit.c) \
	$(addprefix selftest/,selftest_accesses.c selftest_bases.c selftest_choice.c selftest_controls.c selftest_events.c selftest_exits.c selftest_fields.c selftest_guest_state.c selftest_handover.c selftest_host.c selftest_host_state.c selftest_information.c selftest_instructions.c selftest_interrupts.c selftest_loops.c selftest_memory.c selftest_modes.c selftest_msr_loads.c selftest_registers.c selftest_segments.c selftest_shadow.c selftest_tables.c selftest_trial_judge.c))
HOST_SOURCES += $(addprefix arch/x86_64/devices/,keyboard.c pci.c pci_card.c scan_code.c uart_16550.c)
HOST_SOURCES += $(addprefix arch/x86_64/,ap_report.c apic_mode.c facts.c mtrr.c nmi_source.c power.c smp.c startup.c stop.c topology.c)
UNIT_HELPERS := $(filter-out tests/unit/test_%.c,$(wildcard tests/unit/*.c))
UNIT_OBJECTS := $(patsubst %,$(UNIT)/%.o,$(HOST_SOURCES) $(UNIT_HELPERS))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(UNIT)/%,$(wildcard tests/unit/test_*.c))

-include $(UNIT_OBJECTS:.o=.d) $(UNIT_TESTS:%=%.d)

$(UNIT)/%.c.o: %.c Makefile tests/tests.mk
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(UNIT_CFLAGS) $(DEFINES) -MMD -MP -c $< -o $@

UNIT_ASSEMBLED := $(BUILD)/kernel/console/font.asm.o $(addprefix $(BUILD)/arch/x86_64/vmx/,guest/guest.asm.o selftest/selftest_trial_code.asm.o)

$(UNIT)/sources.a: $(UNIT_OBJECTS) $(UNIT_ASSEMBLED)
	$(Q)rm -f $@ && ar rcs $@ $^

$(UNIT)/test_%: tests/unit/test_%.c $(UNIT)/sources.a Makefile tests/tests.mk
	@echo '  UNIT $<'
	$(Q)$(HOST_CC) $(UNIT_CFLAGS) -MMD -MP -MF $@.d $< $(UNIT)/sources.a -lcmocka -o $@

.PHONY: test-unit
test-unit: ## run the unit tests on the host, with ASan and UBSan
	$(Q)$(MAKE) $(PARALLEL) $(UNIT_TESTS)
	$(Q)tests/unit/run $(UNIT_TESTS)

# Proofs: CBMC tries every input of the kernel's own functions, within the bound that each line prints.
PROOFS ?=
.PHONY: test-proof
test-proof: ## prove the rules in tests/proof with CBMC, where it is installed (PROOFS=words of their names)
	$(Q)tests/proof/run $(PROOFS)
	$(Q)$(if $(PROOFS),,tests/proof/mutants --first)

.PHONY: test-proof-mutants
test-proof-mutants: ## change decisions one by one, and demand that a proof refutes each change
	$(Q)tests/proof/mutants

# Fuzzing: each target is built with the pure sources, under ASan and UBSan. Every run first replays the seeds
# that make-seeds writes and the inputs in tests/fuzz/corpus, an archive per target. An input that reaches new
# code is stored in found/; fuzz-keep merges it into the archive.
FUZZ := $(BUILD)/fuzz
FUZZ_CC := clang-$(LLVM)
FUZZ_SECONDS ?= 60
TEST_FUZZ_SECONDS ?= 3
FUZZ_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_CFLAGS := -std=c17 -D_GNU_SOURCE -O1 -g $(WARNINGS) $(FUZZ_SANITIZE) -I.
FUZZ_SOURCES := $(filter kernel/%,$(HOST_SOURCES)) \
	$(addprefix tools/check/,clean.c dump.c fail.c lines.c line_words.c log_line.c msr_name.c name_caps.c name_flags.c name_json.c name_keys.c name_labels.c name_libvirt.c name_linux.c name_list.c name_phrases.c name_reports.c name_unix.c name_windows.c rdmsr.c reading_line.c readings.c vbox.c vmxcap.c)
FUZZ_OBJECTS := $(FUZZ_SOURCES:%=$(FUZZ)/%.o)
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,$(FUZZ)/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_INPUTS := $(FUZZ)/seeds.made $(patsubst tests/fuzz/corpus/%.tar.xz,$(FUZZ)/kept/%.unpacked,$(wildcard tests/fuzz/corpus/*.tar.xz))

-include $(FUZZ_OBJECTS:.o=.d) $(FUZZ_TARGETS:%=%.d)

# The stamp is outside these folders, because libFuzzer takes every file in them for an input.
$(FUZZ)/seeds.made: tests/fuzz/make-seeds tools/rootmode/acpi.py
	$(Q)rm -rf $(FUZZ)/seeds && mkdir -p $(FUZZ) && PYTHONPATH=tools tests/fuzz/make-seeds $(FUZZ)/seeds
	@touch $@

$(FUZZ)/kept/%.unpacked: tests/fuzz/corpus/%.tar.xz
	$(Q)rm -rf $(FUZZ)/kept/$* && mkdir -p $(FUZZ)/kept/$* && tar -xf $< -C $(FUZZ)/kept/$*
	@touch $@

$(FUZZ)/%.c.o: %.c Makefile tests/tests.mk
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) $(DEFINES) -fsanitize=fuzzer-no-link -MMD -MP -c $< -o $@

$(FUZZ)/sources.a: $(FUZZ_OBJECTS) $(BUILD)/kernel/console/font.asm.o
	$(Q)rm -f $@ && ar rcs $@ $^

$(FUZZ)/fuzz_%: tests/fuzz/fuzz_%.c $(FUZZ)/sources.a Makefile tests/tests.mk
	@echo '  FUZZ $<'
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer -MMD -MP -MF $@.d $< $(FUZZ)/sources.a -o $@

.PHONY: test-fuzz
test-fuzz: ## run the kept inputs of each fuzz target, then fuzz it for TEST_FUZZ_SECONDS=3
	$(Q)$(MAKE) fuzz FUZZ_SECONDS=$(TEST_FUZZ_SECONDS)

.PHONY: fuzz
fuzz: ## fuzz each target for FUZZ_SECONDS=60
	$(Q)$(MAKE) $(PARALLEL) $(FUZZ_TARGETS) $(FUZZ_INPUTS)
	$(Q)tests/fuzz/run $(FUZZ_SECONDS) $(FUZZ_TARGETS)

.PHONY: fuzz-keep
fuzz-keep: ## merge inputs that reach new code into tests/fuzz/corpus
	$(Q)$(MAKE) $(PARALLEL) $(FUZZ_TARGETS) $(FUZZ_INPUTS)
	$(Q)tests/fuzz/keep $(FUZZ_TARGETS)

# The build variants that no other test makes: clang, with and without DEBUG=1, and unit tests without
# sanitizers, where gcc issues more warnings. V=1 is noisy: its output is shown only if that build fails.
PLAIN := $(abspath $(BUILD))/plain

.PHONY: test-variants
test-variants: ## builds that other targets do not make: TOOLCHAIN=clang, DEBUG=1, UNIT_SANITIZE=, V=1, BUILD=
	$(Q)$(MAKE) $(PARALLEL) BUILD=$(BUILD)/clang TOOLCHAIN=clang all
	$(Q)$(MAKE) $(PARALLEL) BUILD=$(BUILD)/clang-debug TOOLCHAIN=clang DEBUG=1 all
	@mkdir -p $(PLAIN)
	$(Q)$(MAKE) $(PARALLEL) BUILD=$(PLAIN) UNIT_SANITIZE= V=1 all test-unit > $(PLAIN)/output.txt 2>&1 || \
		{ cat $(PLAIN)/output.txt; exit 1; }

# Runs all tests, and ends with a line that says which passed.
TESTS := test-unit test-proof test-variants test-fuzz test-check test-tools test-boot

.PHONY: test-tools
test-tools: rootmode-check spoil ## run the tests of the tools that boot nothing
	$(Q)$(PYTEST) -n $(JOBS) tests/tools

# One more machine than cores, because some wait: for a clock, or for the other end of a line.
BOOT_JOBS ?= $(shell echo $$(($(JOBS) + 1)))

.PHONY: test-boot
test-boot: $(ISO) rootmode-check rootmode-check-static ## boot the image in every emulator installed here, BOOT_JOBS= at once
	$(Q)$(PYTEST) -n $(BOOT_JOBS) --dist loadgroup tests/boot --iso $(ISO)

.PHONY: test-long
test-long: $(ISO) spoil iso-inject rootmode-check ## the boot tests that make test leaves out for want of time
	$(Q)$(PYTEST) -n $(BOOT_JOBS) --dist loadgroup tests/boot -m long --long --iso $(ISO)

.PHONY: results
results: rootmode-check ## make the table in docs/results/README.md from the logs beside it
	$(Q){ sed '/^<!-- made by/q' docs/results/README.md; tools/make-results docs/results/logs; } > $(BUILD)/results.md
	$(Q)mv $(BUILD)/results.md docs/results/README.md

.PHONY: selftest-results
SELFTEST_LOGS ?= $(BUILD)/selftest
selftest-results: rootmode-check ## make the tables in docs/selftest-results.md from SELFTEST_LOGS, which tools/selftest-results run makes
	$(Q){ sed '/^<!-- made by/q' docs/selftest-results.md; echo; tools/selftest-results table $(SELFTEST_LOGS); } > $(BUILD)/selftest-results.md
	$(Q)mv $(BUILD)/selftest-results.md docs/selftest-results.md

.PHONY: picture
picture: $(ISO) ## take the picture in the README from the screen of a run: docs/screen.png
	$(Q)tests/boot/make-picture $(ISO) docs/screen.png

.PHONY: test
test: ## run all tests but those in SKIP=
	$(Q)tests/summarize $(MAKE) '$(filter $(SKIP),$(TESTS))' $(filter-out $(SKIP),$(TESTS))

.PHONY: test-release
test-release: ## run the README's commands on a fresh system: RELEASE=bookworm or trixie (needs root and the network)
	$(Q)tools/test-release $(RELEASE)

# Static checks of the sources. Each must have zero findings.
CHECKS := check-format check-layers check-citations check-docs check-shell \
	check-python check-compilers check-analyzer check-cppcheck check-tidy
ALL_C = $(shell git ls-files --cached --others --exclude-standard '*.c' '*.h')
KERNEL_C = $(filter %.c,$(SOURCES)) $(wildcard tests/boot/inject/*.c tests/boot/inject/calls/*.c tests/boot/coverage/*.c)
# Without the proofs: they are written in CBMC's own words, and what they allocate ends with them.
HOST_C = $(filter-out tests/proof/%,$(wildcard tests/*/*.c tools/*/*.c))
SPOIL_C = $(wildcard tests/boot/spoil/*.c)
CLANG_FORMAT := clang-format-$(LLVM)
TIDY := clang-tidy-$(LLVM) --quiet

# cppcheck findings that are suppressed, in this order: it treats the linker's symbols as separate objects. It
# asks for declarations in inner scopes, unnamed zeros, no continue in an empty loop, and parentheses that C's
# precedence does not require. Its "always true" ignores that a pointer has changed in between. A handler has
# the type that its table requires. Assembly writes through pointers, and the CPU reads the MSR areas. The last is
# not a finding: it says that the analysis of a long function was limited.
CPPCHECK := cppcheck --quiet --std=c11 --platform=unix64 --error-exitcode=1 -j$(JOBS) \
	--enable=warning,style,performance,portability --suppress=missingIncludeSystem \
	$(addprefix --suppress=,comparePointers subtractPointers variableScope badBitmaskCheck redundantContinue \
	clarifyCalculation knownConditionTrueFalse unsignedLessThanZero constParameterCallback \
	constParameterPointer:arch/x86_64/instructions.h \
	unusedStructMember:arch/x86_64/vmx/selftest/selftest_msr_loads.c normalCheckLevelMaxBranches)

# make 4.3 and later pass a backslash before # in a function's arguments on to the shell.
HASH := \#
# Finds scripts by their first line, because they have no suffix. $(1): the interpreter, a regular expression.
scripts_for = $(shell git ls-files --cached --others --exclude-standard | xargs ls -d 2>/dev/null | \
	xargs awk 'FNR == 1 && /^$(HASH)!.*$(1)$$/ { print FILENAME } { nextfile }')
need = $(Q)command -v $(1) >/dev/null || { echo 'make $@: $(1) is not installed: run tools/setup' >&2; exit 1; }

.PHONY: selftest-names
selftest-names: $(UNIT)/test_selftest_names ## list the self-test's checks in docs/selftest-checks.txt
	$(Q)SELFTEST_NAMES=write $< >/dev/null

.PHONY: format
format: ## format all C with clang-format
	$(Q)$(CLANG_FORMAT) -i $(ALL_C)

.PHONY: check
check: $(CHECKS) ## run all checks of the sources; zero findings are allowed
	@echo 'check: nothing found'

.PHONY: $(CHECKS)
check-format:
	$(Q)$(CLANG_FORMAT) --dry-run --Werror $(ALL_C)

check-layers: $(KERNEL)
	$(Q)tools/check-layers --kernel $(KERNEL) --cc '$(CC) $(CFLAGS)'

check-citations:
	$(Q)tools/check-citations

check-docs:
	$(Q)tools/check-docs

check-shell: ## run shellcheck on every shell script
	$(call need,shellcheck)
	$(Q)shellcheck $(call scripts_for,\/(ba|da)?sh)

# The rules are in setup.cfg. mypy accepts only one conftest.py, and one script called run, at a time, so it
# runs per folder.
PYTHON = $(sort $(shell git ls-files --cached --others --exclude-standard '*.py' | xargs ls -d 2>/dev/null) \
	$(call scripts_for,python3))

check-python: ## run mypy --strict, flake8 and pylint on all Python
	$(call need,mypy)
	$(call need,flake8)
	$(call need,pylint)
	$(Q)mypy $(filter-out tests/boot/% tests/proof/%,$(PYTHON))
	$(Q)mypy $(filter tests/proof/%,$(PYTHON))
	$(Q)mypy $(filter tests/boot/%,$(PYTHON))
	$(Q)flake8 $(PYTHON)
	$(Q)pylint -j$(JOBS) $(filter-out tests/boot/%,$(PYTHON))

check-compilers:
	$(Q)$(MAKE) $(PARALLEL) BUILD=$(BUILD) TOOLCHAIN=gcc all
	$(Q)$(MAKE) $(PARALLEL) BUILD=$(BUILD)/clang TOOLCHAIN=clang all

check-analyzer:
	$(Q)$(MAKE) $(PARALLEL) BUILD=$(BUILD)/analyzer CFLAGS='$(CFLAGS) -fanalyzer' all

check-cppcheck:
	$(Q)$(CPPCHECK) -I. kernel arch

# clang-tidy prints counts of suppressed warnings and of files to stderr: they are filtered, all else is shown.
TIDY_STDERR := 2> >(sed -E "/^[0-9]+ warnings? generated\.$$|^\[[0-9/]+\] Processing file /d" >&2)

check-tidy:
	$(Q)printf '%s\n' $(KERNEL_C) | xargs -P$(JOBS) -n4 bash -c \
		'$(TIDY) "$$@" -- -std=c17 --target=x86_64-unknown-none-elf -ffreestanding -mgeneral-regs-only \
		-DROOTMODE_VERSION=\"\" -I. $(TIDY_STDERR)' _
	$(Q)printf '%s\n' $(HOST_C) | xargs -P$(JOBS) -n4 bash -c \
		'$(TIDY) "$$@" -- -std=c17 -D_GNU_SOURCE -DROOTMODE_VERSION=\"\" -Itests/unit/fake -I. $(TIDY_STDERR)' _
	$(Q)printf '%s\n' $(SPOIL_C) | xargs -P$(JOBS) -n4 bash -c \
		'$(TIDY) "$$@" -- -std=c17 -m32 -ffreestanding -mgeneral-regs-only -I. $(TIDY_STDERR)' _
