# Coverage: which lines of the kernel the unit tests and the boot tests execute. Included by the Makefile, whose
# variables it uses.
#
# The boot tests boot kernels that report each basic block which they execute (trace.c), compiled with few
# optimizations, so that lines stay apart. The unit tests are compiled for gcov.

COVERAGE := $(BUILD)/coverage
COVERAGE_CFLAGS := -gno-statement-frontiers -gno-variable-location-views -fsanitize-coverage=trace-pc
# Which of the boot tests: arguments of tools/coverage.
COVERAGE_BOOTS ?= tests/boot

%/tests/boot/coverage/trace.c.o: DEFINES = -fno-sanitize-coverage=trace-pc

.PHONY: coverage-objects
coverage-objects: rootmode-check rootmode-check-static $(BUILD)/spoil/spoil.elf
	$(Q)NASMENV=-Ptests/boot/coverage/lines.inc $(MAKE) $(PARALLEL) BUILD=$(COVERAGE) OPTIMIZE=-O1 \
		CFLAGS='$(CFLAGS) $(COVERAGE_CFLAGS)' SOURCES='$(SOURCES) tests/boot/coverage/trace.c' \
		iso iso-inject $(COVERAGE)/calls/rootmode.iso netboot rootmode-check rootmode-check-static
	$(Q)$(MAKE) $(PARALLEL) BUILD=$(COVERAGE)/host UNIT_SANITIZE='--coverage -O0' \
		$(UNIT_TESTS:$(BUILD)/%=$(COVERAGE)/host/%)

.PHONY: coverage
coverage: coverage-objects ## list the lines that no unit test and no boot test executes (COVERAGE_BOOTS="-k prove")
	$(Q)tools/coverage --build $(COVERAGE) --jobs $(BOOT_JOBS) $(COVERAGE_BOOTS)
