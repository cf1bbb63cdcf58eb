/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program, started and driven like by QEMU's libqtest, and like by a user. */
#include "qtest/tests/host/program-peer.h"
#include "qtest/tests/lib/await-listener.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TPM      "-device tpm-crb,tpmdev=t -tpmdev libtpms,id=t"
#define TPM_BASE "0xfed40000"
#define CTRL_REQ "0xfed40040"

/* ------------------------------------------------------------------ libqtest */

static void test_endianness_then_greeting(Program *f, gconstpointer data)
{
    (void)data;
    start_as_libqtest(f, "");
    say(f->qtest, "endianness\n");
    hear(f->qtest, "OK little");
    hear_part(f->qmp, "{\"QMP\": {\"version\": {\"qemu\": {");
    terminate(f);
}

static void test_libqtest_is_quiet(Program *f, gconstpointer data)
{
    g_autofree char *text = NULL;

    (void)data;
    start_as_libqtest(f, "-machine q35");
    terminate(f);
    text = text_of(f->errors_path);
    g_assert_cmpstr(text, ==, "");
}

static void test_default_machine(Program *f, gconstpointer data)
{
    (void)data;
    start_as_libqtest(f, "");
    say(f->qtest, "writel 0x7fffffc 0x12345678\nreadl 0x7fffffc\nreadl 0x8000000\n");
    hear(f->qtest, "OK");
    hear(f->qtest, "OK 0x0000000012345678");
    hear(f->qtest, "OK 0x0000000000000000");
    terminate(f);
}

static void test_option_order(Program *f, gconstpointer data)
{
    (void)data;
    start_as_libqtest(f, TPM);
    say(f->qtest, "readl 0xfed40030\n");
    hear_part(f->qtest, "OK 0x");
    hear_part(f->qmp, "QMP");
    say(f->qmp, "{\"execute\": \"qmp_capabilities\"}{\"execute\": \"query-tpm\"}");
    hear_part(f->qmp, "return");
    hear_part(f->qmp, "\"model\": \"tpm-crb\", \"options\": {\"type\": \"libtpms\"");
    terminate(f);
}

static void test_monitor_before_chardev(Program *f, gconstpointer data)
{
    g_autofree char *arguments = g_strdup_printf("-mon chardev=c,mode=control -S "
                                                 "-chardev socket,id=c,path=%s",
                                                 f->qmp_path);

    (void)data;
    start(f, g_getenv("OB_HOST_PROGRAM"), arguments);
    f->qmp = peer_accept(f->qmp_listener);
    hear_part(f->qmp, "QMP");
    terminate(f);
}

static void test_quit(Program *f, gconstpointer data)
{
    (void)data;
    start_as_libqtest(f, "");
    hear_part(f->qmp, "QMP");
    say(f->qmp, "{\"execute\": \"qmp_capabilities\"}{\"execute\": \"quit\"}");
    hear_part(f->qmp, "return");
    hear_part(f->qmp, "\"event\": \"SHUTDOWN\"");
    hear_part(f->qmp, "return");
    ends_with(f, 0);
}

static void test_sigterm_tells_monitors(Program *f, gconstpointer data)
{
    (void)data;
    start_as_libqtest(f, "");
    hear_part(f->qmp, "QMP");
    say(f->qmp, "{\"execute\": \"qmp_capabilities\"}");
    hear_part(f->qmp, "return");
    kill(f->pid, SIGTERM);
    hear_part(f->qmp, "\"reason\": \"host-signal\"");
    ends_with(f, 0);
}

static void test_own_sockets_are_removed(Program *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename(f->directory, "own", NULL);
    g_autofree char *arguments = g_strdup_printf("-qmp unix:%s,server=on,wait=off", path);

    (void)data;
    start(f, g_getenv("OB_HOST_PROGRAM"), arguments);
    f->qmp = await_listener(path);
    hear_part(f->qmp, "QMP");
    terminate(f);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void test_architecture_by_name(Program *f, gconstpointer data)
{
    g_autofree char *arguments = g_strdup_printf("-qtest unix:%s", f->qtest_path);

    (void)data;
    start(f, g_getenv("OB_HOST_PROGRAM_AARCH64"), arguments);
    f->qtest = peer_accept(f->qtest_listener);
    say(f->qtest, "writel 0x40000000 0x1\nreadl 0x40000000\ninb 0x510\n");
    hear(f->qtest, "OK");
    hear(f->qtest, "OK 0x0000000000000001");
    hear_part(f->qtest, "OK");
    terminate(f);
}

/* The guest has overwritten the stand-in's note of its boot. */
static void test_resume_fails(Program *f, gconstpointer data)
{
    (void)data;
    start_as_libqtest(f, "-machine q35,firmware=stand-in");
    hear_part(f->qmp, "QMP");
    say(f->qmp, "{\"execute\": \"qmp_capabilities\"}");
    hear_part(f->qmp, "return");
    say(f->qtest, "writeb 0xf0000 0x0\noutw 0x604 0x2400\n");
    hear(f->qtest, "OK");
    hear(f->qtest, "OK");
    hear_part(f->qmp, "SUSPEND");
    say(f->qmp, "{\"execute\": \"system_wakeup\"}");
    hear_part(f->qmp, "WAKEUP");
    hear_part(f->qmp, "return");
    terminate(f);
    says(f->errors_path, "firmware stand-in: resume: the note of the last boot, at 0xf0000, is "
                         "missing or damaged\n");
}

/* -------------------------------------------------------------------- traces */

static void test_trace(Program *f, gconstpointer data)
{
    (void)data;
    start_as_libqtest(f, TPM " -trace 'tpm_crb_*'");
    say(f->qtest, "writel " CTRL_REQ " 0x1\nreadl " TPM_BASE "\n");
    hear(f->qtest, "OK");
    hear_part(f->qtest, "OK 0x");
    terminate(f);
    says(f->errors_path, "tpm-crb CTRL_REQ <- 0x1 (cmdReady)\n");
    says(f->errors_path, "tpm-crb LOC_STATE -> 0x81 (tpmEstablished, tpmRegValidSts)\n");
}

static void test_trace_selects(Program *f, gconstpointer data)
{
    g_autofree char *text = NULL;

    (void)data;
    start_as_libqtest(f, TPM " -trace 'tpm_crb_ctrl_*' -trace '-*_write'");
    say(f->qtest, "readl " TPM_BASE "\nwritel " CTRL_REQ " 0x1\nreadl 0xfed40044\n");
    hear_part(f->qtest, "OK 0x");
    hear(f->qtest, "OK");
    hear_part(f->qtest, "OK 0x");
    terminate(f);
    text = text_of(f->errors_path);
    g_assert_cmpstr(text, ==, "tpm-crb CTRL_STS -> 0x0\n");
}

static void test_trace_unknown(Program *f, gconstpointer data)
{
    (void)data;
    start_as_libqtest(f, "-trace tpm_crb_ctrl_stat_write");
    terminate(f);
    says(f->errors_path, "warning: -trace: no event matches 'tpm_crb_ctrl_stat_write', did you "
                         "mean 'tpm_crb_ctrl_start_write'?\n");
}

/* The device goes on. */
static void test_full_log(Program *f, gconstpointer data)
{
    (void)data;
    start_as_libqtest(f, "-chardev null,id=c,logfile=/dev/full -device "
                         "ns16550a-isa,chardev=c,iobase=0x3e8,irq-line=5");
    say(f->qtest, "outb 0x3e8 0x41\noutb 0x3e8 0x42\n");
    hear(f->qtest, "OK");
    hear(f->qtest, "OK");
    terminate(f);
    says(f->errors_path, "logfile '/dev/full' ends: can't write: No space left on device\n");
}

/* A page without registers has names, too. */
static void test_trace_of_a_page(Program *f, gconstpointer data)
{
    g_autofree char *log = g_build_filename(f->directory, "log", NULL);
    g_autofree char *arguments = g_strdup_printf(
        "-device vmclock,addr=0xfeffb000 -trace vmclock_* -D %s", log);

    (void)data;
    start_as_libqtest(f, arguments);
    say(f->qtest, "writel 0xfeffb010 0x7\nwriteb 0xfeffb00a 1\n");
    hear(f->qtest, "OK");
    hear(f->qtest, "OK");
    terminate(f);
    says(log, "vmclock disruption_marker <- 0x7\n");
    says(log, "vmclock counter_id <- 0x1\n");
}

/* ---------------------------------------------------------------- sentences */

typedef struct Words {
    const char *name;
    const char *arguments;
    const char *text;
} Words;

/* clang-format off */
static const Words failures[] = {
    { "unknown-option", "-devise x", "-devise: unknown option, did you mean '-device'?" },
    { "unknown-machine", "-M q53", "-machine: unknown machine 'q53', did you mean 'q35'?" },
    { "unknown-device", "-device tmp-crb",
      "-device: unknown device 'tmp-crb', did you mean 'tpm-crb'?" },
    { "unknown-device-in-help", "-device tmp-crb,help",
      "-device: unknown device 'tmp-crb', did you mean 'tpm-crb'?" },
    { "unknown-property", "-device tpm-crb,ppo=on",
      "-device: tpm-crb: unknown property 'ppo', did you mean 'ppi'?" },
    { "unknown-chardev-of-monitor", "-mon chardev=c,mode=control",
      "-mon: chardev 'c' is unknown" },
    { "unknown-chardev-of-tpm", "-tpmdev emulator,id=t,chardev=c",
      "-tpmdev: chardev 'c' is unknown" },
    { "chardev-of-tpm-listens", "-chardev socket,id=c,path=x,server=on -tpmdev emulator,id=t,chardev=c",
      "-tpmdev: chardev 'c' does not fit, expected path= of a socket to connect to" },
    { "unknown-property-of-global", "-global tpm-crb.ppo=on",
      "-global: tpm-crb: unknown property 'ppo', did you mean 'ppi'?" },
    { "vnc-of-an-unknown-secret", "-vnc :1,password-secret=a",
      "-vnc: no secret with id 'a', expected -object secret,id=a,..." },
    { "vnc-of-a-secret-with-a-key", "-object secret,id=a,data=x,keyid=b -vnc :1,password-secret=a",
      "-vnc: secret 'a': keyid is not offered, expected data= or file=" },
    { "secret-file-endless", "-vnc :59,password-secret=a -object secret,id=a,file=/dev/zero",
      "-vnc: secret 'a': /dev/zero: larger than 1048576 bytes" },
    { "fw-cfg-file-endless", "-machine pc -fw_cfg name=opt/x,file=/dev/zero",
      "-fw_cfg: Failed to read file '/dev/zero': more than 64 MiB, and not a regular file" },
    { "vnc-of-an-unknown-device", "-vnc :1,display=a", "-vnc: Device 'a' not found" },
    { "vnc-of-a-device-without-screen", "-device vmgenid,id=a -vnc :1,display=a",
      "-vnc: Device 'a' (head 0) is not bound to a QemuConsole" },
    { "vnc-socket-nowhere", "-vnc unix:/nonexistent/a",
      "-vnc: unix:/nonexistent/a: can't listen: No such file or directory" },
    { "pid-file-unwritable", "-pidfile /nonexistent/p",
      "-pidfile: cannot write '/nonexistent/p': No such file or directory" },
    { "named-set-missing", "-plugin-set /nonexistent.so",
      "-plugin-set: /nonexistent.so: can't be opened: No such file or directory" },
    { "log-file-unwritable", "-D /nonexistent/log",
      "-D: cannot write '/nonexistent/log': No such file or directory" },
};
/* clang-format on */

static void test_failure(Program *f, gconstpointer opaque)
{
    const Words *row = opaque;

    fails(f, row->arguments, row->text);
}

static const Words answers[] = {
    { "help", "-h", "-device NAME[,PROPERTY=VALUE]" },
    { "refused-options", "-help", "-hda -hdb -hdc" },
    { "version", "-version", "outboard 0.1.0, QMP and machines as of QEMU 7.2.0\n" },
    { "machines", "-M help", "pc                  standard PC (i440FX + PIIX) (default)\n" },
    { "accelerators", "-accel help", "qtest\n" },
    { "devices", "-device help", "\n  tpm-crb             TPM 2.0 with" },
    { "properties", "-device tpm-crb,help", "  ppi=<bool>" },
    { "ranges", "-device tpm-crb-device,help", " (4096 to 65536; default: 4096)\n" },
    { "choices", "-device vmgenid,help", "  on-clone=<configured|new|keep> GUID" },
    { "tpm-backends", "-tpmdev help", "libtpms,id=ID" },
    { "vcpu-registers", "-vcpu-registers help", "[,class=K0..K5]" },
    { "traces", "-trace help", "tpm_crb_ctrl_start_write\n" },
    { "log-items", "-d help", "guest_errors" },
};

static void test_answer(Program *f, gconstpointer opaque)
{
    const Words *row = opaque;

    shows(f, row->arguments, row->text);
}

static void test_accelerator_warns(Program *f, gconstpointer data)
{
    g_autofree char *arguments = g_strdup_printf("-accel kvm -accel tcg -qtest unix:%s",
                                                 f->qtest_path);

    (void)data;
    start(f, g_getenv("OB_HOST_PROGRAM"), arguments);
    f->qtest = peer_accept(f->qtest_listener);
    terminate(f);
    says(f->errors_path, "warning: -accel: kvm has nothing to do: no CPU runs here\n");
}

/* More than the queue takes comes at once; the rest is read when the first command is done. */
static void test_queue(Program *f, gconstpointer data)
{
    g_autofree char *fifo = g_build_filename(f->directory, "fifo", NULL);
    g_autoptr(GString) requests = g_string_new(NULL);

    (void)data;
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    start_as_libqtest(f, "-machine none");
    hear_part(f->qmp, "QMP");
    say(f->qmp, "{\"execute\": \"qmp_capabilities\", \"arguments\": {\"enable\": [\"oob\"]}}");
    hear_part(f->qmp, "return");
    g_string_printf(requests,
                    "{\"execute\": \"blockdev-add\", \"id\": \"slow\", \"arguments\": {\"driver\": "
                    "\"blkdebug\", \"node-name\": \"a\", \"config\": \"%s\", \"image\": "
                    "{\"driver\": \"null-co\"}}}{\"exec-oob\": \"migrate-pause\", \"id\": \"oob\"}",
                    fifo);
    say(f->qmp, requests->str);
    hear_part(f->qmp, "\"id\": \"oob\"");
    for (int i = 1; i <= 20; i++) {
        g_autofree char *request = g_strdup_printf("{\"execute\": \"query-name\", \"id\": %d}", i);

        say(f->qmp, request);
    }
    close(open(fifo, O_WRONLY | O_CLOEXEC));
    hear_part(f->qmp, "\"id\": \"slow\"}");
    g_assert_cmpint(open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC), ==,
                    -1); /* nobody reads it now */
    for (int i = 1; i <= 20; i++) {
        g_autofree char *reply = g_strdup_printf("\"id\": %d}", i);

        hear_part(f->qmp, reply);
    }
}

static void test_watchdog_warns(Program *f, gconstpointer data)
{
    (void)data;
    start_as_libqtest(f, "-device ib700 -action watchdog=debug");
    say(f->qtest, "outb 0x443 15\nclock_step 1\n");
    hear(f->qtest, "OK");
    hear(f->qtest, "OK 1");
    say(f->qtest, "endianness\n"); /* the host acts before it takes the next command */
    hear(f->qtest, "OK little");
    terminate(f);
    says(f->errors_path, "warning: the watchdog has expired\n");
}

/* Somebody may copy only the program, without its plugin, to another directory. */
static void test_default_set_missing(Program *f, gconstpointer data)
{
    g_autofree char *copy = g_build_filename(f->directory, "outboard-system-x86_64", NULL);
    g_autofree char *program = NULL;
    gsize size;

    (void)data;
    g_assert_true(g_file_get_contents(g_getenv("OB_HOST_PROGRAM"), &program, &size, NULL));
    g_assert_true(g_file_set_contents(copy, program, (gssize)size, NULL));
    g_chmod(copy, 0755);
    start(f, copy, "-device help");
    ends_with(f, 0);
    says(f->errors_path, "outboard-system-x86_64: warning: no devices: ");
    says(f->output_path, "Devices:\n");
}

static void test_architecture_unknown(Program *f, gconstpointer data)
{
    g_autofree char *link = g_build_filename(f->directory, "outboard-system-riscv64", NULL);

    (void)data;
    g_assert_cmpint(symlink(g_getenv("OB_HOST_PROGRAM"), link), ==, 0);
    start(f, link, "-S");
    ends_with(f, 1);
    says(f->errors_path,
         "architecture 'riscv64' is unknown: the program's name must end in -x86_64 "
         "or -aarch64\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    signal(SIGPIPE, SIG_IGN);
    TEST("/program/libqtest/endianness-then-greeting", NULL, test_endianness_then_greeting);
    TEST("/program/libqtest/nothing-on-standard-error", NULL, test_libqtest_is_quiet);
    TEST("/program/libqtest/default-machine-has-128-mib", NULL, test_default_machine);
    TEST("/program/libqtest/device-before-its-tpm", NULL, test_option_order);
    TEST("/program/libqtest/monitor-before-its-chardev", NULL, test_monitor_before_chardev);
    TEST("/program/libqtest/quit-ends-with-status-0", NULL, test_quit);
    TEST("/program/libqtest/sigterm-tells-monitors", NULL, test_sigterm_tells_monitors);
    TEST("/program/qmp/requests-behind-a-slow-one-keep-their-order", NULL, test_queue);
    TEST("/program/own-sockets-are-removed", NULL, test_own_sockets_are_removed);
    TEST("/program/architecture-by-name", NULL, test_architecture_by_name);
    TEST("/program/architecture-unknown", NULL, test_architecture_unknown);
    TEST("/program/trace/registers-and-fields", NULL, test_trace);
    TEST("/program/trace/last-pattern-decides", NULL, test_trace_selects);
    TEST("/program/firmware/resume-that-fails-is-told", NULL, test_resume_fails);
    TEST("/program/trace/unknown-event-is-a-warning", NULL, test_trace_unknown);
    TEST("/program/trace/page-has-names-of-fields", NULL, test_trace_of_a_page);
    for (size_t i = 0; i < G_N_ELEMENTS(failures); i++) {
        g_autofree char *path = g_strconcat("/program/refused/", failures[i].name, NULL);
        TEST(path, &failures[i], test_failure);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autofree char *path = g_strconcat("/program/shows/", answers[i].name, NULL);
        TEST(path, &answers[i], test_answer);
    }
    TEST("/program/full-logfile-ends-with-a-warning", NULL, test_full_log);
    TEST("/program/accelerator-warns-that-no-cpu-runs", NULL, test_accelerator_warns);
    TEST("/program/watchdog-warns", NULL, test_watchdog_warns);
    TEST("/program/default-set-missing-is-a-warning", NULL, test_default_set_missing);
    return g_test_run();
}
