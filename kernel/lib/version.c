#include "kernel/lib/version.h"

const char rootmode_version[] = ROOTMODE_VERSION;
