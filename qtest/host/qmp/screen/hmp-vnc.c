/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HMP's commands about -vnc. */
#include <string.h>

#include "qtest/host/qmp/hmp-internal.h"
#include "qtest/host/vnc/server.h"

static void place_print(ObHmpCall *call, const char *name, const char *host, const char *service,
                        const char *family)
{
    ob_hmp_print(call, "  %s: %s:%s (%s)\n", name, host, service, family);
}

/* The lines are QEMU's. */
void ob_hmp_info_vnc(ObHmpCall *call)
{
    const ObVncServer *server = call->system->vnc;
    const ObSocketAddress *address = server ? ob_vnc_server_status(server).address : NULL;
    ObVncViewer viewer;
    bool is_unix = address && address->kind == OB_SOCKET_UNIX;
    const char *family = is_unix ? "unix"
                                 : (address && strchr(address->host, ':') ? "ipv6" : "ipv4");
    g_autofree char *port = g_strdup_printf("%u", address ? address->port : 0);

    if (!server) {
        ob_hmp_print(call, "None\n");
        return;
    }
    ob_hmp_print(call, "default:\n");
    place_print(call, "Server", is_unix ? "" : address->host, is_unix ? address->path : port,
                family);
    ob_hmp_print(call, "    Auth: %s (Sub: none)\n",
                 ob_vnc_server_status(server).password ? "vnc" : "none");
    for (uint32_t i = 0; ob_vnc_server_viewer_at(server, i, &viewer); i++) {
        place_print(call, "Client", viewer.host, viewer.service, family);
        ob_hmp_print(call, "    x509_dname: none\n    sasl_username: none\n");
    }
    ob_hmp_print(call, "  Auth: %s (Sub: none)\n",
                 ob_vnc_server_status(server).password ? "vnc" : "none");
}
