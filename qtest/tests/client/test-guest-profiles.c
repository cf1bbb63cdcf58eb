/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests' accesses to devices.  The CRB is accessed like by real drivers; each device with a
 * register table is accessed at every width, alignment and end.  crb-host.h selects the host.
 */
#include <string.h>

#include "hw-api/ext/draft/pci.h"
#include "hw-api/host/vcpu/model.h"
#include "qtest/client/drivers/pci.h"
#include "qtest/client/drivers/profiles.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/client/sweep.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"
#include "qtest/tests/lib/crb-host.h"

static void assert_no_mismatch(char *mismatch)
{
    g_assert_cmpstr(mismatch, ==, NULL);
    g_free(mismatch);
}

/* ------------------------------------------------------------------ guest drivers */

static void guest_get_random(const ObCrb *crb, const ObGuestProfile *profile, TPM2B_DIGEST *random)
{
    TpmCommand command = tpm_get_random(21); /* 21 is not a multiple of any width */
    uint8_t response[256];
    size_t size = 0;

    g_assert_cmpstr(ob_crb_result_text(ob_guest_transfer(crb, profile, command.bytes, command.size,
                                                         response, sizeof(response), &size)),
                    ==, ob_crb_result_text(OB_CRB_OK));
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
    random->size = 0;
    g_assert_true(tpm_parse_random(response, size, random));
    g_assert_cmpuint(random->size, ==, 21);
}

static void test_guest(const void *data)
{
    const ObGuestProfile *profile = data;
    CrbHost *host = crb_host_new();
    ObCrb crb = crb_host_crb(host);
    TPM2B_DIGEST first, second;

    guest_get_random(&crb, profile, &first);
    guest_get_random(&crb, profile, &second);
    g_assert_true(memcmp(first.buffer, second.buffer, first.size) != 0);
    crb_host_free(host);
}

/* The largest response: no guest's access may lose a byte. */
static void test_guest_long_response(const void *data)
{
    const ObGuestProfile *profile = data;
    CrbHost *host = crb_host_new();
    ObCrb crb = crb_host_crb(host);
    TpmCommand command = tpm_create_primary();
    uint8_t response[CRB_BUFFER_SIZE];
    TPM2B_PUBLIC public_area;
    TPM2_HANDLE handle;
    size_t size = 0;

    g_assert_cmpint(ob_guest_transfer(&crb, profile, command.bytes, command.size, response,
                                      sizeof(response), &size),
                    ==, OB_CRB_OK);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
    g_assert_true(tpm_parse_primary(response, size, &handle, &public_area));
    g_assert_cmpuint(public_area.publicArea.unique.ecc.x.size, ==, 32);
    crb_host_free(host);
}

/* ------------------------------------------------------------------------- the CRB */

static const HwRegion *crb_region(CrbHost *host, uint32_t kind, uint64_t *address)
{
    const HwRegions *regions = &crb_host_class(host)->table.regions;

    for (uint32_t i = 0; i < regions->count; i++) {
        if (regions->entries[i].kind == kind) {
            *address = regions->entries[i].offset;
            return &regions->entries[i];
        }
    }
    g_assert_not_reached();
}

typedef char *Sweep(ObClient *client, const HwRegion *region, uint64_t address);

static void sweep_crb(Sweep *sweep)
{
    CrbHost *host = crb_host_new();
    uint64_t address;
    const HwRegion *region = crb_region(host, HW_REGION_REGISTERS, &address);

    assert_no_mismatch(sweep(crb_host_client(host), region, address));
    crb_host_free(host);
}

static void test_crb_loads(void)
{
    sweep_crb(ob_sweep_loads);
}

static void test_crb_reserved(void)
{
    sweep_crb(ob_sweep_reserved);
}

static void test_crb_buffer(void)
{
    CrbHost *host = crb_host_new();

    assert_no_mismatch(
        ob_sweep_memory(crb_host_client(host), CRB_PC_ADDRESS + CRB_BUFFER, CRB_BUFFER_SIZE));
    crb_host_free(host);
}

static void test_crb_straddle(void)
{
    CrbHost *host = crb_host_new();
    ObClient *c = crb_host_client(host);

    ob_client_writel(c, CRB_PC_ADDRESS + CRB_BUFFER, 0);
    ob_client_writeq(c, CRB_PC_ADDRESS + CRB_BUFFER - 4, UINT64_C(0x44332211ffffffff));
    g_assert_cmphex(ob_client_readl(c, CRB_PC_ADDRESS + CRB_BUFFER), ==, 0x44332211);
    g_assert_cmphex(ob_client_readq(c, CRB_PC_ADDRESS + CRB_BUFFER - 4), ==,
                    UINT64_C(0x4433221100000000));
    crb_host_free(host);
}

static void test_crb_other_localities(void)
{
    CrbHost *host = crb_host_new();
    ObClient *c = crb_host_client(host);

    for (uint64_t locality = 1; locality <= 4; locality++) {
        uint64_t page = CRB_PC_ADDRESS + locality * CRB_PAGE_SIZE;

        ob_client_writel(c, page + CRB_LOC_CTRL, LOC_CTRL_REQUEST);
        g_assert_cmphex(ob_client_readl(c, page + CRB_LOC_STATE), ==, 0);
    }
    g_assert_cmphex(ob_client_readl(c, CRB_PC_ADDRESS + CRB_LOC_STATE) & LOC_STATE_ASSIGNED, ==, 0);
    crb_host_free(host);
}

/* -------------------------------------------------- each device with a table */

/* Stores that set bits, so that a guest's clearing of the bits can be seen. */
typedef struct Arousal {
    const char *class_name;
    uint64_t offset;
    uint32_t value;
    uint64_t sets_at;
} Arousal;

static const Arousal arousals[] = {
    { "beacon", 0x4, 0x2, 0x8 }, /* CTRL.ring sets STATUS.pending */
    { "pci-beacon", 0x4, 0x2, 0x8 },
};

static void arouse(ObClient *c, const HwDeviceClass *cls, uint64_t base)
{
    for (size_t i = 0; i < G_N_ELEMENTS(arousals); i++) {
        if (!strcmp(arousals[i].class_name, cls->name)) {
            ob_client_writel(c, base + arousals[i].offset, arousals[i].value);
            g_assert_cmphex(ob_client_readl(c, base + arousals[i].sets_at), !=, 0);
        }
    }
}

/* The guest chooses the address of a BAR. */
static uint64_t region_base(ObClient *c, const HwDeviceClass *cls, const HwRegionState *region)
{
    PciBus bus;
    uint32_t address;

    if (region->table->space != HW_SPACE_BAR) {
        return region->address;
    }
    bus = pci_of_pc(c);
    address = pci_find(&bus, cls->pci->vendor, cls->pci->device, 0);
    g_assert_cmphex(address, !=, PCI_NOT_FOUND);
    return pci_bar_map(&bus, address, region->table->bar).address + region->table->offset;
}

static void sweep_instance(ObClient *c, const HwInstance *instance, GString *swept)
{
    const HwDeviceClass *cls = &instance->cls->table;

    for (uint32_t i = 0; i < cls->regions.count; i++) {
        const HwRegionState *region = &instance->regions[i];
        uint64_t base;

        if (!region->enabled || !ob_sweep_can_judge(region->table)) {
            continue;
        }
        g_test_message("%s %s", cls->name, region->table->name);
        g_string_append_printf(swept, "%s ", cls->name);
        base = region_base(c, cls, region);
        assert_no_mismatch(ob_sweep_loads(c, region->table, base));
        assert_no_mismatch(ob_sweep_reserved(c, region->table, base));
        assert_no_mismatch(ob_sweep_writable(c, region->table, base));
        arouse(c, cls, base);
        assert_no_mismatch(ob_sweep_write_one_clear(c, region->table, base));
    }
}

/* Sets the properties that the class needs for realize, and returns their number. */
static uint32_t needed_options(const HwClass *cls, ObOption *options)
{
    for (uint32_t i = 0; i < cls->table.properties.count; i++) {
        if (!g_strcmp0(cls->table.properties.entries[i].name, "tpmdev")) {
            options[0] = (ObOption) { "tpmdev", "tpm0" };
            return 1;
        }
    }
    return 0;
}

/* One vCPU with one register, for devices that need vCPUs. */
static HwVcpuModel *vcpus_new(void)
{
    static const char sctlr_el1[] = "603000000013c080 8 0000000000c50078 0 0 0 0000000000c50079\n";
    HwRegsFile *file = hw_regs_parse("SCTLR_EL1", sctlr_el1, sizeof(sctlr_el1) - 1, NULL);
    HwVcpuModel *model = hw_vcpu_model_new(file, 1);

    hw_regs_free(file);
    return model;
}

static void test_each_device(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "pc" };
    HW_ERROR(error, 1024);
    ObHost *host = ob_host_new(&config, &error);
    HwVcpuModel *vcpus = vcpus_new();
    ObClient *c = ob_client_in_process(host);
    g_autoptr(GString) swept = g_string_new(NULL);
    const HwClass *cls;

    ob_host_set_vcpus(host, hw_vcpu_model_vcpus(vcpus));
    g_assert_true(ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error));
    g_assert_true(hw_tpm_add(ob_host_tpms(host), "libtpms", "tpm0", NULL, 0, &error));
    for (uint32_t i = 0; (cls = ob_host_class_at(host, i)); i++) {
        ObOption options[1];
        uint32_t count = needed_options(cls, options);
        HwInstance *instance;

        if (cls->table.regions.count == 0 || cls->table.i2c) { /* a target's have no address */
            continue;
        }
        instance = ob_host_add_device(host, cls->table.name, options, count, &error);
        g_assert_cmpstr(error.text, ==, "");
        sweep_instance(c, instance, swept);
        ob_host_remove_device(host, instance);
    }
    g_assert_cmpuint(ob_host_device_at(host, 0) == NULL, ==, true);
    /* Other tables have registers of one width, or a hook for stores. */
    g_assert_cmpstr(
        swept->str, ==,
        "arm-sysreg-sync beacon i2c-ocores pci-beacon sand-glass sand-glass-pci tpm-crb "
        "tpm-crb-device virtio-net-mmio virtio-net-pci ");
    ob_client_free(c);
    ob_host_free(host);
    hw_vcpu_model_free(vcpus);
}

static void add_guest_tests(const char *name, GTestDataFunc function)
{
    const ObGuestProfile *profile;

    for (uint32_t i = 0; (profile = ob_guest_profile_at(i)); i++) {
        g_autofree char *path = g_strdup_printf("/guest/%s/%s", profile->name, name);

        g_test_add_data_func(path, profile, function);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (crb_host_missing()) {
        g_print("1..0 # SKIP %s\n", crb_host_missing());
        return 0;
    }
    add_guest_tests("random-numbers-differ", test_guest);
    add_guest_tests("long-response-is-whole", test_guest_long_response);
    g_test_add_func("/tpm-crb/load/any-access-is-its-words", test_crb_loads);
    g_test_add_func("/tpm-crb/store/reserved-bits-stay", test_crb_reserved);
    g_test_add_func("/tpm-crb/buffer/any-access-at-its-ends", test_crb_buffer);
    g_test_add_func("/tpm-crb/buffer/store-across-its-start-is-split", test_crb_straddle);
    g_test_add_func("/tpm-crb/localities/others-do-not-exist", test_crb_other_localities);
    if (crb_host_in_process()) {
        g_test_add_func("/each-device/any-access-is-as-its-register-table-says", test_each_device);
    }
    return g_test_run();
}
