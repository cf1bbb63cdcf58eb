/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints a keyboard's or a mouse's events, as Linux's evdev has them:
 *     drive-input NAME KEY
 * Waits for a device with NAME in its name, and prints "listening".  Then it prints the lines
 * "key CODE VALUE" and "rel CODE VALUE" of its events, until KEY goes up.
 */
#include <fcntl.h>
#include <linux/input.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEVICES  8
#define PATIENCE 20000 /* milliseconds without news of any device */

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

/* The kernel tells of each new device, after its file is there. */
static int news_open(void)
{
    struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
    int news = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

    if (news < 0 || bind(news, (struct sockaddr *)&address, sizeof(address)) < 0) {
        puts("drive-input: the kernel's news can't be heard");
        exit(1);
    }
    return news;
}

static int device_await(const char *name)
{
    struct pollfd news = { .fd = news_open(), .events = POLLIN };
    char message[4096];
    int fd = device_open(name);

    while (fd < 0 && poll(&news, 1, PATIENCE) > 0) {
        while (recv(news.fd, message, sizeof(message), MSG_DONTWAIT) > 0) {}
        fd = device_open(name);
    }
    close(news.fd);
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
