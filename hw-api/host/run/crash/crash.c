/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signal handlers: no allocation, no lock, no stdio stream.  snprintf of numbers and strings
 * needs none of them in glibc.
 */
#include "hw-api/host/run/crash/crash.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "hw-api/host/run/running.h"

#define LINE_SIZE  512
#define STACK_SIZE 65536

static const int deaths[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
#define DEATHS (sizeof(deaths) / sizeof(deaths[0]))

static struct {
    const char *program;
    const char *replay;
    bool installed;
    struct sigaction before[DEATHS];
    int watch_ms;
    uint64_t watched; /* HwRunning.entries at the last tick */
    uint64_t reported;
    /* A device may have used up the thread's own stack. */
    char stack[STACK_SIZE];
} crash;

/* --------------------------------------------------------------------- lines */

HW_PRINTF(1, 2) static void line_print(const char *format, ...)
{
    char line[LINE_SIZE];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(line, sizeof(line) - 1, format, arguments);
    va_end(arguments);
    if (length < 0) {
        return;
    }
    length = length < LINE_SIZE - 2 ? length : LINE_SIZE - 2;
    line[length] = '\n';
    if (write(STDERR_FILENO, line, (size_t)length + 1) < 0) {
        return; /* nobody reads: there is no other place to say it */
    }
}

static bool is_write(const HwRecord *record)
{
    return record->access & HW_RECORD_WRITE;
}

static uint64_t offset_of(const HwRecord *record)
{
    return record->access >> 8;
}

static uint32_t size_of(const HwRecord *record)
{
    return record->access >> 4 & 0xf;
}

static bool is_done(const HwRecord *record)
{
    return record->access & HW_RECORD_DONE;
}

/* Names the accessed place: a register, or the region and the offset. */
static void place_format(const HwRecord *record, char *text, size_t size)
{
    const HwRegionState *region = record->region;
    uint64_t word = offset_of(record) / 4;
    const HwRegister *reg = region->by_word && word < region->table->word_count
                                ? region->by_word[word]
                                : NULL;
    const char *name = reg ? reg->name : hw_region_place_name(region, offset_of(record));

    if (!name) {
        snprintf(text, size, "%s + 0x%llx", region->table->name,
                 (unsigned long long)offset_of(record));
    } else if (reg && (offset_of(record) & 3)) {
        snprintf(text, size, "%s + %u", name, (unsigned)(offset_of(record) & 3));
    } else {
        snprintf(text, size, "%s", name);
    }
}

/* ------------------------------------------------------------------- accesses */

static bool region_place(const HwRegionState *region, uint64_t *address, bool *is_io)
{
    const HwInstance *instance = region->instance;

    if (region->table->space == HW_SPACE_BAR) {
        return instance->bar_place && instance->bar_place(region, address, is_io);
    }
    *address = region->address;
    *is_io = region->table->space == HW_SPACE_IO;
    return region->table->space != HW_SPACE_NONE;
}

/* The command of the qtest protocol: "writel 0xfed40040 0x1", "inb 0x510". */
static void command_format(const HwRecord *record, char *text, size_t size)
{
    static const char *const memory[] = { "read", "write" };
    static const char *const ports[] = { "in", "out" };
    static const char widths[] = " bw l   q";
    char width = size_of(record) < sizeof(widths) ? widths[size_of(record)] : '?';
    uint64_t address;
    bool is_io;
    int length;

    if (!region_place(record->region, &address, &is_io)) {
        snprintf(text, size, "# no address: %s of %u bytes", memory[is_write(record)],
                 size_of(record));
        return;
    }
    length = snprintf(text, size, "%s%c 0x%llx", (is_io ? ports : memory)[is_write(record)], width,
                      (unsigned long long)(address + offset_of(record)));
    if (is_write(record) && length > 0 && (size_t)length < size) {
        snprintf(text + length, size - (size_t)length, " 0x%llx",
                 (unsigned long long)record->value);
    }
}

static void record_print(const HwRecord *record)
{
    char place[128];
    char command[64];

    command_format(record, command, sizeof(command));
    place_format(record, place, sizeof(place));
    if (!is_done(record)) {
        line_print("%s  # %s: not finished", command, place);
    } else if (is_write(record)) {
        line_print("%s  # %s", command, place);
    } else {
        line_print("%s  # %s = 0x%llx", command, place, (unsigned long long)record->value);
    }
}

static void records_print(const HwRecords *records)
{
    uint64_t count = records->count < HW_RECORDS ? records->count : HW_RECORDS;

    if (count == 0) {
        line_print("%s: the device had no access yet", crash.program);
        return;
    }
    line_print("%s: its last accesses, %llu of %llu, as qtest commands, the newest last:",
               crash.program, (unsigned long long)count, (unsigned long long)records->count);
    for (uint64_t i = records->count - count; i < records->count; i++) {
        record_print(&records->rows[i % HW_RECORDS]);
    }
    if (crash.replay) {
        line_print("%s: to replay them: %s", crash.program, crash.replay);
    }
}

/* --------------------------------------------------------------------- report */

/* The access under way: the newest row that has not ended. */
static const HwRecord *record_running(const HwRecords *records)
{
    for (uint64_t i = 0; i < HW_RECORDS && i < records->count; i++) {
        const HwRecord *record = &records->rows[(records->count - 1 - i) % HW_RECORDS];

        if (!is_done(record)) {
            return record;
        }
    }
    return NULL;
}

void hw_crash_show_running(const char *event)
{
    const HwInstance *instance = hw_running.instance;
    const HwRecord *record;
    char place[128];

    if (!instance) {
        return;
    }
    record = hw_running.hook ? NULL : record_running(&instance->records);
    if (record) {
        place_format(record, place, sizeof(place));
        line_print("%s: device '%s' of class '%s': %s in a %s of %u bytes at %s", crash.program,
                   instance->id, instance->cls->table.name, event,
                   is_write(record) ? "write" : "read", size_of(record), place);
    } else {
        line_print("%s: device '%s' of class '%s': %s in its hook '%s'", crash.program,
                   instance->id, instance->cls->table.name, event,
                   hw_running.hook ? hw_running.hook : "access");
    }
    records_print(&instance->records);
}

static void died(int number, siginfo_t *info, void *context)
{
    (void)context;
    for (size_t i = 0; i < DEATHS; i++) {
        if (deaths[i] == number) {
            sigaction(number, &crash.before[i], NULL);
        }
    }
    hw_crash_show_running(strsignal(number));
    /* A fault comes again when the instruction is repeated, a sent signal does not. */
    if (info->si_code <= 0) {
        raise(number);
    }
}

void hw_crash_report(const char *program, const char *replay)
{
    struct sigaction action = { .sa_sigaction = died, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    stack_t stack = { .ss_sp = crash.stack, .ss_size = sizeof(crash.stack) };
    stack_t other;

    crash.program = program;
    crash.replay = replay;
    if (crash.installed) {
        return;
    }
    crash.installed = true;
    /* A sanitizer has a stack of its own. */
    if (sigaltstack(NULL, &other) == 0 && (other.ss_flags & SS_DISABLE)) {
        sigaltstack(&stack, NULL);
    }
    for (size_t i = 0; i < DEATHS; i++) {
        sigaction(deaths[i], &action, &crash.before[i]);
    }
}

/* ---------------------------------------------------------------------- watch */

static void watched(int number)
{
    char event[64];

    (void)number;
    if (hw_running.instance && hw_running.entries == crash.watched &&
        crash.reported != crash.watched) {
        crash.reported = crash.watched;
        snprintf(event, sizeof(event), "no return after %d ms of processor time", crash.watch_ms);
        hw_crash_show_running(event);
    }
    crash.watched = hw_running.entries;
}

void hw_crash_watch(int milliseconds)
{
    struct sigaction action = { .sa_handler = watched, .sa_flags = SA_RESTART | SA_ONSTACK };
    const struct timeval period = { milliseconds / 1000, milliseconds % 1000 * 1000 };
    const struct itimerval every = { period, period };
    struct sigaction before;
    struct itimerval used;

    if (getitimer(ITIMER_PROF, &used) < 0 || sigaction(SIGPROF, NULL, &before) < 0 ||
        (before.sa_handler != watched &&
         (before.sa_handler != SIG_DFL || used.it_value.tv_sec || used.it_value.tv_usec))) {
        return;
    }
    crash.watch_ms = milliseconds;
    sigaction(SIGPROF, &action, NULL);
    setitimer(ITIMER_PROF, &every, NULL);
}
