/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/container/qcow2.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

#define MAGIC          0x514649fbu
#define HEADER_MIN     72u  /* version 2 */
#define HEADER_SIZE    104u /* version 3 */
#define ENTRY_SIZE     40u
#define EXTRA_MAX      1024u
#define SNAPSHOTS_MAX  65536u
#define NAMES_SHOWN    8u
#define OFFSET_MASK    UINT64_C(0x00fffffffffffe00)
#define COMPRESSED     (UINT64_C(1) << 62)
#define ZERO           UINT64_C(1)
#define CLUSTERS_MAX   (UINT64_C(1) << 29) /* the limit of the map of used clusters, in bits */
#define DIRTY_OR_WRONG UINT64_C(3)         /* incompatible features that do not matter here */
#define COMPRESSION    (UINT64_C(1) << 3)  /* nor does the kind of compression */

struct ObVmQcow2 {
    int fd;
    char *path;
    uint64_t file_size;
    unsigned cluster_bits;
    uint64_t disk_size;
    uint32_t snapshot_count;
    uint64_t snapshots_at;

    char *snapshot; /* the name */
    uint64_t l1_at, l1_size;
    uint64_t state_at; /* the guest offset of the state */
    uint64_t state_size;

    uint64_t l2_at; /* the table in `l2`; 0: none */
    uint8_t *l2;
    uint8_t *used; /* a bit for each cluster of the file; NULL: not checked */
    uint64_t last; /* the guest cluster that was read last, plus 1 */
};

bool ob_vm_is_qcow2(const uint8_t *start, size_t size)
{
    return size >= 4 && hw_load_be32(start) == MAGIC;
}

/* --------------------------------------------------------------------- reading */

static bool file_read(const ObVmQcow2 *image, uint64_t at, void *bytes, size_t size,
                      const char *what, HwError *error)
{
    ssize_t count;

    if (at > INT64_MAX - size) {
        return hw_error_set(error, "%s: %s is at byte %" PRIu64 ", beyond the file's end",
                            image->path, what, at);
    }
    count = pread(image->fd, bytes, size, (off_t)at);
    if (count < 0) {
        return hw_error_set(error, "%s: can't be read: %s", image->path, g_strerror(errno));
    }
    return (size_t)count == size || hw_error_set(error,
                                                 "%s: %s of %zu bytes at byte %" PRIu64
                                                 " does not fit the file of %" PRIu64 " bytes",
                                                 image->path, what, size, at, image->file_size);
}

static bool header_check(const ObVmQcow2 *image, const uint8_t *header, HwError *error)
{
    uint32_t version = hw_load_be32(header + 4), encryption = hw_load_be32(header + 32);
    uint64_t features = version >= 3 ? hw_load_be64(header + 72) : 0;

    if (version < 2 || version > 3) {
        return hw_error_set(error, "%s: qcow2 version %" PRIu32 ", expected 2 or 3", image->path,
                            version);
    }
    if (image->cluster_bits < 9 || image->cluster_bits > 21) {
        return hw_error_set(error, "%s: qcow2 clusters of 2^%u bytes, expected 2^9 to 2^21",
                            image->path, image->cluster_bits);
    }
    if (encryption) {
        return hw_error_set(error, "%s: the qcow2 image is encrypted", image->path);
    }
    if (features & ~(DIRTY_OR_WRONG | COMPRESSION)) {
        return hw_error_set(error,
                            "%s: the qcow2 image has features 0x%" PRIx64
                            " (an external data file, extended L2 entries or newer ones)",
                            image->path, features);
    }
    return image->snapshot_count <= SNAPSHOTS_MAX ||
           hw_error_set(error, "%s: %" PRIu32 " snapshots, expected at most %u", image->path,
                        image->snapshot_count, SNAPSHOTS_MAX);
}

static bool header_read(ObVmQcow2 *image, HwError *error)
{
    uint8_t header[HEADER_SIZE] = { 0 };
    uint32_t version;

    if (!file_read(image, 0, header, HEADER_MIN, "the header", error)) {
        return false;
    }
    version = hw_load_be32(header + 4);
    if (version >= 3 && !file_read(image, 0, header, HEADER_SIZE, "the header", error)) {
        return false;
    }
    image->cluster_bits = hw_load_be32(header + 20);
    image->disk_size = hw_load_be64(header + 24);
    image->snapshot_count = hw_load_be32(header + 60);
    image->snapshots_at = hw_load_be64(header + 64);
    return header_check(image, header, error);
}

/* ------------------------------------------------------------------- snapshots */

typedef struct Snapshot {
    uint64_t l1_at, l1_size, state_size, disk_size;
    char *id, *name;
    uint64_t next; /* the place of the next entry */
} Snapshot;

static void snapshot_clear(Snapshot *snapshot)
{
    g_free(snapshot->id);
    g_free(snapshot->name);
}

static char *text_read(const ObVmQcow2 *image, uint64_t at, size_t size, HwError *error)
{
    char *text = g_malloc0(size + 1);

    if (!file_read(image, at, text, size, "a snapshot's name", error)) {
        g_clear_pointer(&text, g_free);
    }
    return text;
}

static bool snapshot_read(const ObVmQcow2 *image, uint64_t at, Snapshot *snapshot, HwError *error)
{
    uint8_t entry[ENTRY_SIZE], extra[16] = { 0 };
    uint32_t extra_size;
    size_t id_size, name_size;

    *snapshot = (Snapshot) { 0 };
    if (!file_read(image, at, entry, sizeof(entry), "a snapshot", error)) {
        return false;
    }
    id_size = hw_load_be16(entry + 12);
    name_size = hw_load_be16(entry + 14);
    extra_size = hw_load_be32(entry + 36);
    if (extra_size > EXTRA_MAX) {
        return hw_error_set(error, "%s: %" PRIu32 " extra bytes of a snapshot, expected at most %u",
                            image->path, extra_size, EXTRA_MAX);
    }
    if (!file_read(image, at + ENTRY_SIZE, extra, MIN(extra_size, sizeof(extra)), "a snapshot",
                   error)) {
        return false;
    }
    snapshot->l1_at = hw_load_be64(entry);
    snapshot->l1_size = hw_load_be32(entry + 8);
    snapshot->state_size = extra_size >= 8 ? hw_load_be64(extra) : hw_load_be32(entry + 32);
    snapshot->disk_size = extra_size >= 16 ? hw_load_be64(extra + 8) : image->disk_size;
    at += ENTRY_SIZE + extra_size;
    snapshot->id = text_read(image, at, id_size, error);
    snapshot->name = snapshot->id ? text_read(image, at + id_size, name_size, error) : NULL;
    snapshot->next = (at + id_size + name_size + 7) & ~UINT64_C(7);
    return snapshot->name != NULL;
}

static bool snapshot_is(const Snapshot *snapshot, const char *wanted)
{
    return wanted ? strcmp(snapshot->name, wanted) == 0 || strcmp(snapshot->id, wanted) == 0
                  : snapshot->state_size != 0;
}

static void snapshot_take(ObVmQcow2 *image, Snapshot *snapshot)
{
    g_free(image->snapshot);
    image->snapshot = g_steal_pointer(&snapshot->name);
    image->l1_at = snapshot->l1_at;
    image->l1_size = snapshot->l1_size;
    image->state_size = snapshot->state_size;
    image->disk_size = snapshot->disk_size;
}

/* Looks at all snapshots.  `names` gets those that have a machine's state. */
static bool snapshots_search(ObVmQcow2 *image, const char *wanted, GString *names, unsigned *found,
                             HwError *error)
{
    uint64_t at = image->snapshots_at;
    unsigned shown = 0;

    for (uint32_t i = 0; i < image->snapshot_count; i++) {
        Snapshot snapshot;
        bool ok = snapshot_read(image, at, &snapshot, error);

        if (ok && snapshot.state_size && shown++ < NAMES_SHOWN) {
            g_string_append_printf(names, "%s'%s'", shown > 1 ? ", " : "", snapshot.name);
        }
        if (ok && snapshot_is(&snapshot, wanted)) {
            (*found)++;
            snapshot_take(image, &snapshot);
        }
        at = snapshot.next;
        snapshot_clear(&snapshot);
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool snapshot_choose(ObVmQcow2 *image, const char *wanted, HwError *error)
{
    g_autoptr(GString) names = g_string_new(NULL);
    unsigned found = 0;

    if (!snapshots_search(image, wanted, names, &found, error)) {
        return false;
    }
    if (found == 1 && image->state_size) {
        return true;
    }
    if (found == 1) {
        return hw_error_set(error,
                            "%s: snapshot '%s' is one of the disk alone, without a "
                            "machine's state",
                            image->path, wanted);
    }
    if (!names->len) {
        return hw_error_set(error,
                            "%s: the qcow2 image does not have a snapshot with a machine's "
                            "state",
                            image->path);
    }
    return wanted ? hw_error_set(error, "%s: does not have a snapshot '%s', expected one of %s",
                                 image->path, wanted, names->str)
                  : hw_error_set(error,
                                 "%s: has several snapshots, expected --snapshot with one "
                                 "of %s",
                                 image->path, names->str);
}

/* --------------------------------------------------------------------- opening */

static bool sizes_check(ObVmQcow2 *image, HwError *error)
{
    unsigned shift = 2 * image->cluster_bits - 3;
    uint64_t clusters = image->file_size >> image->cluster_bits;

    if (image->state_size > image->file_size) {
        return hw_error_set(error,
                            "%s: snapshot '%s' has %" PRIu64 " bytes of state, but the file has "
                            "%" PRIu64,
                            image->path, image->snapshot, image->state_size, image->file_size);
    }
    if (image->disk_size > UINT64_MAX >> 2 || image->l1_at % 8) {
        return hw_error_set(error,
                            "%s: snapshot '%s' has a disk of %" PRIu64 " bytes, and its L1 "
                            "table at byte %" PRIu64,
                            image->path, image->snapshot, image->disk_size, image->l1_at);
    }
    image->state_at = (image->disk_size + (UINT64_C(1) << shift) - 1) >> shift << shift;
    image->used = clusters < CLUSTERS_MAX ? g_malloc0(clusters / 8 + 1) : NULL;
    image->l2 = g_malloc(UINT64_C(1) << image->cluster_bits);
    return true;
}

ObVmQcow2 *ob_vm_qcow2_open(int fd, const char *path, const char *snapshot, HwError *error)
{
    ObVmQcow2 *image = g_new0(ObVmQcow2, 1);
    struct stat file;

    image->fd = fd;
    image->path = g_strdup(path);
    image->file_size = fstat(fd, &file) == 0 ? (uint64_t)file.st_size : 0;
    if (!header_read(image, error) || !snapshot_choose(image, snapshot, error) ||
        !sizes_check(image, error)) {
        g_clear_pointer(&image, ob_vm_qcow2_close);
    }
    return image;
}

void ob_vm_qcow2_close(ObVmQcow2 *image)
{
    if (image) {
        g_free(image->path);
        g_free(image->snapshot);
        g_free(image->l2);
        g_free(image->used);
        g_free(image);
    }
}

const char *ob_vm_qcow2_snapshot(const ObVmQcow2 *image)
{
    return image->snapshot;
}

uint64_t ob_vm_qcow2_size(const ObVmQcow2 *image)
{
    return image->state_size;
}

/* ---------------------------------------------------------------------- tables */

/* A cluster that two entries have, or a table that is data, makes a circle. */
static bool cluster_use(ObVmQcow2 *image, uint64_t at, const char *what, HwError *error)
{
    uint64_t index = at >> image->cluster_bits;

    if (at % (UINT64_C(1) << image->cluster_bits) || at >= image->file_size || index == 0) {
        return hw_error_set(error,
                            "%s: %s is at byte %" PRIu64 ", expected a cluster behind the header "
                            "and in the file of %" PRIu64 " bytes",
                            image->path, what, at, image->file_size);
    }
    if (image->used && image->used[index / 8] & 1u << index % 8) {
        return hw_error_set(error,
                            "%s: %s at byte %" PRIu64 " is used twice: the tables are "
                            "cyclic or damaged",
                            image->path, what, at);
    }
    if (image->used) {
        image->used[index / 8] |= (uint8_t)(1u << index % 8);
    }
    return true;
}

static bool l2_load(ObVmQcow2 *image, uint64_t index, HwError *error)
{
    uint8_t entry[8];
    uint64_t at;

    if (index >= image->l1_size) {
        return hw_error_set(error,
                            "%s: the L1 table of snapshot '%s' has %" PRIu64
                            " entries, expected more than %" PRIu64,
                            image->path, image->snapshot, image->l1_size, index);
    }
    if (!file_read(image, image->l1_at + 8 * index, entry, sizeof(entry), "the L1 table", error)) {
        return false;
    }
    at = hw_load_be64(entry) & OFFSET_MASK;
    if (at == image->l2_at) {
        return true;
    }
    image->l2_at = 0;
    if (at == 0) {
        return true;
    }
    if (!cluster_use(image, at, "an L2 table", error) ||
        !file_read(image, at, image->l2, (size_t)1 << image->cluster_bits, "an L2 table", error)) {
        return false;
    }
    image->l2_at = at;
    return true;
}

/* *at: the file's offset of a guest cluster; 0: it has zeros. */
static bool cluster_find(ObVmQcow2 *image, uint64_t guest, uint64_t *at, HwError *error)
{
    unsigned l2_bits = image->cluster_bits - 3;
    uint64_t cluster = guest >> image->cluster_bits, entry;

    if (!l2_load(image, cluster >> l2_bits, error)) {
        return false;
    }
    entry = image->l2_at ? hw_load_be64(image->l2 + 8 * (cluster & ((1u << l2_bits) - 1))) : 0;
    if (entry & COMPRESSED) {
        return hw_error_set(error, "%s: the state of snapshot '%s' has a compressed cluster",
                            image->path, image->snapshot);
    }
    *at = entry & ZERO ? 0 : entry & OFFSET_MASK;
    if (*at == 0 || image->last == cluster + 1) {
        return true;
    }
    image->last = cluster + 1;
    return cluster_use(image, *at, "a cluster of the state", error);
}

ssize_t ob_vm_qcow2_read(ObVmQcow2 *image, uint64_t offset, uint8_t *bytes, size_t size,
                         HwError *error)
{
    uint64_t cluster_size = UINT64_C(1) << image->cluster_bits;
    uint64_t guest = image->state_at + offset, within = guest & (cluster_size - 1), at = 0;

    if (offset >= image->state_size) {
        return 0;
    }
    size = (size_t)MIN(MIN(size, image->state_size - offset), cluster_size - within);
    if (!cluster_find(image, guest, &at, error)) {
        return -1;
    }
    if (!at) {
        memset(bytes, 0, size);
    } else if (!file_read(image, at + within, bytes, size, "a cluster", error)) {
        return -1;
    }
    return (ssize_t)size;
}
