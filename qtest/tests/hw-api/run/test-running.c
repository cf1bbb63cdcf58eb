/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mark of the hook that runs, in accesses that reach another device's registers. */
#include <glib.h>

#include "hw-api/hw-api.h"
#include "hw-api/host/run/running.h"

typedef struct Relay {
    HwDevice dev;
    uint32_t regs[1];
    HwInstance *next;           /* its register is written, too; NULL: none */
    const HwInstance *marks[3]; /* in `written`, after the next one's write, in `update`, */
    const char *hook;           /* and the hook that is marked there */
} Relay;

static void relay_written(HwDevice *dev, uint32_t value)
{
    Relay *s = HW_DEVICE(Relay, dev);

    s->marks[0] = hw_running.instance;
    if (s->next) {
        hw_region_write(&s->next->regions[0], 0, value, 4);
    }
    s->marks[1] = hw_running.instance;
    g_assert_null(hw_running.hook);
}

static void relay_update(HwDevice *dev)
{
    Relay *s = HW_DEVICE(Relay, dev);

    s->marks[2] = hw_running.instance;
    s->hook = hw_running.hook;
}

static const HwRegister relay_registers[] = { { "DATA", 0, .rw = UINT32_MAX,
                                                .written = relay_written } };

static const HwClass relay_class = {
    .table = { .abi = HW_ABI(HwDeviceClass),
               .name = "relay",
               .description = "passes a write on",
               .instance_size = sizeof(Relay),
               .regions = HW_ROWS(HwRegion, { .name = "registers",
                                              .kind = HW_REGION_REGISTERS,
                                              .space = HW_SPACE_NONE,
                                              .size = 4,
                                              .words = offsetof(Relay, regs),
                                              .word_count = 1,
                                              .registers = HW_TABLE(relay_registers) }),
               .update = relay_update },
    .original = &relay_class.table,
};

static void marks_expect(const HwInstance *instance)
{
    const Relay *s = HW_DEVICE(Relay, instance->dev);

    for (int i = 0; i < 3; i++) {
        g_assert_true(s->marks[i] == instance);
    }
    g_assert_cmpstr(s->hook, ==, "update");
}

static void test_write_inside_a_write(void)
{
    HwInstance *outer = hw_instance_new(NULL, &relay_class, NULL, NULL);
    HwInstance *inner = hw_instance_new(NULL, &relay_class, NULL, NULL);

    g_assert_true(hw_instance_realize(outer, NULL) && hw_instance_realize(inner, NULL));
    HW_DEVICE(Relay, outer->dev)->next = inner;
    hw_region_write(&outer->regions[0], 0, 0x5a, 4);
    marks_expect(outer);
    marks_expect(inner);
    g_assert_cmphex(hw_region_read(&inner->regions[0], 0, 4), ==, 0x5a);
    g_assert_null(hw_running.instance);
    g_assert_null(hw_running.hook);
    hw_instance_free(outer);
    hw_instance_free(inner);
}

static void test_rows_of_accesses(void)
{
    HwInstance *instance = hw_instance_new(NULL, &relay_class, NULL, NULL);
    const HwRecord *row = instance->records.rows;

    g_assert_true(hw_instance_realize(instance, NULL));
    hw_region_write(&instance->regions[0], 0, 0x1234, 4);
    hw_region_read(&instance->regions[0], 0, 4);
    hw_region_read(&instance->regions[0], 2, 2);
    g_assert_cmpuint(instance->records.count, ==, 3);
    g_assert_cmphex(row[0].access, ==, 4 << 4 | HW_RECORD_WRITE | HW_RECORD_DONE);
    g_assert_cmphex(row[0].value, ==, 0x1234);
    g_assert_cmphex(row[1].access, ==, 4 << 4 | HW_RECORD_DONE);
    g_assert_cmphex(row[1].value, ==, 0x1234);
    g_assert_cmphex(row[2].access, ==, 2 << 8 | 2 << 4 | HW_RECORD_DONE);
    hw_instance_free(instance);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/running/write-inside-a-write-keeps-the-mark", test_write_inside_a_write);
    g_test_add_func("/running/each-access-has-a-row", test_rows_of_accesses);
    return g_test_run();
}
