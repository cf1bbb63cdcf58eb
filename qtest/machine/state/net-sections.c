/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/state/net-sections.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/text/json.h"

struct ObNetLoad {
    ObNetdev *netdev;
    uint32_t version;
    GBytes *payload; /* NULL: the network keeps its own state */
};

/* ---------------------------------------------------------------------------- saving */

static uint32_t netdev_number(const ObHost *host, const ObNetdev *netdev)
{
    const ObNetState *state = ob_netdev_driver(netdev)->state;
    const ObNetdev *other;
    uint32_t number = 0;

    for (uint32_t i = 0; (other = ob_netdev_at(host, i)) && other != netdev; i++) {
        number += ob_netdev_driver(other)->state == state;
    }
    return number;
}

/* QEMU's description of a section without fields. */
static json_t *description(const ObVmSection *section, size_t size)
{
    return json_pack("{s:o, s:I, s:I, s:[{s:o, s:I, s:o}]}", "name", ob_json_text(section->name),
                     "instance_id", (json_int_t)section->instance, "size", (json_int_t)size,
                     "fields", "name", ob_json_text("data"), "size", (json_int_t)size, "type",
                     ob_json_text("buffer"));
}

static void net_save(const ObNetdev *netdev, uint32_t number, ObVmWriter *writer, uint32_t id)
{
    const ObNetState *state = ob_netdev_driver(netdev)->state;
    void *link = ob_netdev_link(netdev);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    const ObVmSection section = {
        .name = state->section, .instance = number, .version = state->version(link), .id = id
    };
    json_t *described;

    state->save(link, bytes);
    described = description(&section, bytes->len);
    ob_vm_write_copy(writer, &section, bytes->data, bytes->len, described);
    json_decref(described);
}

void ob_nets_save(ObHost *host, ObVmWriter *writer, uint32_t *next_id)
{
    const ObNetdev *netdev;

    for (uint32_t i = 0; (netdev = ob_netdev_at(host, i)); i++) {
        if (ob_netdev_driver(netdev)->state) {
            net_save(netdev, netdev_number(host, netdev), writer, (*next_id)++);
        }
    }
}

/* --------------------------------------------------------------------------- loading */

ObNetdev *ob_net_section_netdev(const ObHost *host, const ObVmSection *section)
{
    ObNetdev *netdev;

    for (uint32_t i = 0; (netdev = ob_netdev_at(host, i)); i++) {
        const ObNetState *state = ob_netdev_driver(netdev)->state;

        if (state && strcmp(state->section, section->name) == 0 &&
            netdev_number(host, netdev) == section->instance) {
            return netdev;
        }
    }
    return NULL;
}

ObNetLoad *ob_net_load_prepare(ObNetdev *netdev, const ObVmSection *section, const uint8_t *payload,
                               size_t size, HwError *error)
{
    const ObNetState *state = ob_netdev_driver(netdev)->state;
    void *link = ob_netdev_link(netdev);
    HW_ERROR(reason, 512);
    ObNetTrial trial;
    ObNetLoad *load;

    if (section->version > state->version(link)) {
        hw_error_set(error, "savevm: unsupported version %" PRIu32 " for '%s' v%" PRIu32,
                     section->version, section->name, state->version(link));
        return NULL;
    }
    trial = state->try(link, section->version, payload, size, &reason);
    if (trial == OB_NET_REFUSED) {
        hw_error_set(error, "netdev '%s': %s", ob_netdev_id(netdev), reason.text);
        return NULL;
    }
    load = g_new0(ObNetLoad, 1);
    load->netdev = netdev;
    load->version = section->version;
    load->payload = trial == OB_NET_GOOD ? g_bytes_new(payload, size) : NULL;
    return load;
}

void ob_net_load_commit(const ObNetLoad *load)
{
    gsize size;

    if (load->payload) {
        const uint8_t *bytes = g_bytes_get_data(load->payload, &size);

        ob_netdev_driver(load->netdev)
            ->state->load(ob_netdev_link(load->netdev), load->version, bytes, size);
    }
}

void ob_net_load_free(ObNetLoad *load)
{
    if (load) {
        g_clear_pointer(&load->payload, g_bytes_unref);
        g_free(load);
    }
}
