/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bridge's knowledge of QEMU's machines. */
#include "plugins/qemu-bridge/qemu/machine.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/acpi.h"
#include "plugins/qemu-bridge/qemu/machine-api.h"

#define PAGE_SIZE 4096u

/*
 * The places for regions without an address.  On PCs they lie between the MSI window and the
 * pages that KVM reserves, above the addresses that firmware gives to PCI.  On virt they lie
 * before the platform bus.
 */
typedef struct Machine {
    const char *prefix;   /* prefix of the machine type's name */
    const char *has_type; /* a type that other architectures' machines of the name lack */
    bool has_ports;
    uint64_t window;
    uint64_t window_size;
    uint64_t fw_cfg; /* address or port of its first register */
    uint32_t event;  /* HwAcpiEventKind; 0: the machine has no free events */
} Machine;

static const Machine machines[] = {
    { "pc-", "ISA", true, 0xfef00000, 0x000f0000, 0x510, HW_ACPI_EVENT_GPE },
    { "microvm-", "ISA", true, 0xfef00000, 0x000f0000, 0x510, 0 },
    { "isapc-", "ISA", true, 0, 0, 0x510, 0 },
    { "virt-", "arm_gic_common", false, 0x0b000000, 0x00100000, 0x9020000, HW_ACPI_EVENT_GED },
};

static const Machine *machine_find(const char *name)
{
    for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
        if (strncmp(name, machines[i].prefix, strlen(machines[i].prefix)) == 0 &&
            object_class_by_name(machines[i].has_type)) {
            return &machines[i];
        }
    }
    return NULL;
}

static const Machine *machine_here(void)
{
    return machine_find(object_get_typename(qdev_get_machine()));
}

bool bridge_machine_is(const char *prefix)
{
    return strncmp(object_get_typename(qdev_get_machine()), prefix, strlen(prefix)) == 0;
}

char *bridge_machine_text(const char *property)
{
    return object_property_get_str(qdev_get_machine(), property, NULL);
}

bool bridge_machine_property_is_not(const char *property, const char *text)
{
    char *value = bridge_machine_text(property);
    bool is_other = value && value[0] && strcmp(value, text) != 0;

    free(value);
    return is_other;
}

bool bridge_machine_has_ports(void)
{
    const Machine *machine = machine_here();

    return machine && machine->has_ports;
}

uint64_t bridge_machine_fw_cfg(void)
{
    const Machine *machine = machine_here();

    return machine ? machine->fw_cfg : 0;
}

uint32_t bridge_machine_event(void)
{
    const Machine *machine = machine_here();

    return machine ? machine->event : 0;
}

bool bridge_machine_place(uint32_t space, uint64_t size, uint64_t *address, HwError *error)
{
    static uint64_t used;
    const char *name = object_get_typename(qdev_get_machine());
    const Machine *machine = machine_find(name);

    if (!machine || !machine->window_size || space != HW_SPACE_MEMORY) {
        return hw_error_set(error, "no free %s are known on '%s', expected an address",
                            space == HW_SPACE_MEMORY ? "addresses" : "ports", name);
    }
    if (size > machine->window_size - used) {
        return hw_error_set(error,
                            "no room for 0x%" PRIx64 " bytes is left at 0x%" PRIx64 "..0x%" PRIx64,
                            size, machine->window, machine->window + machine->window_size - 1);
    }
    *address = machine->window + used;
    used += (size + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
    return true;
}

/* The second function takes a state where the first exists. */
bool bridge_machine_is_migrating(void)
{
    typedef bool Ask(void);
    Ask *is_idle = (Ask *)dlsym(RTLD_DEFAULT, "migration_is_idle");
    Ask *is_running = (Ask *)dlsym(RTLD_DEFAULT, "migration_is_running");

    if (is_idle) {
        return !is_idle();
    }
    return !is_running || is_running();
}

/* ------------------------------------------------------------------ the big lock */

/* The lock's functions in 7.2, and later. */
static void *lock_function(const char *name, const char *old_name)
{
    void *function = dlsym(RTLD_DEFAULT, name);

    return function ? function : dlsym(RTLD_DEFAULT, old_name);
}

bool bridge_machine_unlock(void)
{
    typedef void Unlock(void);
    Unlock *unlock = (Unlock *)lock_function("bql_unlock", "qemu_mutex_unlock_iothread");
    bool can_lock = lock_function("bql_lock_impl", "qemu_mutex_lock_iothread_impl") != NULL;

    if (unlock && can_lock) {
        unlock();
    }
    return unlock && can_lock;
}

void bridge_machine_lock(bool unlocked)
{
    typedef void Lock(const char *file, int line);

    if (unlocked) {
        ((Lock *)lock_function("bql_lock_impl", "qemu_mutex_lock_iothread_impl"))(__FILE__,
                                                                                  __LINE__);
    }
}
