/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of options.  Connects options.c, the parsers and help.c. */
#ifndef OB_OPTION_TABLE_H
#define OB_OPTION_TABLE_H

#include "qtest/host/options/options.h"

/* Parses one use of an option.  Returns false and sets `error` on failure. */
typedef bool ObOptionParser(ObOptions *options, const char *argument, HwError *error);

typedef struct ObOptionRow {
    const char *name;      /* without dashes; NULL: a heading, `help` */
    const char *argument;  /* its name in the help; NULL: the option takes none */
    const char *help;      /* NULL: not shown */
    ObOptionParser *parse; /* NULL: nothing to do */
} ObOptionRow;

/* Ends with a row of zeros. */
extern const ObOptionRow ob_option_rows[];

/* Options of QEMU that would change something, and that this program can't honour. */
typedef struct ObRefusedOptions {
    const char *names; /* with spaces between and around them */
    const char *reason;
} ObRefusedOptions;

/* Ends with a row of zeros. */
extern const ObRefusedOptions ob_refused_options[];

/* Records the first request to show something; later requests are ignored. */
bool ob_option_show(ObOptions *options, ObShow show, const char *argument);

/* A keyval that lives as long as the options.  Returns NULL and sets `error` on failure. */
ObKeyval *ob_option_keyval(ObOptions *options, const char *argument, const char *implied,
                           HwError *error);

/* The same; an argument that starts with a brace is JSON. */
ObKeyval *ob_option_keyval_or_json(ObOptions *options, const char *argument, const char *implied,
                                   HwError *error);

/* The keyval's id, which must be there.  Returns false and sets `error` on failure. */
bool ob_option_id(const ObKeyval *keyval, const char **id, HwError *error);

/* option-machine.c */
ObOptionParser ob_option_machine, ob_option_memory, ob_option_memory_path,
    ob_option_memory_prealloc, ob_option_accelerator, ob_option_kvm, ob_option_no_acpi,
    ob_option_processor, ob_option_name, ob_option_incoming, ob_option_stopped;
extern const char *const ob_accelerators[]; /* ends with NULL */

/* option-boot.c, option-smp.c */
ObOptionParser ob_option_uuid, ob_option_boot, ob_option_nographic, ob_option_no_floppy_check,
    ob_option_no_defaults, ob_option_fw_cfg, ob_option_smp;

/* Appends a file's bytes, and stops soon after `to` has more than `most`.  Returns false and sets
 * `error` on failure. */
bool ob_option_file_append(GByteArray *to, const char *path, size_t most, HwError *error);

/* A file of up to 1 MiB, with a zero byte behind its `*size` bytes; the caller frees it.  Returns NULL
 * and sets `error` on failure. */
char *ob_option_file_text(const char *path, size_t *size, HwError *error);

/* option-smbios.c, and its property of -machine: 32, 64 or auto */
ObOptionParser ob_option_smbios;
void ob_option_smbios_entry(ObOptions *options, const char *value);

/* -machine smp.cpus=...: the same keys as those of -smp, behind this prefix. */
#define OB_SMP_PREFIX "smp."
bool ob_option_smp_of_machine(ObOptions *options, const ObKeyval *machine, HwError *error);

/* option-log.c */
ObOptionParser ob_option_plugin_set, ob_option_dump_plugin, ob_option_dump_vmstate, ob_option_none,
    ob_option_trace, ob_option_record, ob_option_log, ob_option_log_file, ob_option_help,
    ob_option_version;

/* One item of -d: its name and its help. */
typedef struct ObLogItem {
    const char *name;
    const char *help;
} ObLogItem;
extern const ObLogItem ob_log_items[];     /* ends with a row of zeros */
extern const char ob_log_items_accepted[]; /* QEMU's others, with spaces between and around them */

/* option-device.c */
ObOptionParser ob_option_tpmdev, ob_option_netdev, ob_option_nic, ob_option_net, ob_option_device,
    ob_option_global, ob_option_vcpus;

/* drive/option-drive.c: a disk is a -device without a class */
ObOptionParser ob_option_drive;
const ObKeyval *ob_option_drive_find(const ObOptions *options, const char *id);
bool ob_option_is_disk(const char *driver);
bool ob_option_disk(ObOptions *options, ObKeyval *keyval, HwError *error);
bool ob_option_drive_end(ObOptions *options, HwError *error); /* checks disk and drives */

/* drive/option-flash.c: -drive if=pflash is checked, but for its number and file */
ObOptionParser ob_option_bios, ob_option_pflash, ob_option_blockdev;
bool ob_option_flash_drive(ObOptions *options, const ObKeyval *keyval, HwError *error);
bool ob_option_flash_end(ObOptions *options, HwError *error); /* finds the nodes of -machine */

/* option-chardev.c */
ObOptionParser ob_option_chardev, ob_option_qtest, ob_option_qtest_log, ob_option_qmp,
    ob_option_qmp_pretty, ob_option_hmp, ob_option_monitor, ob_option_escape;
bool ob_option_object_monitor(ObOptions *options, const ObKeyval *keyval, HwError *error);
ObMonitor *ob_option_monitor_add(ObOptions *options, const char *option);

/* Parses an address, or "chardev:ID". */
bool ob_option_address_or_chardev(ObSocketAddress *address, const char **chardev, const char *text,
                                  HwError *error);

/* connection.c */
#define OB_MUX_PREFIX "mon:"
ObOptionParser ob_option_serial, ob_option_parallel, ob_option_debugcon;
/* The address of the monitor that was added last; also "mon:ADDRESS", which is shared. */
bool ob_option_address(ObOptions *options, ObMonitor *monitor, const char *text, HwError *error);
bool ob_option_connections_end(ObOptions *options, HwError *error); /* finds their chardevs */

/* option-object.c */
ObOptionParser ob_option_object;

/* option-numa.c */
ObOptionParser ob_option_numa;
bool ob_option_numa_end(ObOptions *options, HwError *error); /* checks the nodes as a whole */

/* option-acpi.c */
ObOptionParser ob_option_acpi_table;

/* option-run.c */
ObOptionParser ob_option_run_with, ob_option_sandbox, ob_option_pid_file, ob_option_preconfig,
    ob_option_daemonize, ob_option_add_fd;

/* option-vnc.c */
ObOptionParser ob_option_vnc, ob_option_display;

/* option-accepted.c: options without effect here, whose values are checked */
ObOptionParser ob_option_message, ob_option_overcommit, ob_option_compat, ob_option_audiodev;

/* option-rtc.c */
ObOptionParser ob_option_rtc;

/* option-action.c */
ObOptionParser ob_option_action, ob_option_watchdog_action, ob_option_no_shutdown,
    ob_option_no_reboot;

/* The index of `value` in `names`, which ends with NULL; -1 and `error`: it is not there. */
int ob_action_find(const char *key, const char *const *names, const char *value, HwError *error);

#endif
