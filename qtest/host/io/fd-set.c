/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/io/fd-set.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SETS "/dev/fdset/"

static GPtrArray *sets; /* ObFdSet, by their ids; NULL: none yet */

static void member_free(gpointer opaque)
{
    ObFdMember *member = opaque;

    close(member->fd);
    g_free(member->text);
    g_free(member);
}

static void set_free(gpointer opaque)
{
    ObFdSet *set = opaque;

    g_ptr_array_free(set->members, TRUE);
    g_free(set);
}

const ObFdSet *ob_fd_set_at(uint32_t index)
{
    return sets && index < sets->len ? sets->pdata[index] : NULL;
}

/* The index of the fdset `id`, or of the place for it. */
static guint place_of(int64_t id, bool *found)
{
    const ObFdSet *set;
    guint i = 0;

    while ((set = ob_fd_set_at(i)) && set->id < id) {
        i++;
    }
    *found = set && set->id == id;
    return i;
}

static int64_t lowest_free_id(void)
{
    int64_t id = 0;
    const ObFdSet *set;

    for (guint i = 0; (set = ob_fd_set_at(i)) && set->id == id; i++) {
        id++;
    }
    return id;
}

static ObFdSet *set_make(int64_t id)
{
    bool found;
    guint place = place_of(id, &found);
    ObFdSet *set;

    if (found) {
        return sets->pdata[place];
    }
    if (!sets) {
        sets = g_ptr_array_new_with_free_func(set_free);
    }
    set = g_new0(ObFdSet, 1);
    set->id = id;
    set->members = g_ptr_array_new_with_free_func(member_free);
    g_ptr_array_insert(sets, (gint)place, set);
    return set;
}

const ObFdSet *ob_fd_set_add(int64_t id, int fd, const char *text)
{
    ObFdSet *set = set_make(id < 0 ? lowest_free_id() : id);
    ObFdMember *member = g_new0(ObFdMember, 1);

    member->fd = fd;
    member->text = g_strdup(text);
    g_ptr_array_add(set->members, member);
    return set;
}

bool ob_fd_set_remove(int64_t id, int fd)
{
    bool found;
    guint place = place_of(id, &found);
    ObFdSet *set = found ? sets->pdata[place] : NULL;
    bool removed = found && fd < 0;

    for (guint i = 0; set && fd >= 0 && i < set->members->len; i++) {
        if (((ObFdMember *)set->members->pdata[i])->fd == fd) {
            g_ptr_array_remove_index(set->members, i);
            removed = true;
            break;
        }
    }
    if (removed && (fd < 0 || !set->members->len)) {
        g_ptr_array_remove_index(sets, place);
    }
    if (sets && !sets->len) {
        g_ptr_array_free(g_steal_pointer(&sets), TRUE);
    }
    return removed;
}

/* The new descriptor shares its flags and position with the member, so QEMU sets them there, too. */
static int member_open(int member, int own, int flags)
{
    int fd = fcntl(member, F_DUPFD_CLOEXEC, 0);

    if (fd >= 0 && (fcntl(fd, F_SETFL, own | (flags & (O_APPEND | O_NONBLOCK))) < 0 ||
                    (flags & O_TRUNC && ftruncate(fd, 0) < 0 && errno != EINVAL))) {
        close(fd);
        return -1;
    }
    return fd;
}

static int set_open(const ObFdSet *set, int flags)
{
    for (guint i = 0; i < set->members->len; i++) {
        const ObFdMember *member = set->members->pdata[i];
        int own = fcntl(member->fd, F_GETFL);

        if (own >= 0 && (own & O_ACCMODE) == (flags & O_ACCMODE)) {
            return member_open(member->fd, own, flags);
        }
    }
    errno = EACCES;
    return -1;
}

int ob_file_open(const char *path, int flags, mode_t mode)
{
    guint64 id;
    bool found = false;
    guint place;

    if (!g_str_has_prefix(path, SETS)) {
        return open(path, flags | O_CLOEXEC, mode);
    }
    if (!g_ascii_string_to_unsigned(path + strlen(SETS), 10, 0, INT64_MAX, &id, NULL)) {
        errno = EINVAL;
        return -1;
    }
    place = place_of((int64_t)id, &found);
    if (!found) {
        errno = ENOENT;
        return -1;
    }
    return set_open(sets->pdata[place], flags);
}
