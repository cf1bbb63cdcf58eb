/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A disk that a stock QEMU makes for itself, for the monitor's savevm and loadvm. */
#ifndef TESTS_SNAPSHOT_DISK_H
#define TESTS_SNAPSHOT_DISK_H

#include "qtest/client/client.h"

typedef struct SnapshotDisk {
    char *directory;
    char *path;
} SnapshotDisk;

/* Adds it to the machine. */
void snapshot_disk_add(SnapshotDisk *disk, ObClient *c);

/* Removes the files. */
void snapshot_disk_clear(SnapshotDisk *disk);

/* A command of QEMU's monitor; what it says, "": nothing is wrong.  To be freed. */
char *monitor_says(ObClient *c, const char *command);

/* One that has nothing to say. */
void monitor(ObClient *c, const char *command);

#endif
