/* The program's name and version, as the build gives it. */
#ifndef CHECK_VERSION_H
#define CHECK_VERSION_H

extern const char version[];

#endif
