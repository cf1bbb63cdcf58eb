/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program of scripts/run --in qemu: boots Linux in the distribution's QEMU with Outboard's
 * TPM and vmgenid, and shows what Linux finds.
 *     outboard-in-qemu BRIDGE ARCHITECTURE...
 * The exit status is 77 if a part is missing.  OB_QEMU, OB_QEMU_AARCH64 and OB_AAVMF name
 * programs and firmware of another release.
 */
#include <stdio.h>
#include <string.h>

#include "qtest/guest/guest.h"
#include "qtest/guest/show.h"
#include "qtest/text/json.h"

#define SKIPPED  77 /* meson's exit status for a skipped test */
#define AAVMF    "/usr/share/AAVMF/AAVMF_CODE.fd"
#define NEW_GUID "0ec8a8f1-54b1-4b5e-b1b0-0ddc0ffee000"

typedef struct Recipe {
    const char *architecture;
    const char *kernel;
    const char *initramfs; /* the environment variable with its path */
    const char *machine;
    bool has_firmware; /* needs OB_AAVMF's; false: QEMU loads its own */
    const char *devices;
} Recipe;

/* clang-format off */
static const Recipe recipes[] = {
    { "x86_64", "amd64-6.1", "OB_GUEST_SHOW_AMD64", "-machine q35 -m 256", false,
      "-device outboard-tpm-crb,tpmdev=tpm0 -device outboard-vmgenid,id=vmgenid" },
    { "aarch64", "arm64-6.1", "OB_GUEST_SHOW_ARM64",
      "-machine virt -cpu cortex-a57 -m 512", true,
      "-device tpm-crb-device,tpmdev=tpm0 -device vmgenid,id=vmgenid" },
};
/* clang-format on */

static const Recipe *recipe_find(const char *architecture)
{
    for (size_t i = 0; i < G_N_ELEMENTS(recipes); i++) {
        if (strcmp(recipes[i].architecture, architecture) == 0) {
            return &recipes[i];
        }
    }
    return NULL;
}

static void generation_id_set(ObClient *client)
{
    json_t *arguments = json_pack("{s:o, s:o, s:o}", "path",
                                  ob_json_text("/machine/peripheral/vmgenid"), "property",
                                  ob_json_text("guid"), "value", ob_json_text(NEW_GUID));

    json_decref(ob_client_qmp(client, "qom-set", arguments, NULL));
}

/* Returns the guest's output, or NULL with a sentence. */
static char *guest_listen(const ObGuestBoot *boot, HwError *error)
{
    ObGuest *guest = ob_guest_start(boot, error);
    char *said = NULL;

    if (guest && ob_guest_expect(guest, SHOW_WAITING, error)) {
        generation_id_set(ob_guest_client(guest));
        said = ob_guest_finish(guest, error);
    }
    ob_guest_free(guest);
    return said;
}

static char *recipe_arguments(const Recipe *recipe, const char *bridge)
{
    const char *aavmf = g_getenv("OB_AAVMF");

    return g_strdup_printf("%s%s%s -plugin file=%s,libtpms=tpm0 %s", recipe->machine,
                           recipe->has_firmware ? " -bios " : "",
                           !recipe->has_firmware ? ""
                           : aavmf               ? aavmf
                                                 : AAVMF,
                           bridge, recipe->devices);
}

static int recipe_run(const Recipe *recipe, const char *bridge)
{
    g_autofree char *arguments = recipe_arguments(recipe, bridge);
    ObGuestBoot boot = { .kernel = recipe->kernel,
                         .initramfs = g_getenv(recipe->initramfs),
                         .arguments = arguments,
                         .limit_s = 180 };
    HW_ERROR(error, 8192);
    g_autofree char *missing = ob_guest_missing(&boot);
    g_autofree char *said = NULL;

    printf("$ qemu-system-%s %s …\n", recipe->architecture, arguments);
    fflush(stdout);
    if (!missing) {
        said = guest_listen(&boot, &error);
    }
    if (!said) {
        fprintf(stderr, "outboard-in-qemu: %s\n", missing ? missing : error.text);
        return missing ? SKIPPED : 1;
    }
    printf("%s\n", said);
    return 0;
}

int main(int argc, char **argv)
{
    int status;

    if (argc < 3) {
        fputs("usage: outboard-in-qemu BRIDGE ARCHITECTURE...\n", stderr);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        const Recipe *recipe = recipe_find(argv[i]);

        if (!recipe) {
            fprintf(stderr,
                    "outboard-in-qemu: unknown architecture '%s', expected x86_64 or "
                    "aarch64\n",
                    argv[i]);
            return 2;
        }
        status = recipe_run(recipe, argv[1]);
        if (status != 0) {
            return status;
        }
    }
    puts("in QEMU: ok");
    return 0;
}
