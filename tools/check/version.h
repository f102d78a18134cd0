/* The program's name and version; the build sets it. */
#ifndef CHECK_VERSION_H
#define CHECK_VERSION_H

extern const char version[];

#endif
