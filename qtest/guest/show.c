/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest program of scripts/run --in qemu: shows what the guest's kernel knows of Outboard's
 * TPM and vmgenid.  Then it prints SHOW_WAITING and waits for a new generation ID, which
 * outboard-in-qemu sets.  It fails if anything is missing.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "qtest/guest/show.h"

#define LINE    1024
#define WAIT_MS 60000

static bool failed;

static void fail(const char *what)
{
    printf("  %s: %s\n", what, errno ? strerror(errno) : "missing");
    failed = true;
}

/* ----------------------------------------------------------------- the kernel's log */

/* Reads the next record's text up to its end of line; false if no record comes in time. */
static bool log_read(int fd, char *text, int wait_ms)
{
    struct pollfd ready = { fd, POLLIN, 0 };
    char record[8192];
    ssize_t size;
    const char *begin;

    if (poll(&ready, 1, wait_ms) <= 0) {
        return false;
    }
    size = read(fd, record, sizeof(record) - 1);
    record[size > 0 ? size : 0] = 0;
    begin = strchr(record, ';');
    snprintf(text, LINE, "%.*s", begin ? (int)strcspn(begin + 1, "\n") : 0, begin ? begin + 1 : "");
    return size > 0 || errno == EPIPE; /* records were lost */
}

static void show_tables(int log)
{
    char text[LINE];

    while (log_read(log, text, 0)) {
        if (strstr(text, "ACPI: TPM2 ") || strstr(text, " OUTBOARD ") ||
            strstr(text, " VMGENID ")) {
            printf("  %s\n", text);
        }
    }
}

/* ----------------------------------------------------------------------------- TPM */

static bool first_line(const char *path, char *text)
{
    FILE *file = fopen(path, "r");
    bool got = file && fgets(text, LINE, file);

    if (file) {
        fclose(file);
    }
    text[got ? strcspn(text, "\n") : 0] = 0;
    return got;
}

static void show_tpm(void)
{
    char target[LINE] = "";
    char version[LINE];
    const char *name;

    if (readlink("/sys/class/tpm/tpm0/device/driver", target, sizeof(target) - 1) < 0 ||
        !first_line("/sys/class/tpm/tpm0/tpm_version_major", version)) {
        fail("/sys/class/tpm/tpm0");
        return;
    }
    name = strrchr(target, '/');
    printf("  tpm0: a TPM %s.0, driver %s\n", version, name ? name + 1 : target);
}

static void show_random(void)
{
    static const uint8_t command[] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x7b, 0, 16 };
    uint8_t response[64] = { 0 };
    int fd = open("/dev/tpm0", O_RDWR);

    if (fd < 0 || write(fd, command, sizeof(command)) != (ssize_t)sizeof(command) ||
        read(fd, response, sizeof(response)) != 28) {
        fail("TPM2_GetRandom");
        return;
    }
    printf("  TPM2_GetRandom: ");
    for (int i = 12; i < 28; i++) {
        printf("%02x", response[i]);
    }
    putchar('\n');
    close(fd);
}

/* Shows the firmware's measurements: a PCR and the size of the event log. */
static void show_boot(void)
{
    char value[LINE];
    uint8_t bytes[4096];
    ssize_t size, total = 0;
    int fd = open("/sys/kernel/security/tpm0/binary_bios_measurements", O_RDONLY);

    while (fd >= 0 && (size = read(fd, bytes, sizeof(bytes))) > 0) {
        total += size;
    }
    if (first_line("/sys/class/tpm/tpm0/pcr-sha256/0", value)) {
        printf("  PCR 0: %s\n", value);
    }
    if (total > 0) {
        printf("  firmware's event log: %zd bytes\n", total);
    } else {
        fail("firmware's event log");
    }
    if (fd >= 0) {
        close(fd);
    }
}

/* ------------------------------------------------------------------------- vmgenid */

/* Finds the driver's device.  Before Linux 6.10 the driver was on the bus acpi. */
static bool vmgenid_bound(char *device)
{
    static const char *const drivers[] = {
        "/sys/bus/acpi/drivers/vmgenid",
        "/sys/bus/platform/drivers/vmgenid",
    };

    for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
        DIR *directory = opendir(drivers[i]);
        struct dirent *entry;
        bool found = false;

        while (directory && !found && (entry = readdir(directory))) {
            found = strchr(entry->d_name, ':') != NULL;
            snprintf(device, LINE, "%s", entry->d_name);
        }
        if (directory) {
            closedir(directory);
        }
        if (found) {
            return true;
        }
    }
    return false;
}

/* Calls getrandom() first: Linux logs a fork only once its random number generator is ready. */
static void show_fork(int log)
{
    char text[LINE];
    uint8_t byte;
    bool found = false;

    if (!vmgenid_bound(text)) {
        errno = 0;
        fail("a device of the driver vmgenid");
        return;
    }
    printf("  %s: driver vmgenid\n", text);
    if (getrandom(&byte, 1, 0) != 1) {
        fail("getrandom");
    }
    puts(SHOW_WAITING);
    fflush(stdout);
    while (!found && log_read(log, text, WAIT_MS)) {
        found = strstr(text, "virtual machine fork") != NULL;
    }
    if (!found) {
        errno = ETIME;
        fail("crng reseeded");
        return;
    }
    printf("  %s\n", text);
}

int main(void)
{
    int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
    struct utsname name;

    uname(&name);
    printf("Linux %s, %s:\n", name.release, name.machine);
    show_tables(log);
    show_tpm();
    show_random();
    show_boot();
    show_fork(log);
    return failed;
}
