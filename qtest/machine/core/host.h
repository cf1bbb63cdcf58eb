/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The emulator as a library: a machine without a CPU that carries plugin sets.
 * The program (main.c) puts a command line, a qtest server and QMP around it;
 * tests link it and call it in process.
 *
 * One thread uses a host at a time: whoever calls holds the device lock.
 */
#ifndef OB_HOST_H
#define OB_HOST_H

#include "hw-api/host/run/instance.h"
#include "hw-api/host/tpm/tpm.h"
#include "hw-api/host/vcpu/vcpus.h"

typedef struct ObHost ObHost;

/* A kind of machine; machines.c has the table. */
typedef struct ObMachine {
    const char *name;               /* "pc" */
    const char *description;
    const char *architectures;      /* "x86_64", or "*" */
    bool is_default;
    const char *versioned;          /* "pc-q35": its versions are "pc-q35-7.2" ...; NULL: none */
    const char *ram_block;          /* RAM's name in a migration stream */
    uint32_t page_bits;             /* to be told in a stream; 0: not to be told */
    uint32_t max_cpus;              /* that the firmware can be told of; 0: none is told */
    uint64_t ram_base;
    uint64_t ram_size;              /* by default; 0: no RAM */
    uint64_t ram_low_limit;         /* this much RAM or more leaves a hole below 4 GiB: */
    uint64_t ram_low_size;          /* what is beyond this continues there; 0: no hole */
    bool has_io_ports;              /* then fw_cfg is there too */
    uint64_t fw_cfg_base;           /* else here in memory; 0: there is none */
    uint64_t platform_base;         /* where AUTO memory regions go */
    uint64_t platform_size;
    uint64_t platform_io_base;      /* where AUTO I/O regions go */
    uint64_t platform_io_size;
    uint32_t irq_lines;             /* 0: no controller */
    const char *irq_controller;     /* its QOM path, "/machine/i440fx/ioapic", or NULL */
    const struct ObAcpiPlatform *acpi;      /* parts/acpi.h; NULL: no ACPI */
} ObMachine;

/* What the firmware is told.  All zeros: as without any option. */
typedef struct ObBoot {
    uint8_t uuid[16];               /* in the order of its text */
    uint16_t cpus;                  /* 0: 1 */
    uint16_t cpu_limit;             /* all APIC IDs are lower; 0: cpus */
    bool no_graphics;
    bool menu;
    bool has_reboot_timeout;
    int32_t reboot_timeout;         /* ms; -1: none */
    bool has_splash_time;
    uint16_t splash_time;           /* ms */
    const char *order;              /* letters of devices; NULL: "cad".  PCs only: */
    const char *once;               /* the same until the first reset; NULL: `order` */
    bool no_floppy_check;
} ObBoot;

typedef struct ObHostConfig {
    const char *architecture;       /* "x86_64", "aarch64" */
    const char *machine;            /* NULL: the architecture's default */
    uint64_t ram_size;              /* a multiple of 4096; 0: the machine's default */
    const ObBoot *boot;             /* NULL: defaults */
    bool no_acpi;                   /* neither tables nor registers nor hw.acpi/1 */
    bool threaded;                  /* slow work on threads; else in ob_host_poll() */
    void (*wake)(void *opaque);     /* threaded: there is something to poll; any thread */

    /* One line, with the id of the device or NULL.  Any thread.  NULL drops all. */
    void (*log)(void *opaque, const char *device, uint32_t level, const char *text);
    void *opaque;                   /* of wake and log */
} ObHostConfig;

void ob_host_free(ObHost *host);                /* board.h makes one; NULL is allowed */

const ObMachine *ob_host_machine(const ObHost *host);
const char *ob_host_stream_name(const ObHost *host);    /* "pc-q35-7.2" */
uint64_t ob_host_ram_size(const ObHost *host);

/* Plugin sets.  A refused one leaves the host as it was. */
bool ob_host_load_plugins(ObHost *host, const char *path, HwError *error);

/*
 * A class that is linked into this program, without a plugin: for tests and
 * prototypes.  It must outlive the host.  False with a sentence if its name is taken.
 */
bool ob_host_add_class(ObHost *host, const HwClass *cls, HwError *error);

const HwClass *ob_host_find_class(const ObHost *host, const char *name);
const HwClass *ob_host_class_at(const ObHost *host, uint32_t index);    /* NULL after the last */

/* Adds a backend; see hw_tpm_add(). */
HwTpmDrivers *ob_host_tpms(ObHost *host);

/* What is behind hw.vcpu-registers: without, this host lacks that service.  Before any
 * device is added; it must outlive the host. */
void ob_host_set_vcpus(ObHost *host, HwVcpus *vcpus);

/*
 * Devices.  Options are pairs of property and text; "id" is among them, and by default
 * is the class's name, from the second on with "#2", "#3" ... behind.  Creates, sets,
 * places, realizes, maps and resets.  NULL with a sentence, and the host is as before.
 */
typedef struct ObOption {
    const char *key;
    const char *value;
} ObOption;
HwInstance *ob_host_add_device(ObHost *host, const char *class_name,
                               const ObOption *options, uint32_t option_count, HwError *error);
HwInstance *ob_host_find_device(const ObHost *host, const char *id);
HwInstance *ob_host_device_at(const ObHost *host, uint32_t index);      /* NULL after the last */

/* The machine's own devices, which no option names: fw_cfg.  NULL after the last. */
HwInstance *ob_host_part_at(const ObHost *host, uint32_t index);

/* Unmaps, waits for its work under way, unrealizes and frees; lowers its interrupts.
 * Never from inside a hook or callback of a device. */
void ob_host_remove_device(ObHost *host, HwInstance *instance);

/*
 * Guest accesses.  Memory is little-endian.  Where nothing is mapped, memory reads as
 * zero and I/O ports as ones (as in QEMU), and writes are lost.  load and store are one
 * access of 1, 2, 4 or 8 bytes; read and write are split as a bus would, the largest
 * aligned pieces first.  Any address and size; nothing wraps around.
 */
uint64_t ob_host_load(ObHost *host, HwSpace space, uint64_t address, uint32_t size);
void ob_host_store(ObHost *host, HwSpace space, uint64_t address, uint64_t value, uint32_t size);
void ob_host_read(ObHost *host, uint64_t address, void *buffer, uint64_t size);
void ob_host_write(ObHost *host, uint64_t address, const void *buffer, uint64_t size);

/* The host's pointer to `size` bytes of RAM at `address`, NULL unless it is RAM
 * throughout (the machine's or a region of kind RAM) and in one block.  Valid until a
 * device is removed.  For reading: migration misses what is stored through it. */
void *ob_host_ram_pointer(ObHost *host, uint64_t address, uint64_t size);

/* Interrupt lines of the machine's controller.  One observer, told of changes.  Who sets
 * a line last decides its level, be it a device or ob_host_irq_set(). */
bool ob_host_irq_level(const ObHost *host, uint32_t line);
bool ob_host_irq_set(ObHost *host, uint32_t line, bool level);      /* false: no such line */

/* The device that set the line last, NULL if none did or ob_host_irq_set(). */
const HwDevice *ob_host_irq_driver(const ObHost *host, uint32_t line);
void ob_host_observe_irqs(ObHost *host,
                          void (*changed)(void *opaque, uint32_t line, bool level), void *opaque);

/*
 * The virtual clock, ns since start.  Setting it fires the timers on the way in order of
 * deadline, those of one deadline in the order in which they were set.  A timer that gets
 * a deadline that has passed already fires at the next clock_set or poll.
 */
int64_t ob_host_clock_now(const ObHost *host);
int64_t ob_host_clock_next(const ObHost *host);     /* the next deadline, -1: none */
void ob_host_clock_set(ObHost *host, int64_t now);  /* never moves back */

/* Register accesses of all devices, present and added later; NULL ends it. */
void ob_host_observe_accesses(ObHost *host, HwAccessObserver *observer, void *opaque);

/* System reset of all devices. */
void ob_host_reset(ObHost *host);

/* Makes due callbacks and, unless threaded, runs pending work.  True if any: then there
 * may be more. */
bool ob_host_poll(ObHost *host);

/* Finishes everything in flight in every device: its posted calls and work, then its
 * quiesce hook and what that has posted.  Blocks meanwhile. */
void ob_host_quiesce(ObHost *host);

#endif
