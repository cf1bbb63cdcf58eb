/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine's stream in a file: for moves between programs of any kind. */
#ifndef OB_TESTS_LIB_MOVING_H
#define OB_TESTS_LIB_MOVING_H

#include "qtest/client/client.h"

/* Saves the machine, and ends its program.  Returns the file's path. */
char *moving_save(ObClient *client);

/* Loads the stream into a program that was started with "-incoming defer", removes the file and frees
 * the path. */
void moving_load(ObClient *client, char *path);

#endif
