/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmclock loads: each kind of load, loads without one of both devices, and streams that do not fit. */
#include <string.h>

#include "devices/vmclock-regs.h"
#include "hw-api/host/run/property.h"
#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/vmgenid/vmclock-host.h"

/* ----------------------------------------------------------------------- loads */

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
    Clock source = { 0 }, target = { 0 };
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
    Clock source = { 0 }, target = { 0 };
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
    Clock alone = { 0 }, source = { 0 }, target = { 0 };

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
    Clock source = { 0 }, clones[2] = { 0 };
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
    Clock source = { 0 }, target = { 0 };
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

/* ------------------------------------------------------------ streams that do not fit */

typedef struct PageCase {
    const char *path;
    uint32_t offset, size;
    uint8_t value;
} PageCase;

static const PageCase pages[] = {
    { "magic", VMCLOCK_MAGIC, 4, 0xa5 },
    { "size", VMCLOCK_SIZE, 4, 0 },
    { "version", VMCLOCK_VERSION, 2, 2 },
    { "counter-id", VMCLOCK_COUNTER_ID, 1, 0 },
    { "odd-sequence", VMCLOCK_SEQ_COUNT, 4, 0xff },
    { "flags", VMCLOCK_FLAGS, 8, 0xff },
    { "time", VMCLOCK_TIME_FIRST, 0x48, 0xff },
    { "all", 0, VMCLOCK_GENERATION_COUNTER, 0xff },
};

/* The stream's page may hold any bytes: the device writes its own, and keeps the counter. */
static void test_page_of_other_bytes(gconstpointer data)
{
    static const uint8_t head[] = { 'V', 'C', 'L', 'K', 0x00, 0x10, 0, 0, 1, 0, 0xff, 0 };
    const PageCase *c = data;
    HW_ERROR(error, 500);
    g_autoptr(GByteArray) stream = NULL;
    uint8_t page[0x70];
    uint64_t kept;
    size_t place;
    Clock source = { 0 }, target = { 0 };

    clock_start(&source, NULL, NULL);
    clock_start(&target, NULL, NULL);
    stream = clock_save(&source);
    kept = counter(&source);
    place = stream_find(stream, 0, head, sizeof(head));
    memset(stream->data + place + c->offset, c->value, c->size);
    g_assert_true(clock_load(&target, stream, &error));
    ob_host_read(target.host, PAGE, page, sizeof(page));
    g_assert_cmpmem(page, sizeof(head), head, sizeof(head));
    g_assert_cmpuint(sequence(&target) % 2, ==, 0);
    g_assert_cmphex(number(&target, VMCLOCK_FLAGS, 8), ==, 0x300);
    g_assert_cmphex(number(&target, VMCLOCK_PERIOD, 8), ==, 0);
    g_assert_cmphex(counter(&target), ==, kept);
    clock_end(&source);
    clock_end(&target);
}

typedef struct SectionCase {
    const char *path;
    const char *bytes; /* in the stream; the byte `offset` bytes behind their start gets `value` */
    uint32_t size, offset;
    uint8_t value;
    const char *sentence;
} SectionCase;

/* A section's name has its length before it, then come the instance and the version. */
#define SECTION "\7vmclock\0\0\0\0\0\0\0\1"
#define BLOCK   "\14vmclock_page"

static const SectionCase sections[] = {
    { "section-version-0", SECTION, 16, 15, 0, "version" },
    { "section-version-2", SECTION, 16, 15, 2, "version" },
    { "section-instance-1", SECTION, 16, 11, 1, "vmclock" },
    { "section-name", SECTION, 16, 7, 'q', "vmclocq" },
    { "block-name", BLOCK, 13, 12, 'q', "Can't find block vmclock_page" },
    { "block-of-another-size", BLOCK, 13, 19, 0x20, "vmclock_page" },
    { "address-between-pages", SECTION, 16, 23, 1, "the stream's page is at 0xfeffb001" },
};

static void test_section(gconstpointer data)
{
    const SectionCase *c = data;
    HW_ERROR(error, 800);
    g_autoptr(GByteArray) stream = NULL;
    uint64_t before[2];
    Clock source = { 0 }, target = { 0 };

    clock_start(&source, NULL, NULL);
    clock_start(&target, NULL, NULL);
    before[0] = marker(&target);
    before[1] = counter(&target);
    stream = clock_save(&source);
    stream->data[stream_find(stream, 0, c->bytes, c->size) + c->offset] = c->value;
    g_assert_false(clock_load(&target, stream, &error));
    g_test_message("%s", error.text);
    g_assert_nonnull(strstr(error.text, c->sentence));
    g_assert_cmphex(marker(&target), ==, before[0]);
    g_assert_cmphex(counter(&target), ==, before[1]);
    g_assert_false(notified(&target));
    clock_end(&source);
    clock_end(&target);
}

static void test_stream_that_ends_early(void)
{
    HW_ERROR(error, 800);
    g_autoptr(GByteArray) stream = NULL;
    uint64_t before;
    Clock source = { 0 }, target = { 0 };

    clock_start(&source, NULL, NULL);
    clock_start(&target, NULL, NULL);
    before = marker(&target);
    stream = clock_save(&source);
    g_byte_array_set_size(stream, (guint)stream_find(stream, 0, SECTION, 16) + 20);
    g_assert_false(clock_load(&target, stream, &error));
    g_assert_cmphex(marker(&target), ==, before);
    clock_end(&source);
    clock_end(&target);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(loads); i++) {
        g_autofree char *path = g_strconcat("/vmclock/load/", loads[i].path, NULL);

        g_test_add_data_func(path, &loads[i], test_load);
    }
    g_test_add_func("/vmclock/load/next-load-is-for-one-load", test_next_load_is_for_one_load);
    g_test_add_data_func("/vmclock/load/alone-in-the-load-before", "clock", test_alone_in_a_stream);
    g_test_add_data_func("/vmclock/load/absent-from-the-load-before", NULL, test_alone_in_a_stream);
    g_test_add_func("/vmclock/load/clones-differ", test_clones_differ);
    g_test_add_func("/vmclock/load/page-elsewhere-is-refused", test_page_elsewhere_is_refused);
    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        g_autofree char *path = g_strconcat("/vmclock/page-of-other/", pages[i].path, NULL);

        g_test_add_data_func(path, &pages[i], test_page_of_other_bytes);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
        g_autofree char *path = g_strconcat("/vmclock/refused-stream/", sections[i].path, NULL);

        g_test_add_data_func(path, &sections[i], test_section);
    }
    g_test_add_func("/vmclock/refused-stream/ends-early", test_stream_that_ends_early);
    return g_test_run();
}
