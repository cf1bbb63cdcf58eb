/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/service/tpm-state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/tpm/state/section.h"
#include "plugins/qemu-bridge/qemu/api.h"
#include "plugins/qemu-bridge/qemu/description.h"

#define LIBTPMS  0 /* index of the only backend */
#define SENTENCE 512

/* QEMU reads and writes these members as fields.  A blob's own size is the number of bytes
 * that it has so far. */
static struct {
    HwTpmDrivers *tpms; /* NULL: not attached */
    void *description;
    uint32_t flags[HW_TPM_BLOBS];
    uint32_t sizes[HW_TPM_BLOBS];
    HwTpmState state;
} s;

static int refused(const char *sentence)
{
    error_report("libtpms: %s", sentence);
    return -EINVAL;
}

/* -------------------------------------------------------------------- blobs */

static const char *channel_type(QemuFile *file)
{
    const QemuObject *channel = qemu_file_get_ioc(file);

    return channel ? object_get_typename(channel) : "";
}

/* A snapshot stays here; any other stream may move the machine. */
static bool is_snapshot(QemuFile *file)
{
    return !strcmp(channel_type(file), "qio-channel-block");
}

/* A socket has a peer, who may have forged the state.  Files, snapshots and commands do not. */
static bool is_local(QemuFile *file)
{
    static const char *const remote[] = { "qio-channel-socket", "qio-channel-tls",
                                          "qio-channel-websock" };
    const char *type = channel_type(file);

    for (size_t i = 0; i < sizeof(remote) / sizeof(remote[0]); i++) {
        if (!strcmp(type, remote[i])) {
            return false;
        }
    }
    return type[0] != '\0';
}

static int blob_get(QemuFile *file, void *value, size_t size, const void *field)
{
    HwTpmBlob *blob = value;
    size_t kind = (size_t)(blob - s.state.blobs);

    (void)size;
    (void)field;
    if (kind == 0) {
        hw_tpm_state_clear(&s.state); /* from an earlier load that failed */
        s.state.local = is_local(file);
    }
    if (s.sizes[kind] > HW_TPM_BLOB_MAX) {
        error_report("%s state: too large: %u bytes, expected at most %u",
                     hw_tpm_blob_name((HwTpmBlobKind)kind), s.sizes[kind], HW_TPM_BLOB_MAX);
        return -EINVAL;
    }
    blob->flags = s.flags[kind];
    hw_tpm_blob_allocate(blob, s.sizes[kind]);
    return qemu_get_buffer(file, blob->bytes, blob->size) == blob->size ? 0 : -EIO;
}

static int blob_put(QemuFile *file, void *value, size_t size, const void *field, void *description)
{
    const HwTpmBlob *blob = value;

    (void)size;
    (void)field;
    (void)description;
    qemu_put_buffer(file, blob->bytes, blob->size);
    if (blob == &s.state.blobs[HW_TPM_BLOBS - 1] && !is_snapshot(file)) {
        hw_tpm_let_go(s.tpms, LIBTPMS);
    }
    return 0;
}

static const QemuVmstateInfo blob_info = { "buffer", blob_get, blob_put, NULL, NULL };

/* -------------------------------------------------------------------- hooks */

/* QEMU holds the big lock, and the machine is stopped. */
static int tpm_pre_save(void *opaque)
{
    HW_ERROR(error, SENTENCE);

    (void)opaque;
    hw_tpm_state_clear(&s.state);
    if (!hw_tpm_save(s.tpms, LIBTPMS, &s.state, &error)) {
        return refused(error.text);
    }
    for (int i = 0; i < HW_TPM_BLOBS; i++) {
        s.flags[i] = s.state.blobs[i].flags;
        s.sizes[i] = s.state.blobs[i].size;
    }
    return 0;
}

static int tpm_post_load(void *opaque, int version)
{
    HW_ERROR(error, SENTENCE);
    bool good = hw_tpm_load(s.tpms, LIBTPMS, &s.state, &error);

    (void)opaque;
    (void)version;
    hw_tpm_state_clear(&s.state);
    return good ? 0 : refused(error.text);
}

/* -------------------------------------------------------------- description */

static void *describe(void)
{
    HwTpmSectionField names[HW_TPM_SECTION_FIELDS];
    QemuField fields[HW_TPM_SECTION_FIELDS];
    uint8_t *base = (uint8_t *)&s;

    hw_tpm_section_fields(&s.state, names);
    for (size_t i = 0; i < HW_TPM_BLOBS; i++) {
        QemuField *of_blob = fields + 3 * i;

        of_blob[0] = (QemuField) { .offset = (size_t)((uint8_t *)&s.flags[i] - base),
                                   .size = sizeof(s.flags[i]),
                                   .info = &vmstate_info_uint32 };
        of_blob[1] = (QemuField) { .offset = (size_t)((uint8_t *)&s.sizes[i] - base),
                                   .size = sizeof(s.sizes[i]),
                                   .info = &vmstate_info_uint32 };
        of_blob[2] = (QemuField) { .offset = (size_t)((uint8_t *)&s.state.blobs[i] - base),
                                   .size = sizeof(s.state.blobs[i]),
                                   .info = &blob_info };
    }
    for (size_t i = 0; i < HW_TPM_SECTION_FIELDS; i++) {
        fields[i].name = names[i].name;
    }
    return qemu_description_new(&(QemuDescription) {
        .name = HW_TPM_SECTION_NAME,
        .version_id = HW_TPM_SECTION_VERSION,
        .minimum_version_id = HW_TPM_SECTION_VERSION,
        .pre_save = tpm_pre_save,
        .post_load = tpm_post_load,
        .fields = fields,
        .field_count = HW_TPM_SECTION_FIELDS,
    });
}

bool bridge_tpm_state_attach(HwTpmDrivers *tpms, HwError *error)
{
    QemuError *failed = NULL;

    s.description = s.description ? s.description : describe();
    if (!s.description) {
        return hw_error_set(error, "out of memory");
    }
    if (vmstate_register_with_alias_id(NULL, QEMU_INSTANCE_ID_ANY, s.description, &s, -1, 0,
                                       &failed) < 0) {
        hw_error_set(error, "%s", error_get_pretty(failed));
        error_free(failed);
        return false;
    }
    s.tpms = tpms;
    return true;
}

void bridge_tpm_state_detach(void)
{
    if (s.tpms) {
        vmstate_unregister(NULL, s.description, &s);
        hw_tpm_state_clear(&s.state);
        s.tpms = NULL;
    }
}
