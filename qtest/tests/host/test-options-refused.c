/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: the sentences for options that are refused. */
#include "hw-api/device/error.h"
#include "qtest/host/options/options.h"

#define PROGRAM "/usr/bin/outboard-system-x86_64"

typedef struct Refusal {
    const char *name;
    const char *line;
    const char *sentence;
} Refusal;

/* clang-format off */
static const Refusal refusals[] = {
    { "unknown-option-names-the-nearest", "-devise x",
      "-devise: unknown option, did you mean '-device'?" },
    { "unknown-option-far-from-all", "-zzzzzzzz", "-zzzzzzzz: unknown option, see -help" },
    { "word-that-is-no-option", "disk.img",
      "disk.img: not an option, expected a word that starts with '-'" },
    { "dashes-alone", "--", "--: not an option, expected a word that starts with '-'" },
    { "argument-missing", "-machine",
      "-machine: the argument is missing, expected NAME[,PROPERTY=VALUE]" },
    { "machine-property-unknown", "-machine q35,usv=on",
      "-machine: unknown property 'usv', did you mean 'usb'?" },
    { "machine-property-of-another-architecture", "-machine pc,gic-version=3",
      "-machine: unknown property 'gic-version'" },
    { "machine-firmware", "-machine pc,firmware=seabios",
      "-machine: firmware: invalid value 'seabios': expected one of: off stand-in" },
    { "machine-property-value", "-machine pc,usb=maybe",
      "-machine: usb: invalid value 'maybe': expected one of: on off yes no true false" },
    { "accelerator-unknown", "-accel tgc",
      "-accel: unknown accelerator 'tgc', did you mean 'tcg'?" },
    { "memory-without-number", "-m big",
      "-m: invalid value 'big': expected a number with B, K, M, G or T" },
    { "memory-negative", "-m -1",
      "-m: invalid value '-1': expected a number with B, K, M, G or T" },
    { "memory-too-large", "-m 99999999999G",
      "-m: invalid value '99999999999G': expected a number with B, K, M, G or T" },
    { "memory-property-unknown", "-m 1G,slots=2", "-m: unknown property 'slots'" },
    { "disk", "-drive file=x", "-drive: not offered: the machine has no disks" },
    { "disk-without-its-argument", "-hda", "-hda: not offered: the machine has no disks" },
    { "kernel", "-kernel x", "-kernel: not offered: no CPU runs firmware or a kernel; -machine "
      "MACHINE,firmware=stand-in links the tables" },
    { "debugger", "-s", "-s: not offered: no CPU runs here" },
    { "network", "-netdev user,id=n", "-netdev: not offered: the machine has no network" },
    { "usb", "-usb", "-usb: not offered: the machine has no USB" },
    { "sound", "-audiodev none,id=a", "-audiodev: not offered: the machine has no sound" },
    { "display-by-network", "-vnc :1", "-vnc: not offered: the machine has no display" },
    { "shared-directory", "-virtfs x", "-virtfs: not offered: the machine shares no directories" },
    { "watchdog", "-watchdog i6300esb", "-watchdog: not offered: the machine has no watchdog" },
    { "watchdog-action", "-watchdog-action bark",
      "-watchdog-action: watchdog: invalid value 'bark': expected one of: reset shutdown poweroff "
      "inject-nmi pause debug none" },
    { "numa", "-numa node", "-numa: not offered: the machine has one node" },
    { "smbios", "-smbios type=0", "-smbios: not offered: the firmware gets no SMBIOS tables" },
    { "acpi-table", "-acpitable file=x", "-acpitable: not offered: the firmware gets only the "
      "tables of the machine and its devices" },
    { "snapshot-to-load", "-loadvm x",
      "-loadvm: not offered: snapshots do not exist; -incoming reads a stream" },
    { "daemon", "--daemonize", "-daemonize: not offered: the process stays in the foreground" },
    { "user", "-runas x",
      "-runas: not offered: start the program as this user, or in this root" },
    { "json-unfinished", "-device {\"driver\":",
      "-device: invalid JSON: unexpected token near end of file, at character 10" },
    { "json-key-twice", "-device {\"driver\":\"a\",\"driver\":\"b\"}",
      "-device: invalid JSON: duplicate object key near '\"driver\"', at character 22" },
    { "json-of-lists", "-device {\"driver\":\"a\",\"b\":[1]}",
      "-device: b: invalid JSON value: expected text, a number, true or false" },
    { "json-without-name", "-device {\"\":1}", "-device: a property has no name in JSON" },
    { "json-without-driver", "-device {}", "-device: driver= is missing, see -device help" },
    { "json-number-too-large", "-object {\"id\":99999999999999999999}",
      "-object: invalid JSON: too big integer near '99999999999999999999', at character 26" },
    { "global-without-value", "-global tpm-crb.ppi",
      "-global: unknown property 'tpm-crb.ppi'" },
    { "global-empty", "-global driver=,property=a,value=b",
      "-global: driver= is missing, expected DRIVER.PROPERTY=VALUE" },
    { "global-without-property", "-global tpm-crb.=off",
      "-global: unknown property 'tpm-crb.'" },
    { "action-unknown", "-action rebot=reset",
      "-action: unknown property 'rebot', did you mean 'reboot'?" },
    { "action-value", "-action reboot=reset,reboot=pause",
      "-action: reboot: invalid value 'pause': expected one of: reset shutdown" },
    { "action-shutdown", "-action shutdown=reset",
      "-action: shutdown: invalid value 'reset': expected one of: poweroff pause" },
    { "action-panic-empty", "-action panic=",
      "-action: panic: invalid value '': expected one of: shutdown pause exit-failure none" },
    { "message-value-empty", "-msg timestamp=",
      "-msg: timestamp: invalid value '': expected one of: on off yes no true false" },
    { "overcommit-unknown", "-overcommit cpu_pm=on", "-overcommit: unknown property 'cpu_pm', did you "
      "mean 'cpu-pm'?" },
    { "property-without-name", "-device tpm-crb,=x",
      "-device: a property has no name: 'x', expected NAME=VALUE" },
    { "id-malformed", "-device tpm-crb,id=1x",
      "-device: id: invalid value '1x': expected a letter, then letters, digits, '-', '.' "
      "or '_'" },
    { "tpmdev-without-id", "-tpmdev libtpms", "-tpmdev: id= is missing" },
    { "tpmdev-id-twice", "-tpmdev libtpms,id=a -tpmdev libtpms,id=a",
      "-tpmdev: id 'a' is in use by another -tpmdev" },
    { "chardev-unknown", "-chardev spicevmc,id=a",
      "-chardev: unknown backend 'spicevmc', expected socket, file, stdio, pty or null" },
    { "chardev-empty", "-chardev file,id=,path=x", "-chardev: id: invalid value '': expected a "
      "letter, then letters, digits, '-', '.' or '_'" },
    { "chardev-file-option", "-chardev file,id=a,port=1",
      "-chardev: file: unknown option 'port', expected path or append" },
    { "chardev-file-without-path", "-chardev file,id=a", "-chardev: socket: path is empty" },
    { "chardev-null-option", "-chardev null,id=a,path=x",
      "-chardev: null: unknown option 'path', expected none" },
    { "chardev-mux", "-chardev stdio,id=a,mux=on",
      "-chardev: mux: invalid value 'on': expected off" },
    { "chardev-fd-and-path", "-chardev socket,id=a,fd=3,path=x",
      "-chardev: socket: more than one of path, fd, and host or port given, expected one" },
    { "chardev-of-two-users",
      "-chardev socket,id=a,path=x -qmp chardev:a -mon chardev=a,mode=control",
      "-mon: chardev 'a' is in use by -qmp" },
    { "object-unknown", "-object monitor-qpm,id=m",
      "-object: unknown type 'monitor-qpm', did you mean 'monitor-qmp'?" },
    { "object-without-type", "-object id=m", "-object: qom-type= is missing, see -object help" },
    { "object-without-id", "-object monitor-qmp,chardev=c", "-object: id= is missing" },
    { "object-monitor-without-chardev", "-object monitor-qmp,id=m",
      "-object: chardev= is missing" },
    { "object-monitor-chardev-unknown", "-object monitor-qmp,id=m,chardev=c",
      "-object: chardev 'c' is unknown" },
    { "object-property-unknown", "-object monitor-qmp,id=m,chardeb=c",
      "-object: monitor-qmp: unknown property 'chardeb', did you mean 'chardev'?" },
    { "object-id-twice", "-chardev null,id=c -object monitor-qmp,id=m,chardev=c "
      "-object monitor-qmp,id=m,chardev=c", "-object: id 'm' is in use by another -object" },
    { "run-with-unknown", "-run-with exit-with-parents=on",
      "-run-with: unknown property 'exit-with-parents', did you mean 'exit-with-parent'?" },
    { "run-with-value", "-run-with exit-with-parent=maybe",
      "-run-with: exit-with-parent: invalid value 'maybe': expected on or off" },
    { "sandbox-unknown", "-sandbox on,spwan=deny",
      "-sandbox: unknown property 'spwan', did you mean 'spawn'?" },
    { "sandbox-maybe", "-sandbox maybe", "-sandbox: invalid value 'maybe': expected on or off" },
    { "sandbox-without-on", "-sandbox spawn=deny", "-sandbox: on or off is missing" },
    { "sandbox-spawn", "-sandbox on,spawn=no",
      "-sandbox: spawn: invalid value 'no': expected allow or deny" },
    { "sandbox-obsolete", "-sandbox on,obsolete=children",
      "-sandbox: obsolete: invalid value 'children': expected allow or deny" },
    { "sandbox-privileges", "-sandbox on,elevateprivileges=x",
      "-sandbox: elevateprivileges: invalid value 'x': expected allow, children or deny" },
    { "sandbox-resources", "-sandbox on,resourcecontrol=x",
      "-sandbox: resourcecontrol: invalid value 'x': expected allow or deny" },
    { "serial-address", "-serial modem",
      "-serial: socket: invalid address 'modem': expected unix:PATH, tcp:HOST:PORT, file:PATH, "
      "stdio, pty or null" },
    { "chardev-id-twice", "-chardev socket,id=a,path=x -chardev socket,id=a,path=y",
      "-chardev: id 'a' is in use by another -chardev" },
    { "qtest-twice", "-qtest unix:a -qtest unix:b", "-qtest: given twice, expected one address" },
    { "stdio-twice", "-qmp stdio -qtest stdio", "-qmp: stdio is in use by -qtest" },
    { "monitor-of-other-mode", "-mon chardev=a,mode=vi",
      "-mon: mode: invalid value 'vi': expected control or readline" },
    { "monitor-chardev-unknown", "-monitor chardev:a", "-monitor: chardev 'a' is unknown" },
    { "monitor-address-empty", "-monitor unix:", "-monitor: socket: path is empty" },
    { "monitors-on-one-stream", "-monitor stdio -qmp stdio", "-qmp: stdio is in use by -monitor" },
    { "uuid-malformed", "-uuid 1234",
      "-uuid: invalid value '1234': expected xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" },
    { "boot-key-unknown", "-boot ordr=c",
      "-boot: unknown property 'ordr', did you mean 'order'?" },
    { "boot-device-unknown", "-boot cz", "-boot: order: invalid value 'z': expected a to p" },
    { "boot-device-twice", "-boot once=aa",
      "-boot: once: boot device 'a' is given twice, expected once" },
    { "boot-menu-value", "-boot menu=maybe", "-boot: invalid value 'maybe': expected on or off" },
    { "reboot-timeout-too-large", "-boot reboot-timeout=65536",
      "-boot: reboot-timeout: invalid value '65536': expected -1 to 65535" },
    { "reboot-timeout-negative", "-boot reboot-timeout=-2",
      "-boot: reboot-timeout: invalid value '-2': expected -1 to 65535" },
    { "splash-time-negative", "-boot splash-time=-1",
      "-boot: splash-time: invalid value '-1': expected 0 to 65535" },
    { "splash-time-no-number", "-boot splash-time=x",
      "-boot: splash-time: invalid value 'x': expected 0 to 65535" },
    { "smp-no-number", "-smp x",
      "-smp: cpus: invalid value 'x': expected 1 to 4096" },
    { "smp-of-none", "-smp 0",
      "-smp: cpus: invalid value '0': expected 1 to 4096" },
    { "smp-more-than-maximum", "-smp 2,maxcpus=1", "-smp: cpus: 2 is more than maxcpus, 1" },
    { "smp-topology-too-small", "-smp 2,maxcpus=5,cores=2",
      "-smp: maxcpus: 5 does not fit, sockets * dies * clusters * cores * threads make 4" },
    { "smp-topology-too-large", "-smp 2,sockets=2,cores=2",
      "-smp: maxcpus: 2 does not fit, sockets * dies * clusters * cores * threads make 4" },
    { "smp-level-of-another-architecture", "-smp 2,clusters=2",
      "-smp: unknown property 'clusters'" },
    { "fw-cfg-without-content", "-fw_cfg opt/x",
      "-fw_cfg: opt/x: expected one of file= and string=, not empty" },
    { "fw-cfg-with-two-contents", "-fw_cfg opt/x,string=a,file=b",
      "-fw_cfg: opt/x: expected one of file= and string=, not empty" },
    { "fw-cfg-empty-string", "-fw_cfg opt/x,string=",
      "-fw_cfg: opt/x: expected one of file= and string=, not empty" },
    { "fw-cfg-without-name", "-fw_cfg string=a", "-fw_cfg: name= is missing" },
    { "fw-cfg-empty-name", "-fw_cfg name=,string=a", "-fw_cfg: name= is missing" },
    { "fw-cfg-property-unknown", "-fw_cfg opt/x,strng=a",
      "-fw_cfg: unknown property 'strng', did you mean 'string'?" },
    { "display-other-than-none", "-display gtk",
      "-display: invalid value 'gtk': expected none" },
    { "log-item-unknown", "-d guest_error",
      "-d: unknown item 'guest_error', did you mean 'guest_errors'?" },
    { "trace-file-missing", "-trace events=/nonexistent",
      "-trace: cannot read events from '/nonexistent': Failed to open file "
      "\xe2\x80\x9c/nonexistent\xe2\x80\x9d: No such file or directory" },
    { "dump-format-unknown", "-dump-plugin x.so,format=xml",
      "-dump-plugin: format: unknown format 'xml', expected json or text" },
};
/* clang-format on */

static void test_refusal(gconstpointer opaque)
{
    const Refusal *refusal = opaque;
    g_autofree char *whole = g_strconcat(PROGRAM " ", refusal->line, NULL);
    g_auto(GStrv) words = g_strsplit(whole, " ", 0);
    HW_ERROR(error, 512);

    g_assert_null(ob_options_new((int)g_strv_length(words), words, &error));
    g_assert_cmpstr(error.text, ==, refusal->sentence);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/options/refused/", refusals[i].name, NULL);
        g_test_add_data_func(path, &refusals[i], test_refusal);
    }
    return g_test_run();
}
