/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/reload/flask-host.h"

#include <string.h>

#include "qtest/machine/board.h"
#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/tests/lib/device-options.h"

#define FILE_NAME "etc/flask"
#define WORDS     "in vino veritas"

static void edge(void *opaque, uint32_t line, bool level)
{
    (void)line;
    (void)level;
    ((FlaskHost *)opaque)->edges++;
}

char *flask_file(const char *version)
{
    return g_strdup_printf("%s/flask-%s.so", g_getenv("OB_FLASKS"), version);
}

static void devices_work(FlaskHost *f)
{
    ObFwCfg *files = ob_host_fw_cfg(f->host);

    ob_host_store(f->host, HW_SPACE_MEMORY, CORK_LATCH, 0x101, 4);
    ob_host_store(f->host, HW_SPACE_MEMORY, FLASK_CTRL, 1, 4);
    ob_host_clock_set(f->host, FLASK_NEXT_DROP - 500000);
    ob_host_write(f->host, FLASK_MEMORY, WORDS, sizeof(WORDS));
    g_assert_true(ob_fw_cfg_write(files, ob_fw_cfg_key(files, FILE_NAME), 2, "abc", 3));
}

void flask_set_up(FlaskHost *f, gconstpointer data)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "pc" };
    g_autofree char *first = flask_file("first");

    (void)data;
    *f = (FlaskHost) { .error = { f->text, sizeof(f->text), 0 } };
    f->host = ob_host_new(&config, &f->error);
    g_assert_cmpstr(f->text, ==, "");
    g_assert_true(ob_host_load_plugins(f->host, first, &f->error));
    device_with_options(f->host, "com.acme.cork", "addr=0xfed81000", &f->error);
    f->flask = device_with_options(f->host, "com.acme.flask",
                                   "id=bottle,addr=0xfed80000,memory=0xfed90000,label=wine,line=3",
                                   &f->error);
    g_assert_cmpstr(f->text, ==, "");
    devices_work(f);
    ob_host_observe_irqs(f->host, edge, f);
    flask_assert_same(f);
}

void flask_tear_down(FlaskHost *f, gconstpointer data)
{
    (void)data;
    ob_host_free(f->host);
}

bool flask_reload(FlaskHost *f, const char *version)
{
    g_autofree char *path = flask_file(version);

    f->text[0] = '\0';
    return ob_host_reload_plugin(f->host, "flask", path, &f->result, &f->error);
}

uint32_t flask_read(FlaskHost *f, uint64_t address)
{
    return (uint32_t)ob_host_load(f->host, HW_SPACE_MEMORY, address, 4);
}

static void file_assert_same(FlaskHost *f)
{
    ObFwCfg *files = ob_host_fw_cfg(f->host);
    uint8_t bytes[8];

    ob_fw_cfg_read(files, ob_fw_cfg_key(files, FILE_NAME), 0, bytes, sizeof(bytes));
    g_assert_cmpmem(bytes, sizeof(bytes), "\0\0abc\0\0", 8);
}

void flask_assert_same(FlaskHost *f)
{
    char words[sizeof(WORDS)];

    ob_host_read(f->host, FLASK_MEMORY, words, sizeof(words));
    g_assert_cmpmem(words, sizeof(words), WORDS, sizeof(WORDS));
    file_assert_same(f);
    g_assert_cmphex(flask_read(f, FLASK_CTRL), ==, 1);
    g_assert_cmphex(flask_read(f, FLASK_STATUS), ==, 1);
    g_assert_cmphex(flask_read(f, FLASK_DROPS), ==, FLASK_DROPS_THEN);
    g_assert_cmphex(flask_read(f, FLASK_ID) & FLASK_MOOD, ==, FLASK_MOOD);
    g_assert_cmphex(flask_read(f, CORK_LATCH), ==, 0x101);
    g_assert_true(ob_host_irq_level(f->host, FLASK_LINE));
    g_assert_true(ob_host_irq_level(f->host, CORK_LINE));
    g_assert_cmpuint(f->edges, ==, 0);
    g_assert_cmpint(ob_host_clock_next(f->host), ==, FLASK_NEXT_DROP);
    g_assert_true(ob_host_find_device(f->host, "bottle") == f->flask);
}

void flask_drip(FlaskHost *f)
{
    ob_host_clock_set(f->host, ob_host_clock_next(f->host));
}
