/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sweep finds a device whose registers are other than its table says.  Here the device is right,
 * and the table that the sweep gets is wrong. */
#include "qtest/client/sweep.h"

#include "hw-api/device/bytes.h"
#include "hw-api/host/run/instance.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"
#include "qtest/tests/lib/golden.h"

#define BASE    UINT64_C(0xfed10000)
#define RAM     UINT64_C(0x200000)
#define CROOKED 0xfed20000

enum { CTRL, STATUS, COUNT, REGISTERS };

typedef struct Bench {
    HwDevice dev;
    uint64_t addr;
    uint32_t regs[REGISTERS];
} Bench;

/* Each load has another value, as long as `counts` is set. */
static bool counts;

static uint32_t count_read(HwDevice *dev, uint32_t stored)
{
    static uint32_t loads;

    (void)dev, (void)stored;
    return counts ? ++loads : 0;
}

/* clang-format off */
static const HwRegister bench_registers[] = {
    { .name = "CTRL", .offset = 0, .rw = 0x00ff00ff },
    { .name = "STATUS", .offset = 4, .reset = 0xf0f0f0f1, .w1c = 0xf0f0f0f0 },
    { .name = "COUNT", .offset = 8, .read = count_read },
};

static const HwRegion bench_regions[] = {
    { .name = "mmio", .kind = HW_REGION_REGISTERS, .size = 0x20,
      .base = HW_MEMBER(Bench, addr, uint64_t), .words = offsetof(Bench, regs),
      .word_count = REGISTERS, .registers = HW_TABLE(bench_registers) },
};
/* clang-format on */

static const HwProperty bench_properties[] = {
    HW_PROP_ADDRESS("addr", Bench, addr, BASE, "of the registers"),
};

static HwClass bench_class = { .table = { .abi = HW_ABI(HwDeviceClass),
                                          .name = "bench",
                                          .instance_size = sizeof(Bench),
                                          .regions = HW_TABLE(bench_regions),
                                          .properties = HW_TABLE(bench_properties) } };

/* Memory whose bytes are right, and whose wider loads have other values. */
static uint8_t crooked_bytes[0x40];

static uint64_t crooked_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)dev;
    return size == 1 ? crooked_bytes[offset] : ~hw_load_le(crooked_bytes + offset, size);
}

static void crooked_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)dev;
    hw_store_le(crooked_bytes + offset, value, size);
}

/* clang-format off */
static HwClass crooked_class = {
    .table = { .abi = HW_ABI(HwDeviceClass), .name = "crooked", .instance_size = sizeof(HwDevice),
               .regions = HW_ROWS(HwRegion,
                   { .name = "mmio", .kind = HW_REGION_MMIO, .offset = CROOKED,
                     .size = sizeof(crooked_bytes), .read = crooked_read, .write = crooked_write,
                     .access_max = 8 }) },
};
/* clang-format on */

typedef char *Sweep(ObClient *c, const HwRegion *region, uint64_t address);

typedef struct Row {
    const char *path;
    Sweep *sweep;
    HwRegister wrong;    /* in the table that the sweep gets */
    const char *problem; /* NULL: the sweep finds none */
} Row;

/* clang-format off */
static const Row rows[] = {
    { "writable/right", ob_sweep_writable, { .name = "CTRL", .rw = 0x00ff00ff }, NULL },
    { "writable/bit-does-not-store", ob_sweep_writable, { .name = "CTRL", .rw = 0x01ff00ff },
      "CTRL at 0xfed10003, 1 bytes wide: 0x5a00c3, expected 0x15a00c3" },
    { "writable/none-stores", ob_sweep_writable, { .name = "STATUS", .offset = 4, .rw = 1 << 8 },
      "STATUS at 0xfed10005, 1 bytes wide: 0xf0f0f0f1, expected 0xf0f0f1f1" },
    { "reserved/right", ob_sweep_reserved, { .name = "CTRL", .rw = 0x00ff00ff }, NULL },
    { "reserved/bit-stores", ob_sweep_reserved, { .name = "CTRL", .rw = 0x00ff00fe },
      "CTRL at 0xfed10000, 4 bytes wide: 0x1, expected 0x0, after 0x1 was stored to reserved bits "
      "at 0xfed10000" },
    { "clear/right", ob_sweep_write_one_clear,
      { .name = "STATUS", .offset = 4, .w1c = 0xf0f0f0f0 }, NULL },
    { "clear/bit-stays", ob_sweep_write_one_clear,
      { .name = "STATUS", .offset = 4, .w1c = 0xf0f0f0f1 },
      "STATUS at 0xfed10004, 1 bytes wide: 0xf0f0f001, expected 0xf0f0f000" },
    { "clear/zero-stores", ob_sweep_write_one_clear, { .name = "CTRL", .w1c = 0x00ff00ff },
      "CTRL at 0xfed10000, 1 bytes wide: 0xff0000, expected 0xff00ff" },
    { "loads/right", ob_sweep_loads, { .name = "CTRL" }, NULL },
};
/* clang-format on */

static ObHost *host_new(void)
{
    HW_ERROR(error, 400);
    const ObHostConfig config = { .architecture = "x86_64" };
    ObHost *host = ob_host_new(&config, &error);

    g_assert_nonnull(host);
    g_assert_true(ob_host_add_class(host, &bench_class, &error));
    g_assert_true(ob_host_add_device(host, "bench", NULL, 0, &error));
    ob_host_reset(host);
    return host;
}

/* The device's table, but for one register. */
static HwRegion table_with(const HwRegister *wrong)
{
    static HwRegister registers[G_N_ELEMENTS(bench_registers)];
    HwRegion region = bench_regions[0];

    for (size_t i = 0; i < G_N_ELEMENTS(registers); i++) {
        registers[i] = bench_registers[i].offset == wrong->offset ? *wrong : bench_registers[i];
    }
    region.registers = (HwRegisters)HW_TABLE(registers);
    return region;
}

static void test_row(const void *opaque)
{
    const Row *row = opaque;
    HwRegion region = table_with(&row->wrong);
    ObHost *host = host_new();
    ObClient *c = ob_client_in_process(host);
    g_autofree char *problem = NULL;

    if (row->sweep == ob_sweep_write_one_clear) {
        ob_client_writel(c, BASE, 0x00ff00ff); /* there is something to clear */
    }
    problem = row->sweep(c, &region, BASE);
    g_assert_cmpstr(problem, ==, row->problem);
    ob_client_free(c);
    ob_host_free(host);
}

static void test_loads(void)
{
    ObHost *host = host_new();
    ObClient *c = ob_client_in_process(host);
    g_autofree char *problem = NULL;

    counts = true;
    problem = ob_sweep_loads(c, &bench_regions[0], BASE);
    counts = false;
    g_assert_nonnull(problem);
    g_assert_true(g_str_has_prefix(problem, "load at 0xfed10008, 1 bytes wide: "));
    ob_client_free(c);
    ob_host_free(host);
}

static void test_memory(void)
{
    ObHost *host = host_new();
    ObClient *c = ob_client_in_process(host);
    g_autofree char *problem = NULL;

    g_assert_null(ob_sweep_memory(c, RAM, 0x1000));
    problem = ob_sweep_memory(c, BASE, 0x20); /* registers */
    g_assert_nonnull(problem);
    g_assert_true(g_str_has_prefix(problem, "byte at 0xfed1000"));
    ob_client_free(c);
    ob_host_free(host);
}

static void test_crooked_memory(void)
{
    HW_ERROR(error, 400);
    ObHost *host = host_new();
    ObClient *c = ob_client_in_process(host);
    g_autofree char *problem = NULL;

    g_assert_true(ob_host_add_class(host, &crooked_class, &error));
    g_assert_true(ob_host_add_device(host, "crooked", NULL, 0, &error));
    problem = ob_sweep_memory(c, CROOKED, 0x20);
    g_assert_cmpstr(problem, ==, "load at 0xfed20000, 2 bytes wide: 0x1e0f, expected 0xe1f0");
    ob_client_free(c);
    ob_host_free(host);
}

/* ----------------------------------------------------------------------- accesses */

/* Each store in a line, with the loads that follow it: their number, sizes together and places. */
typedef struct Record {
    GString *text;
    uint32_t loads;
    uint64_t sizes, first, last;
} Record;

static void loads_note(Record *record)
{
    if (record->loads) {
        g_string_append_printf(record->text,
                               "    %u loads of 0x%" G_GINT64_MODIFIER "x bytes, "
                               "0x%" G_GINT64_MODIFIER "x to 0x%" G_GINT64_MODIFIER "x\n",
                               record->loads, record->sizes, record->first, record->last);
    }
    record->loads = 0;
    record->sizes = 0;
}

static void access_note(ObClient *c, const ObAccess *access, void *opaque)
{
    Record *record = opaque;
    g_autofree char *line = ob_client_describe(c, access);

    if (access->kind != OB_ACCESS_LOAD) {
        loads_note(record);
        g_string_append_printf(record->text, "%s\n", line);
        return;
    }
    record->first = record->loads ? record->first : access->address;
    record->last = access->address;
    record->sizes += access->size;
    record->loads++;
}

/* Sweeps the device by its own table, and small memory. */
static void test_told(void)
{
    static const struct {
        const char *name;
        Sweep *sweep;
    } sweeps[] = {
        { "loads", ob_sweep_loads },
        { "reserved", ob_sweep_reserved },
        { "writable", ob_sweep_writable },
        { "clear", ob_sweep_write_one_clear },
    };
    ObHost *host = host_new();
    ObClient *c = ob_client_in_process(host);
    Record record = { .text = g_string_new(NULL) };

    ob_client_writel(c, BASE, 0x00a500c3); /* a reserved bit beside keeps them */
    ob_client_observe(c, access_note, &record);
    for (size_t i = 0; i < G_N_ELEMENTS(sweeps); i++) {
        g_string_append_printf(record.text, "%s\n", sweeps[i].name);
        g_assert_null(sweeps[i].sweep(c, &bench_regions[0], BASE));
        loads_note(&record);
    }
    g_string_append(record.text, "memory\n");
    g_assert_null(ob_sweep_memory(c, RAM, 40)); /* more than both ends have */
    loads_note(&record);
    golden_expect("told/sweep.txt", record.text->str);
    g_string_free(record.text, TRUE);
    ob_client_free(c);
    ob_host_free(host);
}

/* A word that the table has no register for must stay, too. */
static void test_word(void)
{
    ObHost *host = host_new();
    ObClient *c = ob_client_in_process(host);
    HwRegion region = bench_regions[0];
    g_autofree char *problem = NULL;

    region.registers.count = COUNT;
    counts = true;
    problem = ob_sweep_reserved(c, &region, BASE);
    counts = false;
    g_assert_nonnull(problem);
    g_assert_true(g_str_has_prefix(problem, "word at 0xfed10008, 4 bytes wide: "));
    ob_client_free(c);
    ob_host_free(host);
}

/* ------------------------------------------------------------------------ judgement */

static void no_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)dev, (void)offset, (void)value, (void)size;
}

static void test_judgement(void)
{
    static const HwRegister narrow[] = { { .name = "A", .access_min = 1, .access_max = 8 } };
    static const HwRegister wide[] = { { .name = "A" },
                                       { .name = "B", .offset = 4, .access_min = 2 } };
    static const HwRegister four[] = { { .name = "A", .access_max = 4 } };
    static const struct {
        HwRegion region;
        bool judged;
    } regions[] = {
        { { .kind = HW_REGION_REGISTERS }, true },
        { { .kind = HW_REGION_REGISTERS, .registers = HW_TABLE(narrow) }, true },
        { { .kind = HW_REGION_REGISTERS, .access_min = 1 }, true },
        { { .kind = HW_REGION_REGISTERS, .access_min = 2 }, false },
        { { .kind = HW_REGION_REGISTERS, .flags = 1 }, false },
        { { .kind = HW_REGION_REGISTERS, .write = no_write }, false },
        { { .kind = HW_REGION_REGISTERS, .registers = HW_TABLE(wide) }, false },
        { { .kind = HW_REGION_REGISTERS, .registers = HW_TABLE(four) }, false },
        { { .kind = HW_REGION_ROM_DEVICE }, false },
        { { .kind = HW_REGION_ROM_DEVICE, .registers = HW_TABLE(narrow) }, true },
        { { .kind = HW_REGION_ROM_DEVICE, .registers = HW_TABLE(narrow), .write = no_write },
          true },
        { { .kind = HW_REGION_RAM }, false },
        { { .kind = HW_REGION_RAM, .registers = HW_TABLE(narrow) }, false },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(regions); i++) {
        g_test_message("region %zu", i);
        g_assert_cmpint(ob_sweep_can_judge(&regions[i].region), ==, regions[i].judged);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/client-sweep/%s", rows[i].path);

        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/client-sweep/loads/value-that-changes", test_loads);
    g_test_add_func("/client-sweep/memory/registers-are-none", test_memory);
    g_test_add_func("/client-sweep/memory/wide-loads-are-compared", test_crooked_memory);
    g_test_add_func("/client-sweep/reserved/word-without-a-register", test_word);
    g_test_add_func("/client-sweep/accesses-are-told", test_told);
    g_test_add_func("/client-sweep/regions-that-can-be-judged", test_judgement);
    return g_test_run();
}
