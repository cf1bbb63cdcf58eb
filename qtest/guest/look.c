/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Examines the guest's kernel.  Prints one line for each argument, in their order.  '+' in TEXT
 * stands for a blank.
 *   text=FILE   the file's first line
 *   line=TEXT,FILE      the file's first line with the text
 *   link=FILE   the target of a symbolic link
 *   hex=FILE    all bytes of the file
 *   tpm=HEX     the response of /dev/tpm0 to this command
 *   rate=HEX    the times of 200 responses to this command in microseconds, ascending
 *   random=     "ready", once the kernel's random number generator is ready
 *   cue=WORD    WORD; then waits for a line on the console
 *   kmsg=TEXT   "yes" as soon as the kernel's log has the text, "no" after 5 s without it
 *   write=TEXT,FILE     "written"
 *   module=FILE[:FILE...][,OPTIONS]   "loaded": the kernel has these modules, files that xz may
 *                 have compressed
 *   run=PROGRAM,ARGUMENT,...   the program's own lines; the words of one argument have commas
 *   seen=FILE, gone=FILE   "yes" as soon as the file exists, or does not; "no" after 20 s
 *   warned=TEXT   the number of warnings and errors in the kernel's log that have the text, and
 *                 the first of them
 *   change=FILE   the first 256 bytes of the file, then the line "waiting"; then, once poll() says
 *                 that the file has changed, the bytes again
 *   marker=FILE   the same, but it waits until bytes 16 to 23 have changed
 *   time=FILE     the time of this clock, a character device
 * A failure is printed as "error: " and the reason.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/module.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "qtest/guest/hex.h"

#define ROOM        65536
#define VERBS       18
#define TIMES       200
#define KMSG_US     INT64_C(5000000)
#define SEEN_US     INT64_C(20000000)
#define WORDS_MAX   32
#define LOG_WARNING 4

#define COMMAND_MAX 4096

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

/* Returns the file's size, or -1 with errno. */
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

/* Returns the response's size, or -1 with errno. */
static ssize_t tpm_transfer(int fd, const uint8_t *command, size_t size, uint8_t *response)
{
    if (fd < 0 || write(fd, command, size) != (ssize_t)size) {
        return -1;
    }
    return read(fd, response, COMMAND_MAX);
}

static void look_tpm(const char *hex)
{
    uint8_t command[COMMAND_MAX], response[COMMAND_MAX];
    int fd = open("/dev/tpm0", O_RDWR);
    ssize_t got = tpm_transfer(fd, command, hex_read(hex, command, COMMAND_MAX), response);

    if (got < 0) {
        print_error();
    } else {
        print_hex(response, got);
    }
    if (fd >= 0) {
        close(fd);
    }
}

static int time_compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return left < right ? -1 : left > right;
}

static int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static void look_rate(const char *hex)
{
    uint8_t command[COMMAND_MAX], response[COMMAND_MAX];
    size_t size = hex_read(hex, command, COMMAND_MAX);
    int fd = open("/dev/tpm0", O_RDWR);
    int64_t times[TIMES];
    ssize_t got = 0;

    for (int i = 0; i < TIMES && got >= 0; i++) {
        int64_t start = now_us();

        got = tpm_transfer(fd, command, size, response);
        times[i] = now_us() - start;
    }
    if (got < 0) {
        print_error();
    } else {
        qsort(times, TIMES, sizeof(times[0]), time_compare);
        for (int i = 0; i < TIMES; i++) {
            printf("%" PRId64 "%c", times[i], i == TIMES - 1 ? '\n' : ' ');
        }
    }
    if (fd >= 0) {
        close(fd);
    }
}

static void look_random(const char *nothing)
{
    uint8_t byte;

    (void)nothing;
    if (getrandom(&byte, 1, 0) == 1) {
        puts("ready");
    } else {
        print_error();
    }
}

static void look_cue(const char *word)
{
    char line[256];

    puts(word);
    if (!fgets(line, sizeof(line), stdin)) {
        print_error();
    }
}

/* Returns the word with blanks in place of '+'. */
static const char *text_of(const char *word)
{
    static char text[256];

    snprintf(text, sizeof(text), "%s", word);
    for (char *at = text; *at; at++) {
        *at = *at == '+' ? ' ' : *at;
    }
    return text;
}

static void look_kmsg(const char *word)
{
    const char *text = text_of(word);
    int64_t end = now_us() + KMSG_US, left = KMSG_US;
    int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
    struct pollfd more = { .fd = fd, .events = POLLIN };
    bool found = false;

    while (!found && left > 0 && poll(&more, 1, (int)(left / 1000)) > 0) {
        char record[8192] = "";

        found = read(fd, record, sizeof(record) - 1) > 0 && strstr(record, text);
        left = end - now_us();
    }
    puts(found ? "yes" : "no");
    if (fd >= 0) {
        close(fd);
    }
}

static void look_write(const char *word)
{
    const char *path = strchr(word, ',');
    size_t size = path ? (size_t)(path - word) : 0;
    int fd = path ? open(path + 1, O_WRONLY) : -1;

    if (fd >= 0 && write(fd, text_of(word), size) == (ssize_t)size) {
        puts("written");
    } else {
        print_error();
    }
    if (fd >= 0) {
        close(fd);
    }
}

/* Returns false with errno. */
static bool head_print(int fd)
{
    uint8_t bytes[256];
    ssize_t size = pread(fd, bytes, sizeof(bytes), 0);

    if (size >= 0) {
        print_hex(bytes, size);
    }
    return size >= 0;
}

/* Opens the file, prints its head, and says that the program waits.  Returns -1 on failure. */
static int change_begin(const char *path, uint8_t marker[8])
{
    int fd = open(path, O_RDONLY);

    if (fd < 0 || !head_print(fd) || pread(fd, marker, 8, 16) < 0) {
        print_error();
        return -1;
    }
    puts("waiting");
    return fd;
}

static bool change_wait(int fd)
{
    struct pollfd file = { .fd = fd, .events = POLLIN };

    return poll(&file, 1, -1) == 1 && (file.revents & POLLIN);
}

static void change_end(int fd, bool changed)
{
    if (!changed || !head_print(fd)) {
        print_error();
    }
    close(fd);
}

static void look_change(const char *path)
{
    uint8_t marker[8];
    int fd = change_begin(path, marker);

    if (fd >= 0) {
        change_end(fd, change_wait(fd));
    }
}

/* vmclock's page also changes when its time is told anew. */
static void look_marker(const char *path)
{
    uint8_t before[8], now[8];
    int fd = change_begin(path, before);
    bool changed = true;

    if (fd >= 0) {
        do {
            changed = change_wait(fd) && pread(fd, now, sizeof(now), 16) == sizeof(now);
        } while (changed && memcmp(now, before, sizeof(now)) == 0);
        change_end(fd, changed);
    }
}

/* A device's clock has a number that the kernel makes of the descriptor (clock_getres(2)).  The driver
 * gives up when the host lets the guest wait for 100 ms: on a busy machine the next try is better. */
static bool time_read(int fd, struct timespec *time)
{
    enum { TRIES = 20 };
    int result = -1;

    for (int i = 0; i < TRIES && result != 0; i++) {
        result = clock_gettime((clockid_t)(((unsigned)~fd << 3) | 3), time);
        if (result != 0 && errno != ETIMEDOUT) {
            return false;
        }
    }
    return result == 0;
}

static void look_time(const char *path)
{
    int fd = open(path, O_RDONLY);
    struct timespec time;

    if (fd < 0 || !time_read(fd, &time)) {
        print_error();
    } else {
        printf("time %lld.%09ld\n", (long long)time.tv_sec, time.tv_nsec);
    }
    if (fd >= 0) {
        close(fd);
    }
}

static void look_line(const char *text_and_path)
{
    char text[128], line[512];
    const char *path = strchr(text_and_path, ',');
    FILE *file = path ? fopen(path + 1, "r") : NULL;

    if (!file) {
        print_error();
        return;
    }
    snprintf(text, sizeof(text), "%.*s", (int)(path - text_and_path), text_and_path);
    while (fgets(line, sizeof(line), file)) {
        if (strstr(line, text)) {
            fputs(line, stdout);
            fclose(file);
            return;
        }
    }
    fclose(file);
    puts("no line");
}

static bool module_load(const char *path, const char *options)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool done = file >= 0 && syscall(SYS_finit_module, file, options,
                                     strstr(path, ".xz") ? MODULE_INIT_COMPRESSED_FILE : 0) == 0;

    if (file >= 0) {
        close(file);
    }
    return done;
}

static void look_module(const char *word)
{
    size_t size = strcspn(word, ",");
    const char *options = word[size] ? word + size + 1 : "";
    char paths[256], *rest = paths, *path;

    snprintf(paths, sizeof(paths), "%.*s", (int)size, word);
    while ((path = strsep(&rest, ":"))) {
        if (!module_load(path, options)) {
            print_error();
            return;
        }
    }
    puts("loaded");
}

static void look_run(const char *word)
{
    char *text = strdup(word), *words[WORDS_MAX + 1] = { NULL };
    int count = 0, status = 0;
    pid_t pid;

    for (char *at = strtok(text, ","); at && count < WORDS_MAX; at = strtok(NULL, ",")) {
        words[count++] = at;
    }
    pid = fork();
    if (pid == 0) {
        execv(words[0], words);
        print_error();
        _exit(127);
    }
    if (waitpid(pid, &status, 0) < 0 || status != 0) {
        printf("error: wait status 0x%x\n", (unsigned)status);
    }
    free(text);
}

/* The kernel tells of a device's end before its files go, so no news says when. */
static void wait_for(const char *path, bool exists)
{
    int64_t end = now_us() + SEEN_US;

    while ((access(path, F_OK) == 0) != exists && now_us() < end) {
        usleep(10000);
    }
    puts((access(path, F_OK) == 0) == exists ? "yes" : "no");
}

static void look_seen(const char *path)
{
    wait_for(path, true);
}

static void look_gone(const char *path)
{
    wait_for(path, false);
}

/* A record begins with its priority and facility as a number: the priority is the low 3 bits. */
static void look_warned(const char *word)
{
    const char *text = text_of(word);
    int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK), count = 0;
    char record[8192], first[8192] = "";
    ssize_t size;

    while ((size = read(fd, record, sizeof(record) - 1)) > 0) {
        record[size] = '\0';
        if (strstr(record, text) && (atoi(record) & 7) <= LOG_WARNING && count++ == 0) {
            snprintf(first, sizeof(first), " %.*s", (int)strcspn(record, "\n"), record);
        }
    }
    printf("%d%s\n", count, first);
    if (fd >= 0) {
        close(fd);
    }
}

static const struct {
    const char *name;
    void (*look)(const char *what);
} verbs[VERBS] = {
    { "text=", look_text },     { "link=", look_link },     { "hex=", look_hex },
    { "tpm=", look_tpm },       { "rate=", look_rate },     { "random=", look_random },
    { "cue=", look_cue },       { "kmsg=", look_kmsg },     { "write=", look_write },
    { "change=", look_change }, { "module=", look_module }, { "marker=", look_marker },
    { "time=", look_time },     { "line=", look_line },     { "run=", look_run },
    { "seen=", look_seen },     { "gone=", look_gone },     { "warned=", look_warned },
};

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
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
