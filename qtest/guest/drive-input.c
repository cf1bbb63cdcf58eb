/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints a keyboard's or a mouse's events, as Linux's evdev has them:
 *     drive-input NAME KEY
 * Waits up to 20 s for a device with NAME in its name, and prints "listening".  Then it prints the lines
 * "key CODE VALUE" and "rel CODE VALUE" of its events, until KEY goes up.
 */
#include <fcntl.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEVICES 8
#define TRIES   200
#define PAUSE   100000 /* microseconds */

/* Returns -1 if no device has this name. */
static int device_open(const char *name)
{
    char path[32], found[128];

    for (int i = 0; i < DEVICES; i++) {
        int fd;

        snprintf(path, sizeof(path), "/dev/input/event%d", i);
        fd = open(path, O_RDONLY);
        if (fd >= 0 && ioctl(fd, EVIOCGNAME(sizeof(found)), found) > 0 && strstr(found, name)) {
            return fd;
        }
        if (fd >= 0) {
            close(fd);
        }
    }
    return -1;
}

static int device_await(const char *name)
{
    int fd = device_open(name);

    for (int i = 0; fd < 0 && i < TRIES; i++) {
        usleep(PAUSE);
        fd = device_open(name);
    }
    return fd;
}

static void events_print(int fd, int last)
{
    struct input_event event;

    while (read(fd, &event, sizeof(event)) == sizeof(event)) {
        if (event.type == EV_KEY || event.type == EV_REL) {
            printf("%s %d %d\n", event.type == EV_KEY ? "key" : "rel", event.code, event.value);
        }
        if (event.type == EV_KEY && event.code == last && !event.value) {
            return;
        }
    }
}

int main(int argc, char **argv)
{
    int fd = argc == 3 ? device_await(argv[1]) : -1;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (fd < 0) {
        puts("drive-input: no such device");
        return 1;
    }
    puts("listening");
    events_print(fd, atoi(argv[2]));
    return 0;
}
