/* Reads the multiboot2 information from GRUB, and makes the copy for the image. */
#include "tests/boot/spoil/spoil.h"

enum {
	TAG_END = 0,
	TAG_COMMAND_LINE = 1,
	TAG_LOADER_NAME = 2,
	TAG_MODULE = 3,
	TAG_MEMORY_MAP = 6,
	TAG_FRAMEBUFFER = 8,
	TAG_RSDP_OLD = 14,
	TAG_RSDP_NEW = 15,
	TAG_EFI_MAP = 17,
	TAG_LOAD_BASE = 21,
	INFORMATION_MOST = 2 << 20,
	LINE_MOST = 70000,

	/* UEFI's types of memory */
	EFI_BOOT_SERVICES_DATA = 4,
	EFI_CONVENTIONAL_MEMORY = 7,
};

struct tag {
	uint32_t type, size;
	uint8_t body[];
};

static uint8_t copy[INFORMATION_MOST] __attribute__((aligned(4096)));
static uint32_t copy_size;

static const struct tag *first_tag(const uint8_t *information)
{
	return (const struct tag *)(information + 8);
}

static const struct tag *next_tag(const struct tag *tag)
{
	return (const struct tag *)((const uint8_t *)tag + ((tag->size + 7) & ~7u));
}

static void read_map(const struct tag *tag)
{
	uint32_t each = *(const uint32_t *)tag->body;

	for (uint32_t at = 16; at + each <= tag->size; at += each) {
		const struct map_entry *entry =
			(const struct map_entry *)((const uint8_t *)tag + at);

		map_add(entry->start, entry->start + entry->size, entry->type);
	}
}

static struct module read_module(const struct tag *tag)
{
	const uint32_t *range = (const uint32_t *)tag->body;

	return (struct module){(const uint8_t *)range[0], (const uint8_t *)range[1],
	                       (const char *)&range[2]};
}

struct module information_read(const uint8_t *information)
{
	struct module module = {0};

	for (const struct tag *tag = first_tag(information); tag->type != TAG_END;
	     tag = next_tag(tag)) {
		if (tag->type == TAG_COMMAND_LINE)
			words_take((const char *)tag->body);
		else if (tag->type == TAG_MODULE && module.start == NULL)
			module = read_module(tag);
		else if (tag->type == TAG_MEMORY_MAP)
			read_map(tag);
	}
	if (module.start == NULL)
		give_up("there is no module to load");
	return module;
}

static void append(const void *bytes, uint32_t size)
{
	const uint8_t *from = bytes;

	if (copy_size + size > sizeof(copy))
		give_up("the information is too large");
	for (uint32_t i = 0; i < size; i++)
		copy[copy_size++] = from[i];
}

static void append_word(uint32_t word)
{
	append(&word, sizeof(word));
}

static void append_header(uint32_t type, uint32_t body_size)
{
	static const uint8_t zeros[7];

	append(zeros, -copy_size & 7);
	append_word(type);
	append_word(sizeof(struct tag) + body_size);
}

static void append_tag(uint32_t type, const void *body, uint32_t size)
{
	append_header(type, size);
	append(body, size);
}

static void append_map(void)
{
	uint32_t count;
	const struct map_entry *entries = map_entries(&count);

	append_header(TAG_MEMORY_MAP, 2 * sizeof(uint32_t) + count * sizeof(entries[0]));
	append_word(sizeof(entries[0]));
	append_word(0);
	append(entries, count * sizeof(entries[0]));
}

/* Up to the end of a string, or of a word of our own command line. */
static void append_string(uint32_t type, const char *text, char end)
{
	static const uint8_t zero;
	uint32_t size = 0;

	while (text[size] != '\0' && text[size] != end)
		size++;
	append_header(type, size + 1);
	append(text, size);
	append(&zero, 1);
}

/* Makes a UEFI map in which boot services used all free memory. */
static void append_used_efi_map(const struct tag *tag)
{
	uint32_t each = *(const uint32_t *)tag->body, body;

	append_header(TAG_EFI_MAP, tag->size - sizeof(*tag));
	body = copy_size;
	append(tag->body, tag->size - sizeof(*tag));
	for (uint32_t at = body + 8; at + each <= copy_size; at += each) {
		uint32_t *type = (uint32_t *)&copy[at];

		if (*type == EFI_CONVENTIONAL_MEMORY)
			*type = EFI_BOOT_SERVICES_DATA;
	}
}

/* One with 32 bits per pixel: ADDRESS:WIDTH:HEIGHT. */
static void append_framebuffer(const char *value)
{
	struct {
		uint64_t phys;
		uint32_t pitch, width, height;
		uint8_t bits, type, zeros[2];
		uint8_t fields[8]; /* position and size of red, green and blue */
	} body = {.bits = 32, .type = 1, .fields = {16, 8, 8, 8, 0, 8}};

	body.phys = number_take(&value);
	body.width = (uint32_t)number_take(&value);
	body.height = (uint32_t)number_take(&value);
	body.pitch = 4 * body.width;
	append_tag(TAG_FRAMEBUFFER, &body, sizeof(body));
}

static bool is_left_out(const struct tag *tag)
{
	switch (tag->type) {
	case TAG_COMMAND_LINE:
	case TAG_LOAD_BASE:
		return true;
	case TAG_MODULE:
		return !words_have("module");
	case TAG_LOADER_NAME:
		return words_have("loader");
	case TAG_RSDP_OLD:
	case TAG_RSDP_NEW:
		return words_have("no-acpi");
	case TAG_MEMORY_MAP:
		return words_have("no-mmap");
	case TAG_EFI_MAP:
		return words_have("no-efi-map");
	case TAG_FRAMEBUFFER:
		return words_have("fb") || words_have("no-fb");
	default:
		return false;
	}
}

static void pass_on(const struct tag *tag)
{
	if (is_left_out(tag))
		return;
	if (tag->type == TAG_MEMORY_MAP)
		append_map();
	else if (tag->type == TAG_EFI_MAP && words_have("efi-used"))
		append_used_efi_map(tag);
	else
		append_tag(tag->type, tag->body, tag->size - sizeof(*tag));
}

/* With line=, a word of x behind it makes it as long. */
const char *line_of(const struct module *module)
{
	static char line[LINE_MOST + 1];
	uint32_t wanted = (uint32_t)words_number("line", 0), size = 0;

	if (wanted > LINE_MOST)
		give_up("the command line is to be too long");
	for (; size < wanted && module->command_line[size] != '\0'; size++)
		line[size] = module->command_line[size];
	if (size < wanted)
		line[size++] = ' ';
	while (size < wanted)
		line[size++] = 'x';
	return wanted > 0 ? line : module->command_line;
}

uint8_t *information_make(const uint8_t *found, const struct module *module, uint32_t image_phys)
{
	copy_size = 8;
	if (!words_have("nocmdline"))
		append_string(TAG_COMMAND_LINE, line_of(module), '\0');
	if (words_have("loader"))
		append_string(TAG_LOADER_NAME, words_value("loader", 0), ' ');
	for (const struct tag *tag = first_tag(found); tag->type != TAG_END; tag = next_tag(tag))
		pass_on(tag);
	if (words_have("fb"))
		append_framebuffer(words_value("fb", 0));
	append_tag(TAG_LOAD_BASE, &image_phys, sizeof(image_phys));
	append_tag(TAG_END, NULL, 0);
	*(uint32_t *)copy = copy_size;
	print_value("bytes of boot information:", copy_size);
	return copy;
}
