/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about descriptors that a peer passes. */
#include <inttypes.h>
#include <limits.h>
#include <unistd.h>

#include "qtest/host/io/fd-set.h"
#include "qtest/host/migration/migration.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/text/json.h"

/* The descriptor that came with the command; -1: none, with the call failed. */
static int fd_take(ObQmpCall *call)
{
    int fd = ob_qmp_take_fd(call);

    if (fd < 0) {
        ob_qmp_fail(call, OB_QMP_GENERIC, "No file descriptor supplied via SCM_RIGHTS");
    }
    return fd;
}

/* ------------------------------------------------------------------------ by name */

json_t *ob_qmp_getfd(ObQmpCall *call)
{
    const char *name = ob_qmp_string(call, "fdname");
    int fd;

    if (g_ascii_isdigit(name[0])) {
        return ob_qmp_fail(call, OB_QMP_GENERIC,
                           "Parameter 'fdname' expects a name not starting with a digit");
    }
    fd = fd_take(call);
    if (fd < 0) {
        return NULL;
    }
    ob_migration_add_fd(call->system->migration, name, fd);
    return json_object();
}

json_t *ob_qmp_closefd(ObQmpCall *call)
{
    const char *name = ob_qmp_string(call, "fdname");

    if (!ob_migration_close_fd(call->system->migration, name)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "File descriptor named '%s' not found", name);
    }
    return json_object();
}

/* ------------------------------------------------------------------------ in sets */

static int64_t number_of(const ObQmpCall *call, const char *name)
{
    const json_t *number = json_object_get(call->arguments, name);

    return number ? json_integer_value(number) : -1;
}

json_t *ob_qmp_add_fd(ObQmpCall *call)
{
    int64_t id = number_of(call, "fdset-id");
    int fd = fd_take(call);

    if (fd < 0) {
        return NULL;
    }
    if (id < 0 && json_object_get(call->arguments, "fdset-id")) {
        close(fd);
        return ob_qmp_fail(call, OB_QMP_GENERIC,
                           "Parameter 'fdset-id' expects a non-negative value");
    }
    return json_pack("{s:I, s:i}", "fdset-id",
                     (json_int_t)ob_fd_set_add(id, fd, ob_qmp_string(call, "opaque"))->id, "fd",
                     fd);
}

json_t *ob_qmp_remove_fd(ObQmpCall *call)
{
    int64_t id = number_of(call, "fdset-id");
    int64_t fd = number_of(call, "fd");
    bool named = json_object_get(call->arguments, "fd") != NULL;

    if (fd >= -1 && fd <= INT_MAX && named == (fd >= 0) && ob_fd_set_remove(id, (int)fd)) {
        return json_object();
    }
    return named ? ob_qmp_fail(call, OB_QMP_GENERIC,
                               "File descriptor named 'fdset-id:%" PRId64 ", fd:%" PRId64
                               "' not found",
                               id, fd)
                 : ob_qmp_fail(call, OB_QMP_GENERIC,
                               "File descriptor named 'fdset-id:%" PRId64 "' not found", id);
}

static json_t *member_describe(const ObFdMember *member)
{
    json_t *entry = json_pack("{s:i}", "fd", member->fd);

    if (member->text) {
        json_object_set_new(entry, "opaque", ob_json_text(member->text));
    }
    return entry;
}

json_t *ob_qmp_query_fdsets(ObQmpCall *call)
{
    json_t *list = json_array();
    const ObFdSet *set;

    (void)call;
    for (uint32_t i = 0; (set = ob_fd_set_at(i)); i++) {
        json_t *members = json_array();

        for (guint j = 0; j < set->members->len; j++) {
            json_array_append_new(members, member_describe(set->members->pdata[j]));
        }
        json_array_append_new(list, json_pack("{s:I, s:o}", "fdset-id", (json_int_t)set->id, "fds",
                                              members));
    }
    return list;
}
