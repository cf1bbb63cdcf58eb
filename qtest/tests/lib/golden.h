/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that is compared as a whole with a file below data/golden. */
#ifndef OB_TESTS_LIB_GOLDEN_H
#define OB_TESTS_LIB_GOLDEN_H

/*
 * Fails the test if `text` is not the file's: the differing lines are its message.  OB_GOLDEN names
 * the directory of the files.  With OB_GOLDEN_UPDATE=1 the text is written into the file instead.
 */
void golden_expect(const char *name, const char *text);

#endif
