/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Linked into a bridge: QEMU then seems to be the next minor release. */
#include <dlfcn.h>

#include "plugins/qemu-bridge/qemu/machine-api.h"

QemuVersionInfo *qmp_query_version(QemuError **errp)
{
    QemuVersionInfo *(*query)(QemuError * *errp);
    QemuVersionInfo *info;

    *(void **)&query = dlsym(RTLD_DEFAULT, "qmp_query_version");
    info = query(errp);
    info->qemu->minor++;
    return info;
}
