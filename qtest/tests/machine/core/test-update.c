/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host follows every call into a device: its line is set, and the memory of a ROM device
 * shows its words.  The device itself does neither.
 */
#include "hw-api/host/run/property.h"
#include "hw-api/host/tpm/backend.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"
#include "qtest/tests/lib/bare-device.h"
#include "qtest/tests/lib/follower.h"
#include "qtest/tests/lib/gadget.h"
#include "qtest/tests/lib/stream-files.h"

#define LINE 7

static HwInstance *follower_add(GadgetHost *f, const char *options)
{
    if (!ob_host_find_class(f->host, "follower") &&
        !ob_host_load_plugins(f->host, g_getenv("OB_FOLLOWER_SET"), &f->error)) {
        g_error("%s", f->text);
    }
    return device_add(f, "follower", options);
}

static HwInstance *follower_new(GadgetHost *f)
{
    return follower_add(f, "addr=0xfed10000,id=a");
}

/* A guest sees the word in memory, the count that update found, and the line. */
static void expect(GadgetHost *f, uint32_t count)
{
    g_assert_cmpuint(readl(f, GADGET_BASE + FOLLOWER_COUNT), ==, count);
    g_assert_cmpuint(readl(f, GADGET_BASE + FOLLOWER_SEEN), ==, count);
    g_assert_cmpint(ob_host_irq_level(f->host, LINE), ==, count & 1);
}

/* The command counts as a write, what it asks for once more. */
static void command(GadgetHost *f, uint32_t word)
{
    writel(f, GADGET_BASE + FOLLOWER_COMMAND, word);
    expect(f, FOLLOWER_RESET + 1);
}

static void test_reset(GadgetHost *f, gconstpointer data)
{
    (void)data;
    follower_new(f);
    expect(f, FOLLOWER_RESET);
    command(f, 0);
    ob_host_reset(f->host);
    expect(f, FOLLOWER_RESET);
}

static void test_rom_device_write(GadgetHost *f, gconstpointer data)
{
    (void)data;
    follower_new(f);
    writel(f, GADGET_BASE + FOLLOWER_PAST, 0);
    expect(f, FOLLOWER_RESET + 1);
}

static void test_mmio_write(GadgetHost *f, gconstpointer data)
{
    (void)data;
    follower_new(f);
    writel(f, GADGET_BASE + FOLLOWER_MMIO, 0);
    expect(f, FOLLOWER_RESET + 1);
}

static void test_mmio_read(GadgetHost *f, gconstpointer data)
{
    (void)data;
    follower_new(f);
    readl(f, GADGET_BASE + FOLLOWER_MMIO);
    expect(f, FOLLOWER_RESET + 1);
}

static void test_timer(GadgetHost *f, gconstpointer data)
{
    (void)data;
    follower_new(f);
    command(f, FOLLOWER_TIMER);
    ob_host_clock_set(f->host, 1000);
    expect(f, FOLLOWER_RESET + 2);
}

static void test_polled(GadgetHost *f, gconstpointer data)
{
    follower_new(f);
    command(f, (uint32_t)GPOINTER_TO_UINT(data));
    ob_host_poll(f->host);
    expect(f, FOLLOWER_RESET + 2);
}

static void test_posted_call(GadgetHost *f, gconstpointer data)
{
    (void)data;
    test_polled(f, GUINT_TO_POINTER(FOLLOWER_POST));
}

static void test_work_done(GadgetHost *f, gconstpointer data)
{
    (void)data;
    test_polled(f, GUINT_TO_POINTER(FOLLOWER_RUN));
}

static void test_work_without_a_call(GadgetHost *f, gconstpointer data)
{
    (void)data;
    test_polled(f, GUINT_TO_POINTER(FOLLOWER_RUN_ALONE));
}

static void test_property(GadgetHost *f, gconstpointer data)
{
    HwInstance *instance = follower_new(f);

    (void)data;
    g_assert_true(hw_instance_set(instance, "level", "1", &f->error));
    expect(f, FOLLOWER_RESET + 1);
}

static void test_quiesce(GadgetHost *f, gconstpointer data)
{
    (void)data;
    follower_add(f, "addr=0xfed10000,quiesces=on");
    ob_host_quiesce(f->host);
    expect(f, FOLLOWER_RESET + 1);
}

/* -------------------------------------------------------------------- fw_cfg */

/* The machine's fw_cfg calls these hooks. */
static const ObFwCfgFile *file_of(GadgetHost *f)
{
    const ObFwCfgFile *file;

    follower_add(f, "addr=0xfed10000,has-file=on");
    file = ob_fw_cfg_find(f->host->fw_cfg, FOLLOWER_FILE);
    g_assert_nonnull(file);
    return file;
}

static void test_file_selected(GadgetHost *f, gconstpointer data)
{
    const ObFwCfgFile *file = file_of(f);

    (void)data;
    file->selected(file->opaque);
    expect(f, FOLLOWER_RESET + 1);
}

static void test_file_written(GadgetHost *f, gconstpointer data)
{
    const ObFwCfgFile *file = file_of(f);

    (void)data;
    file->written(file->opaque, 0, 4);
    expect(f, FOLLOWER_RESET + 1);
}

/* ---------------------------------------------------------------------- load */

static GByteArray *saved(GadgetHost *f)
{
    GByteArray *stream = g_byte_array_new();
    ObSave *save = ob_save_new(f->host, stream_sink, stream, &f->error);

    g_assert_nonnull(save);
    g_assert_true(ob_save_finish(save, "running", &f->error));
    ob_save_free(save);
    return stream;
}

static bool load(GadgetHost *f, const GByteArray *stream)
{
    ObLoad *load = ob_load_new(f->host);
    bool good = ob_load_feed(load, stream->data, stream->len) && ob_load_finish(load);

    ob_load_free(load);
    return good;
}

static void expect_loads(GadgetHost *f, uint32_t checked, uint32_t loaded, uint32_t undone)
{
    g_assert_cmpuint(readl(f, GADGET_BASE + FOLLOWER_CHECKED), ==, checked);
    g_assert_cmpuint(readl(f, GADGET_BASE + FOLLOWER_LOADED), ==, loaded);
    g_assert_cmpuint(readl(f, GADGET_BASE + FOLLOWER_UNDONE), ==, undone);
}

static void test_loaded(GadgetHost *f, gconstpointer data)
{
    g_autoptr(GByteArray) stream = NULL;

    (void)data;
    follower_new(f);
    command(f, 0);
    stream = saved(f);
    ob_host_reset(f->host);
    g_assert_true(load(f, stream));
    expect(f, FOLLOWER_RESET + 1);
    expect_loads(f, 1, 1, 0);
}

/* The second device refuses what the first has taken; the first's fields were those of the
 * save before the load. */
static void test_load_undone(GadgetHost *f, gconstpointer data)
{
    g_autoptr(GByteArray) stream = NULL;

    (void)data;
    follower_new(f);
    follower_add(f, "addr=0xfed20000,id=b,line=6");
    writel(f, GADGET_BASE + 0x10000 + FOLLOWER_COMMAND, FOLLOWER_REFUSE);
    stream = saved(f);
    ob_host_reset(f->host);
    g_assert_false(load(f, stream));
    expect(f, FOLLOWER_RESET + 1);
    expect_loads(f, 1, 0, 1);
    g_assert_cmpuint(readl(f, GADGET_BASE + 0x10000 + FOLLOWER_CHECKED), ==, 1);
    g_assert_cmpuint(readl(f, GADGET_BASE + 0x10000 + FOLLOWER_LOADED), ==, 0);
    g_assert_cmpuint(readl(f, GADGET_BASE + 0x10000 + FOLLOWER_UNDONE), ==, 0);
}

/* ----------------------------------------------------------------------- TPM */

typedef struct TpmUser {
    BareDevice device;
    unsigned completed;
    unsigned seen; /* completed, at the last update */
} TpmUser;

static void user_completed(HwDevice *dev, const uint8_t *response, uint32_t size)
{
    (void)response;
    (void)size;
    ((TpmUser *)bare_device_owner(dev))->completed++;
}

static void user_update(HwDevice *dev)
{
    TpmUser *user = bare_device_owner(dev);

    user->seen = user->completed;
}

static uint32_t fake_version(void *tpm)
{
    (void)tpm;
    return HW_TPM_VERSION_2_0;
}

static uint32_t fake_transfer(void *tpm, const HwTpmTransfer *transfer, HwTpmNote *note)
{
    (void)tpm;
    (void)transfer;
    hw_tpm_note(note, HW_LOG_ERROR, "there is no TPM");
    return 0;
}

static void fake_cancel(void *tpm)
{
    (void)tpm;
}

static void fake_log(void *opaque, uint32_t level, const char *text)
{
    (void)opaque;
    (void)level;
    (void)text;
}

static const HwTpmDriver fake_driver = {
    .type = "fake",
    .close = fake_cancel,
    .version = fake_version,
    .transfer = fake_transfer,
    .cancel = fake_cancel,
};

static void test_tpm_completion(void)
{
    const HwTpmLog log = { fake_log, NULL };
    HwExecutor *executor = hw_executor_new(NULL, NULL);
    HwTpmBackend *backend = hw_tpm_backend_new(executor, &log, &fake_driver, NULL, "tpm0", true);
    const uint8_t command_bytes[10] = { 0x80, 1, 0, 0, 0, 10 };
    TpmUser user = { .completed = 0 };

    bare_device_init(&user.device, NULL, &user);
    bare_device_watch(&user.device, user_update);
    g_assert_true(hw_tpm_backend_attach(backend, &user.device.dev, user_completed, NULL));
    g_assert_true(hw_tpm_backend_submit(backend, 0, command_bytes, 10, 4096));
    g_assert_true(hw_executor_poll(executor));
    g_assert_cmpuint(user.completed, ==, 1);
    g_assert_cmpuint(user.seen, ==, 1);
    hw_tpm_backend_free(backend);
    hw_executor_free(executor);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    GADGET_TEST("/update/follows/reset", "q35", test_reset);
    GADGET_TEST("/update/follows/rom-device-write", "q35", test_rom_device_write);
    GADGET_TEST("/update/follows/mmio-write", "q35", test_mmio_write);
    GADGET_TEST("/update/follows/mmio-read", "q35", test_mmio_read);
    GADGET_TEST("/update/follows/timer", "q35", test_timer);
    GADGET_TEST("/update/follows/posted-call", "q35", test_posted_call);
    GADGET_TEST("/update/follows/work-done", "q35", test_work_done);
    GADGET_TEST("/update/follows/work-without-a-call", "q35", test_work_without_a_call);
    GADGET_TEST("/update/follows/property", "q35", test_property);
    GADGET_TEST("/update/follows/quiesce", "q35", test_quiesce);
    GADGET_TEST("/update/follows/fw-cfg-file-selected", "q35", test_file_selected);
    GADGET_TEST("/update/follows/fw-cfg-file-written", "q35", test_file_written);
    GADGET_TEST("/update/follows/loaded", "q35", test_loaded);
    GADGET_TEST("/update/follows/load-undone", "q35", test_load_undone);
    g_test_add_func("/update/follows/tpm-completion", test_tpm_completion);
    return g_test_run();
}
