/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subsection NAME/chunk of the TPM CRB: when it is sent, and when it is refused. */
#include <glib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/host/run/state.h"
#include "qtest/tests/crb/chunked-crb.h"

typedef struct Fixture {
    const char *class_name;
    ChunkedCrb from;
    ChunkedCrb to;
    GByteArray *payload;
    char text[256];
} Fixture;

static const HwState *state_of(const ChunkedCrb *crb)
{
    return crb->tpm->instance->cls->table.state;
}

/* ------------------------------------------------------------------ payloads */

static void put_u32(GByteArray *payload, uint32_t value)
{
    uint8_t bytes[4];

    hw_store_be32(bytes, value);
    g_byte_array_append(payload, bytes, sizeof(bytes));
}

static void put_subsection(GByteArray *payload, const char *name)
{
    uint8_t head[] = { 5, (uint8_t)strlen(name) };

    g_byte_array_append(payload, head, sizeof(head));
    g_byte_array_append(payload, (const uint8_t *)name, head[1]);
    put_u32(payload, 0);
}

static void sink_field(void *opaque, const HwStateField *field, const uint8_t *bytes)
{
    g_byte_array_append(opaque, bytes, field->size * field->count);
}

static void sink_subsection(void *opaque, const HwState *state)
{
    put_subsection(opaque, state->name);
}

static void sink_subsection_end(void *opaque)
{
    (void)opaque;
}

static void save(Fixture *f)
{
    HwStateSink sink = { f->payload, sink_field, sink_subsection, sink_subsection_end };

    g_byte_array_set_size(f->payload, 0);
    g_assert_true(hw_state_save(f->from.tpm->instance, &sink, NULL));
}

static bool has_chunk(Fixture *f)
{
    g_autofree char *name = g_strconcat(f->class_name, "/chunk", NULL);

    save(f);
    return memmem(f->payload->data, f->payload->len, name, strlen(name)) != NULL;
}

static bool load(Fixture *f)
{
    HwInstance *instance = f->to.tpm->instance;
    HwError error = { f->text, sizeof(f->text), 0 };
    /* A copy of exactly this size: the sanitizer sees reads past its end. */
    g_autofree uint8_t *copy = g_memdup2(f->payload->data, f->payload->len);
    bool ok = hw_state_load(instance, state_of(&f->to)->version, copy, f->payload->len, &error);

    hw_instance_update(instance);
    return ok;
}

/* Makes a section with the fields, and a subsection of these lengths that is filled with zeros. */
static void forge(Fixture *f, uint32_t command, uint32_t response, uint32_t offset)
{
    g_autofree char *name = g_strconcat(f->class_name, "/chunk", NULL);
    g_autofree uint8_t *zeros = g_malloc0(MIN(MAX(command, response), 65536) + 1);

    save(f);
    put_subsection(f->payload, name);
    put_u32(f->payload, command);
    g_byte_array_append(f->payload, zeros, MIN(command, 65536));
    put_u32(f->payload, response);
    g_byte_array_append(f->payload, zeros, MIN(response, 65536));
    put_u32(f->payload, offset);
}

static void expect_refused(Fixture *f, const char *part)
{
    g_assert_false(load(f));
    if (!strstr(f->text, part)) {
        g_error("\"%s\" has no \"%s\"", f->text, part);
    }
    /* The target has no response to show, as before the load. */
    chunked_write(&f->to, CRB_BUFFER, 0xffffffff);
    chunked_write(&f->to, CRB_CTRL_START, CTRL_START_RSP_RETRY);
    g_assert_cmphex(chunked_read(&f->to, CRB_BUFFER), ==, 0xffffffff);
}

/* ---------------------------------------------------------------- when it is */

static void begin_command(Fixture *f)
{
    chunked_size(&f->from, 2 * CHUNK);
    chunked_put(&f->from, 2 * CHUNK, 0);
    chunked_write(&f->from, CRB_CTRL_START, CTRL_START_NEXT_CHUNK);
}

static void absent_at_first(Fixture *f)
{
    g_assert_false(has_chunk(f));
}

static void absent_in_idle(Fixture *f)
{
    chunked_respond(&f->from, 2 * CHUNK);
    chunked_write(&f->from, CRB_CTRL_REQ, CTRL_REQ_GO_IDLE);
    g_assert_false(has_chunk(f));
}

static void absent_when_off(Fixture *f)
{
    chunked_crb_tear_down(&f->from);
    chunked_crb_set_up(&f->from, f->class_name, NULL);
    chunked_respond(&f->from, 100);
    g_assert_false(has_chunk(f));
}

static void present_in_a_command(Fixture *f)
{
    begin_command(f);
    g_assert_true(has_chunk(f));
    g_assert_cmphex(hw_load_be32(f->payload->data + f->payload->len - 4), ==, 0);
    g_assert_cmphex(hw_load_be32(f->payload->data + f->payload->len - 8), ==, 0);
    g_assert_cmphex(hw_load_be32(f->payload->data + f->payload->len - 12 - CHUNK), ==, CHUNK);
    g_assert_cmpmem(f->payload->data + f->payload->len - 8 - CHUNK, CHUNK, f->from.bytes, CHUNK);
}

static void present_in_a_response(Fixture *f)
{
    chunked_respond(&f->from, CHUNK + 10);
    g_assert_true(has_chunk(f));
    g_assert_cmphex(hw_load_be32(f->payload->data + f->payload->len - 4), ==, CHUNK);
}

/* ------------------------------------------------------------------- loading */

static void goes_on_in_a_command(Fixture *f)
{
    begin_command(f);
    save(f);
    g_assert_true(load(f));
    chunked_put(&f->from, 2 * CHUNK, CHUNK);
    chunked_put(&f->to, 2 * CHUNK, CHUNK);
    chunked_write(&f->to, CRB_CTRL_START, CTRL_START_START);
    g_assert_true(f->to.tpm->running);
    g_assert_cmpmem(f->to.tpm->command + 10, f->to.tpm->command_size - 10, f->from.bytes + 10,
                    2 * CHUNK - 10);
}

static void goes_on_in_a_response(Fixture *f)
{
    chunked_respond(&f->from, CHUNK + 10);
    save(f);
    g_assert_true(load(f));
    chunked_write(&f->to, CRB_CTRL_START, CTRL_START_NEXT_CHUNK);
    chunked_expect(&f->to, CHUNK + 10, CHUNK);
    chunked_size(&f->to, CHUNK + 10);
    chunked_write(&f->to, CRB_CTRL_START, CTRL_START_RSP_RETRY);
    chunked_expect(&f->to, CHUNK + 10, 0);
}

/* The load drops the target's own chunks: the guest's next command has none before it. */
static void target_had_begun_a_command(Fixture *f)
{
    chunked_size(&f->to, 2 * CHUNK);
    chunked_put(&f->to, 2 * CHUNK, 0);
    chunked_write(&f->to, CRB_CTRL_START, CTRL_START_NEXT_CHUNK);
    save(f);
    g_assert_true(load(f));
    chunked_send(&f->to, 12);
    g_assert_true(f->to.tpm->running);
    g_assert_cmpuint(f->to.tpm->command_size, ==, 12);
}

static void guest_keeps_the_chunks_it_was_offered(Fixture *f)
{
    chunked_crb_tear_down(&f->to);
    chunked_crb_set_up(&f->to, f->class_name, NULL);
    chunked_respond(&f->from, CHUNK + 10);
    save(f);
    g_assert_true(load(f));
    g_assert_cmphex(chunked_read(&f->to, CRB_INTF_ID), ==, 0x00025c11);
    chunked_write(&f->to, CRB_CTRL_START, CTRL_START_NEXT_CHUNK);
    chunked_expect(&f->to, CHUNK + 10, CHUNK);
    hw_instance_reset(f->to.tpm->instance);
    g_assert_cmphex(chunked_read(&f->to, CRB_INTF_ID), ==, 0x00025811);
}

/* A command was started with chunks; then a stream tells the device that the guest has none. */
static void guest_without_chunks_gets_one(Fixture *f)
{
    chunked_crb_tear_down(&f->from);
    chunked_crb_set_up(&f->from, f->class_name, NULL);
    save(f);
    chunked_send(&f->to, 12);
    g_assert_true(load(f));
    g_assert_cmphex(chunked_read(&f->to, CRB_INTF_ID), ==, 0x00025811);
    chunked_size(&f->to, 2 * CHUNK);
    scripted_tpm_complete(f->to.tpm, f->to.bytes, 2 * CHUNK);
    chunked_expect(&f->to, 2 * CHUNK, 0);
    chunked_send(&f->to, 12);
    g_assert_cmpuint(f->to.tpm->capacity, ==, CHUNK);
}

/* QEMU 11.1 with cap-chunk=off sends its last response in this way. */
static void drops_what_the_guest_can_not_ask_for(Fixture *f)
{
    chunked_crb_tear_down(&f->from);
    chunked_crb_set_up(&f->from, f->class_name, NULL);
    forge(f, 0, 100, 100);
    g_assert_true(load(f));
    chunked_crb_tear_down(&f->from);
    f->from = f->to;
    g_assert_false(has_chunk(f));
    chunked_crb_set_up(&f->to, f->class_name, "");
}

/* ------------------------------------------------------------------ refusals */

static void refuses_offset(Fixture *f)
{
    forge(f, 0, 100, 101);
    expect_refused(f, "response_offset is 101, expected at most the response's 100 bytes");
}

static void refuses_more_than_the_tpm_takes(Fixture *f)
{
    f->to.tpm->buffer_size = 4096;
    forge(f, 4097, 0, 0);
    expect_refused(f, "have 4097 and 0 bytes, expected at most 4096, which the TPM takes");
    forge(f, 0, 4097, 0);
    expect_refused(f, "have 0 and 4097 bytes, expected at most 4096, which the TPM takes");
}

static void refuses_more_than_there_is_room_for(Fixture *f)
{
    static const uint32_t lengths[] = { CHUNKED_MAX + 1, 0x80000000, UINT32_MAX };

    for (guint i = 0; i < G_N_ELEMENTS(lengths); i++) {
        forge(f, lengths[i], 0, 0);
        expect_refused(f, "/chunk:command_buffer: ");
        forge(f, 0, lengths[i], 0);
        expect_refused(f, "/chunk:response_buffer: ");
    }
}

static void refuses_every_shorter_one(Fixture *f)
{
    guint least;

    save(f);
    least = f->payload->len;
    forge(f, 3, 5, 5);
    for (guint size = f->payload->len - 1; size > least; size--) {
        g_byte_array_set_size(f->payload, size);
        g_assert_false(load(f));
    }
}

/* A reader asks for the bytes that it needs, and never for more than one byte past the state. */
static void is_measured_as_it_comes(Fixture *f)
{
    HwError error = { f->text, sizeof(f->text), 0 };
    size_t have = 0, need;

    forge(f, 300, 500, 5);
    g_byte_array_append(f->payload, (const uint8_t *)"\x7e", 1);
    while (hw_state_measure(state_of(&f->from), state_of(&f->from)->version, f->payload->data, have,
                            &need, &error) == HW_STATE_MORE) {
        g_assert_cmpuint(need, >, have);
        g_assert_cmpuint(need, <=, f->payload->len);
        have = need;
    }
    g_assert_cmpstr(f->text, ==, "");
    g_assert_cmpuint(need, ==, f->payload->len - 1);
}

/* -------------------------------------------------------------------- table */

typedef struct Test {
    const char *path;
    void (*function)(Fixture *f);
} Test;

static const Test tests[] = {
    { "absent/at-first", absent_at_first },
    { "absent/in-idle", absent_in_idle },
    { "absent/when-off", absent_when_off },
    { "present/in-a-command", present_in_a_command },
    { "present/in-a-response", present_in_a_response },
    { "loaded/goes-on-in-a-command", goes_on_in_a_command },
    { "loaded/goes-on-in-a-response", goes_on_in_a_response },
    { "loaded/target-had-begun-a-command", target_had_begun_a_command },
    { "loaded/guest-keeps-the-chunks-it-was-offered", guest_keeps_the_chunks_it_was_offered },
    { "loaded/guest-without-chunks-gets-one", guest_without_chunks_gets_one },
    { "loaded/drops-what-the-guest-can-not-ask-for", drops_what_the_guest_can_not_ask_for },
    { "refuses/offset-past-the-response", refuses_offset },
    { "refuses/more-than-the-tpm-takes", refuses_more_than_the_tpm_takes },
    { "refuses/more-than-there-is-room-for", refuses_more_than_there_is_room_for },
    { "refuses/every-shorter-one", refuses_every_shorter_one },
    { "measured-as-it-comes", is_measured_as_it_comes },
};

static const char *const classes[] = { "tpm-crb", "tpm-crb-device" };

typedef struct Case {
    const char *class_name;
    const Test *test;
} Case;

static void run(gconstpointer opaque)
{
    const Case *c = opaque;
    Fixture f = { .class_name = c->class_name, .payload = g_byte_array_new() };

    chunked_crb_set_up(&f.from, c->class_name, "");
    chunked_crb_set_up(&f.to, c->class_name, "");
    c->test->function(&f);
    chunked_crb_tear_down(&f.from);
    chunked_crb_tear_down(&f.to);
    g_byte_array_unref(f.payload);
}

int main(int argc, char **argv)
{
    static Case cases[G_N_ELEMENTS(classes) * G_N_ELEMENTS(tests)];
    guint next = 0;

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(classes); i++) {
        for (guint j = 0; j < G_N_ELEMENTS(tests); j++) {
            g_autofree char *path = g_strdup_printf("/%s/chunk-state/%s", classes[i],
                                                    tests[j].path);

            cases[next] = (Case) { classes[i], &tests[j] };
            g_test_add_data_func(path, &cases[next++], run);
        }
    }
    return g_test_run();
}
