/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/display/vnc-viewer.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/ext/draft/display.h"
#include "qtest/client/drivers/fw-cfg.h"
#include "qtest/client/drivers/screen.h"
#include "qtest/tests/display/screen-pair.h"

#define CFG       UINT64_C(0x100000)
#define CFG_SIZE  28
#define WAIT_S    20
#define WAIT_USEC 1000000

/* ----------------------------------------------------------------------- machine */

void vnc_machine_start(VncMachine *machine, const char *options)
{
    g_autofree char *arguments = NULL;
    ObFwCfgPort port;
    uint32_t size;

    machine->scratch = ob_scratch_new();
    machine->socket = g_build_filename(ob_scratch_path(machine->scratch), "vnc", NULL);
    arguments = g_strdup_printf("-device ramfb,id=fb -vnc unix:%s%s", machine->socket, options);
    machine->c = screen_machine_start(arguments);
    port = fw_cfg_of_pc(machine->c);
    machine->key = fw_cfg_find(&port, "etc/ramfb", &size);
}

void vnc_machine_end(VncMachine *machine)
{
    ob_client_quit(machine->c);
    g_assert_false(g_file_test(machine->socket, G_FILE_TEST_EXISTS));
    g_free(machine->socket);
    ob_scratch_free(machine->scratch);
}

void vnc_machine_show(VncMachine *machine, uint32_t width, uint32_t height, uint32_t seed)
{
    ObFwCfgPort port = fw_cfg_of_pc(machine->c);
    uint8_t bytes[CFG_SIZE] = { 0 };

    screen_noise(machine->c, VNC_PIXELS, (size_t)width * height * 4, seed);
    hw_store_be64(&bytes[0], VNC_PIXELS);
    hw_store_be32(&bytes[8], HW_PIXELS_XRGB8888);
    hw_store_be32(&bytes[16], width);
    hw_store_be32(&bytes[20], height);
    ob_client_memwrite(machine->c, CFG, bytes, CFG_SIZE);
    g_assert_cmphex(fw_cfg_dma(&port, fw_cfg_dma_key(machine->key) | FW_CFG_DMA_WRITE, CFG,
                               CFG_SIZE),
                    ==, 0);
}

/* ------------------------------------------------------------------------ viewer */

static char viewer_tag; /* its address finds the viewer */

static VncViewer *viewer_of(rfbClient *client)
{
    return rfbClientGetClientData(client, &viewer_tag);
}

static void updated(rfbClient *client, int x, int y, int width, int height)
{
    VncViewer *viewer = viewer_of(client);

    viewer->updates++;
    viewer->left = MIN(viewer->left, (uint32_t)x);
    viewer->top = MIN(viewer->top, (uint32_t)y);
    viewer->right = MAX(viewer->right, (uint32_t)(x + width));
    viewer->bottom = MAX(viewer->bottom, (uint32_t)(y + height));
}

/* The library frees it. */
static char *password_get(rfbClient *client)
{
    return strdup(viewer_of(client)->password);
}

void vnc_viewer_forget(VncViewer *viewer)
{
    viewer->updates = 0;
    viewer->left = viewer->top = UINT32_MAX;
    viewer->right = viewer->bottom = 0;
}

static void address_set(rfbClient *client, const char *address)
{
    const char *colon = strrchr(address, ':');

    free(client->serverHost);
    client->serverHost = colon ? strndup(address, (size_t)(colon - address)) : strdup(address);
    client->serverPort = colon ? atoi(colon + 1) : 0;
}

bool vnc_viewer_open(VncViewer *viewer, const char *address, const char *encodings)
{
    rfbClient *client = rfbGetClient(8, 3, 4);

    rfbEnableClientLogging = FALSE;
    vnc_viewer_forget(viewer);
    rfbClientSetClientData(client, &viewer_tag, viewer);
    address_set(client, address);
    client->GotFrameBufferUpdate = updated;
    client->GetPassword = password_get;
    client->appData.encodingsString = encodings;
    /* The bytes red, green, blue: the picture's. */
    client->format.redShift = 0;
    client->format.greenShift = 8;
    client->format.blueShift = 16;
    viewer->client = rfbInitClient(client, NULL, NULL) ? client : NULL;
    return viewer->client != NULL;
}

void vnc_viewer_close(VncViewer *viewer)
{
    free(viewer->client->frameBuffer);
    rfbClientCleanup(viewer->client);
}

static bool same(const rfbClient *client, const ObPicture *picture)
{
    const uint8_t *pixel = client->frameBuffer;

    if ((uint32_t)client->width != picture->width || (uint32_t)client->height != picture->height) {
        return false;
    }
    for (uint32_t y = 0; y < picture->height; y++) {
        for (uint32_t x = 0; x < picture->width; x++, pixel += 4) {
            if (memcmp(pixel, ob_picture_line(picture, y) + (size_t)x * 3, 3) != 0) {
                return false;
            }
        }
    }
    return true;
}

void vnc_viewer_expect(VncViewer *viewer, ObClient *c)
{
    ObPicture picture;

    g_assert_true(ob_client_screen_take(c, NULL, 0, &picture));
    for (int i = 0; !same(viewer->client, &picture); i++) {
        g_assert_cmpint(i, <, 1000);
        g_assert_cmpint(WaitForMessage(viewer->client, WAIT_S * WAIT_USEC), >, 0);
        g_assert_true(HandleRFBServerMessage(viewer->client));
    }
    ob_picture_clear(&picture);
}
