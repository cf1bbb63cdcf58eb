/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares the two forms of arm-sysreg-sync, recorded and read-back, on real lists.  The results
 * must be those in arm-sysreg-notes.rst.
 */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/vcpu-name.h"
#include "qtest/tests/arm/sysreg-host.h"

typedef struct Forms {
    SysregHost recorded;
    SysregHost read_back;
    GArray *ids;
    GString *different; /* names of registers whose values differ in the two lists */
} Forms;

static void forms_up(Forms *f, const HwRegsFile *file)
{
    f->different = g_string_new(NULL);
    f->ids = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    sysreg_host_up_file(&f->recorded, file, "");
    sysreg_host_up_file(&f->read_back, file, "");
    sysreg_device(&f->recorded, "form=recorded");
    sysreg_device(&f->read_back, "form=read-back");
    for (uint32_t i = 0; i < sysreg_readl(&f->recorded, ARM_SYSREG_COUNT); i++) {
        uint64_t id;

        ob_host_store(f->recorded.host, HW_SPACE_MEMORY, f->recorded.base + ARM_SYSREG_INDEX, i, 4);
        id = sysreg_read(&f->recorded, ARM_SYSREG_REG_ID);
        g_array_append_val(f->ids, id);
    }
}

static void forms_down(Forms *f)
{
    sysreg_host_down(&f->recorded);
    sysreg_host_down(&f->read_back);
    g_array_free(f->ids, TRUE);
    g_string_free(f->different, TRUE);
}

static void forms_command(Forms *f, uint32_t command)
{
    sysreg_command(&f->recorded, command);
    sysreg_command(&f->read_back, command);
}

static void forms_flip(Forms *f, uint32_t command, uint64_t mask)
{
    for (guint i = 0; i < f->ids->len; i++) {
        uint64_t id = g_array_index(f->ids, uint64_t, i);
        uint64_t value = sysreg_list(&f->recorded, id) ^ mask;

        sysreg_write(&f->recorded, command, id, value);
        sysreg_write(&f->read_back, command, id, value);
    }
}

/* Returns the names of registers whose list values differ after CPU state -> list. */
static const char *forms_compare(Forms *f)
{
    char name[HW_VCPU_NAME_SIZE];

    forms_command(f, ARM_SYSREG_STATE_TO_LIST);
    g_string_truncate(f->different, 0);
    for (guint i = 0; i < f->ids->len; i++) {
        uint64_t id = g_array_index(f->ids, uint64_t, i);

        if (sysreg_list(&f->recorded, id) != sysreg_list(&f->read_back, id)) {
            g_string_append_printf(f->different, "%s ", hw_vcpu_name(id, name));
        }
    }
    return f->different->str;
}

/* Makes a file for a kernel that stores any value, from the list in the `cpu` section of a QEMU
 * stream. */
static HwRegsFile *stream_file(const char *name)
{
    static const uint8_t head[] = { 3, 'c', 'p', 'u', 0, 0, 0, 0, 0, 0, 0, 22 };
    g_autofree char *path = g_build_filename(g_getenv("OB_STREAMS"), name, NULL);
    g_autofree char *stream = NULL;
    GString *text = g_string_new(NULL);
    const uint8_t *at;
    uint32_t count;
    HW_ERROR(error, 300);
    HwRegsFile *file;
    gsize size;

    g_assert_true(g_file_get_contents(path, &stream, &size, NULL));
    at = memmem(stream, size, head, sizeof(head));
    g_assert_nonnull(at);
    at += sizeof(head) + 0x238;
    count = hw_load_be32(at);
    at += 4;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t id = hw_load_be64(at + 8 * i);
        uint64_t value = hw_load_be64(at + 8 * (count + i));
        uint32_t size_of_id = HW_VCPU_REGISTER_SIZE(id);
        int digits = (int)(2 * size_of_id);

        g_string_append_printf(text,
                               "%016" G_GINT64_MODIFIER "x %u %0*" G_GINT64_MODIFIER "x 0 0 "
                               "0 %0*" G_GINT64_MODIFIER "x\n",
                               id, size_of_id, digits, value, digits, value ^ 1);
    }
    file = hw_regs_parse(name, text->str, text->len, &error);
    if (!file) {
        g_error("%s", error.text);
    }
    g_string_free(text, TRUE);
    return file;
}

static HwRegsFile *real_list(const char *name)
{
    return g_str_has_suffix(name, ".regs") ? sysreg_file(name) : stream_file(name);
}

/* arm-sysreg-notes.rst has the same numbers. */
typedef struct RealList {
    const char *name;
    uint32_t registers;
    uint32_t lost; /* values lost if the list changes and the CPU state does not */
} RealList;

static const RealList real_lists[] = {
    { SYSREG_6_1, 167, 90 },
    { SYSREG_6_12, 184, 96 },
    { "arm-virt-7.2-cortex-a57-7.2.bin", 258, 51 },
    { "arm-virt-7.2-cortex-a57-10.0.bin", 275, 55 },
    { "arm-virt-7.2-max-7.2.bin", 304, 66 },
};

/* If each change of the list also goes into the CPU state, the forms do the same.  The test tries
 * a state as synced, with one bit changed, and with all bits changed. */
static void test_forms_agree(gconstpointer data)
{
    const RealList *list = data;
    const uint64_t masks[] = { 0, 1, UINT64_C(1) << 31, UINT64_MAX };
    HwRegsFile *file = real_list(list->name);
    Forms f;

    for (size_t i = 0; i < G_N_ELEMENTS(masks); i++) {
        forms_up(&f, file);
        forms_command(&f, ARM_SYSREG_FROM_KERNEL);
        forms_flip(&f, ARM_SYSREG_WRITE_STATE, masks[i]);
        g_assert_cmpstr(forms_compare(&f), ==, "");
        forms_flip(&f, ARM_SYSREG_WRITE_LIST, masks[i]);
        forms_command(&f, ARM_SYSREG_LIST_TO_STATE);
        g_assert_cmpstr(forms_compare(&f), ==, "");
        forms_down(&f);
    }
    hw_regs_free(file);
}

/*
 * The list gets new values and the CPU state does not.  The form read-back finds that the CPU
 * state would hold a new value, and overwrites it by the CPU's old value.  So it loses the value
 * of each register that the CPU state can hold.  The form recorded loses none.
 */
static void test_forms_differ_behind_the_state(gconstpointer data)
{
    const RealList *list = data;
    HwRegsFile *file = real_list(list->name);
    uint32_t lost = 0;
    uint32_t holds = 0;
    Forms f;

    forms_up(&f, file);
    forms_command(&f, ARM_SYSREG_FROM_KERNEL);
    for (guint i = 0; i < f.ids->len; i++) {
        uint64_t id = g_array_index(f.ids, uint64_t, i);
        uint64_t loaded = sysreg_list(&f.recorded, id) ^ 1;

        sysreg_write(&f.recorded, ARM_SYSREG_WRITE_LIST, id, loaded);
        sysreg_write(&f.read_back, ARM_SYSREG_WRITE_LIST, id, loaded);
        forms_command(&f, ARM_SYSREG_STATE_TO_LIST);
        g_assert_cmphex(sysreg_list(&f.recorded, id), ==, loaded);
        lost += sysreg_list(&f.read_back, id) != loaded;
        forms_command(&f, ARM_SYSREG_LIST_TO_STATE);
        holds += sysreg_state(&f.recorded, id) == sysreg_list(&f.recorded, id) &&
                 (sysreg_flags(&f.recorded, id) & ARM_SYSREG_FLAG_KNOWN);
    }
    g_assert_cmpuint(f.ids->len, ==, list->registers);
    g_assert_cmpuint(lost, ==, list->lost);
    g_assert_cmpuint(lost, <=, holds);
    forms_down(&f);
    hw_regs_free(file);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(real_lists); i++) {
        g_autofree char *agree = g_strconcat("/arm-sysreg-sync/forms/agree/", real_lists[i].name,
                                             NULL);
        g_autofree char *differ = g_strconcat("/arm-sysreg-sync/forms/differ-behind-the-state/",
                                              real_lists[i].name, NULL);

        g_test_add_data_func(agree, &real_lists[i], test_forms_agree);
        g_test_add_data_func(differ, &real_lists[i], test_forms_differ_behind_the_state);
    }
    return g_test_run();
}
