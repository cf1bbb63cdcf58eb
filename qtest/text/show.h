/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Foreign bytes for a terminal: a stream's, a peer's, a file's.  A terminal obeys control
 * characters, so none of them may reach it.  Any thread.
 */
#ifndef OB_TEXT_SHOW_H
#define OB_TEXT_SHOW_H

#include <glib.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * Returns a copy in which each byte of a character that can't be printed is \xNN.  Bytes that
 * are not UTF-8 are such bytes too.  If `lines`, newlines and tabs stay.  The caller owns the
 * copy.
 */
char *ob_text_show(const char *text, bool lines);

/* The same as printf(), fprintf() and vfprintf(); all that they print is shown, with `lines`. */
int ob_text_printf(const char *format, ...) G_GNUC_PRINTF(1, 2);
int ob_text_fprintf(FILE *file, const char *format, ...) G_GNUC_PRINTF(2, 3);
int ob_text_vfprintf(FILE *file, const char *format, va_list args) G_GNUC_PRINTF(2, 0);

#endif
