/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line.  It is parsed as a whole before any option takes effect, so that the
 * order of options does not matter.
 */
#ifndef OB_OPTIONS_H
#define OB_OPTIONS_H

#include "qtest/host/io/socket.h"
#include "qtest/host/options/keyval.h"
#include "qtest/host/options/topology.h"

#include <glib.h>

/* The information that the user wants instead of a machine. */
typedef enum ObShow {
    OB_SHOW_NOTHING,
    OB_SHOW_HELP,
    OB_SHOW_VERSION,
    OB_SHOW_MACHINES,
    OB_SHOW_MACHINE, /* show_argument: its name */
    OB_SHOW_ACCELERATORS,
    OB_SHOW_DEVICES,
    OB_SHOW_DEVICE, /* show_argument: its name */
    OB_SHOW_TPMDEVS,
    OB_SHOW_NETDEVS,
    OB_SHOW_VCPUS,
    OB_SHOW_CHARDEVS,
    OB_SHOW_OBJECTS,
    OB_SHOW_TRACES,
    OB_SHOW_LOGS,
    OB_SHOW_PLUGIN,  /* show_argument: the file */
    OB_SHOW_VMSTATE, /* show_argument: the file to write */
} ObShow;

/* -chardev */
#define OB_CHARDEV_SHARES 4u      /* users of one with mux=on; QEMU's limit */
#define OB_ESCAPE         0x01    /* Ctrl-A */
#define OB_BASE_SUFFIX    "-base" /* the shared stream has this name, too */

typedef struct ObChardev {
    const char *id;
    const char *backend;
    ObSocketAddress address;
    const char *user;  /* the option that uses it; NULL: none, so a device may */
    bool mux;          /* several may use it; then: */
    bool no_signals;   /* a terminal's Ctrl-C is input */
    uint32_t monitors; /* the number of its monitors */
    uint32_t ports;    /* the number of the machine's ports on it, which do nothing here */
} ObChardev;

/* -qmp or -monitor ADDRESS, -mon chardev=ID, or -object monitor-qmp */
typedef struct ObMonitor {
    const char *option;  /* the option's name, for messages */
    const char *label;   /* QEMU's name of its own address; NULL: it has none */
    const char *chardev; /* the chardev that has the address; NULL: its own */
    ObSocketAddress address;
    bool pretty; /* answers with line breaks */
    bool human;  /* HMP; else QMP */
} ObMonitor;

/* -sandbox; OB_CHOICE_DEFAULT: the key is not given */
typedef enum ObChoice { OB_CHOICE_DEFAULT, OB_CHOICE_ALLOW, OB_CHOICE_DENY } ObChoice;

typedef struct ObSandbox {
    bool on;
    ObChoice obsolete;
    ObChoice privileges;
    ObChoice spawn;
    ObChoice resources;
} ObSandbox;

/* -action: the effect of the guest's own requests. */
typedef enum ObPanicAction {
    OB_PANIC_SHUTDOWN, /* QEMU's default */
    OB_PANIC_PAUSE,
    OB_PANIC_EXIT_FAILURE,
    OB_PANIC_NONE,
} ObPanicAction;
extern const char *const ob_panic_actions[]; /* ends with NULL */

typedef enum ObWatchdogAction {
    OB_WATCHDOG_RESET, /* QEMU's default */
    OB_WATCHDOG_SHUTDOWN,
    OB_WATCHDOG_POWEROFF,
    OB_WATCHDOG_INJECT_NMI,
    OB_WATCHDOG_PAUSE,
    OB_WATCHDOG_DEBUG,
    OB_WATCHDOG_NONE,
} ObWatchdogAction;
extern const char *const ob_watchdog_actions[]; /* ends with NULL */

typedef struct ObActions {
    bool shutdown_pauses;   /* else the program ends */
    bool reboot_shuts_down; /* else the machine is reset */
    ObPanicAction panic;
    ObWatchdogAction watchdog;
} ObActions;

/* Sets the action of `key`: "shutdown", "reboot", "panic" or "watchdog".  Returns false and sets
 * `error` if the value is unknown. */
bool ob_actions_set(ObActions *actions, const char *key, const char *value, HwError *error);

/* -global: a property that devices of a class start with. */
typedef struct ObGlobal {
    char *driver;
    char *property;
    const char *value;
} ObGlobal;

/* True if the machine itself takes the property. */
bool ob_option_is_machine_global(const ObGlobal *global);

/* -vnc */
#define OB_VNC_PORT 5900u /* display 0 has it */

typedef struct ObVncOptions {
    bool is_given;
    bool is_none;            /* the address "none": no server */
    ObSocketAddress address; /* unix or TCP */
    uint16_t last_port;      /* TCP: the last one that is tried */
    bool password;           /* viewers need one */
    const char *secret;      /* the object that has it; NULL: QMP sets it */
    const char *device;      /* NULL: the first screen */
    uint32_t head;
} ObVncOptions;

/* The file of an image for firmware. */
typedef struct ObImageFile {
    const char *option; /* for messages */
    const char *path;   /* NULL: none */
    bool is_read_only;
    bool may_be_read_only; /* if it can't be written */
    bool is_temporary;     /* the guest changes the bytes, and not the file */
} ObImageFile;

/* -plugin-set */
typedef struct ObPluginOption {
    const char *path;
    bool is_watched;
} ObPluginOption;

typedef struct ObOptions {
    const char *program;      /* the base name of argv[0] */
    const char *architecture; /* the part behind its last '-' */

    ObShow show; /* the first request */
    char *show_argument;
    bool show_json; /* OB_SHOW_PLUGIN */

    const char *machine;     /* NULL: the default */
    const char *accelerator; /* the first known one; NULL: none was named */
    bool no_acpi;
    uint32_t phandle_start; /* 0: the default */
    const char *tree_dump;  /* -machine dumpdtb: the file; NULL: not asked for */
    bool low_memory;        /* virt, highmem=off: nothing lies above 4 GiB; else: */
    ObSwitch acpi_bridges;  /* q35 */
    ObSwitch no_reboot;
    ObSwitch smbase_smram;
    ObChosenNumber tseg_mbytes;
    bool low_ecam;
    bool low_memory_bars;
    bool hmat;           /* -machine hmat=on */
    bool no_description; /* -machine suppress-vmdesc=on */
    bool firmware_stand_in;
    bool firmware_off; /* -machine firmware=off */
    uint64_t ram_size; /* bytes, 0: the machine's default */
    bool has_ram_below_4g;
    uint64_t ram_below_4g;      /* most bytes; 0: the machine's default */
    const char *memory_backend; /* -machine: the id of the object with the RAM; NULL: none */
    const char *memory_path;    /* -mem-path; NULL: none */
    bool memory_prealloc;
    const char *processor; /* the option that asks for a CPU; NULL: none */
    GArray *plugin_sets;   /* ObPluginOption; empty: the plugin beside the program */

    GPtrArray *chardevs; /* ObChardev */
    GPtrArray *tpmdevs;  /* ObKeyval, with type and id */
    GPtrArray *netdevs;  /* ObKeyval, with type and id */
    guint nics;          /* so many of the last netdevs are of -nic */
    guint cards;         /* so many of the first devices are of -nic and -net */
    guint hub_ports;     /* so many ports of hub 0 are of -net */
    ObVncOptions vnc;
    const ObKeyval *vcpus; /* -vcpu-registers; NULL: none */
    GPtrArray *drives;     /* ObKeyval, with id */
    const ObKeyval *disk;  /* -device ide-hd; NULL: none */
    const char *boot_disk; /* the disk's file; NULL: none */
    const char *bios;      /* firmware's file; NULL: none */
    ObImageFile flash[OB_FLASHES];
    const char *flash_nodes[OB_FLASHES]; /* -machine pflash0; NULL: none */
    GPtrArray *nodes;                    /* ObKeyval, with driver and node-name: -blockdev */
    uint64_t firmware_most;              /* -machine max-fw-size; 0: the default */
    GPtrArray *devices;                  /* ObKeyval, with driver */
    GPtrArray *globals;                  /* ObGlobal */
    GPtrArray *monitors;                 /* ObMonitor */
    GPtrArray *port_chardevs; /* const char *: the chardevs of -serial, -parallel and -debugcon */
    uint32_t serials;         /* the number of uses of -serial */
    uint32_t parallels;
    uint32_t monitor_addresses;
    uint8_t escape;     /* -echr: the escape character of shared chardevs */
    GPtrArray *objects; /* ObKeyval, with qom-type and id */

    bool has_qtest;
    ObSocketAddress qtest;
    const char *qtest_chardev; /* the chardev that has the address; NULL: its own */
    const char *qtest_log;     /* NULL: none */

    const char *name; /* NULL: none */
    const char *uuid; /* NULL: none; else 8-4-4-4-12 hexadecimal digits */
    ObBoot boot;
    bool no_defaults;   /* -nodefaults */
    bool nographic;     /* without other options, monitor and keys are on standard input */
    bool monitor_given; /* by an option, be it "none" */
    GPtrArray *tables;  /* GBytes: -acpitable */
    struct ObSmbios *smbios;
    uint32_t smbios_entry; /* ObSmbiosEntry, if it is not the machine's default: */
    bool has_smbios_entry;
    GPtrArray *numa_uses; /* ObKeyval: -numa */
    struct ObNuma *numa;  /* NULL: neither -numa nor -preconfig, whose QMP can change it */
    GString *smp;         /* -smp and -machine smp.*, as pairs */
    ObTopology topology;
    uint16_t max_cpus;       /* 0: 1 */
    const char *boot_splash; /* a picture's file; NULL: none */
    GPtrArray *fw_cfg_files; /* ObKeyval, with name and one of file and string */
    const char *incoming;    /* NULL: none; an address, or "defer" */
    bool stopped;            /* -S */
    bool preconfig;
    bool daemonize;
    ObActions actions;
    bool exit_with_parent; /* -run-with */
    ObSandbox sandbox;
    const char *pid_file; /* NULL: none */

    GPtrArray *traces; /* char *, patterns; '-' in front disables */
    bool guest_errors;
    const char *log_file;      /* NULL: standard error */
    const char *wave_file;     /* NULL: none */
    const char *timeline_file; /* NULL: none */
    const char *coverage_file; /* NULL: none */
    const char *record_file;   /* likewise */

    GPtrArray *list;    /* ObOptionUse; owns strings above */
    GPtrArray *keyvals; /* own the other strings above */
} ObOptions;

/*
 * Parses the command line; keeps a pointer to argv[0].  Returns NULL and sets `error` on
 * failure: "-devise: unknown option, did you mean '-device'?".
 */
ObOptions *ob_options_new(int argc, char **argv, HwError *error);
void ob_options_free(ObOptions *options); /* NULL is allowed */

/* The name of a property of -machine, NULL after the last.  Sets `is_flag` for on and off. */
const char *ob_machine_property_at(const char *architecture, uint32_t index, bool *is_flag);

/* Reads a chardev from its text, with `backend` and `id`, whose strings stay the keyval's.  Returns
 * false and sets `error` on failure. */
bool ob_options_read_chardev(ObChardev *chardev, const ObKeyval *keyval, HwError *error);

/* The -chardev of this id; NULL if there is none. */
ObChardev *ob_options_chardev(const ObOptions *options, const char *id);

/* The -object of this id; NULL if there is none. */
const ObKeyval *ob_options_object(const ObOptions *options, const char *id);

/* The -tpmdev of this id; NULL if there is none. */
const ObKeyval *ob_options_tpmdev(const ObOptions *options, const char *id);

#endif
