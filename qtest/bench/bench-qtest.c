/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Speed of a qtest host that listens at a unix socket, ours or QEMU:
 *
 *     outboard-system-x86_64 -M pc -qtest unix:/tmp/q,server=on,wait=off &
 *     bench-qtest [--json] [--address=0x100000] [--loads] /tmp/q
 *
 * --loads leaves out the blocks, for an address that is not RAM.
 * Both ends are pinned, the ping-pong to one processor (else it measures the
 * scheduler), the rest to one each.  The raw socket pair exchanges messages of the
 * same sizes without looking at them.
 */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS        5
#define ROUND_SECONDS 0.2
#define WINDOW        256
#define BLOCK         (1024 * 1024)
#define REPLY_SIZE    22        /* of "OK 0x" and sixteen digits */
#define BUFFER_SIZE   (512 * 1024)

static char buffer[BUFFER_SIZE];
static char line[64];           /* the readl */
static size_t line_size;

static void fail(const char *what)
{
    fprintf(stderr, "bench-qtest: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof(*values), by_value);
    return values[ROUNDS / 2];
}

/* ------------------------------------------------------------------ pinning */

/* Processors that this program may use, in order; the last one again if too few. */
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

/* All threads of a process. */
static void pin(pid_t process, int index)
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

/* ------------------------------------------------------------------ sockets */

static void tune(int fd)
{
    int size = BUFFER_SIZE;

    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

static int connect_to(const char *path, pid_t *peer)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct ucred credentials = { 0 };
    socklen_t size = sizeof(credentials);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        fail(path);
    }
    strcpy(address.sun_path, path);
    tune(fd);
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0) {
        fail(path);
    }
    *peer = credentials.pid;
    return fd;
}

static void send_all(int fd, const char *bytes, size_t count)
{
    while (count) {
        ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);

        if (sent <= 0) {
            fail("send");
        }
        bytes += sent;
        count -= sent;
    }
}

static size_t receive(int fd)
{
    ssize_t count = recv(fd, buffer, sizeof(buffer), 0);

    if (count <= 0) {
        fail("receive");
    }
    return count;
}

/* Reads one reply, which must begin as OK. */
static void receive_reply(int fd)
{
    size_t count = receive(fd);

    if (count < 2 || memcmp(buffer, "OK", 2) != 0) {
        fprintf(stderr, "bench-qtest: host answers: %.*s\n", (int)(count < 200 ? count : 200),
                buffer);
        exit(1);
    }
    while (buffer[count - 1] != '\n') {
        count = receive(fd);
    }
}

/* ------------------------------------------------------------- measurements */

/* Exchanges a second. */
static double ping_pong(int fd)
{
    uint32_t count = 0;
    double start = now();
    double elapsed;

    do {
        for (int i = 0; i < 100; i++) {
            send_all(fd, line, line_size);
            for (size_t got = 0; got < REPLY_SIZE;) {
                got += receive(fd);
            }
        }
        count += 100;
        elapsed = now() - start;
    } while (elapsed < ROUND_SECONDS);
    return count / elapsed;
}

/* Answers each command of a size, without looking at it, until the other end closes. */
static void raw_answer(int fd, size_t size, const char *reply, size_t reply_size)
{
    size_t got = 0;
    ssize_t count;

    while ((count = recv(fd, buffer, sizeof(buffer), 0)) > 0) {
        for (got += count; got >= size; got -= size) {
            send(fd, reply, reply_size, MSG_NOSIGNAL);
        }
    }
    _exit(0);
}

/* Such a peer, on a processor of its choice; ends as `fd` is closed. */
static pid_t raw_peer(int *fd, int processor, size_t size, const char *reply, size_t reply_size)
{
    int pair[2];
    pid_t child = -1;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || (child = fork()) < 0) {
        fail("socket pair");
    }
    if (child == 0) {
        close(pair[0]);
        pin(getpid(), processor);
        raw_answer(pair[1], size, reply, reply_size);
    }
    close(pair[1]);
    tune(pair[0]);
    *fd = pair[0];
    return child;
}

static void raw_end(int fd, pid_t peer)
{
    close(fd);
    waitpid(peer, NULL, 0);
}

static double raw_ping_pong(void)
{
    static const char reply[REPLY_SIZE];
    int fd;
    pid_t peer = raw_peer(&fd, 0, line_size, reply, sizeof(reply));
    double speed = ping_pong(fd);

    raw_end(fd, peer);
    return speed;
}

static uint32_t count_lines(size_t count)
{
    uint32_t lines = 0;

    for (const char *at = buffer; (at = memchr(at, '\n', buffer + count - at)); at++) {
        lines++;
    }
    return lines;
}

/* Commands a second with up to WINDOW of them unanswered. */
static double pipelined(int fd)
{
    static char window[WINDOW * sizeof(line)];
    uint64_t answered = 0;
    uint64_t sent = WINDOW;
    double start = now();
    double elapsed = 0;

    for (int i = 0; i < WINDOW; i++) {
        memcpy(window + i * line_size, line, line_size);
    }
    send_all(fd, window, WINDOW * line_size);
    while (answered < sent) {
        uint32_t more = count_lines(receive(fd));

        answered += more;
        elapsed = now() - start;
        if (elapsed < ROUND_SECONDS) {
            send_all(fd, window, more * line_size);
            sent += more;
        }
    }
    return answered / elapsed;
}

/* Bytes of payload a second by repeating a command for BLOCK bytes. */
static double blocks(int fd, const char *command, size_t size)
{
    uint32_t count = 0;
    double start = now();
    double elapsed;

    do {
        send_all(fd, command, size);
        receive_reply(fd);
        count++;
        elapsed = now() - start;
    } while (elapsed < ROUND_SECONDS);
    return count * (double)BLOCK / elapsed;
}

/* "VERB ADDRESS SIZE PREFIX" and `digits` digits. */
static char *command_new(const char *verb, uint64_t address, const char *prefix, size_t digits)
{
    char *command = malloc(digits + 100);
    int head = snprintf(command, 100, "%s 0x%llx 0x%x%s", verb, (unsigned long long)address,
                        BLOCK, prefix);

    memset(command + head, '5', digits);
    strcpy(command + head + digits, "\n");
    return command;
}

/* 1 MiB is no multiple of 3: the last quad has two bytes of padding. */
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
    return median(rounds);
}

/* The same bytes, which nobody looks at. */
static double raw_blocks(const char *command, size_t size)
{
    int fd;
    pid_t peer = raw_peer(&fd, 1, size, "OK\n", 3);
    double speed = blocks(fd, command, size);

    raw_end(fd, peer);
    return speed;
}

/*
 * Sets NAME and raw_NAME.  Taken in turns, which matters beyond the comparison: a virtual
 * machine whose free pages its host has taken back is slow by a factor of ten until the
 * kernel's socket buffers lie in pages that were used before.
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
    json_object_set_new(result, name, json_real(median(own)));
    json_object_set_new(result, raw_name, json_real(median(raw)));
}

static void measure_loads(json_t *result, int fd, pid_t peer)
{
    double own[ROUNDS];
    double raw[ROUNDS];

    pin(getpid(), 0);
    pin(peer, 0);
    for (int i = 0; i < ROUNDS; i++) {
        raw[i] = raw_ping_pong();
        own[i] = ping_pong(fd);
    }
    json_object_set_new(result, "ping_pong_per_s", json_real(median(own)));
    json_object_set_new(result, "raw_ping_pong_per_s", json_real(median(raw)));
    json_object_set_new(result, "ping_pong_of_raw", json_real(median(own) / median(raw)));

    pin(peer, 1);
    for (int i = 0; i < ROUNDS; i++) {
        own[i] = pipelined(fd);
    }
    json_object_set_new(result, "pipelined_per_s", json_real(median(own)));
}

static void measure_blocks(json_t *result, int fd, uint64_t address)
{
    json_object_set_new(result, "read_bytes_per_s",
                        json_real(blocks_median(fd, command_new("read", address, "", 0))));
    json_object_set_new(result, "b64read_bytes_per_s",
                        json_real(blocks_median(fd, command_new("b64read", address, "", 0))));
    measure_write(result, fd, "write_bytes_per_s",
                  command_new("write", address, " 0x", 2 * BLOCK));
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
    fd = connect_to(argv[optind], &peer);
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
