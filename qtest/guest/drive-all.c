/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Works a TPM, a network and a screen at once:
 *     drive-all INTERFACE SERVER PORT COMMAND...
 * Each line typed on the console draws the next frame, which then fills the screen; "frame 1" says so.
 * A page is fetched once, and its line is drive-net's.  After the line "end" it prints:
 *     pings 1000 of 1000     the gateway has answered
 *     commands 200 of 200    the TPM has done, all in turns
 */
#include <fcntl.h>
#include <linux/fb.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qtest/guest/hex.h"
#include "qtest/guest/must.h"
#include "qtest/guest/network.h"

#define COMMAND_MAX 4096

typedef struct Words {
    const char *interface, *server;
    uint16_t port;
    char **commands;
    int command_count;
} Words;

typedef struct Worker {
    pid_t pid;
    int stop; /* closed: the worker comes to its end */
} Worker;

/* True once the parent has closed its end. */
static bool is_over(int stop)
{
    struct pollfd ready = { .fd = stop, .events = POLLIN };

    return poll(&ready, 1, 0) != 0;
}

/* ------------------------------------------------------------------------ the TPM */

/* A response has its code at 6: 0 is success. */
static bool command_run(int fd, const char *hex)
{
    static const uint8_t success[4] = { 0 };
    uint8_t command[COMMAND_MAX], response[COMMAND_MAX];
    ssize_t size = (ssize_t)hex_read(hex, command, COMMAND_MAX);

    must(write(fd, command, (size_t)size) == size, "command");
    return read(fd, response, sizeof(response)) >= 10 && memcmp(response + 6, success, 4) == 0;
}

/* Each command runs as often as the others. */
static void tpm_work(const Words *words, uint32_t gateway, int stop)
{
    int fd = open("/dev/tpm0", O_RDWR);
    int good = 0, all = 0;

    (void)gateway;
    must(fd >= 0, "/dev/tpm0");
    while (!is_over(stop)) {
        for (int i = 0; i < words->command_count; i++, all++) {
            good += command_run(fd, words->commands[i]);
        }
    }
    printf("commands %d of %d\n", good, all);
}

/* -------------------------------------------------------------------- the network */

static void ping_work(const Words *words, uint32_t gateway, int stop)
{
    int fd = network_pinger();
    int good = 0, all = 0;

    (void)words;
    for (; !is_over(stop); all++) {
        good += network_ping(fd, gateway, (uint16_t)all);
    }
    printf("pings %d of %d\n", good, all);
}

static void page_work(const Words *words, uint32_t gateway, int stop)
{
    (void)gateway;
    (void)stop;
    network_fetch(words->server, words->port);
}

/* --------------------------------------------------------------------- the screen */

static int screen_open(struct fb_var_screeninfo *size, struct fb_fix_screeninfo *memory)
{
    int fd = open("/dev/fb0", O_WRONLY);

    must(fd >= 0, "/dev/fb0");
    must(ioctl(fd, FBIOGET_VSCREENINFO, size) == 0, "size");
    must(ioctl(fd, FBIOGET_FSCREENINFO, memory) == 0, "memory");
    must(size->bits_per_pixel == 32, "32 bits");
    return fd;
}

/* Each pixel differs from its neighbours and from itself in other frames. */
static void line_fill(uint8_t *line, uint32_t width, uint32_t y, uint32_t frame)
{
    for (uint32_t x = 0; x < width; x++) {
        line[4 * x] = (uint8_t)((x ^ y) + 5 * frame); /* blue, green, red */
        line[4 * x + 1] = (uint8_t)(y + 3 * frame);
        line[4 * x + 2] = (uint8_t)(x + frame);
    }
}

/* Linux 6.1 does not show what is written as exactly one line: drm_fb_helper takes it for nothing. */
static void frame_draw(uint32_t frame)
{
    struct fb_var_screeninfo size;
    struct fb_fix_screeninfo memory;
    int fd = screen_open(&size, &memory);
    size_t bytes = (size_t)memory.line_length * size.yres;
    uint8_t *pixels = calloc(1, bytes);

    must(pixels != NULL, "frame");
    for (uint32_t y = 0; y < size.yres; y++) {
        line_fill(pixels + (size_t)memory.line_length * y, size.xres, y, frame);
    }
    must(write(fd, pixels, bytes) == (ssize_t)bytes, "frame");
    free(pixels);
    close(fd);
}

/* ------------------------------------------------------------------------ together */

/* The child has the other workers' ends, too: the last worker is the first to be stopped. */
static Worker worker_start(void (*work)(const Words *words, uint32_t gateway, int stop),
                           const Words *words, uint32_t gateway)
{
    int ends[2];
    Worker worker;

    must(pipe(ends) == 0, "pipe");
    worker = (Worker) { fork(), ends[1] };
    must(worker.pid >= 0, "fork");
    if (worker.pid == 0) {
        close(ends[1]);
        work(words, gateway, ends[0]);
        fflush(stdout);
        _exit(0);
    }
    close(ends[0]);
    return worker;
}

static bool worker_end(Worker worker)
{
    int status = 1;

    close(worker.stop);
    return waitpid(worker.pid, &status, 0) == worker.pid && status == 0;
}

static void frames_draw(void)
{
    char line[256];

    for (uint32_t frame = 1; fgets(line, sizeof(line), stdin) && strncmp(line, "end", 3) != 0;
         frame++) {
        frame_draw(frame);
        printf("frame %u\n", frame);
    }
}

int main(int argc, char **argv)
{
    Worker workers[3];
    Words words;
    uint32_t gateway;
    bool good = true;

    setvbuf(stdout, NULL, _IOLBF, 0);
    must(argc > 4, "usage: drive-all INTERFACE SERVER PORT COMMAND...");
    words = (Words) { argv[1], argv[2], (uint16_t)atoi(argv[3]), argv + 4, argc - 4 };
    gateway = network_up(words.interface);
    workers[0] = worker_start(tpm_work, &words, gateway);
    workers[1] = worker_start(ping_work, &words, gateway);
    workers[2] = worker_start(page_work, &words, gateway);
    frames_draw();
    for (int i = 2; i >= 0; i--) {
        good = worker_end(workers[i]) && good;
    }
    return good ? 0 : 1;
}
