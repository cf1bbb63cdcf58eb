/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/bridge/snapshot-disk.h"

#include <glib/gstdio.h>

#define DEADLINE_MS 20000
#define DISK_SIZE   0x1000000

static void job_await(ObClient *c)
{
    bool concluded = false;

    while (!concluded) {
        json_t *event = ob_client_qmp_event(c, "JOB_STATUS_CHANGE", DEADLINE_MS);
        json_t *data = json_object_get(event, "data");

        g_assert_nonnull(event);
        concluded = g_strcmp0(json_string_value(json_object_get(data, "status")), "concluded") == 0;
        json_decref(event);
    }
}

/* The job that has ended stays until it is dismissed. */
static void create(ObClient *c, json_t *options)
{
    json_t *jobs;

    json_decref(ob_client_qmp(c, "blockdev-create",
                              json_pack("{s:s, s:o}", "job-id", "job", "options", options), NULL));
    job_await(c);
    jobs = ob_client_qmp(c, "query-jobs", NULL, NULL);
    g_assert_null(json_object_get(json_array_get(jobs, 0), "error"));
    json_decref(jobs);
    json_decref(ob_client_qmp(c, "job-dismiss", json_pack("{s:s}", "id", "job"), NULL));
}

void snapshot_disk_add(SnapshotDisk *disk, ObClient *c)
{
    disk->directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    disk->path = g_build_filename(disk->directory, "disk", NULL);
    create(c, json_pack("{s:s, s:s, s:i}", "driver", "file", "filename", disk->path, "size", 0));
    json_decref(ob_client_qmp(c, "blockdev-add",
                              json_pack("{s:s, s:s, s:s}", "driver", "file", "filename", disk->path,
                                        "node-name", "file"),
                              NULL));
    create(c, json_pack("{s:s, s:s, s:i}", "driver", "qcow2", "file", "file", "size", DISK_SIZE));
    json_decref(ob_client_qmp(c, "blockdev-add",
                              json_pack("{s:s, s:s, s:s}", "driver", "qcow2", "file", "file",
                                        "node-name", "disk"),
                              NULL));
}

void snapshot_disk_clear(SnapshotDisk *disk)
{
    g_unlink(disk->path);
    g_rmdir(disk->directory);
    g_free(disk->path);
    g_free(disk->directory);
}

char *monitor_says(ObClient *c, const char *command)
{
    json_t *answer = ob_client_qmp(c, "human-monitor-command",
                                   json_pack("{s:s}", "command-line", command), NULL);
    char *text = g_strdup(json_string_value(answer));

    json_decref(answer);
    return text;
}

void monitor(ObClient *c, const char *command)
{
    g_autofree char *text = monitor_says(c, command);

    g_assert_cmpstr(text, ==, "");
}
