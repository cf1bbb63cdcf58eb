/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drives lines of a GPIO chip by Linux's character device:
 *     drive-gpio LABEL OUTPUT INPUT [poll]
 * Prints "raised" once it has raised the output with this number, and "lowered" after the next line
 * of input.  Then it prints "watching", and the kind and level of the next two edges of the input.
 * With `poll` it prints the input's level instead, after each of the next two lines.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CHIPS 8

static void must(bool good, const char *what)
{
    if (!good) {
        printf("drive-gpio: %s: %s\n", what, strerror(errno));
        exit(1);
    }
}

static int chip_open(const char *label)
{
    for (int i = 0; i < CHIPS; i++) {
        struct gpiochip_info info;
        char path[32];
        int fd;

        snprintf(path, sizeof(path), "/dev/gpiochip%d", i);
        fd = open(path, O_RDWR);
        if (fd >= 0 && ioctl(fd, GPIO_GET_CHIPINFO_IOCTL, &info) == 0 &&
            strcmp(info.label, label) == 0) {
            return fd;
        }
        if (fd >= 0) {
            close(fd);
        }
    }
    return -1;
}

static int line_open(int chip, uint32_t number, uint64_t flags)
{
    struct gpio_v2_line_request request = { .num_lines = 1,
                                            .consumer = "drive-gpio",
                                            .config.flags = flags };

    request.offsets[0] = number;
    must(ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) == 0, "line");
    return request.fd;
}

static bool line_get(int line)
{
    struct gpio_v2_line_values values = { .mask = 1 };

    must(ioctl(line, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) == 0, "value");
    return values.bits & 1;
}

static void line_set(int line, bool level)
{
    struct gpio_v2_line_values values = { .bits = level, .mask = 1 };

    must(ioctl(line, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) == 0, "value");
}

static void drive(int chip, uint32_t number)
{
    int line = line_open(chip, number, GPIO_V2_LINE_FLAG_OUTPUT);
    char text[64];

    line_set(line, true);
    puts("raised");
    must(fgets(text, sizeof(text), stdin) != NULL, "input");
    line_set(line, false);
    puts("lowered");
    close(line);
}

/* The chip interrupts at both edges alone. */
static void watch(int chip, uint32_t number)
{
    int line = line_open(chip, number,
                         GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING |
                             GPIO_V2_LINE_FLAG_EDGE_FALLING);

    puts("watching");
    for (int i = 0; i < 2; i++) {
        struct gpio_v2_line_event event;

        must(read(line, &event, sizeof(event)) == sizeof(event), "edge");
        printf("%s edge, level %d\n",
               event.id == GPIO_V2_LINE_EVENT_RISING_EDGE ? "rising" : "falling", line_get(line));
    }
}

/* For a chip without an interrupt. */
static void poll_level(int chip, uint32_t number)
{
    int line = line_open(chip, number, GPIO_V2_LINE_FLAG_INPUT);
    char text[64];

    puts("watching");
    for (int i = 0; i < 2; i++) {
        must(fgets(text, sizeof(text), stdin) != NULL, "input");
        printf("level %d\n", line_get(line));
    }
}

int main(int argc, char **argv)
{
    int chip = argc >= 4 ? chip_open(argv[1]) : -1;

    setvbuf(stdout, NULL, _IOLBF, 0);
    must(chip >= 0, "chip");
    drive(chip, (uint32_t)atoi(argv[2]));
    (argc == 4 ? watch : poll_level)(chip, (uint32_t)atoi(argv[3]));
    return 0;
}
