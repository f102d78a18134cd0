/*
 * The screen as a console. It follows the log and is drawn in small steps, while the serial ports
 * have nothing to do.
 */
#ifndef KERNEL_SCREEN_H
#define KERNEL_SCREEN_H

#include "kernel/lib/qr.h"
#include "kernel/tables/boot_information.h"

/*
 * Chooses what to draw on, and touches nothing yet: the framebuffer that the loader describes, else
 * the text screen of a BIOS machine. code: leave room for a QR code beside the text.
 */
void screen_choose(const struct boot_information *information, bool code);

/* Logs why nothing appears on the screen, or appears sideways. */
void screen_report(void);

/* Reads a few new characters of the log. Returns false if there were none. */
bool screen_take(void);

/* Returns the position in the log up to which it has read. */
uint64_t screen_position(void);

/* Draws a few cells. The first call maps the memory of the screen. */
void screen_draw(void);

/*
 * Returns how many modules a QR code above the verdict can have on a side, quiet zone included; 0
 * if the screen does not consist of pixels.
 */
uint32_t screen_code_room(void);

/* Draws a code that fits, on the right, above or below the verdict. */
void screen_draw_code(const struct qr *qr);

/* Returns whether the whole log is on the screen, or there is no screen. */
bool screen_all_shown(void);

#endif
