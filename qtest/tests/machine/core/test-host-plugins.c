/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plugins in a host, in process.  OUTBOARD_SET names this project's plugin. */
#include "devices/tpm-crb-regs.h"
#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/tests/lib/gadget.h"

static uint32_t class_count(const ObHost *host)
{
    uint32_t count = 0;

    while (ob_host_class_at(host, count)) {
        count++;
    }
    return count;
}

static void load(GadgetHost *f)
{
    if (!ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error)) {
        g_error("%s", f->text);
    }
}

static void test_classes_can_be_found(GadgetHost *f, gconstpointer data)
{
    (void)data;
    load(f);
    g_assert_nonnull(ob_host_find_class(f->host, "tpm-crb"));
    g_assert_nonnull(ob_host_find_class(f->host, "gadget"));
    g_assert_null(ob_host_find_class(f->host, "tpm"));
}

static void test_device_answers(GadgetHost *f, gconstpointer data)
{
    HwInstance *beacon;

    (void)data;
    load(f);
    beacon = device_add(f, "beacon", "addr=0xfed10000");
    g_assert_cmphex(readl(f, GADGET_BASE), ==, 0x4e434542);
    ob_host_remove_device(f->host, beacon);
}

static void crb_write(GadgetHost *f, uint64_t offset, uint32_t value)
{
    writel(f, CRB_PC_ADDRESS + offset, value);
}

/* Polls until the register reads as zero. */
static void crb_wait_clear(GadgetHost *f, uint64_t offset)
{
    while (readl(f, CRB_PC_ADDRESS + offset)) {
        g_assert_true(ob_host_poll(f->host));
    }
}

/* ------------------------------------------------------------------- fw_cfg */

static const ObFwCfgFile *file_of(GadgetHost *f, const char *name)
{
    return ob_fw_cfg_find(ob_host_fw_cfg(f->host), name);
}

static void tpm_add(GadgetHost *f, const char *device, const char *options)
{
    load(f);
    if (!hw_tpm_add(ob_host_tpms(f->host), "libtpms", "tpm0", NULL, 0, &f->error)) {
        g_error("%s", f->text);
    }
    device_add(f, device, options);
}

static void log_expect(GadgetHost *f)
{
    g_assert_nonnull(file_of(f, "etc/tpm/log"));
    g_assert_cmpuint(file_of(f, "etc/tpm/log")->size, ==, 65536);
    g_assert_false(file_of(f, "etc/tpm/log")->guest_writable);
}

static void test_tpm_crb_tells_firmware(GadgetHost *f, gconstpointer data)
{
    static const uint8_t config[] = { 0x00, 0x50, 0xd4, 0xfe, 0x02, 0x01 };

    (void)data;
    tpm_add(f, "tpm-crb", "tpmdev=tpm0");
    log_expect(f);
    g_assert_nonnull(file_of(f, "etc/tpm/config"));
    g_assert_cmpmem(file_of(f, "etc/tpm/config")->bytes, file_of(f, "etc/tpm/config")->size, config,
                    sizeof(config));
}

static void test_tpm_crb_without_ppi_has_no_config(GadgetHost *f, gconstpointer data)
{
    (void)data;
    tpm_add(f, "tpm-crb", "tpmdev=tpm0,ppi=off");
    log_expect(f);
    g_assert_null(file_of(f, "etc/tpm/config"));
}

static void test_tpm_crb_device_has_a_log(GadgetHost *f, gconstpointer data)
{
    (void)data;
    tpm_add(f, "tpm-crb-device", "tpmdev=tpm0");
    log_expect(f);
    g_assert_null(file_of(f, "etc/tpm/config"));
}

static void test_tpm_crb_device_tells_its_address(GadgetHost *f, gconstpointer data)
{
    static const uint8_t config[] = { 0x00, 0x50, 0x00, 0xfe, 0x02, 0x01 };

    (void)data;
    tpm_add(f, "tpm-crb-device", "tpmdev=tpm0,ppi=on,addr=0xfe000000");
    g_assert_nonnull(file_of(f, "etc/tpm/config"));
    g_assert_cmpmem(file_of(f, "etc/tpm/config")->bytes, file_of(f, "etc/tpm/config")->size, config,
                    sizeof(config));
}

static void test_beacon_keeps_an_address_until_reset(GadgetHost *f, gconstpointer data)
{
    ObFwCfg *fw_cfg = ob_host_fw_cfg(f->host);
    uint8_t bytes[8];
    uint16_t key;

    (void)data;
    load(f);
    device_add(f, "beacon", "addr=0xfed10000");
    key = ob_fw_cfg_key(fw_cfg, "etc/beacon-addr");
    g_assert_true(ob_fw_cfg_write(fw_cfg, key, 0, "address!", 8));
    ob_fw_cfg_read(fw_cfg, key, 0, bytes, 8);
    g_assert_cmpmem(bytes, 8, "address!", 8);
    ob_host_reset(f->host);
    ob_fw_cfg_read(fw_cfg, key, 0, bytes, 8);
    g_assert_cmpmem(bytes, 8, "\0\0\0\0\0\0\0\0", 8);
}

static void test_second_beacon_needs_no_file(GadgetHost *f, gconstpointer data)
{
    (void)data;
    load(f);
    device_add(f, "beacon", "");
    device_refused(f, "beacon", "id=b", "b: fw_cfg: file 'etc/beacon-addr' already exists");
    device_add(f, "beacon", "fw-cfg=off");
}

/* ---------------------------------------------------------------------- TPM */

/* Tests all layers: a guest's accesses, the model from its file, a real TPM. */
static void test_tpm_crb_executes(GadgetHost *f, gconstpointer data)
{
    static const uint8_t startup[] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x44, 0, 0 };
    static const uint8_t success[] = { 0x80, 0x01, 0, 0, 0, 10, 0, 0, 0, 0 };
    uint8_t response[sizeof(success)];

    (void)data;
    tpm_add(f, "tpm-crb", "tpmdev=tpm0");
    crb_write(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    crb_write(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    crb_wait_clear(f, CRB_CTRL_REQ);
    ob_host_write(f->host, CRB_PC_ADDRESS + CRB_BUFFER, startup, sizeof(startup));
    crb_write(f, CRB_CTRL_START, CTRL_START_START);
    crb_wait_clear(f, CRB_CTRL_START);
    ob_host_read(f->host, CRB_PC_ADDRESS + CRB_BUFFER, response, sizeof(response));
    g_assert_cmpmem(response, sizeof(response), success, sizeof(success));
}

static void test_missing_file_leaves_the_host(GadgetHost *f, gconstpointer data)
{
    uint32_t count = class_count(f->host);

    (void)data;
    g_assert_false(ob_host_load_plugins(f->host, "/nonexistent/set.so", &f->error));
    g_assert_true(g_str_has_prefix(f->text, "/nonexistent/set.so"));
    g_assert_cmpuint(class_count(f->host), ==, count);
}

static void test_second_load_is_refused(GadgetHost *f, gconstpointer data)
{
    uint32_t count;

    (void)data;
    load(f);
    count = class_count(f->host);
    g_assert_false(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error));
    g_assert_cmpuint(class_count(f->host), ==, count);
}

/* A stream has blocks by name. */
static void test_block_of_the_machine_is_refused(GadgetHost *f, gconstpointer data)
{
    g_autofree char *set = g_build_filename(g_getenv("OB_PLUGINS"), "block-of-pc.so", NULL);

    (void)data;
    g_assert_true(ob_host_load_plugins(f->host, set, &f->error));
    g_assert_null(ob_host_add_device(f->host, "lamp", NULL, 0, &f->error));
    g_assert_cmpstr(f->text, ==, "lamp: region 'buffer': the machine has a RAM block 'pc.ram'");
}

static void test_name_of_an_added_class_is_refused(GadgetHost *f, gconstpointer data)
{
    static HwClass impostor;
    g_autofree char *sentence = g_strdup_printf("%s: device class 'tpm-crb' already exists",
                                                g_getenv("OUTBOARD_SET"));

    (void)data;
    impostor = gadget_class;
    impostor.table.name = "tpm-crb";
    g_assert_true(ob_host_add_class(f->host, &impostor, &f->error));
    g_assert_false(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error));
    g_assert_cmpstr(f->text, ==, sentence);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    GADGET_TEST("/plugins/load/classes-can-be-found", NULL, test_classes_can_be_found);
    GADGET_TEST("/plugins/load/device-answers", NULL, test_device_answers);
    GADGET_TEST("/plugins/tpm-crb/executes", NULL, test_tpm_crb_executes);
    GADGET_TEST("/plugins/tpm-crb/tells-firmware", NULL, test_tpm_crb_tells_firmware);
    GADGET_TEST("/plugins/tpm-crb/without-ppi-has-no-config", NULL,
                test_tpm_crb_without_ppi_has_no_config);
    GADGET_TEST("/plugins/tpm-crb/device-has-a-log", NULL, test_tpm_crb_device_has_a_log);
    GADGET_TEST("/plugins/tpm-crb/device-tells-its-address", NULL,
                test_tpm_crb_device_tells_its_address);
    GADGET_TEST("/plugins/beacon/keeps-an-address-until-reset", NULL,
                test_beacon_keeps_an_address_until_reset);
    GADGET_TEST("/plugins/beacon/second-needs-no-file", NULL, test_second_beacon_needs_no_file);
    GADGET_TEST("/plugins/load/missing-file-leaves-the-host", NULL,
                test_missing_file_leaves_the_host);
    GADGET_TEST("/plugins/load/second-load-is-refused", NULL, test_second_load_is_refused);
    GADGET_TEST("/plugins/device/with-a-block-of-the-machine-is-refused", "pc",
                test_block_of_the_machine_is_refused);
    GADGET_TEST("/plugins/load/name-of-an-added-class-is-refused", NULL,
                test_name_of_an_added_class_is_refused);
    return g_test_run();
}
