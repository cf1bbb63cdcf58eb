/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of -netdev user in a migration stream: DHCP's leases, and connections to guestfwd's
 * peers.  libslirp writes and reads it.  A child process tries the bytes of a stream first.
 */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/child/child.h"
#include "qtest/host/io/log.h"
#include "qtest/host/net/user-internal.h"

#define TRIAL_MS 5000

typedef struct Input {
    UserNet *net;
    uint32_t version;
    const uint8_t *bytes;
    size_t size, at;
} Input;

static ssize_t bytes_append(const void *bytes, size_t size, void *opaque)
{
    g_byte_array_append(opaque, bytes, (guint)size);
    return (ssize_t)size;
}

static ssize_t bytes_read(void *to, size_t size, void *opaque)
{
    Input *input = opaque;
    size_t count = MIN(size, input->size - input->at);

    memcpy(to, input->bytes + input->at, count);
    input->at += count;
    return (ssize_t)count;
}

static uint32_t state_version(void *link)
{
    return (uint32_t)((UserNet *)link)->library->state_version();
}

static void state_save(void *link, GByteArray *bytes)
{
    const UserNet *net = link;

    net->library->state_save(net->slirp, bytes_append, bytes);
}

static bool input_load(Input *input, HwError *error)
{
    const UserNet *net = input->net;

    if (net->library->state_load(net->slirp, (int)input->version, bytes_read, input) < 0) {
        return hw_error_set(error, "libslirp refuses the state, expected one of a network with the "
                                   "same guestfwd");
    }
    return input->at == input->size || hw_error_set(error, "%zu bytes too many, expected %zu",
                                                    input->size - input->at, input->at);
}

static bool trial(void *data, int answer, HwError *error)
{
    (void)answer;
    return input_load(data, error);
}

static ObNetTrial state_try(void *link, uint32_t version, const uint8_t *bytes, size_t size,
                            HwError *error)
{
    Input input = { link, version, bytes, size, 0 };

    switch (hw_child_run(trial, &input, TRIAL_MS, error)) {
    case HW_CHILD_GOOD:
        return OB_NET_GOOD;
    case HW_CHILD_IMPOSSIBLE:
        ob_report_warning("netdev '%s' keeps its own state: no child process can try the stream's",
                          ob_netdev_id(input.net->netdev));
        return OB_NET_UNTRIED;
    default:
        return OB_NET_REFUSED;
    }
}

static void state_load(void *link, uint32_t version, const uint8_t *bytes, size_t size)
{
    Input input = { link, version, bytes, size, 0 };

    input_load(&input, NULL);
    input.net->due = true;
}

const ObNetState ob_user_state = {
    .section = "slirp",
    .version = state_version,
    .save = state_save,
    .try = state_try,
    .load = state_load,
};
