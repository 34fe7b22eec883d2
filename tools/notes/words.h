/* SPDX-License-Identifier: GPL-2.0 */
/* What reports of the notes say in fixed words, in the reader's language. */
#ifndef OSCOPE_NOTES_WORDS_H
#define OSCOPE_NOTES_WORDS_H

enum lang { LANG_EN, LANG_ZH, LANGS };

/* As the option and the page's lang attribute have them; NULL at the end. */
extern const char *const lang_names[LANGS + 1];
extern const char *const lang_tags[LANGS];

/*
 * A fixed text in that language: by its English, which is what stands in the code and in JSON. What
 * the table does not have comes back as it is: names of claims, what a saved report says.
 */
const char *said(enum lang lang, const char *english);

#endif /* OSCOPE_NOTES_WORDS_H */
