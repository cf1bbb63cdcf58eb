/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks at what the guest's kernel shows: one line for each argument, in their order.
 *   text=FILE   its first line
 *   link=FILE   where a symbolic link leads
 *   hex=FILE    all its bytes
 *   tpm=HEX     the response of /dev/tpm0 to this command
 * What can't be had is "error: " and the reason.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ROOM  65536
#define VERBS 4

static void print_error(void)
{
    printf("error: %s\n", strerror(errno));
}

static void print_hex(const uint8_t *bytes, ssize_t size)
{
    for (ssize_t i = 0; i < size; i++) {
        printf("%02x", bytes[i]);
    }
    putchar('\n');
}

/* -1 with errno. */
static ssize_t file_read(const char *path, void *bytes)
{
    int fd = open(path, O_RDONLY);
    ssize_t size = 0, got = fd;

    while (got > 0 && size < ROOM) {
        got = read(fd, (uint8_t *)bytes + size, (size_t)(ROOM - size));
        size += got > 0 ? got : 0;
    }
    if (fd >= 0) {
        close(fd);
    }
    return got < 0 ? -1 : size;
}

static void look_text(const char *path)
{
    static char text[ROOM + 1];
    ssize_t size = file_read(path, text);

    if (size < 0) {
        print_error();
    } else {
        printf("%.*s\n", (int)strcspn(text, "\n"), text);
    }
}

static void look_link(const char *path)
{
    char target[4096] = "";

    if (readlink(path, target, sizeof(target) - 1) < 0) {
        print_error();
    } else {
        puts(target);
    }
}

static void look_hex(const char *path)
{
    static uint8_t bytes[ROOM];
    ssize_t size = file_read(path, bytes);

    if (size < 0) {
        print_error();
    } else {
        print_hex(bytes, size);
    }
}

static void look_tpm(const char *hex)
{
    uint8_t bytes[4096];
    size_t size = 0;
    int fd = open("/dev/tpm0", O_RDWR);
    ssize_t got = -1;

    while (size < sizeof(bytes) && sscanf(hex + 2 * size, "%2hhx", &bytes[size]) == 1) {
        size++;
    }
    if (fd >= 0 && write(fd, bytes, size) == (ssize_t)size) {
        got = read(fd, bytes, sizeof(bytes));
    }
    if (got < 0) {
        print_error();
    } else {
        print_hex(bytes, got);
    }
    if (fd >= 0) {
        close(fd);
    }
}

static const struct {
    const char *name;
    void (*look)(const char *what);
} verbs[VERBS] = {
    { "text=", look_text },
    { "link=", look_link },
    { "hex=", look_hex },
    { "tpm=", look_tpm },
};

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        size_t verb = 0;

        while (verb < VERBS && strncmp(argv[i], verbs[verb].name, strlen(verbs[verb].name)) != 0) {
            verb++;
        }
        if (verb == VERBS) {
            printf("look: unknown word '%s'\n", argv[i]);
            return 1;
        }
        verbs[verb].look(argv[i] + strlen(verbs[verb].name));
    }
    return 0;
}
