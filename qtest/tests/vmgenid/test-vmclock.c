/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmclock in a machine of this process: the page, and properties. */
#include <string.h>

#include "devices/vmclock-regs.h"
#include "hw-api/device/bytes.h"
#include "hw-api/host/run/property.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/tests/vmgenid/vmclock-host.h"

/* ------------------------------------------------------------------------ page */

/* The numbers are the header's, not the device's names for them. */
static void test_page(void)
{
    static const uint8_t head[] = { 'V', 'C', 'L', 'K', 0x00, 0x10, 0, 0, 1, 0, 0xff, 0 };
    static const uint8_t zeros[4096];
    uint8_t page[4096];
    Clock f = { 0 };

    clock_start(&f, NULL, NULL);
    ob_host_read(f.host, PAGE, page, sizeof(page));
    g_assert_cmpmem(page, sizeof(head), head, sizeof(head));
    g_assert_cmpuint(sequence(&f) % 2, ==, 0);
    g_assert_cmphex(hw_load_le(page + 0x10, 8), !=, 0);
    g_assert_cmphex(hw_load_le(page + 0x18, 8), ==, 0x300);
    g_assert_cmpmem(page + 0x20, 0x48, zeros, 0x48);
    g_assert_cmphex(hw_load_le(page + 0x68, 8), !=, 0);
    g_assert_cmpmem(page + 0x70, 4096 - 0x70, zeros, 4096 - 0x70);
    clock_end(&f);
}

/* A field's first and last bytes, and the bytes beside them. */
static const struct {
    uint32_t offset;
    const char *name;
} names[] = {
    { 0x00, "magic" },
    { 0x04, "size" },
    { 0x08, "version" },
    { 0x0a, "counter_id" },
    { 0x0b, "time_type" },
    { 0x0c, "seq_count" },
    { 0x10, "disruption_marker" },
    { 0x17, "disruption_marker" },
    { 0x18, "flags" },
    { 0x20, "pad" },
    { 0x22, "clock_status" },
    { 0x23, "leap_second_smearing_hint" },
    { 0x24, "tai_offset_sec" },
    { 0x26, "leap_indicator" },
    { 0x27, "counter_period_shift" },
    { 0x28, "counter_value" },
    { 0x30, "counter_period_frac_sec" },
    { 0x38, "counter_period_esterror_rate_frac_sec" },
    { 0x40, "counter_period_maxerror_rate_frac_sec" },
    { 0x48, "time_sec" },
    { 0x50, "time_frac_sec" },
    { 0x58, "time_esterror_nanosec" },
    { 0x60, "time_maxerror_nanosec" },
    { 0x68, "vm_generation_counter" },
    { 0x6f, "vm_generation_counter" },
    { 0x70, "no field" },
    { 0xfff, "no field" },
};

static void log_keep(void *opaque, const char *its, uint32_t level, const char *text)
{
    (void)its;
    if (level == HW_LOG_GUEST_ERROR) {
        g_string_assign(opaque, text);
    }
}

static void test_write_is_reported_by_field(void)
{
    g_autoptr(GString) said = g_string_new(NULL);
    Clock f = { .log = log_keep, .opaque = said };

    clock_start(&f, NULL, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *wanted = g_strdup_printf("write of 0xa5, 1 bytes, to %s at 0x%x, expected "
                                                  "no writes",
                                                  names[i].name, names[i].offset);

        ob_host_store(f.host, HW_SPACE_MEMORY, PAGE + names[i].offset, 0xa5, 1);
        g_assert_cmpstr(said->str, ==, wanted);
    }
    clock_end(&f);
}

/* Accesses of each width at each place, across the ends of the fields too. */
static void test_accesses_of_each_width(void)
{
    uint8_t page[VMCLOCK_PAGE], after[VMCLOCK_PAGE];
    Clock f = { 0 };

    clock_start(&f, NULL, NULL);
    ob_host_read(f.host, PAGE, page, sizeof(page));
    for (uint32_t size = 1; size <= 8; size *= 2) {
        for (uint32_t offset = 0; offset < VMCLOCK_ABI_SIZE + 8; offset++) {
            g_assert_cmphex(number(&f, offset, size), ==, hw_load_le(page + offset, size));
            ob_host_store(f.host, HW_SPACE_MEMORY, PAGE + offset, ~UINT64_C(0) - offset, size);
        }
        ob_host_store(f.host, HW_SPACE_MEMORY, PAGE + VMCLOCK_PAGE - size, ~UINT64_C(0), size);
    }
    ob_host_read(f.host, PAGE, after, sizeof(after));
    g_assert_cmpmem(after, sizeof(after), page, sizeof(page));
    clock_end(&f);
}

static void test_guest_cannot_write(void)
{
    Clock f = { 0 };
    uint64_t before;

    clock_start(&f, NULL, NULL);
    before = marker(&f);
    for (uint32_t size = 1; size <= 8; size *= 2) {
        ob_host_store(f.host, HW_SPACE_MEMORY, PAGE + VMCLOCK_DISRUPTION_MARKER, ~before, size);
        ob_host_store(f.host, HW_SPACE_MEMORY, PAGE + 0xff8, ~UINT64_C(0), size);
    }
    g_assert_cmphex(marker(&f), ==, before);
    g_assert_cmphex(number(&f, 0xff8, 8), ==, 0);
    clock_end(&f);
}

static void test_reset_changes_no_value(void)
{
    uint64_t before[2];
    Clock f = { 0 };

    clock_start(&f, NULL, NULL);
    before[0] = marker(&f);
    before[1] = counter(&f);
    ob_host_reset(f.host);
    g_assert_cmphex(marker(&f), ==, before[0]);
    g_assert_cmphex(counter(&f), ==, before[1]);
    g_assert_false(notified(&f));
    clock_end(&f);
}

static void test_two_machines_differ(void)
{
    Clock a = { 0 }, b = { 0 };

    clock_start(&a, NULL, NULL);
    clock_start(&b, NULL, NULL);
    g_assert_cmphex(counter(&a), !=, counter(&b));
    g_assert_cmphex(marker(&a), !=, marker(&b));
    clock_end(&a);
    clock_end(&b);
}

/* -------------------------------------------------------------- a guest that reads */

typedef struct Seen {
    uint32_t sequence;
    uint64_t marker, counter;
} Seen;

typedef struct Reader {
    const uint8_t *page;
    gint ends;
    uint64_t reads, torn;
} Reader;

static uint32_t sequence_read(const Reader *r)
{
    return __atomic_load_n((const uint32_t *)(const void *)(r->page + VMCLOCK_SEQ_COUNT),
                           __ATOMIC_ACQUIRE);
}

/* False: the device writes now, or has written meanwhile. */
static bool page_read(const Reader *r, Seen *seen)
{
    seen->sequence = sequence_read(r);
    memcpy(&seen->marker, r->page + VMCLOCK_DISRUPTION_MARKER, sizeof(seen->marker));
    memcpy(&seen->counter, r->page + VMCLOCK_GENERATION_COUNTER, sizeof(seen->counter));
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return seen->sequence % 2 == 0 && seen->sequence == sequence_read(r);
}

/* Two reads under one sequence number see the same values. */
static gpointer reader_run(gpointer data)
{
    Reader *r = data;
    Seen last = { 1, 0, 0 };
    Seen now;

    while (!g_atomic_int_get(&r->ends)) {
        if (page_read(r, &now)) {
            r->reads++;
            r->torn += now.sequence == last.sequence &&
                       (now.marker != last.marker || now.counter != last.counter);
            last = now;
        }
    }
    return NULL;
}

static const uint8_t *page_memory(const ObHost *host)
{
    for (uint32_t i = 0; i < host->blocks->len; i++) {
        const ObRamBlock *block = host->blocks->pdata[i];

        if (strcmp(block->name, "vmclock_page") == 0) {
            return block->memory;
        }
    }
    g_assert_not_reached();
}

static void test_reader_sees_whole_values(void)
{
    uint32_t changes = g_getenv("OB_CHANGES") ? (uint32_t)atoi(g_getenv("OB_CHANGES")) : 300000;
    HW_ERROR(error, 500);
    Reader reader = { NULL, 0, 0, 0 };
    GThread *thread;
    Clock f = { 0 };

    clock_start(&f, "counter", "0");
    reader.page = page_memory(f.host);
    thread = g_thread_new("guest", reader_run, &reader);
    for (uint32_t i = 1; i <= changes; i++) {
        char text[32];

        g_snprintf(text, sizeof(text), "%u", i);
        g_assert_true(property_set(&f, "counter", text, &error));
    }
    g_atomic_int_set(&reader.ends, 1);
    g_thread_join(thread);
    g_test_message("%" G_GUINT64_FORMAT " reads", reader.reads);
    g_assert_cmpuint(reader.torn, ==, 0);
    clock_end(&f);
}

/* ------------------------------------------------------------------ properties */

static void test_counter_is_set_at_run_time(void)
{
    HW_ERROR(error, 500);
    char text[64];
    uint64_t before;
    Clock f = { 0 };

    clock_start(&f, "counter", "5");
    g_assert_cmphex(counter(&f), ==, 5);
    before = marker(&f);
    g_assert_true(property_set(&f, "counter", "0x1234567890abcdef", &error));
    g_assert_cmphex(counter(&f), ==, 0x1234567890abcdef);
    g_assert_cmphex(marker(&f), !=, before);
    g_assert_true(notified(&f));
    hw_instance_get(f.instance, hw_instance_property(f.instance, "counter"), text, sizeof(text));
    g_assert_cmpstr(text, ==, "0x1234567890abcdef");
    clock_end(&f);
}

typedef struct Refusal {
    const char *path;
    const char *name, *value, *sentence;
} Refusal;

#define EXPECTED "': expected a number up to 0xffffffffffffffff, or 'auto'"

static const Refusal refusals[] = {
    { "counter-empty", "counter", "", "vmclock: counter: invalid value '" EXPECTED },
    { "counter-negative", "counter", "-1", "vmclock: counter: invalid value '-1" EXPECTED },
    { "counter-of-65-bits", "counter", "0x10000000000000000",
      "vmclock: counter: invalid value '0x10000000000000000" EXPECTED },
    { "counter-with-text", "counter", "5x", "vmclock: counter: invalid value '5x" EXPECTED },
    { "address-between-pages", "addr", "0xfeffb800",
      "vmclock: addr: invalid value '0xfeffb800': expected a multiple of 0x1000" },
    { "address-beyond-52-bits", "addr", "0x10000000000000",
      "vmclock: addr: invalid value '0x10000000000000': expected at most 0xffffffffff000" },
    { "time-without-processors", "time", "host",
      "vmclock: time: invalid value 'host': expected none: this host does not run the guest's "
      "processors" },
    { "time-of-another-kind", "time", "guest",
      "vmclock: time: invalid value 'guest': expected none or host" },
    { "tai-offset-of-17-bits", "tai-offset", "65536",
      "vmclock: tai-offset: 65536 is out of range, expected 0 to 32767" },
    { "device-tree-on-a-pc", "device-tree", "on",
      "vmclock: device-tree: invalid value 'on': expected off on a machine without a device tree "
      "for its guest" },
};

static void test_refused(gconstpointer data)
{
    const Refusal *c = data;
    const ObOption option = { c->name, c->value };
    HW_ERROR(error, 500);
    Clock f = { 0 };

    g_assert_false(clock_try(&f, &option, 1, &error));
    g_assert_cmpstr(error.text, ==, c->sentence);
    clock_end(&f);
}

static void test_second_is_refused(void)
{
    HW_ERROR(error, 500);
    Clock f = { 0 };

    clock_start(&f, NULL, NULL);
    g_assert_null(ob_host_add_device(f.host, "vmclock", NULL, 0, &error));
    g_assert_nonnull(strstr(error.text, "at most one vmclock device is permitted"));
    clock_end(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vmclock/page/is-the-header-s", test_page);
    g_test_add_func("/vmclock/page/guest-cannot-write", test_guest_cannot_write);
    g_test_add_func("/vmclock/page/write-is-reported-by-field", test_write_is_reported_by_field);
    g_test_add_func("/vmclock/page/accesses-of-each-width", test_accesses_of_each_width);
    g_test_add_func("/vmclock/page/reset-changes-no-value", test_reset_changes_no_value);
    g_test_add_func("/vmclock/page/two-machines-differ", test_two_machines_differ);
    g_test_add_func("/vmclock/page/reader-sees-whole-values", test_reader_sees_whole_values);
    g_test_add_func("/vmclock/counter/is-set-at-run-time", test_counter_is_set_at_run_time);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/vmclock/refused/", refusals[i].path, NULL);

        g_test_add_data_func(path, &refusals[i], test_refused);
    }
    g_test_add_func("/vmclock/refused/second", test_second_is_refused);
    return g_test_run();
}
