/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Serves real KVM's registers to the other end of /dev/ttyS0, which is kvm-guest.c.  A request
 * is one line and is answered at once.  Ids and values are hexadecimal, the kernel's results
 * (ANSWER) decimal.
 *   all             "COUNT", then a line "ID ANSWER VALUE" for each listed register
 *   get ID          "ANSWER VALUE"
 *   set ID VALUE    "ANSWER"
 *   new             "0": replaces the machine by one whose vCPU has not run
 *   run             "0": runs the vCPU once
 *   quit
 * The answer is "-5" (EIO) if the machine can't be made or run.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include "qtest/guest/kvm.h"

#define IDS_MAX   4096
#define VALUE_MAX 256 /* bytes */
#define LINE_ROOM 1024

static void value_print(FILE *line, const uint8_t *value, uint32_t size)
{
    for (uint32_t i = size; i > 0; i--) {
        fprintf(line, "%02x", value[i - 1]);
    }
    fputc('\n', line);
}

static uint32_t value_size(uint64_t id)
{
    uint32_t size = HW_VCPU_REGISTER_SIZE(id);

    return size <= VALUE_MAX ? size : 0;
}

/* Reads a value, most significant digit first.  False if it does not have `size` bytes. */
static bool value_scan(const char *text, uint8_t *value, uint32_t size)
{
    if (strspn(text, "0123456789abcdef") != 2 * size) {
        return false;
    }
    for (uint32_t i = 0; i < size; i++) {
        sscanf(text + 2 * i, "%2hhx", &value[size - 1 - i]);
    }
    return true;
}

static void answer_get(FILE *line, HwVcpus *vcpus, uint64_t id)
{
    uint8_t value[VALUE_MAX] = { 0 };
    int answer = value_size(id) ? vcpus->get(vcpus, 0, id, value) : -EINVAL;

    fprintf(line, "%d ", answer);
    value_print(line, value, value_size(id));
}

static void answer_all(FILE *line, HwVcpus *vcpus)
{
    static uint64_t ids[IDS_MAX];
    uint32_t count = IDS_MAX;
    int answer = vcpus->list(vcpus, 0, ids, &count);

    fprintf(line, "%d\n", answer < 0 ? answer : (int)count);
    for (uint32_t i = 0; answer == 0 && i < count; i++) {
        fprintf(line, "%016" PRIx64 " ", ids[i]);
        answer_get(line, vcpus, ids[i]);
    }
}

static void answer_set(FILE *line, HwVcpus *vcpus, uint64_t id, const char *text)
{
    uint8_t value[VALUE_MAX];
    bool good = value_size(id) && value_scan(text, value, value_size(id));

    fprintf(line, "%d\n", good ? vcpus->set(vcpus, 0, id, value) : -EINVAL);
}

static bool machine_renew(HwKvmMachine *machine)
{
    hw_kvm_machine_close(machine);
    return hw_kvm_machine_open(machine, NULL);
}

/* Answers a request; false for "quit". */
static bool request_answer(FILE *line, HwKvmMachine *machine, char *request)
{
    HwVcpus *vcpus = &machine->registers.vcpus;
    char *rest;
    const char *verb = strtok_r(request, " \n", &rest);
    uint64_t id = strtoull(rest, &rest, 16);

    if (!verb || strcmp(verb, "quit") == 0) {
        return false;
    }
    if (strcmp(verb, "all") == 0) {
        answer_all(line, vcpus);
    } else if (strcmp(verb, "get") == 0) {
        answer_get(line, vcpus, id);
    } else if (strcmp(verb, "set") == 0) {
        answer_set(line, vcpus, id, rest + strspn(rest, " "));
    } else if (strcmp(verb, "new") == 0) {
        fprintf(line, "%d\n", machine_renew(machine) ? 0 : -EIO);
    } else {
        fprintf(line, "%d\n", hw_kvm_machine_run(machine, NULL) ? 0 : -EIO);
    }
    fflush(line);
    return true;
}

static FILE *line_open(const char *path)
{
    FILE *line = fopen(path, "r+");
    struct termios settings;

    if (line && tcgetattr(fileno(line), &settings) == 0) {
        cfmakeraw(&settings);
        cfsetspeed(&settings, B115200);
        tcsetattr(fileno(line), TCSANOW, &settings);
    }
    return line;
}

int main(void)
{
    static char request[LINE_ROOM];
    HwKvmMachine machine;
    HW_ERROR(error, 256);
    FILE *in = line_open("/dev/ttyS0");
    FILE *out = in ? fopen("/dev/ttyS0", "w") : NULL;

    if (!out) {
        printf("/dev/ttyS0 can't be opened: %s\n", strerror(errno));
        return 1;
    }
    if (!hw_kvm_machine_open(&machine, &error)) {
        puts(error.text);
        return 1;
    }
    fputs("ready\n", out);
    fflush(out);
    while (fgets(request, sizeof(request), in) && request_answer(out, &machine, request)) {}
    hw_kvm_machine_close(&machine);
    return 0;
}
