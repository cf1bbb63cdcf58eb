/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest finds our devices' tables beside all that QEMU itself adds.  Some tables come after
 * firmware has read the directory, and files take fw_cfg's slots.
 */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/tests/bridge/bridge-machine.h"

#define SCRIPT_FILE "etc/table-loader"
#define TABLES_FILE "etc/acpi/tables"

/* ------------------------------------------------------------------ many tables */

typedef struct Table {
    const char *name;
    const char *machine;
    const char *arguments;
    const char *signature; /* a table of QEMU's that must be there; NULL: none */
} Table;

#define NUMA            "-object memory-backend-ram,id=m0,size=16M -numa node,memdev=m0 "
#define MORE_MEMORY     "-m 16,slots=4,maxmem=4G "
#define BIG_BAR         "-device pci-testdev,membar=8G,addr=0x10 "
#define ACPITABLE(name) "-acpitable sig=" name ",data=/etc/hostname "
#define NODE(n)         "-object memory-backend-ram,id=m" n ",size=4M -numa node,memdev=m" n " "
#define EIGHT_NODES \
    "-m 32 " NODE("0") NODE("1") NODE("2") NODE("3") NODE("4") NODE("5") NODE("6") NODE("7")
#define PC_DEVICES   "-device outboard-vmgenid -device outboard-tpm-crb,tpmdev=tpm0 "
#define TPM_DEVICE   "-device outboard-tpm-crb,tpmdev=tpm0 "
#define VIRT_DEVICES "-device vmgenid -device tpm-crb-device,tpmdev=tpm0 "

/* clang-format off */
static const Table pc_tables[] = {
    { "pc", "pc", PC_DEVICES, NULL },
    { "pc-numa", "pc", NUMA PC_DEVICES, "SRAT" },
    { "pc-nvdimm", "pc,nvdimm=on", MORE_MEMORY PC_DEVICES, NULL },
    { "pc-64-bit-bar", "pc", BIG_BAR PC_DEVICES, NULL },
    { "pc-many-cpus", "pc", "-smp 1,maxcpus=240 " PC_DEVICES, "APIC" },
    { "q35", "q35", PC_DEVICES, "MCFG" },
    { "q35-numa", "q35", NUMA PC_DEVICES, "SRAT" },
    { "q35-numa-one-device", "q35", NUMA TPM_DEVICE, "SRAT" },
    { "q35-hmat", "q35,hmat=on", "-object memory-backend-ram,id=m0,size=16M "
      "-numa node,nodeid=0,memdev=m0,initiator=0 -numa cpu,node-id=0,socket-id=0 "
      "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-latency,latency=5 "
      PC_DEVICES, "HMAT" },
    { "q35-nvdimm", "q35,nvdimm=on", MORE_MEMORY "-object memory-backend-ram,id=n0,size=2M "
      "-device nvdimm,memdev=n0 " PC_DEVICES, "NFIT" },
    { "q35-maxmem-numa", "q35", MORE_MEMORY NUMA PC_DEVICES, "SRAT" },
    { "q35-intel-iommu", "q35", "-device intel-iommu " PC_DEVICES, "DMAR" },
    { "q35-amd-iommu", "q35", "-device amd-iommu " PC_DEVICES, "IVRS" },
    { "q35-cxl", "q35,cxl=on", "-device pxb-cxl,bus_nr=12,bus=pcie.0,id=cxl "
      "-device cxl-rp,port=0,bus=cxl,id=rp,chassis=0,slot=2 " PC_DEVICES, "CEDT" },
    { "q35-eight-nodes", "q35", EIGHT_NODES PC_DEVICES, "SRAT" },
    { "q35-virtio-iommu", "q35", "-device virtio-iommu-pci,addr=0x8 " PC_DEVICES, "VIOT" },
    { "q35-erst", "q35", "-object memory-backend-ram,id=e0,size=64K "
      "-device acpi-erst,memdev=e0,addr=0x9 " PC_DEVICES, "ERST" },
    { "q35-acpitable", "q35", "-acpitable sig=TEST,data=/etc/hostname "
      "-acpitable sig=TESU,data=/etc/hostname " PC_DEVICES, "TESU" },
    { "q35-many-acpitables", "q35", ACPITABLE("TST0") ACPITABLE("TST1") ACPITABLE("TST2")
      ACPITABLE("TST3") ACPITABLE("TST4") ACPITABLE("TST5") ACPITABLE("TST6") ACPITABLE("TST7")
      ACPITABLE("TST8") ACPITABLE("TST9") PC_DEVICES, "TST9" },
    { "q35-64-bit-bar", "q35", BIG_BAR PC_DEVICES, "MCFG" },
    { "q35-root-buses", "q35", BIG_BAR "-device pxb-pcie,bus_nr=64,bus=pcie.0 "
      "-device pxb-pcie,bus_nr=80,bus=pcie.0 " PC_DEVICES, "MCFG" },
    { "q35-all", "q35,nvdimm=on", MORE_MEMORY NUMA BIG_BAR "-device intel-iommu "
      "-acpitable sig=TEST,data=/etc/hostname "
      "-object memory-backend-ram,id=e0,size=64K -device acpi-erst,memdev=e0,addr=0x9 "
      "-device pxb-pcie,bus_nr=64,bus=pcie.0 " PC_DEVICES, "ERST" },
    { "microvm", "microvm,acpi=on", TPM_DEVICE, NULL },
    { "microvm-pcie", "microvm,acpi=on,pcie=on", TPM_DEVICE, NULL },
    { NULL },
};

static const Table virt_tables[] = {
    { "virt", "virt", VIRT_DEVICES, "MCFG" },
    { "virt-numa", "virt", NUMA VIRT_DEVICES, "SRAT" },
    { "virt-eight-nodes", "virt", EIGHT_NODES VIRT_DEVICES, "SRAT" },
    { "virt-nvdimm", "virt,nvdimm=on", MORE_MEMORY VIRT_DEVICES, NULL },
    { "virt-smmu", "virt,iommu=smmuv3", VIRT_DEVICES, "IORT" },
    { "virt-its-many-cpus", "virt,gic-version=3", "-smp 1,maxcpus=64 " VIRT_DEVICES, "APIC" },
    { "virt-virtio-iommu", "virt", "-device virtio-iommu-pci,addr=0x8 " VIRT_DEVICES, "VIOT" },
    { "virt-64-bit-bar", "virt", "-device pci-testdev,membar=8G,addr=0x10 " VIRT_DEVICES, NULL },
    { "virt-root-buses", "virt", "-device pxb-pcie,bus_nr=64,bus=pcie.0 " VIRT_DEVICES, NULL },
    { NULL },
};
/* clang-format on */

static void config_write(ObClient *c, uint32_t device, uint32_t at, uint32_t value)
{
    ob_client_outl(c, 0xcf8, 0x80000000 | device << 11 | at);
    ob_client_outl(c, 0xcfc, value);
}

/* The devices that firmware switches on after it has read fw_cfg's directory: MMCONFIG at its
 * usual place, and the BAR of BIG_BAR above all RAM.  On virt they need no switch, and QEMU
 * ignores the ports of a pc that has no such device. */
static void firmware_switch_on(ObClient *c)
{
    if (bridge_machine_is_pc()) {
        config_write(c, 0, 0x64, 0);
        config_write(c, 0, 0x60, 0xb0000001);
        config_write(c, 0x10, 0x18, 0);
        config_write(c, 0x10, 0x1c, 0x40);
        config_write(c, 0x10, 0x04, 2);
    }
}

static void assert_all_linked(ObClient *c, const Table *t)
{
    Firmware *firmware = firmware_run(c);
    unsigned count;

    firmware_table(firmware, "SSDT", "OUTBOARD", &count);
    g_assert_cmpuint(count, ==, 1);
    firmware_table(firmware, "TPM2", NULL, &count);
    g_assert_cmpuint(count, ==, 1);
    if (t->signature) {
        firmware_table(firmware, t->signature, NULL, &count);
        g_assert_cmpuint(count, >, 0);
    }
    firmware_free(firmware);
}

/* The sizes hold after a reset with all devices on, too. */
static void test_sizes(gconstpointer data)
{
    const Table *t = data;
    ObClient *c = bridge_machine_start(t->machine, t->arguments);

    for (int i = 0; i < 2; i++) {
        uint32_t script = cfg_file_size(c, SCRIPT_FILE);
        uint32_t tables = cfg_file_size(c, TABLES_FILE);
        uint32_t rsdp = cfg_file_size(c, "etc/acpi/rsdp");

        g_assert_cmpuint(script % 4096, ==, 0);
        firmware_switch_on(c);
        assert_all_linked(c, t);
        g_assert_cmpuint(cfg_file_size(c, SCRIPT_FILE), ==, script);
        g_assert_cmpuint(cfg_file_size(c, TABLES_FILE), ==, tables);
        g_assert_cmpuint(cfg_file_size(c, "etc/acpi/rsdp"), ==, rsdp);
        ob_client_reset(c);
    }
    ob_client_quit(c);
}

/* The devices' tables have the machine's maker, as QEMU's own have. */
static void test_maker(void)
{
    bool is_pc = bridge_machine_is_pc();
    ObClient *c = bridge_machine_start(is_pc ? "q35,x-oem-id=ADA,x-oem-table-id=LACE"
                                             : "virt,x-oem-id=ADA,x-oem-table-id=LACE",
                                       is_pc ? PC_DEVICES : VIRT_DEVICES);
    static const char *const signatures[] = { "FACP", "SSDT", "TPM2" };
    Firmware *firmware = firmware_run(c);
    unsigned count;

    for (size_t i = 0; i < G_N_ELEMENTS(signatures); i++) {
        g_assert_cmpmem(firmware_table(firmware, signatures[i], NULL, &count) + 10, 6, "ADA\0\0\0",
                        6);
    }
    g_assert_cmpmem(firmware_table(firmware, "TPM2", NULL, &count) + 16, 8, "LACE\0\0\0\0", 8);
    firmware_free(firmware);
    ob_client_quit(c);
}

/* ------------------------------------------------------------------ fw_cfg's slots */

static const char *vmgenid(void)
{
    return bridge_machine_is_pc() ? "-device outboard-vmgenid" : "-device vmgenid";
}

/* The arguments for `count` files, then `rest`. */
static char *with_files(unsigned count, const char *rest)
{
    GString *arguments = g_string_new(NULL);

    for (unsigned i = 0; i < count; i++) {
        g_string_append_printf(arguments, "-fw_cfg name=opt/%u,string=x ", i);
    }
    g_string_append(arguments, rest);
    return g_string_free(arguments, FALSE);
}

static void assert_written_back(ObClient *c)
{
    Firmware *firmware = firmware_run(c);
    uint8_t address[8];
    unsigned count;

    firmware_table(firmware, "SSDT", "VMGENID", &count);
    g_assert_cmpuint(count, ==, 1);
    cfg_file_read(c, "etc/vmgenid_addr", address, sizeof(address));
    g_assert_cmphex(hw_load_le(address, 8), !=, 0);
    firmware_free(firmware);
}

/* Free slots of the usual machine beside QEMU's files and the two of vmgenid. */
static unsigned free_slots(void)
{
    return bridge_machine_is_pc() ? 15 : 21;
}

static void test_slots(gconstpointer files_less)
{
    g_autofree char *arguments = with_files(free_slots() - GPOINTER_TO_UINT(files_less), vmgenid());
    ObClient *c = bridge_machine_start(NULL, arguments);

    assert_written_back(c);
    ob_client_reset(c);
    firmware_switch_on(c);
    assert_written_back(c);
    ob_client_quit(c);
}

static void test_no_slot(void)
{
    g_autofree char *arguments = with_files(free_slots() + 1, vmgenid());

    bridge_machine_assert_refused(NULL, arguments,
                                  "vmgenid: no room for fw_cfg file 'etc/vmgenid_addr' beside 32 "
                                  "others, see -global fw_cfg_");
}

/* QEMU would abort for its last file. */
static void test_slot_taken_later(void)
{
    g_autofree char *devices = g_strdup_printf("%s -device vmcoreinfo", vmgenid());
    g_autofree char *arguments = with_files(free_slots(), devices);

    bridge_machine_assert_refused(NULL, arguments,
                                  "outboard-qemu: fw_cfg has slots for 32 files, and the machine "
                                  "has 33, see -global fw_cfg_");
}

static void test_name_taken(void)
{
    g_autofree char *arguments = g_strdup_printf("-fw_cfg name=etc/outboard/tables,string=x %s",
                                                 vmgenid());
    ObClient *c = bridge_machine_start(NULL, arguments);
    char text[1];

    assert_written_back(c);
    cfg_file_read(c, "etc/outboard/tables", text, 1);
    g_assert_cmpint(text[0], ==, 'x');
    ob_client_quit(c);
}

/* ---------------------------------------------------- query-vm-generation-id */

#define FIRST_GUID  "00112233-4455-6677-8899-aabbccddeeff"
#define SECOND_GUID "fedcba98-7654-3210-0123-456789abcdef"

static void assert_shown(ObClient *c, const char *guid)
{
    json_t *error = NULL;
    json_t *info = ob_client_qmp(c, "query-vm-generation-id", NULL, &error);

    if (!bridge_machine_is_pc() && g_str_equal(g_getenv("OB_QEMU_RELEASE"), "7.2")) {
        g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==,
                        "this feature or command is not currently supported");
    } else {
        g_assert_null(error);
        g_assert_cmpstr(json_string_value(json_object_get(info, "guid")), ==, guid);
    }
    json_decref(error);
    json_decref(info);
}

/* HMP asks the same function, and prints what it refuses. */
static void assert_printed(ObClient *c, const char *guid)
{
    json_t *printed = ob_client_qmp(c, "human-monitor-command",
                                    json_pack("{s:s}", "command-line", "info vm-generation-id"),
                                    NULL);
    const char *text = json_string_value(printed);

    if (!bridge_machine_is_pc() && g_str_equal(g_getenv("OB_QEMU_RELEASE"), "7.2")) {
        g_assert_nonnull(strstr(text, "Error: this feature or command is not currently"));
    } else {
        g_assert_true(g_str_has_prefix(text, guid));
    }
    json_decref(printed);
}

/* QEMU's object that shows the GUID must not appear in the tables that QEMU makes. */
static void test_guid_is_shown(void)
{
    g_autofree char *arguments = g_strdup_printf("%s,id=gen,guid=" FIRST_GUID, vmgenid());
    ObClient *c = bridge_machine_start(NULL, arguments);

    assert_shown(c, FIRST_GUID);
    firmware_switch_on(c);
    assert_written_back(c);
    assert_shown(c, FIRST_GUID);
    json_decref(ob_client_qmp(c, "qom-set",
                              json_pack("{s:s, s:s, s:s}", "path", "gen", "property", "guid",
                                        "value", SECOND_GUID),
                              NULL));
    assert_shown(c, SECOND_GUID);
    assert_printed(c, SECOND_GUID);
    ob_client_reset(c);
    assert_written_back(c);
    assert_shown(c, SECOND_GUID);
    ob_client_quit(c);
}

static void test_two_generation_ids(void)
{
    g_autofree char *ours_first = g_strdup_printf("%s -device vmgenid", vmgenid());
    g_autofree char *theirs_first = g_strdup_printf("-device vmgenid %s", vmgenid());

    bridge_machine_assert_refused(NULL, ours_first,
                                  bridge_machine_is_pc()
                                      ? "two vmgenids, ours and QEMU's, expected at"
                                      : "already has a vmgenid, expected at");
    bridge_machine_assert_refused(NULL, theirs_first,
                                  "already has a vmgenid, expected at most one");
    bridge_machine_assert_refused(NULL, ours_first, "ended with status 1\n");
}

int main(int argc, char **argv)
{
    const Table *tables;

    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    tables = bridge_machine_is_pc() ? pc_tables : virt_tables;
    for (const Table *t = tables; t->name; t++) {
        g_autofree char *path = g_strdup_printf("/bridge-tables/sizes-hold/%s", t->name);

        g_test_add_data_func(path, t, test_sizes);
    }
    g_test_add_func("/bridge-tables/maker", test_maker);
    g_test_add_data_func("/bridge-tables/slots/last-slot-takes-our-file", GUINT_TO_POINTER(1),
                         test_slots);
    g_test_add_data_func("/bridge-tables/slots/tables-go-behind-qemu-s-without-a-slot",
                         GUINT_TO_POINTER(0), test_slots);
    g_test_add_func("/bridge-tables/slots/device-without-a-slot-is-refused", test_no_slot);
    g_test_add_func("/bridge-tables/slots/slot-that-a-later-device-took-is-reported",
                    test_slot_taken_later);
    g_test_add_func("/bridge-tables/slots/file-of-our-name-is-the-user-s", test_name_taken);
    g_test_add_func("/bridge-tables/generation-id/is-shown-by-qemu-s-query", test_guid_is_shown);
    g_test_add_func("/bridge-tables/generation-id/two-are-refused", test_two_generation_ids);
    return g_test_run();
}
