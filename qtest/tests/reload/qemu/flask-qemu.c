/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/reload/qemu/flask-qemu.h"

/* Places that both machines leave free. */
uint64_t flask_at(void)
{
    return bridge_machine_is_pc() ? UINT64_C(0xfed80000) : UINT64_C(0x0c000000);
}

uint64_t flask_memory_at(void)
{
    return flask_at() + 0x10000;
}

uint64_t flask_cork_at(void)
{
    return flask_at() + 0x1000;
}

char *flask_arguments(const char *more)
{
    return g_strdup_printf("-device com.acme.cork,addr=0x%" G_GINT64_MODIFIER
                           "x -device com.acme.flask,id=bottle,label=wine,line=3"
                           ",addr=0x%" G_GINT64_MODIFIER "x,memory=0x%" G_GINT64_MODIFIER "x %s",
                           flask_cork_at(), flask_at(), flask_memory_at(), more);
}

json_t *flask_qemu_reload(ObClient *c, const char *version)
{
    g_autofree char *path = g_strdup_printf("%s/flask-%s.so", g_getenv("OB_FLASKS"), version);

    return outboard_reload(c, path);
}

bool flask_has_drops(ObClient *c, const void *opaque)
{
    return ob_client_readl(c, flask_at() + FLASK_DROPS) >= *(const uint32_t *)opaque;
}

void flask_drip_until(ObClient *c, uint32_t drops)
{
    ob_client_writel(c, flask_at() + FLASK_CTRL, 1);
    pci_run_until(c, flask_has_drops, &drops);
    ob_client_writel(c, flask_at() + FLASK_CTRL, 0);
}

char *flask_state(ObClient *c)
{
    GString *text = g_string_new(NULL);
    uint8_t bytes[8];

    for (uint32_t at = FLASK_CTRL; at <= FLASK_EXTRA; at += 4) {
        g_string_append_printf(text, "%x ", ob_client_readl(c, flask_at() + at));
    }
    for (uint32_t at = 0; at < 0x2000; at += 0x400) {
        g_string_append_printf(text, "%x ", ob_client_readl(c, flask_memory_at() + at));
    }
    cfg_file_read(c, "etc/flask", bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++) {
        g_string_append_printf(text, "%02x", bytes[i]);
    }
    g_string_append_printf(text, " %x", ob_client_readl(c, flask_cork_at()));
    return g_string_free(text, FALSE);
}

char *flask_seen(ObClient *c)
{
    g_autofree char *state = flask_state(c);
    g_autofree char *lines = bridge_machine_is_pc() ? hmp_answer(c, "info irq") : NULL;

    return g_strdup_printf("%x %s %s", ob_client_readl(c, flask_at() + FLASK_ID), state,
                           lines ? lines : "");
}

ObClient *flask_qemu_start(void)
{
    g_autofree char *all = flask_arguments("");
    ObClient *c = pci_start(all);

    ob_client_writel(c, flask_cork_at(), 0x101);
    flask_drip_until(c, 3);
    ob_client_writel(c, flask_memory_at() + 0x400, 0x656e6977);
    g_assert_true(cfg_file_write(c, "etc/flask", FLASK_FILE_AT, "abc", 3));
    return c;
}
