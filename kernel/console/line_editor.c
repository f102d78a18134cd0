#include "kernel/console/line_editor.h"

#include "kernel/lib/string.h"

enum {
	CTRL_C = 0x03,
	BACKSPACE = 0x08,
	CTRL_N = 0x0E,
	CTRL_P = 0x10,
	CTRL_U = 0x15,
	ESCAPE = 0x1B,
	DELETE = 0x7F,
};

static void editor_show(const struct line_editor *editor, const char *string, struct text *to)
{
	if (!editor->echo)
		return;
	for (; *string != '\0'; string++)
		to->put(to, *string);
}

/* "\b \b" erases a character on any terminal, without knowing its type. */
static void erase(struct line_editor *editor, unsigned count, struct text *to)
{
	for (; count > 0 && editor->length > 0; count--) {
		editor->line[--editor->length] = '\0';
		editor_show(editor, "\b \b", to);
	}
}

static void editor_add(struct line_editor *editor, uint8_t byte, struct text *to)
{
	if (editor->length + 1 >= LINE_SIZE) {
		editor->overrun = true;
		return;
	}
	editor->line[editor->length++] = (char)byte;
	editor->line[editor->length] = '\0';
	editor_show(editor, (char[]){(char)byte, '\0'}, to);
}

/* Recalls line which of the history, from 1, or an empty line for 0. */
static void recall(struct line_editor *editor, unsigned which, struct text *to)
{
	if (which > LINE_HISTORY || (which > 0 && editor->history[which - 1][0] == '\0'))
		return;
	erase(editor, editor->length, to);
	editor->recalled = which;
	if (which == 0)
		return;
	memcpy(editor->line, editor->history[which - 1], LINE_SIZE);
	editor->length = (unsigned)strlen(editor->line);
	editor_show(editor, editor->line, to);
}

static void recall_older(struct line_editor *editor, struct text *to)
{
	recall(editor, editor->recalled + 1, to);
}

static void recall_newer(struct line_editor *editor, struct text *to)
{
	if (editor->recalled > 0)
		recall(editor, editor->recalled - 1, to);
}

/*
 * ESC [ A and ESC O A are the arrow up, with B the arrow down. Other sequences of these forms have
 * no effect. They must be recognized, or their last byte would be taken as typed.
 */
static void take_escape(struct line_editor *editor, uint8_t byte, struct text *to)
{
	if (editor->escape == ESCAPE_BEGUN) {
		editor->escape = ESCAPE_NONE;
		if (byte == '[')
			editor->escape = ESCAPE_LONG;
		else if (byte == 'O')
			editor->escape = ESCAPE_SHORT;
		return;
	}
	if (editor->escape == ESCAPE_LONG && byte >= ' ' && byte <= '?')
		return;
	editor->escape = ESCAPE_NONE;
	if (byte == 'A')
		recall_older(editor, to);
	else if (byte == 'B')
		recall_newer(editor, to);
}

/* Does not add a line to the history that is the same as the last one. */
static enum line_event editor_end_line(struct line_editor *editor, struct text *to)
{
	editor_show(editor, "\n", to);
	if (editor->overrun)
		return LINE_TOO_LONG;
	if (editor->length > 0 && strcmp(editor->line, editor->history[0]) != 0) {
		memmove(editor->history[1], editor->history[0], (LINE_HISTORY - 1) * LINE_SIZE);
		memcpy(editor->history[0], editor->line, LINE_SIZE);
	}
	return LINE_COMPLETE;
}

static enum line_event take_control(struct line_editor *editor, uint8_t byte, struct text *to)
{
	switch (byte) {
	case CTRL_C:
		editor_show(editor, "^C\n", to);
		return LINE_GIVEN_UP;
	case BACKSPACE:
	case DELETE:
		erase(editor, 1, to);
		break;
	case CTRL_U:
		erase(editor, editor->length, to);
		break;
	case CTRL_P:
		recall_older(editor, to);
		break;
	case CTRL_N:
		recall_newer(editor, to);
		break;
	case ESCAPE:
		editor->escape = ESCAPE_BEGUN;
		break;
	case '\t':
		editor_add(editor, ' ', to);
		break;
	default:
		break;
	}
	return LINE_GOES_ON;
}

enum line_event line_editor_take(struct line_editor *editor, uint8_t byte, struct text *to)
{
	uint8_t before = editor->last;

	editor->last = byte;
	if (editor->escape != ESCAPE_NONE && byte >= ' ') {
		take_escape(editor, byte, to);
		return LINE_GOES_ON;
	}
	editor->escape = ESCAPE_NONE;
	if (byte == '\r' || (byte == '\n' && before != '\r'))
		return editor_end_line(editor, to);
	if (byte < ' ' || byte == DELETE)
		return take_control(editor, byte, to);
	if (byte < DELETE)
		editor_add(editor, byte, to);
	return LINE_GOES_ON;
}

void line_editor_next(struct line_editor *editor)
{
	editor->line[0] = '\0';
	editor->length = 0;
	editor->overrun = false;
	editor->recalled = 0;
}
