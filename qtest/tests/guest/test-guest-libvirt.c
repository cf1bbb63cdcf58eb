/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The recipes of plugins/using.rst for libvirt: two session daemons, as on two computers, run
 * machines with our devices.  No guest boots: firmware waits for a disk.
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qtest/client/process/scratch.h"

#define DAEMON "/usr/sbin/libvirtd"
#define NOBODY 65534 /* libvirt has no session for root: the test uses Debian's user nobody */

typedef struct Side {
    char *home;
    char **environment;
    GPid daemon;
} Side;

static struct {
    ObScratch *scratch;
    const char *directory;
    Side sides[2];
} s;

/* ------------------------------------------------------------------- programs */

/* Runs in the child.  The daemon must not outlive the test. */
static void become_nobody(gpointer is_daemon)
{
    if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)) {
        _exit(126);
    }
    if (is_daemon) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
    }
}

/* Returns the program's output.  NULL: it failed, and `errors` has its reason. */
static char *side_try(const Side *side, const char *line, char **errors)
{
    g_auto(GStrv) words = NULL;
    g_autofree char *output = NULL;
    int status;

    g_assert_true(g_shell_parse_argv(line, NULL, &words, NULL));
    g_assert_true(g_spawn_sync(s.directory, words, side->environment, G_SPAWN_SEARCH_PATH,
                               become_nobody, NULL, &output, errors, &status, NULL));
    return g_spawn_check_wait_status(status, NULL) ? g_steal_pointer(&output) : NULL;
}

G_GNUC_PRINTF(2, 3) static char *virsh(const Side *side, const char *format, ...)
{
    va_list arguments;
    g_autofree char *words = NULL;
    g_autofree char *line = NULL;
    g_autofree char *errors = NULL;
    char *output;

    va_start(arguments, format);
    words = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    line = g_strdup_printf("virsh -q -c qemu:///session %s", words);
    output = side_try(side, line, &errors);
    if (!output) {
        g_error("%s: %s", line, errors);
    }
    return g_strstrip(output);
}

/* ------------------------------------------------------------------- two sides */

static char *directory_make(const char *parent, const char *name)
{
    char *path = g_build_filename(parent, name, NULL);

    g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
    if (geteuid() == 0) {
        g_assert_cmpint(chown(path, NOBODY, NOBODY), ==, 0);
    }
    return path;
}

static void file_write(const char *directory, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(g_chmod(path, 0755), ==, 0);
}

/* Installs a file of the build as an administrator does, where other users can read it. */
static void file_install(const char *from, const char *name)
{
    g_autofree char *to = g_build_filename(s.directory, name, NULL);
    g_autofree char *bytes = NULL;
    gsize size;

    g_assert_true(g_file_get_contents(from, &bytes, &size, NULL));
    g_assert_true(g_file_set_contents(to, bytes, (gssize)size, NULL));
    g_assert_cmpint(g_chmod(to, 0755), ==, 0);
}

/* Each side has an identity of its own: libvirt does not migrate to the same host. */
static void side_start(Side *side, int number)
{
    static const char *const variables[] = { "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
                                             "XDG_DATA_HOME" };
    g_autofree char *name = g_strdup_printf("%d", number);
    g_autofree char *identity = g_strdup_printf(
        "host_uuid = \"00000000-1111-4222-8333-44444444444%d\"\n", number);
    const char *daemon[] = { DAEMON, "--timeout", "120", NULL };
    g_autofree char *configuration = NULL;

    side->home = directory_make(s.directory, name);
    side->environment = g_environ_setenv(g_get_environ(), "HOME", side->home, TRUE);
    side->environment = g_environ_unsetenv(side->environment, "LD_LIBRARY_PATH");
    for (size_t i = 0; i < G_N_ELEMENTS(variables); i++) {
        g_autofree char *path = directory_make(side->home, variables[i]);

        side->environment = g_environ_setenv(side->environment, variables[i], path, TRUE);
    }
    configuration = directory_make(g_environ_getenv(side->environment, "XDG_CONFIG_HOME"),
                                   "libvirt");
    file_write(configuration, "libvirtd.conf", identity);
    g_assert_true(g_spawn_async(s.directory, (char **)daemon, side->environment,
                                G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                                    G_SPAWN_STDERR_TO_DEV_NULL,
                                become_nobody, GINT_TO_POINTER(1), &side->daemon, NULL));
}

/* The client starts a daemon of its own if there is none yet; so wait for ours. */
static void side_await(const Side *side)
{
    g_autofree char *socket = g_build_filename(g_environ_getenv(side->environment,
                                                                "XDG_RUNTIME_DIR"),
                                               "libvirt", "libvirt-sock", NULL);

    for (int i = 0; i < 3000 && !g_file_test(socket, G_FILE_TEST_EXISTS); i++) {
        g_usleep(10000);
    }
    g_free(virsh(side, "list"));
}

static void sides_start(void)
{
    s.scratch = ob_scratch_new();
    s.directory = ob_scratch_path(s.scratch);
    g_assert_cmpint(g_chmod(s.directory, 0755), ==, 0);
    file_install(g_getenv("OUTBOARD_BRIDGE"), "outboard-qemu.so");
    file_install(g_getenv("OB_PLUGIN"), "outboard-devices.so");
    file_install(g_getenv("OB_WRAPPER"), "outboard-qemu-system-aarch64");
    file_install(g_getenv("OB_WRAPPER"), "outboard-qemu-system-x86_64");
    for (int i = 0; i < 2; i++) {
        side_start(&s.sides[i], i);
    }
    for (int i = 0; i < 2; i++) {
        side_await(&s.sides[i]);
    }
}

static void sides_end(void)
{
    for (int i = 0; i < 2; i++) {
        kill(s.sides[i].daemon, SIGTERM);
        waitpid(s.sides[i].daemon, NULL, 0);
        g_strfreev(s.sides[i].environment);
        g_free(s.sides[i].home);
    }
    ob_scratch_free(s.scratch);
}

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
    file_write(s.directory, "domain.xml", xml);
    g_free(virsh(&s.sides[0], "define %s/domain.xml", s.directory));
    g_free(virsh(&s.sides[0], "start %s", name));
}

static void domain_end(const char *name)
{
    g_free(virsh(&s.sides[0], "destroy %s", name));
    g_free(virsh(&s.sides[0], "undefine %s --tpm --managed-save", name));
}

static void assert_runs(const Side *side, const char *name)
{
    g_autofree char *state = virsh(side, "domstate %s", name);

    g_assert_cmpstr(state, ==, "running");
}

/* QEMU says that its TPM is a CRB, though libvirt has asked for a TIS. */
static void assert_tpm(const Side *side, const char *name)
{
    g_autofree char *tpm = virsh(side, "qemu-monitor-command --hmp %s 'info tpm'", name);

    g_assert_nonnull(strstr(tpm, "model=tpm-crb"));
}

static void test_native(void)
{
    g_autofree char *xml = g_strdup_printf(arm_xml, s.directory, "");
    g_autofree char *guid = NULL;
    g_autofree char *path = NULL;

    domain_start("arm", xml);
    assert_tpm(&s.sides[0], "arm");
    path = g_build_filename(s.sides[0].home, "saved", NULL);
    guid = virsh(&s.sides[0], "qemu-monitor-command arm '{\"execute\":\"qom-get\",\"arguments\":"
                              "{\"path\":\"vmgenid0\",\"property\":\"guid\"}}'");
    g_assert_nonnull(strstr(guid, GUID));
    g_free(virsh(&s.sides[0], "save arm %s", path));
    g_free(virsh(&s.sides[0], "restore %s", path));
    assert_runs(&s.sides[0], "arm");
    g_free(virsh(&s.sides[0], "managedsave arm"));
    g_free(virsh(&s.sides[0], "start arm"));
    assert_runs(&s.sides[0], "arm");
    assert_tpm(&s.sides[0], "arm");
    domain_end("arm");
}

static void test_snapshot(void)
{
    const Side *side = &s.sides[0];
    g_autofree char *disk = g_strdup_printf(disk_xml, side->home);
    g_autofree char *xml = g_strdup_printf(arm_xml, s.directory, disk);
    g_autofree char *make = g_strdup_printf("qemu-img create -q -f qcow2 %s/disk.qcow2 16M",
                                            side->home);
    g_autofree char *errors = NULL;

    g_free(side_try(side, make, &errors));
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
    g_autofree char *xml = g_strdup_printf(arm_xml, s.directory, "");
    const char *runtime = g_environ_getenv(s.sides[1].environment, "XDG_RUNTIME_DIR");

    domain_start("arm", xml);
    g_free(virsh(&s.sides[0],
                 "migrate --live arm 'qemu:///session?socket=%s/libvirt/libvirt-sock' "
                 "tcp://127.0.0.1",
                 runtime));
    assert_runs(&s.sides[1], "arm");
    assert_tpm(&s.sides[1], "arm");
    g_free(virsh(&s.sides[1], "destroy arm"));
    g_free(virsh(&s.sides[0], "undefine arm --tpm"));
}

static void test_commandline(void)
{
    g_autofree char *xml = g_strdup_printf(pc_xml, s.directory);
    g_autofree char *shown = NULL;
    g_autofree char *queried = NULL;

    domain_start("pc", xml);
    shown = virsh(&s.sides[0], "qemu-monitor-command --hmp pc 'info vm-generation-id'");
    g_assert_cmpstr(shown, ==, GUID);
    queried = virsh(&s.sides[0],
                    "qemu-monitor-command pc '{\"execute\":\"query-vm-generation-id\"}'");
    g_assert_nonnull(strstr(queried, GUID));
    g_free(virsh(&s.sides[0], "managedsave pc"));
    g_free(virsh(&s.sides[0], "start pc"));
    assert_runs(&s.sides[0], "pc");
    domain_end("pc");
}

static bool programs_exist(void)
{
    g_autofree char *virsh_path = g_find_program_in_path("virsh");
    g_autofree char *image_path = g_find_program_in_path("qemu-img");

    return virsh_path && image_path && g_file_test(DAEMON, G_FILE_TEST_IS_EXECUTABLE);
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
    sides_end();
    return status;
}

/* A failed test leaves daemons and machines, which this process inherits. */
static void children_end(void)
{
    g_autofree char *children = NULL;

    while (g_file_get_contents("/proc/thread-self/children", &children, NULL, NULL) && *children) {
        kill((pid_t)atoi(children), SIGKILL);
        waitpid((pid_t)atoi(children), NULL, 0);
        g_clear_pointer(&children, g_free);
    }
}

int main(int argc, char **argv)
{
    int status = 0;
    pid_t tests, ended;

    g_test_init(&argc, &argv, NULL);
    if (!programs_exist()) {
        g_print("1..0 # SKIP libvirtd, virsh or qemu-img is missing: run scripts/setup guest\n");
        return 0;
    }
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    tests = fork();
    if (tests == 0) {
        return tests_run();
    }
    /* libvirt waits until the processes of a machine are gone, so reap them. */
    do {
        ended = waitpid(-1, &status, 0);
    } while (ended > 0 && ended != tests);
    children_end();
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
