/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/bridge/hostile-machine.h"

#include "qtest/client/drivers/crb.h"

#define BEACON_MAGIC 0x4e434542

/* The beacon comes first: the bridge gives it the first address. */
/* clang-format off */
static const HostileMachine machines[] = {
    { "-device beacon -device outboard-vmgenid -device outboard-tpm-crb,tpmdev=tpm0",
      0xfef00000, 0xfed40000, 0, { "beacon", "vmgenid", "tpm-emulator", "tpm-crb" } },
    { "-device beacon -device vmgenid -device tpm-crb-device,tpmdev=tpm0", 0x0b000000, 0x0b001000,
      0x40000000, { "beacon", "vmgenid", "tpm-emulator", "tpm-crb-device" } },
};
/* clang-format on */

const HostileMachine *hostile_machine(void)
{
    return &machines[!bridge_machine_is_pc()];
}

ObClient *hostile_machine_start(const char *more)
{
    g_autofree char *arguments = g_strdup_printf("-plugin file=%s,set=%s,libtpms=tpm0 %s %s",
                                                 g_getenv("OUTBOARD_BRIDGE"),
                                                 g_getenv("OB_BRIDGE_SET"),
                                                 hostile_machine()->devices, more);
    HW_ERROR(error, 4096);
    ObClient *c = bridge_machine_start_stock(arguments, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

void hostile_machine_assert_alive(ObClient *c)
{
    static const uint8_t get_capability[] = { 0x80, 1, 0, 0, 0, 22, 0, 0, 1, 0x7a, 0,
                                              0,    0, 6, 0, 0, 1,  0, 0, 0, 0,    1 };
    ObCrb crb = { c, hostile_machine()->crb, 10000 };
    uint8_t response[CRB_BUFFER_SIZE];
    size_t size;

    ob_client_reset(c);
    g_assert_cmphex(ob_client_readl(c, hostile_machine()->beacon), ==, BEACON_MAGIC);
    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_transfer(&crb, get_capability, sizeof(get_capability), response,
                                 sizeof(response), &size),
                    ==, OB_CRB_OK);
    g_assert_cmpuint(size, >=, 10);
}
