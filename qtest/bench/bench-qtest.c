/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures the speed of a qtest host that listens at a unix socket, ours or QEMU:
 *
 *     outboard-system-x86_64 -M pc -qtest unix:$XDG_RUNTIME_DIR/q,server=on,wait=off &
 *     bench-qtest [--json] [--address=0x100000] [--loads] /tmp/q
 *
 * --loads skips the blocks, for an address that is not RAM.
 * Both ends are pinned: for the ping-pong to one processor, since it would otherwise measure the
 * scheduler; for the other figures to one processor each.  The raw socket pair exchanges messages
 * of the same sizes without reading them.
 */
#include <getopt.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "qtest/bench/figures.h"
#include "qtest/bench/processors.h"
#include "qtest/bench/qtest-link.h"
#include "qtest/text/json.h"

#define ROUNDS        5
#define ROUND_SECONDS 0.2
#define WINDOW        256
#define BLOCK         (1024 * 1024)
#define REPLY_SIZE    22 /* "OK 0x", sixteen digits and the line's end */

static char line[64]; /* the readl command */
static size_t line_size;

/* Returns exchanges per second. */
static double ping_pong(int fd)
{
    uint32_t count = 0;
    gint64 begin = g_get_monotonic_time();
    double elapsed;

    do {
        for (int i = 0; i < 100; i++) {
            qtest_link_send(fd, line, line_size);
            for (size_t got = 0; got < REPLY_SIZE;) {
                got += qtest_link_receive(fd);
            }
        }
        count += 100;
        elapsed = seconds_since(begin);
    } while (elapsed < ROUND_SECONDS);
    return count / elapsed;
}

static double raw_ping_pong(void)
{
    static const char reply[REPLY_SIZE];
    int fd;
    pid_t peer = qtest_link_raw(&fd, 0, line_size, reply, sizeof(reply));
    double speed = ping_pong(fd);

    qtest_link_raw_end(fd, peer);
    return speed;
}

static uint32_t count_lines(size_t count)
{
    const char *end = qtest_received + count;
    uint32_t lines = 0;

    for (const char *at = qtest_received; (at = memchr(at, '\n', end - at)); at++) {
        lines++;
    }
    return lines;
}

/* Returns commands per second, with up to WINDOW unanswered commands. */
static double pipelined(int fd)
{
    static char window[WINDOW * sizeof(line)];
    uint64_t answered = 0;
    uint64_t sent = WINDOW;
    gint64 begin = g_get_monotonic_time();
    double elapsed = 0;

    for (int i = 0; i < WINDOW; i++) {
        memcpy(window + i * line_size, line, line_size);
    }
    qtest_link_send(fd, window, WINDOW * line_size);
    while (answered < sent) {
        uint32_t more = count_lines(qtest_link_receive(fd));

        answered += more;
        elapsed = seconds_since(begin);
        if (elapsed < ROUND_SECONDS) {
            qtest_link_send(fd, window, more * line_size);
            sent += more;
        }
    }
    return answered / elapsed;
}

/* Repeats a command for BLOCK bytes, and returns the bytes of payload per second. */
static double blocks(int fd, const char *command, size_t size)
{
    uint32_t count = 0;
    gint64 begin = g_get_monotonic_time();
    double elapsed;

    do {
        qtest_link_send(fd, command, size);
        qtest_link_receive_reply(fd);
        count++;
        elapsed = seconds_since(begin);
    } while (elapsed < ROUND_SECONDS);
    return count * (double)BLOCK / elapsed;
}

/* Makes "VERB ADDRESS SIZE PREFIX" and `digits` digits. */
static char *command_new(const char *verb, uint64_t address, const char *prefix, size_t digits)
{
    char *command = malloc(digits + 100);
    int head = snprintf(command, 100, "%s 0x%llx 0x%x%s", verb, (unsigned long long)address, BLOCK,
                        prefix);

    memset(command + head, '5', digits);
    strcpy(command + head + digits, "\n");
    return command;
}

/* 1 MiB is not a multiple of 3: the last quad has two bytes of padding. */
static char *base64_write_new(uint64_t address)
{
    size_t digits = (BLOCK + 2) / 3 * 4;
    char *command = command_new("b64write", address, " ", digits);
    char *end = strchr(command, '\n');

    _Static_assert(BLOCK % 3 == 1, "padding of one byte");
    memcpy(end - 4, "QQ==", 4);
    return command;
}

static double blocks_median(int fd, char *command)
{
    double rounds[ROUNDS];
    size_t size = strlen(command);

    for (int i = 0; i < ROUNDS; i++) {
        rounds[i] = blocks(fd, command, size);
    }
    free(command);
    return median(rounds, ROUNDS);
}

/* Sends the same bytes to a peer that does not read their content. */
static double raw_blocks(const char *command, size_t size)
{
    int fd;
    pid_t peer = qtest_link_raw(&fd, 1, size, "OK\n", 3);
    double speed = blocks(fd, command, size);

    qtest_link_raw_end(fd, peer);
    return speed;
}

/*
 * Sets NAME and raw_NAME, measured in turns.  The turns also help in a virtual machine whose host
 * has reclaimed free pages.  There, both are ten times slower until the kernel's socket buffers
 * lie in pages that were used before.
 */
static void measure_write(json_t *result, int fd, const char *name, char *command)
{
    size_t size = strlen(command);
    char raw_name[64];
    double own[ROUNDS];
    double raw[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        raw[i] = raw_blocks(command, size);
        own[i] = blocks(fd, command, size);
    }
    free(command);
    snprintf(raw_name, sizeof(raw_name), "raw_%s", name);
    ob_json_set(result, name, json_real(median(own, ROUNDS)));
    ob_json_set(result, raw_name, json_real(median(raw, ROUNDS)));
}

static void measure_loads(json_t *result, int fd, pid_t peer)
{
    double own[ROUNDS];
    double raw[ROUNDS];
    double speed;
    double raw_speed;

    processors_pin(getpid(), 0);
    processors_pin(peer, 0);
    for (int i = 0; i < ROUNDS; i++) {
        raw[i] = raw_ping_pong();
        own[i] = ping_pong(fd);
    }
    speed = median(own, ROUNDS);
    raw_speed = median(raw, ROUNDS);
    json_object_set_new(result, "ping_pong_per_s", json_real(speed));
    json_object_set_new(result, "raw_ping_pong_per_s", json_real(raw_speed));
    json_object_set_new(result, "ping_pong_of_raw", json_real(speed / raw_speed));

    processors_pin(peer, 1);
    for (int i = 0; i < ROUNDS; i++) {
        own[i] = pipelined(fd);
    }
    json_object_set_new(result, "pipelined_per_s", json_real(median(own, ROUNDS)));
}

static void measure_blocks(json_t *result, int fd, uint64_t address)
{
    json_object_set_new(result, "read_bytes_per_s",
                        json_real(blocks_median(fd, command_new("read", address, "", 0))));
    json_object_set_new(result, "b64read_bytes_per_s",
                        json_real(blocks_median(fd, command_new("b64read", address, "", 0))));
    measure_write(result, fd, "write_bytes_per_s", command_new("write", address, " 0x", 2 * BLOCK));
    measure_write(result, fd, "b64write_bytes_per_s", base64_write_new(address));
}

/* ------------------------------------------------------------------- output */

static const struct {
    const char *key;
    const char *label;
    double unit;
    const char *unit_name;
} figures[] = {
    { "ping_pong_per_s", "readl ping-pong, one processor", 1e3, "k/s" },
    { "raw_ping_pong_per_s", "raw socket pair, same sizes", 1e3, "k/s" },
    { "ping_pong_of_raw", "readl ping-pong / raw", 0.01, "%" },
    { "pipelined_per_s", "readl pipelined, window 256", 1e3, "k/s" },
    { "read_bytes_per_s", "read 1 MiB", 1e6, "MB/s" },
    { "b64read_bytes_per_s", "b64read 1 MiB", 1e6, "MB/s" },
    { "write_bytes_per_s", "write 1 MiB", 1e6, "MB/s" },
    { "raw_write_bytes_per_s", "raw socket pair, same bytes", 1e6, "MB/s" },
    { "b64write_bytes_per_s", "b64write 1 MiB", 1e6, "MB/s" },
    { "raw_b64write_bytes_per_s", "raw socket pair, same bytes", 1e6, "MB/s" },
};

static void print_text(const json_t *result)
{
    for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
        if (json_object_get(result, figures[i].key)) {
            printf("%-32s %10.1f %s\n", figures[i].label,
                   json_real_value(json_object_get(result, figures[i].key)) / figures[i].unit,
                   figures[i].unit_name);
        }
    }
}

static void usage(void)
{
    fprintf(stderr, "usage: bench-qtest [--json] [--address=ADDRESS] [--loads] SOCKET\n");
    exit(2);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "json", no_argument, NULL, 'j' },
        { "address", required_argument, NULL, 'a' },
        { "loads", no_argument, NULL, 'l' },
        { 0 },
    };
    uint64_t address = 0x100000;
    bool as_json = false;
    bool loads_only = false;
    json_t *result;
    pid_t peer;
    int option;
    int fd;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'j') {
            as_json = true;
        } else if (option == 'a') {
            address = strtoull(optarg, NULL, 0);
        } else if (option == 'l') {
            loads_only = true;
        } else {
            usage();
        }
    }
    if (optind + 1 != argc) {
        usage();
    }
    line_size = snprintf(line, sizeof(line), "readl 0x%llx\n", (unsigned long long)address);
    fd = qtest_link_connect(argv[optind], &peer);
    result = json_object();
    measure_loads(result, fd, peer);
    if (!loads_only) {
        measure_blocks(result, fd, address);
    }
    if (as_json) {
        json_dumpf(result, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
        printf("\n");
    } else {
        print_text(result);
    }
    json_decref(result);
    close(fd);
    return 0;
}
