/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each command of the monitors, with many arguments. */
#ifndef OB_TESTS_HOST_EVERY_COMMAND_H
#define OB_TESTS_HOST_EVERY_COMMAND_H

#include "qtest/tests/host/told/questions.h"

void every_hmp(Told *told);
void every_qmp(Told *told);

#endif
