/* What a person or a program types at the monitor's prompt: kernel/console/line_editor.h. */
#include "kernel/console/line_editor.h"
#include "tests/fuzz/fuzz.h"

static void check_echo(struct text *to, char character)
{
	(void)to;
	require((character >= ' ' && character <= '~') ||
	        strchr("\r\n\b\a\x1B", character) != NULL);
}

static void check_editor(const struct line_editor *editor)
{
	require(editor->length < LINE_SIZE);
	require(strlen(editor->line) == editor->length);
	require(editor->recalled <= LINE_HISTORY);
	for (unsigned i = 0; i < LINE_HISTORY; i++)
		require(memchr(editor->history[i], 0, LINE_SIZE) != NULL);
	for (unsigned i = 0; i < editor->length; i++)
		require(editor->line[i] >= ' ' && editor->line[i] <= '~');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct line_editor editor = {.echo = true};
	struct text screen = {check_echo};

	for (size_t i = 0; i < size; i++) {
		enum line_event event = line_editor_take(&editor, data[i], &screen);

		check_editor(&editor);
		if (event != LINE_GOES_ON)
			line_editor_next(&editor);
		require(event == LINE_GOES_ON || editor.length == 0);
	}
	return 0;
}
