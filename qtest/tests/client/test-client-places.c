/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client of a host in the same process. */
#include "qtest/client/client.h"
#include "qtest/tests/lib/gadget.h"

static void expect_register(ObClient *c, HwSpace space, uint64_t address, const char *expected)
{
    const char *device = "no device";
    const HwRegister *reg = ob_client_register_at(c, space, address, &device);
    g_autofree char *found = reg ? g_strconcat(device, " ", reg->name, NULL) : NULL;

    g_assert_cmpstr(found, ==, expected);
}

static void test_registers_are_found(GadgetHost *f, gconstpointer data)
{
    ObClient *c = ob_client_in_process(f->host);

    (void)data;
    device_add(f, "gadget", "id=a,addr=0xfed10000");
    device_add(f, "gadget", "id=b,addr=0xfed20000");
    expect_register(c, HW_SPACE_MEMORY, 0xfed10000, "a CTRL");
    expect_register(c, HW_SPACE_MEMORY, 0xfed20007, "b ID");
    expect_register(c, HW_SPACE_MEMORY, 0xfed20008, NULL);
    expect_register(c, HW_SPACE_MEMORY, 0xfed0ffff, NULL);
    expect_register(c, HW_SPACE_IO, 0xfed10000, NULL);
    ob_client_free(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    GADGET_TEST("/client-places/registers-are-found", NULL, test_registers_are_found);
    return g_test_run();
}
