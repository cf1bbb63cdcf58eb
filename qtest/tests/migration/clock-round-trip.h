/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OB_TESTS_MIGRATION_CLOCK_ROUND_TRIP_H
#define OB_TESTS_MIGRATION_CLOCK_ROUND_TRIP_H

#include "qtest/tests/migration/qemu-pair.h"

/* The virtual clock goes from QEMU to our host, on there, and back. */
void clock_round_trip(QemuPair *f, gconstpointer data);

#endif
