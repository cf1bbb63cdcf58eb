/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/child/seccomp.h"

#include <seccomp.h>
#include <stddef.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/library/library.h"

static struct Libseccomp {
    __typeof__(seccomp_init) *init;
    __typeof__(seccomp_release) *release;
    __typeof__(seccomp_rule_add_array) *add;
    __typeof__(seccomp_load) *load;
    __typeof__(seccomp_attr_set) *set;
} libseccomp;

static const HwLibrarySymbol symbols[] = {
    { "seccomp_init", offsetof(struct Libseccomp, init) },
    { "seccomp_release", offsetof(struct Libseccomp, release) },
    { "seccomp_rule_add_array", offsetof(struct Libseccomp, add) },
    { "seccomp_load", offsetof(struct Libseccomp, load) },
    { "seccomp_attr_set", offsetof(struct Libseccomp, set) },
};

static bool library_load(HwError *error)
{
    static HwLibrary library = { .file = "libseccomp.so.2",
                                 .package = "libseccomp2 (Debian) or libseccomp (Fedora)",
                                 .release = "libseccomp 2.5",
                                 .symbols = symbols,
                                 .count = sizeof(symbols) / sizeof(symbols[0]),
                                 .table = &libseccomp };

    return hw_library_load(&library, error);
}

void *hw_seccomp_new(uint32_t action, HwError *error)
{
    void *filter = library_load(error) ? libseccomp.init(action) : NULL;

    if (!filter && libseccomp.init) {
        hw_error_set(error, "libseccomp does not make a filter");
    }
    return filter;
}

void hw_seccomp_free(void *filter)
{
    if (filter) {
        libseccomp.release(filter);
    }
}

/* A call that this architecture does not have is skipped by libseccomp. */
static bool rule_add(void *filter, const HwSeccompRule *rule)
{
    struct scmp_arg_cmp condition = SCMP_CMP64(rule->argument, SCMP_CMP_MASKED_EQ, rule->mask,
                                               rule->value);

    return libseccomp.add(filter, rule->action, rule->call, rule->mask ? 1 : 0, &condition) == 0;
}

bool hw_seccomp_add(void *filter, const HwSeccompRule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!rule_add(filter, &rules[i])) {
            return false;
        }
    }
    return true;
}

bool hw_seccomp_enter(void *filter, bool all_threads)
{
    return (!all_threads || libseccomp.set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0) &&
           libseccomp.load(filter) == 0;
}
