// SPDX-License-Identifier: GPL-2.0
/* Values as people read them. */
#include <ctype.h>
#include <langinfo.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "fmt.h"

/* Decimals so that value shows 3 digits after it has been rounded to them. */
static int decimals(double value)
{
	if (value < 9.995)
		return 2;
	return value < 99.95 ? 1 : 0;
}

char *fmt_ns(char buf[FMT_LEN], uint64_t ns)
{
	static const char *const unit[] = { "ns", "us", "ms", "s" };
	double value = ns;
	size_t i = 0;

	/* 999.5 would be rounded to 1000. */
	while (i < 3 && value >= (i ? 999.5 : 1000)) {
		value /= 1000;
		i++;
	}
	snprintf(buf, FMT_LEN, "%.*f%s", i ? decimals(value) : 0, value, unit[i]);
	return buf;
}

char *fmt_num(char buf[FMT_LEN], double num)
{
	double size = fabs(num);

	if (size >= 99.95 || num == floor(num))
		snprintf(buf, FMT_LEN, "%.0f", num);
	else
		snprintf(buf, FMT_LEN, "%.*f", decimals(size), num);
	return buf;
}

bool fmt_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

static bool continues(const char *s, size_t from, size_t to)
{
	for (; from < to; from++)
		if (((unsigned char)s[from] & 0xc0) != 0x80)
			return false;
	return true;
}

/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
size_t fmt_utf8_len(const char *s, size_t len)
{
	unsigned char a = s[0], b = len > 1 ? s[1] : 0;
	size_t n;

	if (a < 0x80)
		return 1;
	n = a >= 0xf0 ? 4 : a >= 0xe0 ? 3 : 2;
	if (a < 0xc2 || a > 0xf4 || n > len || !continues(s, 1, n))
		return 0;
	if ((a == 0xe0 && b < 0xa0) || (a == 0xed && b > 0x9f) || (a == 0xf0 && b < 0x90) ||
	    (a == 0xf4 && b > 0x8f))
		return 0;
	return n;
}

size_t fmt_utf8_fit(const char *s, size_t bytes)
{
	size_t len = strlen(s);

	if (len <= bytes)
		return len;
	/* What continues a character is no place to cut. */
	while (bytes && continues(s, bytes, bytes + 1))
		bytes--;
	return bytes;
}

/* U+202A..U+202E, U+2066..U+2069: they turn the direction of all that follows on the line. */
static bool turns(const unsigned char *s)
{
	return s[0] == 0xe2 && ((s[1] == 0x80 && s[2] >= 0xaa && s[2] <= 0xae) ||
				(s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9));
}

/* Bytes at s that may stand as they are; 0: the first must be escaped. */
static size_t harmless(const char *s, size_t len, bool ascii)
{
	unsigned char c = s[0];
	size_t n;

	if (c < 0x80)
		return isprint(c) && c != '\\';
	n = ascii ? 0 : fmt_utf8_len(s, len);
	if (n == 3 && turns((const unsigned char *)s))
		return 0;
	/* U+0080..U+009F are control characters too: terminals obey some of them. */
	return n == 2 && c == 0xc2 && (unsigned char)s[1] < 0xa0 ? 0 : n;
}

char *fmt_escape(char *to, size_t bytes, const char *src, size_t len, bool ascii)
{
	size_t at = 0, i = 0, n;

	len = strnlen(src, len);
	while (i < len && at + 5 <= bytes) {
		n = harmless(src + i, len - i, ascii);
		if (n) {
			memcpy(to + at, src + i, n);
			at += n;
			i += n;
		} else {
			at += snprintf(to + at, 5, "\\x%02x", (unsigned char)src[i++]);
		}
	}
	to[at] = '\0';
	return to;
}
