/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The devices of a machine find their common decision by their host.  A process may have several
 * machines, each with its own thread; a lock guards their list, and the device lock all else.
 */
#include "devices/generation.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"

const HwName generation_loads[LOADS] = {
    "auto", "migrate", "restore", "clone", "revert",
};
const HwName generation_policies[POLICIES] = { "configured", "new", "keep" };

struct GenerationMachine {
    GenerationMachine *next;
    const HwHost *host;
    Generation *first; /* the machine's devices */
};

static GenerationMachine *machines;
static atomic_flag machines_lock = ATOMIC_FLAG_INIT;

static void lock(void)
{
    while (atomic_flag_test_and_set(&machines_lock)) {}
}

static void unlock(void)
{
    atomic_flag_clear(&machines_lock);
}

static GenerationMachine *machine_find(const HwHost *host)
{
    GenerationMachine *machine = machines;

    while (machine && machine->host != host) {
        machine = machine->next;
    }
    if (!machine) {
        machine = calloc(1, sizeof(*machine));
        if (machine) {
            machine->host = host;
            machine->next = machines;
            machines = machine;
        }
    }
    return machine;
}

/* In the instance of a device, so that a copy of the instances has it. */
static GenerationLoads *loads_of(const Generation *generation)
{
    return &generation->machine->first->loads;
}

static void devices_add(GenerationMachine *machine, Generation *generation)
{
    Generation **end = &machine->first;

    while (*end) {
        end = &(*end)->next;
    }
    *end = generation;
}

/* The next device takes over what is known. */
static void devices_remove(GenerationMachine *machine, Generation *generation)
{
    Generation **place = &machine->first;

    if (generation == machine->first && generation->next) {
        generation->next->loads = generation->loads;
    }
    while (*place != generation) {
        place = &(*place)->next;
    }
    *place = generation->next;
    generation->next = NULL;
}

bool generation_join(Generation *generation, HwDevice *dev, HwError *error)
{
    GenerationMachine *machine;
    GenerationLoads *loads;

    lock();
    machine = machine_find(dev->host);
    if (machine) {
        devices_add(machine, generation);
    }
    unlock();
    if (!machine) {
        return hw_error_set(error, "%s: out of memory", dev->id);
    }
    generation->machine = machine;
    loads = loads_of(generation);
    if (loads->next != LOAD_AUTO && generation->next_load != LOAD_AUTO &&
        loads->next != generation->next_load) {
        hw_error_set(error,
                     "%s: next-load: invalid value '%s': expected '%s', as the machine's other "
                     "device has it",
                     dev->id, generation_loads[generation->next_load],
                     generation_loads[loads->next]);
        generation_leave(generation);
        return false;
    }
    if (generation->next_load != LOAD_AUTO) {
        loads->next = generation->next_load;
    }
    generation->next_load = LOAD_AUTO; /* it counts once, also if the device joins again */
    return true;
}

void generation_leave(Generation *generation)
{
    GenerationMachine **place = &machines;

    lock();
    while (*place != generation->machine) {
        place = &(*place)->next;
    }
    devices_remove(generation->machine, generation);
    if (!generation->machine->first) {
        *place = generation->machine->next;
        free(generation->machine);
    }
    unlock();
    generation->machine = NULL;
}

void generation_get_next_load(const Generation *generation, char *text, uint32_t capacity)
{
    uint32_t load = generation->machine ? loads_of(generation)->next : generation->next_load;

    snprintf(text, capacity, "%s", generation_loads[load]);
}

/* The host has checked that `text` is one of the names. */
void generation_set_next_load(Generation *generation, const char *text)
{
    for (uint32_t i = 0; i < LOADS; i++) {
        if (strcmp(text, generation_loads[i]) == 0) {
            *(generation->machine ? &loads_of(generation)->next : &generation->next_load) = i;
        }
    }
}

void generation_use(Generation *generation)
{
    loads_of(generation)->used = true;
}

void generation_begin(Generation *generation)
{
    loads_of(generation)->coming = true;
}

/* The first device of a load decides for the others.  A stream may lack the sections of some. */
uint32_t generation_load(Generation *generation)
{
    GenerationLoads *loads = loads_of(generation);

    if (loads->coming) {
        loads->coming = false;
        loads->kind = loads->next;
        if (loads->kind == LOAD_AUTO) {
            loads->kind = loads->used ? LOAD_REVERT : LOAD_MIGRATE;
        }
        loads->next = LOAD_AUTO;
        loads->used = true;
    }
    return generation->policies[loads->kind];
}
