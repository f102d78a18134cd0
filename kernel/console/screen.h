/*
 * The screen as a way of the log to a person. It follows the log and is drawn a little at a time,
 * when there is nothing more urgent to do.
 */
#ifndef KERNEL_SCREEN_H
#define KERNEL_SCREEN_H

#include "kernel/tables/multiboot2.h"

/*
 * Chooses what to draw on, touching nothing yet: the framebuffer that the loader describes; if it
 * describes none, the text screen of a BIOS machine.
 */
void screen_choose(const struct multiboot2 *information);

/* Says in the log if there is a screen that cannot be used. */
void screen_report(void);

/* Takes a little of what is new in the log; false if there was nothing. */
bool screen_take(void);

/* How much of the log it has taken. */
uint64_t screen_position(void);

/* Draws a little, the first time after mapping the screen's memory. */
void screen_draw(void);

/* Whether all of the log is on the screen, if there is one. */
bool screen_all_shown(void);

#endif
