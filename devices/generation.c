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
    uint32_t devices;
    uint32_t next_load;
    bool used;
    bool coming;   /* a load has begun, and its kind is not decided */
    uint32_t kind; /* the last load is of this kind */
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

bool generation_join(Generation *generation, HwDevice *dev, HwError *error)
{
    GenerationMachine *machine;

    lock();
    machine = machine_find(dev->host);
    if (machine) {
        machine->devices++;
    }
    unlock();
    if (!machine) {
        return hw_error_set(error, "%s: out of memory", dev->id);
    }
    generation->machine = machine;
    if (machine->next_load != LOAD_AUTO && generation->next_load != LOAD_AUTO &&
        machine->next_load != generation->next_load) {
        hw_error_set(error,
                     "%s: next-load: invalid value '%s': expected '%s', as the machine's other "
                     "device has it",
                     dev->id, generation_loads[generation->next_load],
                     generation_loads[machine->next_load]);
        generation_leave(generation);
        return false;
    }
    if (generation->next_load != LOAD_AUTO) {
        machine->next_load = generation->next_load;
    }
    return true;
}

void generation_leave(Generation *generation)
{
    GenerationMachine **place = &machines;

    lock();
    while (*place != generation->machine) {
        place = &(*place)->next;
    }
    if (--generation->machine->devices == 0) {
        *place = generation->machine->next;
        free(generation->machine);
    }
    unlock();
    generation->machine = NULL;
}

void generation_get_next_load(const Generation *generation, char *text, uint32_t capacity)
{
    uint32_t load = generation->machine ? generation->machine->next_load : generation->next_load;

    snprintf(text, capacity, "%s", generation_loads[load]);
}

/* The host has checked that `text` is one of the names. */
void generation_set_next_load(Generation *generation, const char *text)
{
    for (uint32_t i = 0; i < LOADS; i++) {
        if (strcmp(text, generation_loads[i]) == 0) {
            *(generation->machine ? &generation->machine->next_load : &generation->next_load) = i;
        }
    }
}

void generation_use(Generation *generation)
{
    generation->machine->used = true;
}

void generation_begin(Generation *generation)
{
    generation->machine->coming = true;
}

/* The first device of a load decides for the others.  A stream may lack the sections of some. */
uint32_t generation_load(Generation *generation)
{
    GenerationMachine *machine = generation->machine;

    if (machine->coming) {
        machine->coming = false;
        machine->kind = machine->next_load;
        if (machine->kind == LOAD_AUTO) {
            machine->kind = machine->used ? LOAD_REVERT : LOAD_MIGRATE;
        }
        machine->next_load = LOAD_AUTO;
        machine->used = true;
    }
    return generation->policies[machine->kind];
}
