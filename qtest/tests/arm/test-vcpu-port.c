/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A vCPU's list of registers at a kernel that a test makes up: reading, pinning, setting, undoing. */
#include <errno.h>
#include <glib.h>
#include <string.h>

#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-merge.h"

#define CORE  UINT64_C(0x6030000000100000)
#define WORD  UINT64_C(0x6020000000110000) /* CCSIDR_EL1[0], 4 bytes */
#define SCTLR HW_VCPU_SYSREG(3, 0, 1, 0, 0)
#define ACTLR HW_VCPU_SYSREG(3, 0, 1, 0, 1)
#define CPACR HW_VCPU_SYSREG(3, 0, 1, 0, 2)

enum { ROWS = 4, VCPU = 3, LIST_MAX = 65536, ATTEMPTS = 8 };

typedef struct Kernel {
    HwDevice dev;
    HwVcpuEntry rows[ROWS];
    uint32_t count;
    uint32_t changes;    /* calls that answer with one id more than there is room for */
    uint32_t counted;    /* the answer of the first call; 0: as many as there are */
    int list_answer;     /* each list gets this answer; 0: the right one */
    uint64_t refused;    /* a register that takes no value */
    uint64_t odd;        /* a register that stores its next value with bit 0 turned */
    uint64_t fixed_once; /* a register that takes one value */
    bool has_run;
    uint32_t sets;
    GString
        *log; /* "NAME=VALUE " for each value that is taken; NAME is the id's last four digits */
} Kernel;

static Kernel kernel;
static HW_ERROR(error, 512);

static int kernel_list(HwDevice *dev, uint32_t vcpu, uint64_t *ids, uint32_t *count)
{
    uint32_t room = *count;

    g_assert_true(dev == &kernel.dev);
    g_assert_cmpuint(vcpu, ==, VCPU);
    if (kernel.changes || kernel.list_answer) {
        kernel.changes -= kernel.changes > 0;
        *count = kernel.list_answer ? 0 : room + 1;
        return kernel.list_answer ? kernel.list_answer : -E2BIG;
    }
    *count = room == 0 && kernel.counted ? kernel.counted : kernel.count;
    if (*count > room) {
        return -E2BIG;
    }
    for (uint32_t i = 0; i < kernel.count; i++) {
        ids[i] = kernel.rows[i].id;
    }
    return 0;
}

static HwVcpuEntry *row_of(uint64_t id)
{
    for (uint32_t i = 0; i < kernel.count; i++) {
        if (kernel.rows[i].id == id) {
            return &kernel.rows[i];
        }
    }
    return NULL;
}

static int kernel_get(HwDevice *dev, uint32_t vcpu, uint64_t id, void *value, uint32_t size)
{
    const HwVcpuEntry *row = row_of(id);

    (void)dev;
    (void)vcpu;
    if (!row) {
        return -ENOENT;
    }
    memcpy(value, &row->value, size);
    return 0;
}

static int kernel_set(HwDevice *dev, uint32_t vcpu, uint64_t id, const void *value, uint32_t size)
{
    HwVcpuEntry *row = row_of(id);

    (void)dev;
    (void)vcpu;
    if (!row || id == kernel.refused) {
        return row ? -EINVAL : -ENOENT;
    }
    if (id == kernel.fixed_once && kernel.sets++) {
        return -EBUSY;
    }
    row->value = 0;
    memcpy(&row->value, value, size);
    if (id == kernel.odd) {
        row->value ^= 1;
        kernel.odd = 0;
    }
    g_string_append_printf(kernel.log, "%x=%" G_GINT64_MODIFIER "x ", (uint16_t)id, row->value);
    return 0;
}

static bool kernel_has_run(HwDevice *dev)
{
    (void)dev;
    return kernel.has_run;
}

static const HwVcpuRegisters service = {
    .abi = HW_ABI(HwVcpuRegisters),
    .list = kernel_list,
    .get = kernel_get,
    .set = kernel_set,
    .has_run = kernel_has_run,
};
static const HwVcpuPort port = { &service, &kernel.dev, VCPU };

/* A kernel with these registers, whose values are 0x10, 0x11 ... */
#define KERNEL(...)                                 \
    kernel_make((const uint64_t[]) { __VA_ARGS__ }, \
                sizeof((const uint64_t[]) { __VA_ARGS__ }) / sizeof(uint64_t))

static void kernel_make(const uint64_t *ids, uint32_t count)
{
    if (kernel.log) {
        g_string_free(kernel.log, TRUE);
    }
    kernel = (Kernel) { .count = count, .log = g_string_new(NULL) };
    for (uint32_t i = 0; i < count; i++) {
        kernel.rows[i] = (HwVcpuEntry) { ids[i], 0x10 + i };
    }
    error.text[0] = '\0';
}

/* ------------------------------------------------------------------------- lists */

static void assert_list(uint32_t room, int32_t count, const char *sentence)
{
    HwVcpuEntry list[ROWS];

    error.text[0] = '\0';
    g_assert_cmpint(hw_vcpu_list_ids(&port, list, room, &error), ==, count);
    g_assert_cmpstr(error.text, ==, sentence);
    for (int32_t i = 1; i < count; i++) {
        g_assert_cmphex(list[i - 1].id, <, list[i].id);
    }
}

/* Core registers need no room. */
static void test_list_fills_its_room(void)
{
    KERNEL(SCTLR, CORE, WORD);
    assert_list(2, 2, "");
    assert_list(1, -1, "the kernel lists more than 1 registers");
}

static void test_list_grows_into_its_room(void)
{
    KERNEL(SCTLR, WORD);
    kernel.counted = 1;
    assert_list(ROWS, 2, "");
}

static void test_list_has_eight_attempts(void)
{
    KERNEL(SCTLR, WORD);
    kernel.changes = ATTEMPTS - 1;
    assert_list(ROWS, 2, "");
    kernel.changes = ATTEMPTS;
    assert_list(ROWS, -1, "the kernel's list of vCPU 3 changed at each of 8 attempts to read it");
    g_assert_cmpuint(kernel.changes, ==, 0);
}

static void test_list_of_too_many(void)
{
    KERNEL(SCTLR);
    kernel.counted = LIST_MAX;
    assert_list(ROWS, 1, "");
    kernel.counted = LIST_MAX + 1;
    assert_list(ROWS, -1, "the kernel's list of vCPU 3 can't be read: answer -7, 65537 registers");
}

static void test_list_of_a_kernel_that_fails(void)
{
    KERNEL(SCTLR);
    kernel.list_answer = -EIO;
    assert_list(ROWS, -1, "the kernel's list of vCPU 3 can't be read: answer -5, 0 registers");
}

/* --------------------------------------------------------------------- registers */

static void test_sizes(void)
{
    const uint64_t wide = (SCTLR & ~HW_VCPU_ID_U64) | UINT64_C(0x0040000000000000);
    uint64_t value = UINT64_MAX;

    KERNEL(WORD, SCTLR, wide);
    g_assert_cmpint(hw_vcpu_read(&port, WORD, &value), ==, 0);
    g_assert_cmphex(value, ==, 0x10);
    g_assert_cmpint(hw_vcpu_write(&port, WORD, UINT32_MAX), ==, 0);
    g_assert_cmpint(hw_vcpu_write(&port, WORD, UINT64_C(0x100000000)), ==, -EINVAL);
    g_assert_cmpint(hw_vcpu_write(&port, SCTLR, UINT64_MAX), ==, 0);
    g_assert_cmpint(hw_vcpu_read(&port, wide, &value), ==, -EINVAL);
    g_assert_cmpint(hw_vcpu_write(&port, wide, 1), ==, -EINVAL);
    g_assert_cmpstr(kernel.log->str, ==, "0=ffffffff c080=ffffffffffffffff ");
}

static void test_values_of_a_list(void)
{
    HwVcpuEntry list[] = { { WORD, 0 }, { SCTLR, 0 }, { CPACR, 0 } };

    KERNEL(WORD, SCTLR);
    g_assert_true(hw_vcpu_read_values(&port, list, 2, &error));
    g_assert_cmphex(list[1].value, ==, 0x11);
    g_assert_false(hw_vcpu_read_values(&port, list, 3, &error));
    g_assert_cmpstr(error.text, ==, "CPACR_EL1 (0x603000000013c082) can't be read: answer -2");
}

/* ----------------------------------------------------------------------- pinning */

/* Rules behind the policy's count, and entries behind the list's, are none. */
static bool pin(uint64_t id, uint64_t value)
{
    HwVcpuPolicy policy = { .count = 1,
                            .rules = { { .action = HW_VCPU_PIN, .id = id, .value = value },
                                       { .action = HW_VCPU_PIN, .id = CORE, .value = 9 },
                                       { .action = HW_VCPU_HIDE, .id = SCTLR } } };
    HwVcpuEntry list[ROWS + 1];
    bool good;

    memcpy(list, kernel.rows, sizeof(kernel.rows));
    list[kernel.count] = (HwVcpuEntry) { id, value + 1 };
    good = hw_vcpu_enforce(&port, &policy, list, kernel.count, &error);
    for (uint32_t i = 0; i < kernel.count; i++) {
        g_assert_cmphex(list[i].value, ==, kernel.rows[i].value);
    }
    return good;
}

static void test_pin_is_set(void)
{
    KERNEL(WORD, SCTLR);
    g_assert_true(pin(SCTLR, 0x11));
    g_assert_cmpstr(kernel.log->str, ==, "");
    g_assert_true(pin(SCTLR, 0x12));
    g_assert_cmpstr(kernel.log->str, ==, "c080=12 ");
}

/* The kernel takes the value and stores another one: it gets the first value again. */
static void test_pin_that_does_not_stick(void)
{
    KERNEL(WORD, SCTLR);
    kernel.odd = SCTLR;
    g_assert_false(pin(SCTLR, 0x20));
    g_assert_cmpstr(error.text, ==,
                    "SCTLR_EL1 (0x603000000013c080) can't be pinned to 0x20: the kernel stores "
                    "another value, the register has 0x21");
    g_assert_cmpstr(kernel.log->str, ==, "c080=21 c080=11 ");
}

/* A kernel without the register is like one that has it with this value. */
static void test_pin_of_what_is_absent(void)
{
    static const struct {
        uint64_t id;
        uint64_t implied;
    } rows[] = {
        { HW_VCPU_PSCI_VERSION, 2 },
        { HW_VCPU_WORKAROUND_1, 0 },
        { HW_VCPU_STD_BMAP, 0 },
    };

    KERNEL(WORD);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_true(pin(rows[i].id, rows[i].implied));
        g_assert_false(pin(rows[i].id, rows[i].implied + 1));
        g_assert_nonnull(strstr(error.text, ": this kernel does not have the register"));
    }
    g_assert_false(pin(SCTLR, 0));
    g_assert_false(pin(HW_VCPU_PSCI_VERSION & ~HW_VCPU_ID_ARM64, 2));
}

/* Levels are the kernel's: only a lower one can be sent. */
static void test_pin_of_a_level(void)
{
    HwVcpuPolicy policy = { .count = 1,
                            .rules = { { .action = HW_VCPU_PIN, .id = HW_VCPU_WORKAROUND_2 } } };
    const struct {
        uint64_t pinned, own, sent;
    } rows[] = { { 1, 2, 1 }, { 2, 2, 2 }, { 3, 2, 2 } };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        HwVcpuEntry entry = { HW_VCPU_WORKAROUND_2, rows[i].own };

        policy.rules[0].value = rows[i].pinned;
        g_assert_cmphex(hw_vcpu_sent_value(&policy, &entry), ==, rows[i].sent);
    }
    KERNEL(HW_VCPU_WORKAROUND_2);
    g_assert_true(pin(HW_VCPU_WORKAROUND_2, 0x0f));
    g_assert_cmpstr(kernel.log->str, ==, "");
    g_assert_false(pin(HW_VCPU_WORKAROUND_2, 0x11));
}

static void test_pin_of_a_bitmap_once_run(void)
{
    KERNEL(SCTLR, HW_VCPU_STD_BMAP);
    kernel.has_run = true;
    g_assert_true(pin(HW_VCPU_STD_BMAP, 0x11));
    g_assert_true(pin(SCTLR, 5));
    g_assert_false(pin(HW_VCPU_STD_BMAP, 5));
    g_assert_cmpstr(error.text, ==,
                    "STD_BMAP (0x6030000000160000) can't be pinned to 0x5: a vCPU has already "
                    "run, the register has 0x11");
}

/* ----------------------------------------------------------------------- setting */

/* One step more than are told to be there. */
static bool apply(uint32_t count)
{
    HwVcpuStep steps[] = { { WORD, 1, 0x10, HW_VCPU_STEP_SET, 0 },
                           { SCTLR, 0x11, 0x11, HW_VCPU_STEP_SET, 0 },
                           { ACTLR, 0x30, 0x12, HW_VCPU_STEP_SET, 0 },
                           { CPACR, 0x40, 0x13, HW_VCPU_STEP_SET, 0 } };

    error.text[0] = '\0';
    return hw_vcpu_apply(&port, steps, count, &error);
}

static void test_apply_sets_what_differs(void)
{
    KERNEL(WORD, SCTLR, ACTLR, CPACR);
    g_assert_true(apply(3));
    g_assert_cmpstr(kernel.log->str, ==, "0=1 c081=30 ");
}

/* All are tried; then the others are set back, the last first. */
static void test_apply_undoes(void)
{
    KERNEL(WORD, SCTLR, ACTLR, CPACR);
    kernel.refused = ACTLR;
    g_assert_false(apply(4));
    g_assert_cmpstr(error.text, ==,
                    "ACTLR_EL1 (0x603000000013c081): incoming 0x30, here 0x12: the kernel answers "
                    "EINVAL, expected the same value on both sides, or keep=ACTLR_EL1 here");
    g_assert_cmpstr(kernel.log->str, ==, "0=1 c082=40 c082=13 0=10 ");
}

static void test_apply_can_not_undo(void)
{
    KERNEL(WORD, SCTLR, ACTLR, CPACR);
    kernel.refused = ACTLR;
    kernel.fixed_once = CPACR;
    g_assert_false(apply(4));
    g_assert_true(g_str_has_suffix(error.text, "; and 1 registers could not be set back"));
    g_assert_cmpstr(kernel.log->str, ==, "0=1 c082=40 0=10 ");
}

static void test_apply_counts_the_others(void)
{
    KERNEL(SCTLR);
    g_assert_false(apply(4));
    g_assert_true(g_str_has_suffix(error.text, " (and 2 more)"));
    g_assert_nonnull(strstr(error.text, "CCSIDR_EL1[0] (0x6020000000110000): incoming 0x1, here "
                                        "0x10: the kernel answers ENOENT"));
}

/* A list that is refused as a whole sets nothing. */
static void test_apply_refuses_first(void)
{
    HwVcpuStep steps[] = { { WORD, 1, 0x10, HW_VCPU_STEP_SET, 0 },
                           { SCTLR, 1, 0, HW_VCPU_STEP_UNKNOWN, 0 } };

    KERNEL(WORD);
    g_assert_false(hw_vcpu_apply(&port, steps, 2, &error));
    g_assert_cmpstr(kernel.log->str, ==, "");
}

/* -------------------------------------------------------------------- sentences */

static const struct {
    HwVcpuStep step;
    const char *sentence;
} sentences[] = {
    { { SCTLR, 2, 1, HW_VCPU_STEP_SET, 0 }, ": incoming 0x2, here 0x1: set" },
    { { SCTLR, 2, 1, HW_VCPU_STEP_KEEP, 0 },
      ": incoming 0x2, here 0x1: this host's value stays, because of keep=SCTLR_EL1" },
    { { SCTLR, 2, 0, HW_VCPU_STEP_TOLERATED, 0 },
      ": incoming 0x2, not here: left out, because of tolerate=SCTLR_EL1" },
    { { SCTLR, 2, 0, HW_VCPU_STEP_OTHER_SIZE, 0 },
      ": incoming 0x2 with 8 bytes: this kernel has another size, expected a kernel with the same "
      "size" },
    { { SCTLR, 2, 1, HW_VCPU_STEP_SET, -EPERM },
      ": incoming 0x2, here 0x1: the kernel answers EPERM, expected the same value on both sides, "
      "or keep=SCTLR_EL1 here" },
    { { SCTLR, 2, 1, HW_VCPU_STEP_SET, -EIO },
      ": incoming 0x2, here 0x1: the kernel answers EIO, expected the same value on both sides, "
      "or keep=SCTLR_EL1 here" },
    { { SCTLR, 2, 1, HW_VCPU_STEP_SET, -E2BIG },
      ": incoming 0x2, here 0x1: the kernel answers an error, expected the same value on both "
      "sides, or keep=SCTLR_EL1 here" },
};

static void test_explain(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(sentences); i++) {
        char text[HW_VCPU_EXPLAIN_SIZE];
        g_autofree char *whole = g_strconcat("SCTLR_EL1 (0x603000000013c080)",
                                             sentences[i].sentence, NULL);

        g_assert_cmpstr(hw_vcpu_explain(&sentences[i].step, text, sizeof(text)), ==, whole);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vcpu-port/list/fills-its-room", test_list_fills_its_room);
    g_test_add_func("/vcpu-port/list/grows-into-its-room", test_list_grows_into_its_room);
    g_test_add_func("/vcpu-port/list/has-eight-attempts", test_list_has_eight_attempts);
    g_test_add_func("/vcpu-port/list/of-too-many-is-refused", test_list_of_too_many);
    g_test_add_func("/vcpu-port/list/of-a-kernel-that-fails", test_list_of_a_kernel_that_fails);
    g_test_add_func("/vcpu-port/registers-have-4-or-8-bytes", test_sizes);
    g_test_add_func("/vcpu-port/values-of-a-list", test_values_of_a_list);
    g_test_add_func("/vcpu-port/pin/is-set", test_pin_is_set);
    g_test_add_func("/vcpu-port/pin/that-does-not-stick", test_pin_that_does_not_stick);
    g_test_add_func("/vcpu-port/pin/of-what-is-absent", test_pin_of_what_is_absent);
    g_test_add_func("/vcpu-port/pin/of-a-level", test_pin_of_a_level);
    g_test_add_func("/vcpu-port/pin/of-a-bitmap-once-run", test_pin_of_a_bitmap_once_run);
    g_test_add_func("/vcpu-port/apply/sets-what-differs", test_apply_sets_what_differs);
    g_test_add_func("/vcpu-port/apply/undoes", test_apply_undoes);
    g_test_add_func("/vcpu-port/apply/tells-what-it-can-not-undo", test_apply_can_not_undo);
    g_test_add_func("/vcpu-port/apply/counts-the-others", test_apply_counts_the_others);
    g_test_add_func("/vcpu-port/apply/refuses-before-it-sets", test_apply_refuses_first);
    g_test_add_func("/vcpu-port/explain/each-kind-of-step", test_explain);
    return g_test_run();
}
