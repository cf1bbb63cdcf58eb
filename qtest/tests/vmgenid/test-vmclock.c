/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmclock in a machine of this process: the page, loads of each kind, and properties. */
#include <glib.h>
#include <string.h>

#include "devices/vmclock-regs.h"
#include "hw-api/device/bytes.h"
#include "hw-api/host/run/property.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"
#include "qtest/tests/lib/stream-files.h"

#define PAGE      0xfeffb000
#define MIB       (UINT64_C(1) << 20)
#define CLOCK_GPE (1 << VMCLOCK_GPE)
#define GPE0      0xafe0 /* PIIX4's block 0 (QEMU's docs/specs/acpi_pci_hotplug.rst) */

typedef struct Clock {
    ObHost *host;
    HwInstance *instance;
    HwInstance *genid; /* a vmgenid beside it, or NULL */
} Clock;

static void host_start(Clock *f)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "pc", .ram_size = 4 * MIB };
    HW_ERROR(error, 500);

    f->host = ob_host_new(&config, &error);
    ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &error);
    g_assert_cmpstr(error.text, ==, "");
}

static bool clock_try(Clock *f, const ObOption *options, uint32_t count, HwError *error)
{
    ObOption all[4] = { { "addr", "0xfeffb000" } };

    memcpy(all + 1, options, count * sizeof(*options));
    host_start(f);
    f->instance = ob_host_add_device(f->host, "vmclock", all, count + 1, error);
    return f->instance != NULL;
}

static void clock_start(Clock *f, const char *name, const char *value)
{
    HW_ERROR(error, 500);
    const ObOption option = { name, value };

    clock_try(f, &option, name != NULL, &error);
    g_assert_cmpstr(error.text, ==, "");
    ob_host_reset(f->host);
}

static void clock_end(Clock *f)
{
    ob_host_free(f->host);
}

static uint64_t number(const Clock *f, uint32_t offset, uint32_t size)
{
    return ob_host_load(f->host, HW_SPACE_MEMORY, PAGE + offset, size);
}

static uint64_t marker(const Clock *f)
{
    return number(f, VMCLOCK_DISRUPTION_MARKER, 8);
}

static uint64_t counter(const Clock *f)
{
    return number(f, VMCLOCK_GENERATION_COUNTER, 8);
}

static uint32_t sequence(const Clock *f)
{
    return (uint32_t)number(f, VMCLOCK_SEQ_COUNT, 4);
}

static bool notified(const Clock *f)
{
    return ob_host_load(f->host, HW_SPACE_IO, GPE0, 1) & CLOCK_GPE;
}

static bool property_set(Clock *f, const char *name, const char *value, HwError *error)
{
    return hw_instance_set(f->instance, name, value, error);
}

/* ------------------------------------------------------------------------ page */

/* The numbers are the header's, not the device's names for them. */
static void test_page(void)
{
    static const uint8_t head[] = { 'V', 'C', 'L', 'K', 0x00, 0x10, 0, 0, 1, 0, 0xff, 0 };
    static const uint8_t zeros[4096];
    uint8_t page[4096];
    Clock f;

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

static void test_guest_cannot_write(void)
{
    Clock f;
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
    Clock f;

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
    Clock a, b;

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
    Clock f;

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

/* ----------------------------------------------------------------------- loads */

static GByteArray *clock_save(Clock *f)
{
    GByteArray *stream = g_byte_array_new();
    ObSave *save = ob_save_new(f->host, stream_sink, stream, NULL);

    g_assert_true(ob_save_finish(save, "paused", NULL));
    ob_save_free(save);
    return stream;
}

static bool clock_load(Clock *f, const GByteArray *stream, HwError *error)
{
    ObLoad *load = ob_load_new(f->host);
    bool loaded;

    ob_load_feed(load, stream->data, stream->len);
    loaded = ob_load_finish(load);
    if (!loaded) {
        ob_load_explain(load, error->text, error->capacity);
    }
    ob_load_free(load);
    return loaded;
}

typedef struct LoadCase {
    const char *path;
    const char *option, *value; /* the target has it */
    const char *next_load;      /* NULL: auto */
    bool ran;                   /* time has passed in the target */
    enum { SAME, FRESH, CONFIGURED } wanted;
} LoadCase;

static void test_load(gconstpointer data)
{
    const LoadCase *c = data;
    HW_ERROR(error, 500);
    uint64_t before[2], configured;
    uint32_t old_sequence;
    Clock source, target;
    g_autoptr(GByteArray) stream = NULL;

    clock_start(&source, NULL, NULL);
    clock_start(&target, c->option, c->value);
    before[0] = marker(&source);
    before[1] = counter(&source);
    configured = counter(&target);
    old_sequence = sequence(&source);
    stream = clock_save(&source);
    if (c->ran) {
        ob_host_clock_set(target.host, 10);
    }
    g_assert_true(!c->next_load || property_set(&target, "next-load", c->next_load, &error));
    clock_load(&target, stream, &error);
    g_assert_cmpstr(error.text, ==, "");
    g_assert_cmphex(marker(&target), !=, before[0]);
    g_assert_cmpuint(sequence(&target) % 2, ==, 0);
    g_assert_cmpuint(sequence(&target), !=, old_sequence);
    g_assert_true(notified(&target));
    g_assert_true((counter(&target) == before[1]) == (c->wanted == SAME));
    g_assert_true((counter(&target) == configured) == (c->wanted == CONFIGURED));
    clock_end(&source);
    clock_end(&target);
}

static const LoadCase loads[] = {
    { "migration", NULL, NULL, NULL, false, SAME },
    { "migrate", NULL, NULL, "migrate", true, SAME },
    { "restore", NULL, NULL, "restore", false, FRESH },
    { "clone", NULL, NULL, "clone", false, FRESH },
    { "revert", NULL, NULL, "revert", false, FRESH },
    { "auto-in-a-machine-that-ran-is-a-revert", NULL, NULL, NULL, true, FRESH },
    { "on-migrate-new", "on-migrate", "new", NULL, false, FRESH },
    { "on-restore-keep", "on-restore", "keep", "restore", false, SAME },
    { "on-clone-configured", "on-clone", "configured", "clone", false, CONFIGURED },
    { "on-revert-keep", "on-revert", "keep", "revert", false, SAME },
};

static void test_next_load_is_for_one_load(void)
{
    HW_ERROR(error, 500);
    uint64_t kept;
    Clock source, target;
    g_autoptr(GByteArray) stream = NULL;

    clock_start(&source, NULL, NULL);
    clock_start(&target, NULL, NULL);
    stream = clock_save(&source);
    g_assert_true(property_set(&target, "next-load", "migrate", &error));
    g_assert_true(clock_load(&target, stream, &error));
    kept = counter(&target);
    g_assert_cmphex(kept, ==, counter(&source));
    g_assert_true(clock_load(&target, stream, &error));
    g_assert_cmphex(counter(&target), !=, kept);
    clock_end(&source);
    clock_end(&target);
}

#define GUID_A "324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87"
#define GUID_B "11223344-5566-7788-99aa-bbccddeeff00"

static void genid_add(Clock *f, const char *guid)
{
    const ObOption options[] = { { "guid", guid },
                                 { "on-clone", "new" },
                                 { "on-migrate", "configured" } };
    HW_ERROR(error, 500);

    f->genid = ob_host_add_device(f->host, "vmgenid", options, 3, &error);
    g_assert_cmpstr(error.text, ==, "");
}

static void both_start(Clock *f, const char *guid)
{
    clock_start(f, NULL, NULL);
    genid_add(f, guid);
    ob_host_reset(f->host);
}

static void load_as(Clock *f, const char *kind, const GByteArray *stream)
{
    HW_ERROR(error, 500);

    g_assert_true(property_set(f, "next-load", kind, &error));
    g_assert_true(clock_load(f, stream, &error));
    g_assert_cmpstr(error.text, ==, "");
}

/* The machine in which one of both devices was alone does not tell the other's next load. */
static void test_alone_in_a_stream(gconstpointer data)
{
    bool clock_is_alone = data != NULL;
    g_autoptr(GByteArray) one = NULL;
    g_autoptr(GByteArray) both = NULL;
    char guid[64];
    uint64_t wanted;
    Clock alone, source, target;

    both_start(&source, GUID_A);
    both_start(&target, GUID_B);
    if (clock_is_alone) {
        clock_start(&alone, NULL, NULL);
    } else {
        host_start(&alone);
        genid_add(&alone, GUID_A);
        ob_host_reset(alone.host);
    }
    one = clock_save(&alone);
    both = clock_save(&source);
    wanted = counter(&source);
    load_as(&target, "clone", one);
    load_as(&target, "migrate", both);
    g_assert_cmphex(counter(&target), ==, wanted);
    hw_instance_get(target.genid, hw_instance_property(target.genid, "guid"), guid, sizeof(guid));
    g_assert_cmpstr(guid, ==, GUID_B);
    clock_end(&alone);
    clock_end(&source);
    clock_end(&target);
}

/* Each copy of the same snapshot gets a value of its own. */
static void test_clones_differ(void)
{
    HW_ERROR(error, 500);
    Clock source, clones[2];
    g_autoptr(GByteArray) stream = NULL;

    clock_start(&source, NULL, NULL);
    stream = clock_save(&source);
    for (int i = 0; i < 2; i++) {
        clock_start(&clones[i], NULL, NULL);
        g_assert_true(property_set(&clones[i], "next-load", "clone", &error));
        g_assert_true(clock_load(&clones[i], stream, &error));
    }
    g_assert_cmphex(counter(&clones[0]), !=, counter(&clones[1]));
    g_assert_cmphex(marker(&clones[0]), !=, marker(&clones[1]));
    clock_end(&source);
    clock_end(&clones[0]);
    clock_end(&clones[1]);
}

static void test_page_elsewhere_is_refused(void)
{
    HW_ERROR(error, 500);
    uint64_t before[2];
    Clock source, target;
    g_autoptr(GByteArray) stream = NULL;

    clock_start(&source, "addr", "0xfeffa000");
    clock_start(&target, NULL, NULL);
    before[0] = marker(&target);
    before[1] = counter(&target);
    stream = clock_save(&source);
    g_assert_false(clock_load(&target, stream, &error));
    g_assert_nonnull(strstr(error.text, "vmclock: the stream's page is at 0xfeffa000, expected "
                                        "0xfeffb000: start this machine with addr=0xfeffa000"));
    g_assert_cmphex(marker(&target), ==, before[0]);
    g_assert_cmphex(counter(&target), ==, before[1]);
    g_assert_false(notified(&target));
    clock_end(&source);
    clock_end(&target);
}

/* ------------------------------------------------------------------ properties */

static void test_counter_is_set_at_run_time(void)
{
    HW_ERROR(error, 500);
    char text[64];
    uint64_t before;
    Clock f;

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
    { "device-tree-on-a-pc", "device-tree", "on",
      "vmclock: device-tree: invalid value 'on': expected off on a machine without a device tree "
      "for its guest" },
};

static void test_refused(gconstpointer data)
{
    const Refusal *c = data;
    const ObOption option = { c->name, c->value };
    HW_ERROR(error, 500);
    Clock f;

    g_assert_false(clock_try(&f, &option, 1, &error));
    g_assert_cmpstr(error.text, ==, c->sentence);
    clock_end(&f);
}

static void test_second_is_refused(void)
{
    HW_ERROR(error, 500);
    Clock f;

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
    g_test_add_func("/vmclock/page/reset-changes-no-value", test_reset_changes_no_value);
    g_test_add_func("/vmclock/page/two-machines-differ", test_two_machines_differ);
    g_test_add_func("/vmclock/page/reader-sees-whole-values", test_reader_sees_whole_values);
    for (size_t i = 0; i < G_N_ELEMENTS(loads); i++) {
        g_autofree char *path = g_strconcat("/vmclock/load/", loads[i].path, NULL);

        g_test_add_data_func(path, &loads[i], test_load);
    }
    g_test_add_func("/vmclock/load/next-load-is-for-one-load", test_next_load_is_for_one_load);
    g_test_add_data_func("/vmclock/load/alone-in-the-load-before", "clock", test_alone_in_a_stream);
    g_test_add_data_func("/vmclock/load/absent-from-the-load-before", NULL, test_alone_in_a_stream);
    g_test_add_func("/vmclock/load/clones-differ", test_clones_differ);
    g_test_add_func("/vmclock/load/page-elsewhere-is-refused", test_page_elsewhere_is_refused);
    g_test_add_func("/vmclock/counter/is-set-at-run-time", test_counter_is_set_at_run_time);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/vmclock/refused/", refusals[i].path, NULL);

        g_test_add_data_func(path, &refusals[i], test_refused);
    }
    g_test_add_func("/vmclock/refused/second", test_second_is_refused);
    return g_test_run();
}
