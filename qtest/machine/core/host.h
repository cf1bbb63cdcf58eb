/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host as a library: it carries plugins and presents a machine without a CPU.  The
 * program (main.c) adds a command line, a qtest server and QMP.  Tests link the library and
 * call it in their own process.
 *
 * One thread uses a host at a time: the caller holds the device lock.
 */
#ifndef OB_HOST_H
#define OB_HOST_H

#include <glib.h>
#include "hw-api/host/run/instance.h"
#include "hw-api/host/tpm/tpm.h"
#include "hw-api/host/vcpu/vcpus.h"

typedef struct ObHost ObHost;

/* A kind of machine; machines.c has the table. */
typedef struct ObMachine {
    const char *name; /* "pc" */
    const char *description;
    const char *product;       /* QEMU's name of the hardware, for SMBIOS; NULL: no SMBIOS */
    const char *architectures; /* "x86_64", or "*" */
    bool is_default;
    const char *versioned; /* "pc-q35": "pc-q35-7.2" is a version; NULL: none */
    const char *ram_block; /* RAM's name in a migration stream */
    uint32_t page_bits;    /* the value in a stream; 0: not in the stream */
    uint32_t max_cpus;     /* most CPUs that fw_cfg can name; 0: names none */
    uint64_t ram_base;
    uint64_t ram_size;      /* the default; 0: no RAM */
    uint64_t ram_low_limit; /* from this size on, RAM has a hole below 4 GiB: */
    uint64_t ram_low_size;  /* the rest continues at 4 GiB; 0: no hole */
    bool
        ram_low_moves; /* ObHostConfig.ram_low_most moves ram_low_limit, else it is another limit */
    bool has_io_ports; /* fw_cfg uses I/O ports too */
    bool has_tree;     /* a device tree */
    bool has_smbus;    /* QEMU's machine has an I2C bus of its own */
    uint64_t fw_cfg_base;   /* fw_cfg in memory, without ports; 0: none */
    uint64_t platform_base; /* start of the window for AUTO memory regions */
    uint64_t platform_size;
    uint64_t platform_io_base; /* start of the window for AUTO I/O regions */
    uint64_t virtio_slots;     /* address of the transports of virtio; 0: none */
    uint64_t platform_io_size;
    uint32_t irq_lines;                /* 0: no controller */
    const char *irq_controller;        /* its QOM path, "/machine/i440fx/ioapic", or NULL */
    const struct ObAcpiPlatform *acpi; /* parts/acpi.h; NULL: no ACPI */
    const struct ObPciBoard *pci;      /* pci/pci.h; NULL: no PCI */
    const struct ObFlashBoard *flash;  /* flash/flash.h; NULL: no place for firmware */
} ObMachine;

/* Facts for the firmware.  All zeros: the same as without any option. */
typedef struct ObBoot {
    uint8_t uuid[16];   /* in the order of its text */
    uint16_t cpus;      /* 0: 1 */
    uint16_t cpu_limit; /* above every APIC ID; 0: same as cpus */
    bool no_graphics;
    bool has_date;        /* PCs only: the clock starts with: */
    int64_t date;         /* seconds since 1970; else with the host's time, plus: */
    int64_t clock_offset; /* seconds */
    bool menu;
    bool has_reboot_timeout;
    int32_t reboot_timeout; /* ms; -1: none */
    bool has_splash_time;
    uint16_t splash_time; /* ms */
    const char *order;    /* boot devices; NULL: "cad".  PCs only: */
    const char *once;     /* boot devices until the first reset; NULL: `order` */
    bool no_floppy_check;
    const char *oem_id;       /* in ACPI tables, up to 6 characters; NULL: QEMU's */
    const char *oem_table_id; /* up to 8 characters; NULL: QEMU's */
    const GPtrArray *tables;  /* GBytes: whole ACPI tables besides the machine's own; NULL: none */
} ObBoot;

/* A piece of RAM that the caller maps and keeps until after ob_host_free(). */
typedef struct ObHostRam {
    char *name; /* the RAM block has it */
    uint8_t *memory;
    uint64_t size;
    bool is_file; /* others can change the bytes, or have written them before */
} ObHostRam;

/* A property of the machine's own devices. */
typedef struct ObSwitch {
    bool is_given; /* else the machine has its default */
    bool is_on;
} ObSwitch;

typedef struct ObChosenNumber {
    bool is_given;
    uint16_t value;
} ObChosenNumber;

/* Firmware's image.  The bytes and the name are the caller's until ob_host_new() returns. */
typedef struct ObImage {
    bool is_given;
    const char *name; /* for messages */
    const uint8_t *bytes;
    uint64_t size;
    bool is_read_only; /* a chip: the guest can't change it */

    /* A chip: the guest, or a stream, has changed these bytes.  NULL: nobody keeps them. */
    void (*changed)(void *opaque, uint64_t offset, const uint8_t *bytes, uint64_t size);
    void *opaque;
} ObImage;

#define OB_FLASHES 2 /* flash chips of a machine */

typedef struct ObHostConfig {
    const char *architecture;   /* "x86_64", "aarch64" */
    const char *machine;        /* NULL: the architecture's default */
    uint64_t ram_size;          /* a multiple of 4096; 0: the machine's default */
    const ObHostRam *ram;       /* pieces that follow one another in memory */
    uint32_t ram_count;         /* 0: the host maps `ram_size` bytes */
    uint64_t ram_low_most;      /* RAM below 4 GiB, at most, a multiple of 4096; 0: the machine's */
    const ObBoot *boot;         /* NULL: defaults */
    uint32_t phandle_start;     /* in the device tree; 0: QEMU's */
    bool low_ecam;              /* virt: ECAM below 4 GiB */
    bool low_memory_bars;       /* virt: no window for BARs above 4 GiB */
    ObSwitch acpi_bridges;      /* q35: hot plug below bridges is by ACPI */
    ObSwitch no_reboot;         /* q35: a strap keeps the watchdog from resetting the machine */
    ObSwitch smbase_smram;      /* q35: SMRAM at SMBASE can be locked */
    ObChosenNumber tseg_mbytes; /* q35: the fourth size of TSEG, up to 4095 */
    ObImage rom;                /* a PC's firmware; on virt the first chip's image */
    ObImage flash[OB_FLASHES];  /* flash chips; with the first one, a PC has no ROM */
    uint64_t firmware_most;     /* PCs: bytes of all chips, at most; 0: QEMU's */
    bool no_acpi;               /* no tables, no registers and no hw.acpi/1 */
    bool threaded;              /* slow work runs on threads; else in ob_host_poll() */
    void (*wake)(void *opaque); /* threaded: call ob_host_poll() soon; any thread */

    /* Gets one line and the id of the device, or NULL.  Any thread.  NULL drops all lines. */
    void (*log)(void *opaque, const char *device, uint32_t level, const char *text);
    void *opaque; /* for wake and log */
} ObHostConfig;

void ob_host_free(ObHost *host); /* from ob_host_new(); NULL is allowed */

const ObMachine *ob_host_machine(const ObHost *host);
uint64_t ob_host_ram_size(const ObHost *host);

/* The size of the RAM from ram_base on; all other RAM begins at 4 GiB. */
uint64_t ob_host_ram_low(const ObHost *host);

/* The same before there is a host, for RAM of `size` bytes and ObHostConfig.ram_low_most. */
uint64_t ob_machine_ram_low(const ObMachine *machine, uint64_t size, uint64_t most);

/* Takes other pieces for the machine's RAM, of the same size in all, before the machine runs.
 * The old pieces' bytes are lost to the guest.  Returns false and sets `error` on failure. */
bool ob_host_replace_ram(ObHost *host, const ObHostRam *pieces, uint32_t count, HwError *error);

/* Loads plugins.  A refused plugin leaves the host unchanged. */
bool ob_host_load_plugins(ObHost *host, const char *path, HwError *error);

/*
 * Calls `load` once, as soon as somebody asks for a class that the host has not, or for the list
 * of classes.  `load` may load plugins, as a program does whose devices are seldom used.
 */
void ob_host_set_plugin_source(ObHost *host, void (*load)(void *opaque), void *opaque);

/*
 * Adds a class that is linked into this program, without a plugin: for tests and
 * prototypes.  The class must outlive the host.  Returns false and sets `error` if the name
 * already exists.
 */
bool ob_host_add_class(ObHost *host, const HwClass *cls, HwError *error);

const HwClass *ob_host_find_class(const ObHost *host, const char *name);
const HwClass *ob_host_class_at(const ObHost *host, uint32_t index); /* NULL after the last */

/* The TPM backends; hw_tpm_add() adds a backend. */
HwTpmDrivers *ob_host_tpms(ObHost *host);

/* Asks `runs` whether the machine runs: a stopped one gets nothing from networks and streams.
 * Without this it always runs. */
void ob_host_follow(ObHost *host, bool (*runs)(void *opaque), void *opaque);
bool ob_host_runs(const ObHost *host);

/* The vCPUs behind hw.vcpu-registers; without them this host lacks that service.  Call
 * before any device is added.  They must outlive the host. */
void ob_host_set_vcpus(ObHost *host, HwVcpus *vcpus);

/*
 * Adds a device: creates it, sets its properties, places, realizes, maps and resets it.
 * Options are pairs of property and text, with "id" among them.  The default id is the
 * class's name; further devices get "#2", "#3" ... behind it.  Returns NULL and sets
 * `error` on failure; then the host is unchanged.
 */
typedef struct ObOption {
    const char *key;
    const char *value;
} ObOption;
HwInstance *ob_host_add_device(ObHost *host, const char *class_name, const ObOption *options,
                               uint32_t option_count, HwError *error);
HwInstance *ob_host_find_device(const ObHost *host, const char *id);
HwInstance *ob_host_device_at(const ObHost *host, uint32_t index); /* NULL after the last */

/* Calls `told` when a device tells of the guest's operating system (HwGuestNews), inside of the
 * guest's access. */
void ob_host_observe_guest(ObHost *host, void (*told)(void *opaque, uint32_t news), void *opaque);

/* The machine's own devices, which no option names, such as fw_cfg.  NULL after the last. */
HwInstance *ob_host_part_at(const ObHost *host, uint32_t index);

/* Unmaps the device, waits for its work under way, unrealizes and frees it, and lowers its
 * interrupts.  Never call it from a hook or callback of a device. */
void ob_host_remove_device(ObHost *host, HwInstance *instance);

/*
 * Hot plug.  After ob_host_set_hot() devices join and leave a running machine: a bus may refuse a
 * device, and a slot tells the guest.  ob_host_unplug() removes a device, or asks the guest to give
 * it up, as the device's bus wants.  A device that the guest has given up disappears at the next
 * ob_host_poll().  `gone` is called before a device is removed by either.
 */
typedef enum ObRemoval {
    OB_REMOVAL_REFUSED, /* `error` is set */
    OB_REMOVAL_ASKED,
    OB_REMOVAL_LEFT, /* the guest does not see it any more */
    OB_REMOVAL_DONE,
} ObRemoval;
void ob_host_set_hot(ObHost *host);
bool ob_host_unplug(ObHost *host, HwInstance *instance, HwError *error);
void ob_host_observe_removals(ObHost *host, void (*gone)(void *opaque, HwInstance *instance),
                              void *opaque);

/*
 * Guest accesses, at any address and of any size; nothing wraps around.  Memory is
 * little-endian.  Unmapped memory reads as zero and unmapped I/O ports as ones (the same as
 * in QEMU).  Writes there are lost.
 *
 * load and store make one access of 1, 2, 4 or 8 bytes.  read and write are split, as on a
 * bus, into aligned pieces, the largest possible first.
 */
uint64_t ob_host_load(ObHost *host, HwSpace space, uint64_t address, uint32_t size);
void ob_host_store(ObHost *host, HwSpace space, uint64_t address, uint64_t value, uint32_t size);
void ob_host_read(ObHost *host, uint64_t address, void *buffer, uint64_t size);
void ob_host_write(ObHost *host, uint64_t address, const void *buffer, uint64_t size);

/* Returns the host's pointer to `size` bytes of RAM at `address`.  Returns NULL unless all
 * of it is RAM (the machine's or a region of kind RAM) in one block.  Valid until a device
 * is removed.  Only read through it: migration misses what is stored. */
void *ob_host_ram_pointer(ObHost *host, uint64_t address, uint64_t size);

/* Interrupt lines of the machine's controller.  The last device or ob_host_irq_set() that
 * set a line decides its level. */
bool ob_host_irq_level(const ObHost *host, uint32_t line);
bool ob_host_irq_set(ObHost *host, uint32_t line, bool level); /* false: no such line */

/* The device that set the line last; NULL if no device did, or ob_host_irq_set() was last. */
const HwDevice *ob_host_irq_driver(const ObHost *host, uint32_t line);

/* Has `changed` called on changes.  `opaque` tells observers apart: NULL for `changed` ends the
 * observer with this `opaque`. */
void ob_host_observe_irqs(ObHost *host, void (*changed)(void *opaque, uint32_t line, bool level),
                          void *opaque);

/* Observes the outputs of all devices (hw.gpio/1).  There is one observer, which is called on
 * changes; NULL ends it. */
void ob_host_observe_outputs(ObHost *host,
                             void (*changed)(void *opaque, const HwDevice *device, uint32_t number,
                                             bool level),
                             void *opaque);

/* A device's lines; NULL: none.  The second function drives an input: a number that the class does
 * not have is ignored. */
const HwGpioLines *ob_device_lines(const HwDevice *device);
void ob_device_input(const HwDevice *device, uint32_t number, bool level);

/*
 * The virtual clock, ns since start.  Setting it fires the timers on the way in order of
 * deadline; timers of one deadline fire in the order of setting.  A timer that gets a
 * passed deadline fires at the next clock_set or poll.
 */
int64_t ob_host_clock_now(const ObHost *host);
int64_t ob_host_clock_next(const ObHost *host);    /* the next deadline, -1: none */
void ob_host_clock_set(ObHost *host, int64_t now); /* never moves back */

/* Observes the register accesses of all devices, also of those added later; NULL ends it. */
void ob_host_observe_accesses(ObHost *host, HwAccessObserver *observer, void *opaque);

/* Records the devices that come later (hw-api/host/recording/recorder.h).  The caller ends the recorder
 * before the host.  A device that a recording can't have is refused. */
struct HwRecorder;
void ob_host_record(ObHost *host, struct HwRecorder *recorder);
const HwHost *ob_host_api(const ObHost *host);

/* Resets all devices (system reset). */
void ob_host_reset(ObHost *host);

/* Makes due callbacks and, unless threaded, runs pending work.  Returns true if it did any;
 * then call it again, since there may be more. */
bool ob_host_poll(ObHost *host);

/* Finishes everything in flight in every device: its posted calls and work, then its
 * quiesce hook and what that hook has posted.  Blocks meanwhile. */
void ob_host_quiesce(ObHost *host);

#endif
