/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/bench/processors.h"

#include <dirent.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* The `index`th processor that this program may use; the last processor if there are fewer. */
static int processor(int index)
{
    static cpu_set_t allowed;
    static bool known;
    int last = 0;

    if (!known) {
        sched_getaffinity(0, sizeof(allowed), &allowed);
        known = true;
    }
    for (int i = 0; i < CPU_SETSIZE; i++) {
        if (CPU_ISSET(i, &allowed)) {
            last = i;
            if (index-- == 0) {
                break;
            }
        }
    }
    return last;
}

static void pin_thread(pid_t thread, int index)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(processor(index), &set);
    sched_setaffinity(thread, sizeof(set), &set);
}

void processors_pin(pid_t process, int index)
{
    char path[64];
    struct dirent *entry;
    DIR *tasks;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
    tasks = opendir(path);
    while (tasks && (entry = readdir(tasks))) {
        if (entry->d_name[0] != '.') {
            pin_thread(atoi(entry->d_name), index);
        }
    }
    if (tasks) {
        closedir(tasks);
    }
}
