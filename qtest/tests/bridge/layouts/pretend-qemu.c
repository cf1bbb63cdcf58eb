/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Linked into a bridge: QEMU then seems to be another release. */
#include <dlfcn.h>

#include "plugins/qemu-bridge/qemu/machine-api.h"

/* The next minor release: it has no row. */
static inline void pretend_next(QemuVersionTriple *version)
{
    version->minor++;
}

static inline void pretend_old(QemuVersionTriple *version)
{
    version->major = 7;
    version->minor = 1;
}

/* A release with a row that does not fit. */
static inline void pretend_other(QemuVersionTriple *version)
{
    version->minor = version->major == 11 ? 0 : 1;
    version->major = version->major == 11 ? 10 : 11;
}

QemuVersionInfo *qmp_query_version(QemuError **errp)
{
    QemuVersionInfo *(*query)(QemuError * *errp);
    QemuVersionInfo *info;

    *(void **)&query = dlsym(RTLD_DEFAULT, "qmp_query_version");
    info = query(errp);
    PRETEND(info->qemu);
    return info;
}
