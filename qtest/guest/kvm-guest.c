/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/guest/kvm-guest.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-id.h"
#include "qtest/client/process/scratch.h"
#include "qtest/client/process/unix-socket.h"
#include "qtest/client/process/wire.h"

#define ANSWER_MS   30000
#define DIRECT_GETS 4 /* single reads after a write; then reading all is faster */
#define VALUE_MAX   256

typedef struct Register {
    uint64_t id;
    int answer; /* the result of reading it */
    uint8_t value[VALUE_MAX];
} Register;

struct ObKvmGuest {
    HwVcpus vcpus;
    ObGuest *guest;
    ObScratch *scratch;
    int listener;
    ObWire wire;
    bool has_wire;
    bool gone, ran;
    GArray *registers; /* Register, as last read */
    GHashTable *index; /* id -> index in `registers` + 1 */
    bool is_current;
    uint32_t direct_gets; /* single reads since is_current became false */
};

/* --------------------------------------------------------------------- requests */

static void guest_say(ObKvmGuest *guest, const char *request)
{
    if (!guest->gone) {
        guest->gone = ob_wire_send(&guest->wire, request, strlen(request), ANSWER_MS) != OB_WIRE_OK;
    }
}

/* Returns the guest's next line, "" if the guest is gone. */
static const char *guest_hear(ObKvmGuest *guest)
{
    char *line = NULL;
    size_t length;

    if (!guest->gone) {
        guest->gone = ob_wire_line(&guest->wire, &line, &length, ANSWER_MS) != OB_WIRE_OK;
    }
    return guest->gone ? "" : line;
}

/* Parses the answer at the beginning of a line; *rest is the text after it. */
static int answer_parse(const char *line, char **rest)
{
    long answer = strtol(line, rest, 10);

    return *rest == line ? -EIO : (int)answer;
}

static void value_parse(const char *text, uint64_t id, uint8_t *value)
{
    g_autoptr(GBytes) bytes = ob_guest_bytes(text + strspn(text, " "));
    gsize size = 0;
    const uint8_t *from = bytes ? g_bytes_get_data(bytes, &size) : NULL;

    memset(value, 0, VALUE_MAX);
    for (gsize i = 0; i < size && i < HW_VCPU_REGISTER_SIZE(id) && i < VALUE_MAX; i++) {
        value[i] = from[size - 1 - i];
    }
}

/* ---------------------------------------------------------------------- registers */

static int registers_fetch(ObKvmGuest *guest)
{
    char *rest;
    int count;

    guest_say(guest, "all\n");
    count = answer_parse(guest_hear(guest), &rest);
    g_array_set_size(guest->registers, 0);
    g_hash_table_remove_all(guest->index);
    for (int i = 0; i < count; i++) {
        Register r = { 0 };

        r.id = g_ascii_strtoull(guest_hear(guest), &rest, 16);
        r.answer = answer_parse(rest, &rest);
        value_parse(rest, r.id, r.value);
        g_array_append_val(guest->registers, r);
        g_hash_table_insert(guest->index, g_memdup2(&r.id, sizeof(r.id)), GINT_TO_POINTER(i + 1));
    }
    guest->is_current = !guest->gone && count >= 0;
    return guest->gone ? -EIO : MIN(count, 0);
}

static void registers_age(ObKvmGuest *guest)
{
    guest->is_current = false;
    guest->direct_gets = 0;
}

static int kvm_guest_list(HwVcpus *vcpus, uint32_t vcpu, uint64_t *ids, uint32_t *count)
{
    ObKvmGuest *guest = (ObKvmGuest *)vcpus;
    int answer = guest->is_current ? 0 : registers_fetch(guest);
    uint32_t room = *count;

    (void)vcpu;
    if (answer < 0) {
        return answer;
    }
    *count = guest->registers->len;
    for (guint i = 0; i < guest->registers->len && *count <= room; i++) {
        ids[i] = g_array_index(guest->registers, Register, i).id;
    }
    return *count <= room ? 0 : -E2BIG;
}

static int get_direct(ObKvmGuest *guest, uint64_t id, void *value)
{
    g_autofree char *request = g_strdup_printf("get %016" G_GINT64_MODIFIER "x\n", id);
    uint8_t bytes[VALUE_MAX];
    char *rest;
    int answer;

    guest_say(guest, request);
    answer = answer_parse(guest_hear(guest), &rest);
    value_parse(rest, id, bytes);
    if (answer == 0) {
        memcpy(value, bytes, HW_VCPU_REGISTER_SIZE(id));
    }
    return answer;
}

static int kvm_guest_get(HwVcpus *vcpus, uint32_t vcpu, uint64_t id, void *value)
{
    ObKvmGuest *guest = (ObKvmGuest *)vcpus;
    bool counts = id == HW_VCPU_TIMER_CNT || id == HW_VCPU_PTIMER_CNT;
    const Register *r;
    guint place;

    (void)vcpu;
    if (HW_VCPU_REGISTER_SIZE(id) > VALUE_MAX) {
        return -EINVAL;
    }
    if (counts || (!guest->is_current && guest->direct_gets++ < DIRECT_GETS)) {
        return get_direct(guest, id, value);
    }
    if (!guest->is_current && registers_fetch(guest) < 0) {
        return -EIO;
    }
    place = GPOINTER_TO_UINT(g_hash_table_lookup(guest->index, &id));
    if (place == 0) {
        return get_direct(guest, id, value); /* KVM may have registers that it does not list */
    }
    r = &g_array_index(guest->registers, Register, place - 1);
    if (r->answer == 0) {
        memcpy(value, r->value, HW_VCPU_REGISTER_SIZE(id));
    }
    return r->answer;
}

static int kvm_guest_set(HwVcpus *vcpus, uint32_t vcpu, uint64_t id, const void *value)
{
    ObKvmGuest *guest = (ObKvmGuest *)vcpus;
    GString *request = g_string_new(NULL);
    char *rest;

    (void)vcpu;
    g_string_append_printf(request, "set %016" G_GINT64_MODIFIER "x ", id);
    for (uint32_t i = HW_VCPU_REGISTER_SIZE(id); i > 0; i--) {
        g_string_append_printf(request, "%02x", ((const uint8_t *)value)[i - 1]);
    }
    g_string_append_c(request, '\n');
    guest_say(guest, request->str);
    g_string_free(request, TRUE);
    registers_age(guest);
    return answer_parse(guest_hear(guest), &rest);
}

static bool kvm_guest_has_run(HwVcpus *vcpus)
{
    return ((ObKvmGuest *)vcpus)->ran;
}

HwVcpus *ob_kvm_guest_vcpus(ObKvmGuest *guest)
{
    return &guest->vcpus;
}

bool ob_kvm_guest_renew(ObKvmGuest *guest)
{
    char *rest;

    guest_say(guest, "new\n");
    registers_age(guest);
    guest->ran = false;
    return answer_parse(guest_hear(guest), &rest) == 0;
}

bool ob_kvm_guest_run_vcpu(ObKvmGuest *guest)
{
    char *rest;

    guest_say(guest, "run\n");
    registers_age(guest);
    guest->ran = true;
    return answer_parse(guest_hear(guest), &rest) == 0;
}

/* ----------------------------------------------------------------- beginning, end */

static ObGuestBoot boot_of(const char *kernel)
{
    return (ObGuestBoot) { .kernel = kernel, .initramfs = g_getenv("OB_GUEST_SERVE_ARM64") };
}

char *ob_kvm_guest_missing(const char *kernel)
{
    ObGuestBoot boot = boot_of(kernel);

    return ob_guest_missing(&boot);
}

static bool guest_boot(ObKvmGuest *guest, const char *kernel, uint32_t limit_s, HwError *error)
{
    ObGuestBoot boot = boot_of(kernel);
    g_autofree char *path = g_build_filename(ob_scratch_path(guest->scratch), "line", NULL);
    g_autofree char *arguments = g_strdup_printf(
        "-machine virt,virtualization=on,gic-version=3 -cpu max -m 512 "
        "-chardev socket,id=line,path=%s -device pci-serial,chardev=line",
        path);
    int fd;

    guest->listener = ob_unix_listen(path);
    if (guest->listener < 0) {
        return hw_error_set(error, "%s: listen failed: %s", path, strerror(errno));
    }
    boot.arguments = arguments;
    boot.limit_s = limit_s;
    guest->guest = ob_guest_start(&boot, error);
    if (!guest->guest) {
        return false;
    }
    fd = accept4(guest->listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) {
        return hw_error_set(error, "%s: accept failed: %s", path, strerror(errno));
    }
    ob_wire_init(&guest->wire, fd);
    guest->has_wire = true;
    return true;
}

/* Waits for the program's first line, "ready".  Booting may take up to `limit_s`. */
static bool guest_await(ObKvmGuest *guest, uint32_t limit_s, HwError *error)
{
    char *line;
    size_t length;

    if (ob_wire_line(&guest->wire, &line, &length, limit_s * 1000) == OB_WIRE_OK &&
        strcmp(line, "ready") == 0) {
        return true;
    }
    g_free(ob_guest_finish(guest->guest, error));
    return false;
}

ObKvmGuest *ob_kvm_guest_start(const char *kernel, uint32_t limit_s, HwError *error)
{
    ObKvmGuest *guest = g_new0(ObKvmGuest, 1);

    guest->vcpus = (HwVcpus) { 1, kvm_guest_list, kvm_guest_get, kvm_guest_set, kvm_guest_has_run };
    guest->listener = -1;
    guest->scratch = ob_scratch_new();
    guest->registers = g_array_new(FALSE, FALSE, sizeof(Register));
    guest->index = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    if (!guest_boot(guest, kernel, limit_s, error) || !guest_await(guest, limit_s, error)) {
        ob_kvm_guest_free(guest);
        return NULL;
    }
    return guest;
}

ObClient *ob_kvm_guest_client(ObKvmGuest *guest)
{
    return ob_guest_client(guest->guest);
}

void ob_kvm_guest_free(ObKvmGuest *guest)
{
    if (!guest) {
        return;
    }
    ob_guest_free(guest->guest);
    if (guest->has_wire) {
        ob_wire_clear(&guest->wire);
    }
    if (guest->listener >= 0) {
        close(guest->listener);
    }
    g_hash_table_unref(guest->index);
    g_array_unref(guest->registers);
    ob_scratch_free(guest->scratch);
    g_free(guest);
}
