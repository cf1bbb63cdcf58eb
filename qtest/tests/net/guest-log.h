/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The log of a host that names its guest's errors: `-d guest_errors -D FILE`. */
#ifndef OB_TEST_GUEST_LOG_H
#define OB_TEST_GUEST_LOG_H

/* The file holds one line, which ends in `sentence`. */
void guest_log_expect(const char *file, const char *sentence);

#endif
