/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/plugin-watch.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/host/io/log.h"
#include "qtest/host/io/loop.h"
#include "qtest/host/migration/migration.h"
#include "qtest/machine/core/reload.h"

/* A link editor writes a file and closes it, or a build system renames another to its name.  The folder
 * is watched, since a file that is replaced is another file. */
#define NEWS (IN_CLOSE_WRITE | IN_MOVED_TO)

struct ObPluginWatch {
    ObSystem *system;
    char *plugin; /* its name */
    char *path;
    char *file; /* the path's last part */
    int fd;     /* tells of news */
    ObWatch *watch;
};

static void plugin_reload(const ObPluginWatch *s)
{
    HwReloadResult result;
    HW_ERROR(error, 512);

    if (ob_migration_busy(s->system->migration)) {
        ob_log_line("%s: not reloaded while migrating", s->path);
    } else if (!ob_host_reload_plugin(s->system->host, s->plugin, s->path, &result, &error)) {
        ob_log_line("%s: not reloaded: %s", s->path, error.text);
    } else {
        ob_log_line("%s: reloaded for %" PRIu32 " devices, which paused for %" PRId64 " us",
                    s->path, result.devices, (result.pause + 500) / 1000);
    }
}

/* True if the bytes from inotify tell of the file. */
static bool tells_of(const ObPluginWatch *s, const char *bytes, size_t size)
{
    bool is_new = false;
    struct inotify_event event;

    for (size_t at = 0; at + sizeof(event) <= size; at += sizeof(event) + event.len) {
        memcpy(&event, bytes + at, sizeof(event));
        is_new |= event.len && strcmp(bytes + at + sizeof(event), s->file) == 0;
    }
    return is_new;
}

/* Several changes at once are one reload, of the last content. */
static void watch_ready(void *opaque, uint32_t events)
{
    ObPluginWatch *s = opaque;
    char bytes[4096];
    bool is_new = false;
    ssize_t size;

    (void)events;
    while ((size = read(s->fd, bytes, sizeof(bytes))) > 0) {
        is_new |= tells_of(s, bytes, (size_t)size);
    }
    if (is_new) {
        plugin_reload(s);
    }
}

static bool watch_open(ObPluginWatch *s, HwError *error)
{
    g_autofree char *folder = g_path_get_dirname(s->path);

    s->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (s->fd < 0 || inotify_add_watch(s->fd, folder, NEWS) < 0) {
        return hw_error_set(error, "%s can't be watched: %s", folder, strerror(errno));
    }
    s->watch = ob_watch_new(s->system->loop, s->fd, EPOLLIN, watch_ready, s);
    return true;
}

ObPluginWatch *ob_plugin_watch_new(ObSystem *system, const char *path, HwError *error)
{
    ObPluginWatch *s = g_new0(ObPluginWatch, 1);

    s->system = system;
    s->path = g_strdup(path);
    s->file = g_path_get_basename(path);
    s->fd = -1;
    if (!watch_open(s, error)) {
        ob_plugin_watch_free(s);
        return NULL;
    }
    s->plugin = g_strdup(ob_host_load_plugin_copy(system->host, path, error));
    if (!s->plugin) {
        g_clear_pointer(&s, ob_plugin_watch_free);
    }
    return s;
}

void ob_plugin_watch_free(ObPluginWatch *watch)
{
    ob_watch_free(watch->watch);
    if (watch->fd >= 0) {
        close(watch->fd);
    }
    g_free(watch->plugin);
    g_free(watch->path);
    g_free(watch->file);
    g_free(watch);
}
