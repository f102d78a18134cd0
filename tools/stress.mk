# Many boots while the host is busy with other things: included by the Makefile, whose variables it uses.

N ?= 50

.PHONY: stress
stress: $(ISO) ## N=50 boots at mixed CPU counts with the host overloaded; one without a verdict is a failure
	$(Q)tools/stress --boots $(N) --iso $(ISO) --keep $(BUILD)/stress
