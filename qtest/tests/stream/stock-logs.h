/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of stock QEMUs that refuse a stream, for explain --log. */
#ifndef OB_TESTS_STREAM_STOCK_LOGS_H
#define OB_TESTS_STREAM_STOCK_LOGS_H

#include "qtest/tests/stream/stock-machine.h"

/* Adds tests for a release: each lets it refuse a stream in another way.  `directory` outlives
 * them. */
void stock_logs_add(const QemuRelease *release, const char *directory);

#endif
