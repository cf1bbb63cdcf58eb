/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sessions of a page: what a reader types, and what programs answer. */
#ifndef OB_TESTS_INSTALL_PAGE_H
#define OB_TESTS_INSTALL_PAGE_H

#include <glib.h>

/* A command after "$ ", with the lines below it up to the next.  A line may begin or end in an
 * ellipsis, for what is never the same. */
typedef struct PageCommand {
    char *words;
    GPtrArray *lines; /* char * */
} PageCommand;

/* Returns the commands of the section with this title: PageCommand, in their order. */
GPtrArray *page_commands(const char *path, const char *title);

/* The output must have all lines of the page, in their order. */
void page_assert_output(const PageCommand *command, const char *output);

#endif
