# Many boots while the host is busy with other things: included by the Makefile, whose variables it uses.

N ?= 50
TESTS += test-stress

.PHONY: stress
stress: $(ISO) ## N=50 boots at mixed CPU counts with the host overloaded; one without a verdict is a failure
	$(Q)tools/stress --boots $(N) --iso $(ISO) --keep $(BUILD)/stress

.PHONY: test-stress
test-stress: ## the stress run that is a part of the tests
	$(Q)$(MAKE) stress N=50
