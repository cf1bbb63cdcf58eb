/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about -vnc. */
#include <string.h>

#include "qtest/host/qmp/qmp.h"
#include "qtest/host/vnc/server.h"
#include "qtest/text/json.h"

static const char *family_of(const ObSocketAddress *address)
{
    if (address->kind == OB_SOCKET_UNIX) {
        return "unix";
    }
    return strchr(address->host, ':') ? "ipv6" : "ipv4";
}

static const char *auth_of(const ObVncServer *server)
{
    return ob_vnc_server_status(server).password ? "vnc" : "none";
}

/* A unix socket has a path in place of a port, in QEMU's way. */
static json_t *place_describe(const ObSocketAddress *address)
{
    bool is_unix = address->kind == OB_SOCKET_UNIX;
    g_autofree char *port = g_strdup_printf("%u", address->port);

    return json_pack("{s:o, s:o, s:o}", "host", ob_json_text(is_unix ? "" : address->host),
                     "service", ob_json_text(is_unix ? address->path : port), "family",
                     ob_json_text(family_of(address)));
}

static json_t *viewer_describe(const ObVncServer *server, const ObVncViewer *viewer)
{
    const char *family = family_of(ob_vnc_server_status(server).address);

    return json_pack("{s:o, s:o, s:o, s:b}", "host", ob_json_text(viewer->host), "service",
                     ob_json_text(viewer->service), "family", ob_json_text(family), "websocket",
                     false);
}

static json_t *clients_describe(const ObVncServer *server)
{
    json_t *list = json_array();
    ObVncViewer viewer;

    for (uint32_t i = 0; ob_vnc_server_viewer_at(server, i, &viewer); i++) {
        json_array_append_new(list, viewer_describe(server, &viewer));
    }
    return list;
}

void ob_qmp_vnc_told(void *opaque, const char *event, const struct ObVncViewer *viewer)
{
    ObSystem *system = opaque;
    json_t *server = place_describe(ob_vnc_server_status(system->vnc).address);

    ob_json_set(server, "websocket", json_false());
    ob_json_set(server, "auth", ob_json_text(auth_of(system->vnc)));
    ob_system_event(system, event,
                    json_pack("{s:o, s:o}", "server", server, "client",
                              viewer_describe(system->vnc, viewer)));
}

json_t *ob_qmp_query_vnc(ObQmpCall *call)
{
    const ObVncServer *server = call->system->vnc;
    json_t *answer;

    if (!server) {
        return json_pack("{s:b}", "enabled", false);
    }
    answer = place_describe(ob_vnc_server_status(server).address);
    json_object_set_new(answer, "enabled", json_true());
    ob_json_set(answer, "auth", ob_json_text(auth_of(server)));
    ob_json_set(answer, "clients", clients_describe(server));
    return answer;
}

json_t *ob_qmp_query_vnc_servers(ObQmpCall *call)
{
    const ObVncServer *server = call->system->vnc;
    json_t *list = json_array();
    json_t *place;

    if (server) {
        place = place_describe(ob_vnc_server_status(server).address);
        ob_json_set(place, "websocket", json_false());
        ob_json_set(place, "auth", ob_json_text(auth_of(server)));
        json_array_append_new(list,
                              json_pack("{s:o, s:[o], s:o, s:o}", "id", ob_json_text("default"),
                                        "server", place, "clients", clients_describe(server),
                                        "auth", ob_json_text(auth_of(server))));
    }
    return list;
}

json_t *ob_qmp_change_vnc_password(ObQmpCall *call)
{
    if (!call->system->vnc ||
        !ob_vnc_server_set_password(call->system->vnc, ob_qmp_string(call, "password"))) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Could not set password");
    }
    return json_object();
}

json_t *ob_qmp_set_password(ObQmpCall *call)
{
    const char *protocol = ob_qmp_string(call, "protocol");

    if (strcmp(protocol, "vnc") != 0) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Parameter 'protocol' does not accept value '%s'",
                           protocol);
    }
    return ob_qmp_change_vnc_password(call);
}
