/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows files of register coverage: as text, or as a page. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/host/load/default-plugin.h"
#include "hw-api/host/load/plugin-set.h"
#include "qtest/lab/coverage/points.h"
#include "qtest/lab/tool/lab.h"
#include "qtest/text/show.h"

static const HwDeviceClass *class_seen(const HwPluginSet *set, const ObCounts *counts,
                                       uint32_t index)
{
    const HwDeviceClass *cls = &hw_plugin_set_class(set, index)->table;

    return g_hash_table_contains(counts->classes, cls->name) ? cls : NULL;
}

static int page_write(const char *path, const HwPluginSet *set, const ObCounts *counts)
{
    FILE *file = fopen(path, "we");
    bool good;

    if (!file) {
        return lab_trouble("--html: can't write '%s': %s", path, strerror(errno));
    }
    ob_points_page_begin(file);
    for (uint32_t i = 0; i < hw_plugin_set_class_count(set); i++) {
        const HwDeviceClass *cls = class_seen(set, counts, i);

        if (cls) {
            ob_points_page_class(file, counts, cls);
        }
    }
    ob_points_page_end(file);
    good = !ferror(file);
    return fclose(file) == 0 && good
               ? LAB_FINE
               : lab_trouble("--html: '%s' is not complete: %s", path, strerror(errno));
}

static void text_print(const HwPluginSet *set, const ObCounts *counts)
{
    for (uint32_t i = 0; i < hw_plugin_set_class_count(set); i++) {
        const HwDeviceClass *cls = class_seen(set, counts, i);

        if (cls) {
            ob_points_print(stdout, counts, cls);
        }
    }
}

/* The machine's own devices are of no plugin. */
static void others_tell(const HwPluginSet *set, const ObCounts *counts)
{
    g_autoptr(GList)
        names = g_list_sort(g_hash_table_get_keys(counts->classes), (GCompareFunc)strcmp);

    for (const GList *at = names; at; at = at->next) {
        if (!hw_plugin_set_find(set, at->data)) {
            ob_text_printf("%s: not a device of %s\n", (const char *)at->data,
                           hw_plugin_set_path(set));
        }
    }
}

static int require(const HwPluginSet *set, const ObCounts *counts, uint64_t percent)
{
    int status = LAB_FINE;

    for (uint32_t i = 0; i < hw_plugin_set_class_count(set); i++) {
        const HwDeviceClass *cls = class_seen(set, counts, i);
        ObPoints points = cls ? ob_points_of_class(counts, cls) : (ObPoints) { 0 };

        if (ob_points_percent(&points) < percent) {
            fprintf(stderr,
                    LAB_PROGRAM ": %s: %u %% of its registers and bits were used, "
                                "expected %u %% or more\n",
                    cls->name, ob_points_percent(&points), (unsigned)percent);
            status = LAB_FOUND;
        }
    }
    return status;
}

static int show(const LabArguments *arguments, const HwPluginSet *set, const ObCounts *counts)
{
    int status = LAB_FINE;

    if (arguments->html) {
        status = page_write(arguments->html, set, counts);
    } else {
        text_print(set, counts);
        others_tell(set, counts);
    }
    return status ? status : require(set, counts, arguments->require);
}

static HwPluginSet *set_open(const LabArguments *arguments)
{
    char *own = arguments->set ? NULL : hw_default_plugin(HW_OWN_PROGRAM);
    const char *path = arguments->set ? arguments->set : own;
    HW_ERROR(error, 512);
    HwPluginSet *set = path ? hw_plugin_set_inspect(path, &error) : NULL;

    if (!set) {
        lab_trouble("%s", path ? error.text : "no memory");
    }
    free(own);
    return set;
}

int lab_coverage(const LabArguments *arguments)
{
    HwPluginSet *set;
    ObCounts counts;
    int status = LAB_FINE;
    HW_ERROR(error, 512);

    if (arguments->require > 100) {
        return lab_trouble("--require: %u percent, expected at most 100",
                           (unsigned)arguments->require);
    }
    set = set_open(arguments);
    if (!set) {
        return LAB_TROUBLE;
    }
    ob_counts_init(&counts);
    for (guint i = 0; !status && i < arguments->files->len; i++) {
        if (!ob_counts_read(&counts, arguments->files->pdata[i], &error)) {
            status = lab_trouble("%s", error.text);
        }
    }
    status = status ? status : show(arguments, set, &counts);
    ob_counts_clear(&counts);
    hw_plugin_set_free(set);
    return status;
}
