/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Uses a serial port as a terminal with a login, then for bytes of any value.
 *
 *     drive-serial ATTRIBUTE=TEXT
 *
 * The port is the one whose file ATTRIBUTE in /sys/class/tty/ttySn, or whose link of this name, has the
 * text.  The peer gets "login: " and types a name.  It gets "welcome NAME" and sends BYTES bytes, then
 * gets their sum, and as many bytes back.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PORTS 32
#define BYTES 20000

static void must(bool good, const char *what)
{
    if (!good) {
        printf("error: %s\n", what);
        exit(1);
    }
}

static bool attribute_has(int port, const char *attribute, const char *text)
{
    char path[128], value[256] = "";
    ssize_t size;
    int fd;

    snprintf(path, sizeof(path), "/sys/class/tty/ttyS%d/%s", port, attribute);
    size = readlink(path, value, sizeof(value) - 1);
    fd = size < 0 ? open(path, O_RDONLY) : -1;
    if (fd >= 0) {
        size = read(fd, value, sizeof(value) - 1);
        close(fd);
    }
    return size > 0 && strstr(value, text);
}

static int port_open(const char *wanted)
{
    char attribute[32], path[32];
    size_t length = strcspn(wanted, "=");

    must(length < sizeof(attribute) && wanted[length], "usage: drive-serial ATTRIBUTE=TEXT");
    memcpy(attribute, wanted, length);
    attribute[length] = '\0';
    for (int port = 0; port < PORTS; port++) {
        if (attribute_has(port, attribute, wanted + length + 1)) {
            int fd;

            snprintf(path, sizeof(path), "/dev/ttyS%d", port);
            fd = open(path, O_RDWR | O_NOCTTY);
            must(fd >= 0, "open");
            return fd;
        }
    }
    must(false, "no such port");
    return -1;
}

static void say(int fd, const char *text)
{
    must(write(fd, text, strlen(text)) == (ssize_t)strlen(text), "write");
}

/* The kernel echoes and edits the line. */
static void login(int fd, struct termios *mode)
{
    char name[64] = "", welcome[80];
    ssize_t size;

    cfsetspeed(mode, B115200);
    mode->c_cflag |= CLOCAL | CREAD;
    mode->c_lflag |= ICANON | ECHO;
    must(tcsetattr(fd, TCSANOW, mode) == 0, "tcsetattr");
    say(fd, "login: ");
    printf("login waits\n");
    size = read(fd, name, sizeof(name) - 1);
    must(size > 0, "read");
    name[strcspn(name, "\n")] = '\0';
    snprintf(welcome, sizeof(welcome), "welcome %s\n", name);
    cfmakeraw(mode);
    must(tcsetattr(fd, TCSADRAIN, mode) == 0, "tcsetattr");
    say(fd, welcome);
    printf("login %s\n", name);
}

static void bytes_return(int fd)
{
    static uint8_t bytes[BYTES];
    uint32_t sum = 0;
    char text[32];

    for (size_t got = 0; got < BYTES;) {
        ssize_t count = read(fd, bytes + got, BYTES - got);

        must(count > 0, "read");
        got += (size_t)count;
    }
    for (size_t i = 0; i < BYTES; i++) {
        sum = sum * 31 + bytes[i];
    }
    snprintf(text, sizeof(text), "sum %u\n", sum);
    say(fd, text);
    for (size_t sent = 0; sent < BYTES;) {
        ssize_t count = write(fd, bytes + sent, BYTES - sent);

        must(count > 0, "write");
        sent += (size_t)count;
    }
    must(tcdrain(fd) == 0, "tcdrain");
    printf("sum %u\n", sum);
}

int main(int argc, char **argv)
{
    struct termios mode;
    int fd;

    setvbuf(stdout, NULL, _IOLBF, 0);
    must(argc == 2, "usage: drive-serial ATTRIBUTE=TEXT");
    fd = port_open(argv[1]);
    must(tcgetattr(fd, &mode) == 0, "tcgetattr");
    login(fd, &mode);
    bytes_return(fd);
    close(fd);
    return 0;
}
