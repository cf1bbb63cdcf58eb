/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of the program that nobody reads as a whole: its keysyms. */
#include <glib.h>

#include "qtest/host/vnc/keysyms.h"
#include "qtest/tests/lib/golden.h"

static void test_keysyms(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (uint32_t keysym = 0; keysym <= 0x10ffff; keysym++) {
        if (ob_vnc_key(keysym)) {
            g_string_append_printf(text, "0x%x %u\n", keysym, ob_vnc_key(keysym));
        }
    }
    golden_expect("keysyms.txt", text->str);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host-told/keysyms", test_keysyms);
    return g_test_run();
}
