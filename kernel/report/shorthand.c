#include "kernel/report/shorthand.h"

#include "kernel/lib/bytes.h"
#include "kernel/lib/count.h"
#include "kernel/lib/qr.h"

/*
 * A reader of an older photo needs the same words: add words at the end only, or change
 * SHORTHAND_MARK. Of two words that fit, the longer one is taken.
 */
const char *const shorthand_words[] = {
	"\nmsr=0x48",
	" cpus=",
	" value=0x",
	"0000000",
	"fffffff",
	"\ncpus=",
	" apic_ids=",
	"=0x",
	" result=ok",
	" result=",
	"\nfound cpus=",
	"00",
	"ff",
	"\n",
	"0-",
	"msr=0x2",
	" vendor=GenuineIntel signature=0x",
	" vmx=1 smx=",
	" vmx=0 smx=",
	" microcode=0x",
	" hypervisor=",
	" feature_control=0x",
	" feature_control_after=0x",
	" vmxon=succeeded",
	" cr0=0x",
	" cr4=0x",
	" proved=",
	" ept=1 long_exits=",
	" ept=0 long_exits=",
	" real_exits=",
	"REPORT 1 lines=",
	"machine cpus=",
	" entered=",
	" left=",
	" memory=",
	" image=0x200000",
	" apic=xapic",
	" apic=x2apic",
	" apic_found=xapic",
	" apic_found=x2apic",
	" clock=pm-timer",
	" tsc_khz=",
	" clock_check=",
	" mtrrcap=0x",
	" mtrr_def_type=0x",
	" pat=0x",
	"7040600070406",
	"END crc32=0x",
	"RESULT: ",
	"UNSUPPORTED",
	"BLOCKED",
	"OBSERVED",
	"PASS",
	"no-vmx",
	"selftest_",
	"TCGTCGTCGTCG",
	"KVMKVMKVM",
	"feature-control-",
	"locked-off",
	"core_type=0x",
	"phantoms=",
};

const unsigned shorthand_word_count = COUNT_OF(shorthand_words);

_Static_assert(COUNT_OF(shorthand_words) <= SHORTHAND_SINGLES + 45,
               "a word is one character, or '$' and one of 45");

static void put_raw(struct shorthand *shorthand, char character)
{
	if (shorthand->used < shorthand->size)
		shorthand->at[shorthand->used] = character;
	shorthand->used++;
}

static void put_word(struct shorthand *shorthand, unsigned word)
{
	if (word < SHORTHAND_SINGLES) {
		put_raw(shorthand, (char)('G' + word));
		return;
	}
	put_raw(shorthand, SHORTHAND_WORD);
	put_raw(shorthand, qr_alphabet[word - SHORTHAND_SINGLES]);
}

static char hex_digit(unsigned value)
{
	return qr_alphabet[value & 0xF];
}

static void put_character(struct shorthand *shorthand, char character)
{
	bool small = character >= 'a' && character <= 'z';
	bool capital = character >= 'A' && character <= 'Z';

	if (small && character > 'f')
		put_raw(shorthand, SHORTHAND_LOWER);
	else if (capital)
		put_raw(shorthand, SHORTHAND_UPPER);
	if (small)
		character = (char)(character - 'a' + 'A');
	if (small || capital || (character >= '0' && character <= '9') || character == ' ' ||
	    (character >= '*' && character <= '/' && character != ',') || character == ':') {
		put_raw(shorthand, character);
		return;
	}
	put_raw(shorthand, SHORTHAND_BYTE);
	put_raw(shorthand, hex_digit((unsigned char)character >> 4));
	put_raw(shorthand, hex_digit((unsigned char)character));
}

static void shift(struct shorthand *shorthand, size_t count)
{
	for (size_t i = count; i < shorthand->waiting; i++)
		shorthand->window[i - count] = shorthand->window[i];
	shorthand->waiting -= count;
}

/* Writes the longest word that the window begins with, or its first character. */
static void write_first(struct shorthand *shorthand)
{
	struct bytes window = {(const uint8_t *)shorthand->window, shorthand->waiting}, rest;
	unsigned best = 0;
	size_t length = 0;

	for (unsigned word = 0; word < shorthand_word_count; word++) {
		if (bytes_skip(window, shorthand_words[word], &rest) &&
		    window.size - rest.size > length) {
			best = word;
			length = window.size - rest.size;
		}
	}
	if (length > 0)
		put_word(shorthand, best);
	else
		put_character(shorthand, shorthand->window[0]);
	shift(shorthand, length > 0 ? length : 1);
}

static void put_text(struct text *text, char character)
{
	struct shorthand *shorthand = (struct shorthand *)text;

	if (shorthand->waiting == SHORTHAND_WINDOW)
		write_first(shorthand);
	shorthand->window[shorthand->waiting++] = character;
}

void shorthand_begin(struct shorthand *shorthand, char *at, size_t size)
{
	*shorthand = (struct shorthand){.text = {put_text}, .size = size};
	shorthand->at = at;
	for (const char *mark = SHORTHAND_MARK; *mark != '\0'; mark++)
		put_raw(shorthand, *mark);
}

bool shorthand_finish(struct shorthand *shorthand)
{
	while (shorthand->waiting > 0)
		write_first(shorthand);
	return shorthand->used <= shorthand->size;
}
