/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The recipes of plugins/using.rst for libvirt: two session daemons, as on two computers, run
 * machines with our devices.  No guest boots: firmware waits for a disk.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "qtest/tests/lib/libvirt-sides.h"

/* ------------------------------------------------------------------- machines */

#define GUID "324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87"

/* libvirt's own elements on a machine for which libvirt knows no such devices. */
static const char arm_xml[] =
    "<domain type='qemu'><name>arm</name><memory unit='MiB'>128</memory><vcpu>1</vcpu>"
    "<genid>" GUID "</genid><os><type arch='aarch64' machine='virt'>hvm</type></os>"
    "<cpu mode='custom'><model>cortex-a57</model></cpu><devices>"
    "<emulator>%s/outboard-qemu-system-aarch64</emulator>"
    "<controller type='usb' model='none'/><memballoon model='none'/>%s"
    "<tpm model='tpm-tis'><backend type='emulator' version='2.0'/></tpm></devices></domain>";

static const char disk_xml[] =
    "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
    "<source file='%s/disk.qcow2'/><target dev='vda' bus='virtio'/></disk>";

/* QEMU's arguments, with the emulator that libvirt finds itself. */
static const char pc_xml[] =
    "<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>"
    "<name>pc</name><memory unit='MiB'>128</memory><vcpu>1</vcpu>"
    "<os><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features><devices>"
    "<controller type='usb' model='none'/><memballoon model='none'/></devices><qemu:commandline>"
    "<qemu:arg value='-plugin'/>"
    "<qemu:arg value='file=%s/outboard-qemu.so,libtpms=tpm0'/>"
    "<qemu:arg value='-device'/><qemu:arg value='outboard-tpm-crb,tpmdev=tpm0'/>"
    "<qemu:arg value='-device'/>"
    "<qemu:arg value='{\"driver\":\"outboard-vmgenid\",\"id\":\"gen\",\"guid\":\"" GUID "\"}'/>"
    "</qemu:commandline></domain>";

static void domain_start(const char *name, const char *xml)
{
    libvirt_file_write(libvirt_directory, "domain.xml", xml);
    g_free(virsh(libvirt_side(0), "define %s/domain.xml", libvirt_directory));
    g_free(virsh(libvirt_side(0), "start %s", name));
}

static void domain_end(const char *name)
{
    g_free(virsh(libvirt_side(0), "destroy %s", name));
    g_free(virsh(libvirt_side(0), "undefine %s --tpm --managed-save", name));
}

static void assert_runs(const LibvirtSide *side, const char *name)
{
    g_autofree char *state = virsh(side, "domstate %s", name);

    g_assert_cmpstr(state, ==, "running");
}

/* QEMU says that its TPM is a CRB, though libvirt has asked for a TIS. */
static void assert_tpm(const LibvirtSide *side, const char *name)
{
    g_autofree char *tpm = virsh(side, "qemu-monitor-command --hmp %s 'info tpm'", name);

    g_assert_nonnull(strstr(tpm, "model=tpm-crb"));
}

static void test_native(void)
{
    g_autofree char *xml = g_strdup_printf(arm_xml, libvirt_directory, "");
    g_autofree char *guid = NULL;
    g_autofree char *path = NULL;

    domain_start("arm", xml);
    assert_tpm(libvirt_side(0), "arm");
    path = g_build_filename(libvirt_side(0)->home, "saved", NULL);
    guid = virsh(libvirt_side(0),
                 "qemu-monitor-command arm '{\"execute\":\"qom-get\",\"arguments\":"
                 "{\"path\":\"vmgenid0\",\"property\":\"guid\"}}'");
    g_assert_nonnull(strstr(guid, GUID));
    g_free(virsh(libvirt_side(0), "save arm %s", path));
    g_free(virsh(libvirt_side(0), "restore %s", path));
    assert_runs(libvirt_side(0), "arm");
    g_free(virsh(libvirt_side(0), "managedsave arm"));
    g_free(virsh(libvirt_side(0), "start arm"));
    assert_runs(libvirt_side(0), "arm");
    assert_tpm(libvirt_side(0), "arm");
    domain_end("arm");
}

static void test_snapshot(void)
{
    const LibvirtSide *side = libvirt_side(0);
    g_autofree char *disk = g_strdup_printf(disk_xml, side->home);
    g_autofree char *xml = g_strdup_printf(arm_xml, libvirt_directory, disk);
    g_autofree char *make = g_strdup_printf("qemu-img create -q -f qcow2 %s/disk.qcow2 16M",
                                            side->home);
    g_autofree char *errors = NULL;

    g_free(libvirt_side_try(side, make, &errors));
    domain_start("arm", xml);
    g_free(virsh(side, "snapshot-create-as arm one"));
    g_free(virsh(side, "snapshot-revert arm one"));
    assert_runs(side, "arm");
    assert_tpm(side, "arm");
    g_free(virsh(side, "snapshot-delete arm one"));
    domain_end("arm");
}

static void test_migration(void)
{
    g_autofree char *xml = g_strdup_printf(arm_xml, libvirt_directory, "");
    const char *runtime = g_environ_getenv(libvirt_side(1)->environment, "XDG_RUNTIME_DIR");

    domain_start("arm", xml);
    g_free(virsh(libvirt_side(0),
                 "migrate --live arm 'qemu:///session?socket=%s/libvirt/libvirt-sock' "
                 "tcp://127.0.0.1",
                 runtime));
    assert_runs(libvirt_side(1), "arm");
    assert_tpm(libvirt_side(1), "arm");
    g_free(virsh(libvirt_side(1), "destroy arm"));
    g_free(virsh(libvirt_side(0), "undefine arm --tpm"));
}

static void test_commandline(void)
{
    g_autofree char *xml = g_strdup_printf(pc_xml, libvirt_directory);
    g_autofree char *shown = NULL;
    g_autofree char *queried = NULL;

    domain_start("pc", xml);
    shown = virsh(libvirt_side(0), "qemu-monitor-command --hmp pc 'info vm-generation-id'");
    g_assert_cmpstr(shown, ==, GUID);
    queried = virsh(libvirt_side(0),
                    "qemu-monitor-command pc '{\"execute\":\"query-vm-generation-id\"}'");
    g_assert_nonnull(strstr(queried, GUID));
    g_free(virsh(libvirt_side(0), "managedsave pc"));
    g_free(virsh(libvirt_side(0), "start pc"));
    assert_runs(libvirt_side(0), "pc");
    domain_end("pc");
}

static void sides_start(void)
{
    libvirt_sides_start(2, "");
    libvirt_file_install(g_getenv("OUTBOARD_BRIDGE"), "outboard-qemu.so");
    libvirt_file_install(g_getenv("OB_PLUGIN"), "outboard-devices.so");
    libvirt_file_install(g_getenv("OB_WRAPPER"), "outboard-qemu-system-aarch64");
    libvirt_file_install(g_getenv("OB_WRAPPER"), "outboard-qemu-system-x86_64");
}

static bool programs_exist(void)
{
    g_autofree char *image_path = g_find_program_in_path("qemu-img");

    return image_path && libvirt_exists();
}

static int tests_run(void)
{
    int status;

    g_test_add_func("/guest-libvirt/wrapper/save-and-managedsave", test_native);
    g_test_add_func("/guest-libvirt/wrapper/snapshot-and-revert", test_snapshot);
    g_test_add_func("/guest-libvirt/wrapper/migration", test_migration);
    g_test_add_func("/guest-libvirt/commandline/guid-is-shown", test_commandline);
    sides_start();
    status = g_test_run();
    libvirt_sides_end();
    return status;
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!programs_exist()) {
        g_print("1..0 # SKIP libvirtd, virsh or qemu-img is missing: run scripts/setup guest\n");
        return 0;
    }
    return libvirt_tests_run(tests_run);
}
