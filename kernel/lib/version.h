/* The version of rootmode; the build defines it (tools/version). */
#ifndef KERNEL_VERSION_H
#define KERNEL_VERSION_H

extern const char rootmode_version[];

#endif
