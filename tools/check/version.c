#include "tools/check/version.h"

const char version[] = "rootmode-check " ROOTMODE_VERSION;
