/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPM of any interface: the ACPI tables by which operating systems find it.  Specifications:
 * TPM2 table: TCG ACPI Specification 1.2, section 8.
 * Physical presence interface: PPI 1.3, section 8.
 * Memory overwrite request: TCG PC Client Platform Reset Attack Mitigation Specification 1.1,
 * section 6.
 */
#include "devices/tpm/tpm-platform.h"

#include "hw-api/device/aml.h"
#include "hw-api/device/bytes.h"

enum {
    TPM2_CONTROL_AREA = 4, /* offsets in the table's body */
    TPM2_START_METHOD = 12,
    TPM2_LOG_SIZE = 28,
    TPM2_LOG_ADDRESS = 32,
    TPM2_BODY_SIZE = 40,

    LOCAL0 = HW_AML_LOCAL0,     /* _DSM: the requested operation */
    LOCAL1 = HW_AML_LOCAL0 + 1, /* firmware's PPI_FUNCTION for it */
    UUID = HW_AML_ARG0,
    REVISION = HW_AML_ARG0 + 1,
    FUNCTION = HW_AML_ARG0 + 2,
    ARGUMENTS = HW_AML_ARG0 + 3,

    AML_MAX = 1024,
};

/* ----------------------------------------------------------------------- TPM2 */

static void tpm2_table_add(const HwAcpi *acpi, HwAcpiBuild *build, const TpmAcpi *form)
{
    uint8_t body[TPM2_BODY_SIZE] = { 0 };
    uint32_t table;

    hw_store_le(body + TPM2_CONTROL_AREA, form->control_area, 8);
    hw_store_le(body + TPM2_START_METHOD, form->start_method, 4);
    hw_store_le(body + TPM2_LOG_SIZE, TPM_LOG_SIZE, 4);
    acpi->allocate(build, TPM_LOG_FILE, 1, HW_ACPI_ZONE_HIGH);
    table = acpi->add_table(build, "TPM2", 4, NULL, body, sizeof(body));
    acpi->add_pointer(build, table, HW_ACPI_HEADER_SIZE + TPM2_LOG_ADDRESS, 8, TPM_LOG_FILE);
}

/* ----------------------------------------------------------------------- terms */

static void if_equal(HwAml *aml, uint32_t variable, uint64_t value)
{
    hw_aml_if(aml);
    hw_aml_op(aml, HW_AML_EQUAL);
    hw_aml_op(aml, variable);
    hw_aml_integer(aml, value);
}

static void return_integer(HwAml *aml, uint64_t value)
{
    hw_aml_op(aml, HW_AML_RETURN);
    hw_aml_integer(aml, value);
}

static void return_named(HwAml *aml, const char *name)
{
    hw_aml_op(aml, HW_AML_RETURN);
    hw_aml_reference(aml, name);
}

static void return_bytes(HwAml *aml, const char *bytes, uint32_t size)
{
    hw_aml_op(aml, HW_AML_RETURN);
    hw_aml_buffer(aml, bytes, size);
}

/* Arg3[index]: the caller passes arguments in a package.  The target follows. */
static void store_argument(HwAml *aml, uint64_t index)
{
    hw_aml_op(aml, HW_AML_STORE);
    hw_aml_op(aml, HW_AML_DEREF_OF);
    hw_aml_op(aml, HW_AML_INDEX);
    hw_aml_op(aml, ARGUMENTS);
    hw_aml_integer(aml, index);
    hw_aml_op(aml, HW_AML_ZERO);
}

/* package[index] = name */
static void store_element(HwAml *aml, const char *name, const char *package, uint64_t index)
{
    hw_aml_op(aml, HW_AML_STORE);
    hw_aml_reference(aml, name);
    hw_aml_op(aml, HW_AML_INDEX);
    hw_aml_reference(aml, package);
    hw_aml_integer(aml, index);
    hw_aml_op(aml, HW_AML_ZERO);
}

static void name_zeros(HwAml *aml, const char *name, uint8_t count)
{
    hw_aml_name(aml, name);
    hw_aml_package(aml, count);
    for (uint8_t i = 0; i < count; i++) {
        hw_aml_integer(aml, 0);
    }
    hw_aml_end(aml);
}

/* ------------------------------------------------------------ physical presence */

static void ppi_memory(HwAml *aml, uint64_t address)
{
    hw_aml_operation_region(aml, "TPP2", HW_AML_SYSTEM_MEMORY);
    hw_aml_integer(aml, address + PPI_PPIN);
    hw_aml_integer(aml, PPI_MOVV - PPI_PPIN);
    hw_aml_field(aml, "TPP2", HW_AML_ANY_ACCESS);
    hw_aml_field_unit(aml, "PPIN", 8);
    hw_aml_field_unit(aml, "PPIP", 32);
    hw_aml_field_unit(aml, "PPRP", 32);
    hw_aml_field_unit(aml, "PPRQ", 32);
    hw_aml_field_unit(aml, "PPRM", 32);
    hw_aml_field_unit(aml, "LPPR", 32);
    hw_aml_end(aml);
    hw_aml_operation_region(aml, "TPP3", HW_AML_SYSTEM_MEMORY);
    hw_aml_integer(aml, address + PPI_MOVV);
    hw_aml_integer(aml, 1);
    hw_aml_field(aml, "TPP3", HW_AML_BYTE_ACCESS);
    hw_aml_field_unit(aml, "MOVV", 8);
    hw_aml_end(aml);
}

/* Returns firmware's byte for an operation; operations below 0x100 have one. */
static void ppi_flags_method(HwAml *aml, uint64_t address)
{
    hw_aml_method(aml, "TPFN", 1 | HW_AML_SERIALIZED);
    hw_aml_if(aml);
    hw_aml_op(aml, HW_AML_LOGICAL_NOT);
    hw_aml_op(aml, HW_AML_LESS);
    hw_aml_op(aml, HW_AML_ARG0);
    hw_aml_integer(aml, PPI_PPIN);
    return_integer(aml, 0);
    hw_aml_end(aml);
    hw_aml_operation_region(aml, "TPP1", HW_AML_SYSTEM_MEMORY);
    hw_aml_op(aml, HW_AML_ADD);
    hw_aml_integer(aml, address);
    hw_aml_op(aml, HW_AML_ARG0);
    hw_aml_op(aml, HW_AML_ZERO);
    hw_aml_integer(aml, 1);
    hw_aml_field(aml, "TPP1", HW_AML_BYTE_ACCESS);
    hw_aml_field_unit(aml, "TPPF", 8);
    hw_aml_end(aml);
    return_named(aml, "TPPF");
    hw_aml_end(aml);
}

/* Loads the requested operation, and firmware's PPI_FUNCTION for it. */
static void load_operation(HwAml *aml)
{
    store_argument(aml, 0);
    hw_aml_op(aml, LOCAL0);
    hw_aml_op(aml, HW_AML_AND);
    hw_aml_reference(aml, "TPFN");
    hw_aml_op(aml, LOCAL0);
    hw_aml_integer(aml, PPI_FUNCTION);
    hw_aml_op(aml, LOCAL1);
}

static void refuse_if(HwAml *aml, uint64_t flags, uint64_t result)
{
    if_equal(aml, LOCAL1, flags);
    return_integer(aml, result);
    hw_aml_end(aml);
}

static void request_operation(HwAml *aml)
{
    hw_aml_op(aml, HW_AML_STORE);
    hw_aml_op(aml, LOCAL0);
    hw_aml_reference(aml, "PPRQ");
}

static void request_without_parameter(HwAml *aml)
{
    request_operation(aml);
    hw_aml_op(aml, HW_AML_STORE);
    hw_aml_integer(aml, 0);
    hw_aml_reference(aml, "PPRM");
}

static void ppi_submit(HwAml *aml)
{
    load_operation(aml);
    refuse_if(aml, PPI_NOT_IMPLEMENTED, 1);
    request_without_parameter(aml);
    return_integer(aml, 0);
}

/* The answer has the parameter from revision 2 on. */
static void ppi_pending(HwAml *aml)
{
    if_equal(aml, REVISION, 1);
    store_element(aml, "PPRQ", "TPM2", 1);
    return_named(aml, "TPM2");
    hw_aml_end(aml);
    if_equal(aml, REVISION, 2);
    store_element(aml, "PPRQ", "TPM3", 1);
    store_element(aml, "PPRM", "TPM3", 2);
    return_named(aml, "TPM3");
    hw_aml_end(aml);
}

static void ppi_last_result(HwAml *aml)
{
    store_element(aml, "LPPR", "TPM3", 1);
    store_element(aml, "PPRP", "TPM3", 2);
    return_named(aml, "TPM3");
}

static void ppi_submit_with_argument(HwAml *aml)
{
    load_operation(aml);
    refuse_if(aml, PPI_NOT_IMPLEMENTED, 1);
    refuse_if(aml, PPI_BLOCKED, 3);
    if_equal(aml, REVISION, 1);
    request_without_parameter(aml);
    hw_aml_end(aml);
    if_equal(aml, REVISION, 2);
    request_operation(aml);
    store_argument(aml, 1);
    hw_aml_reference(aml, "PPRM");
    hw_aml_end(aml);
    return_integer(aml, 0);
}

static void ppi_query(HwAml *aml)
{
    load_operation(aml);
    hw_aml_op(aml, HW_AML_RETURN);
    hw_aml_op(aml, LOCAL1);
}

/* A bit for each function in ppi_dsm. */
static void ppi_functions(HwAml *aml)
{
    return_bytes(aml, "\xff\x01", 2);
}

static void ppi_version(HwAml *aml)
{
    hw_aml_op(aml, HW_AML_RETURN);
    hw_aml_string(aml, "1.3");
}

static void ppi_reboot_needed(HwAml *aml)
{
    return_integer(aml, 2);
}

/* Firmware here shows no texts of its own in any language: 3, by PPI 1.3. */
static void ppi_language(HwAml *aml)
{
    return_integer(aml, 3);
}

/* --------------------------------------------------------------- memory overwrite */

/* A bit for each function in mor_dsm. */
static void mor_functions(HwAml *aml)
{
    return_bytes(aml, "\x03", 1);
}

static void mor_set(HwAml *aml)
{
    store_argument(aml, 0);
    hw_aml_reference(aml, "MOVV");
    return_integer(aml, 0);
}

/* ------------------------------------------------------------------------ _DSM */

typedef void DsmFunction(HwAml *aml);

/* clang-format off */
static DsmFunction *const ppi_dsm[] = {
    ppi_functions, ppi_version, ppi_submit, ppi_pending, ppi_reboot_needed, ppi_last_result,
    ppi_language, ppi_submit_with_argument, ppi_query,
};
/* clang-format on */
static DsmFunction *const mor_dsm[] = { mor_functions, mor_set };

static void dsm_interface(HwAml *aml, const char *uuid, DsmFunction *const *functions,
                          uint32_t count)
{
    hw_aml_if(aml);
    hw_aml_op(aml, HW_AML_EQUAL);
    hw_aml_op(aml, UUID);
    hw_aml_uuid(aml, uuid);
    for (uint32_t i = 0; i < count; i++) {
        if_equal(aml, FUNCTION, i);
        functions[i](aml);
        hw_aml_end(aml);
    }
    hw_aml_end(aml);
}

static void presence_interface(HwAml *aml, uint64_t address)
{
    ppi_memory(aml, address);
    ppi_flags_method(aml, address);
    name_zeros(aml, "TPM2", 2);
    name_zeros(aml, "TPM3", 3);
    hw_aml_method(aml, "_DSM", 4 | HW_AML_SERIALIZED);
    dsm_interface(aml, "3dddfaa6-361b-4eb4-a424-8d10089d1653", ppi_dsm,
                  sizeof(ppi_dsm) / sizeof(ppi_dsm[0]));
    dsm_interface(aml, "376054ed-cc13-4675-901c-4756d7f2d45d", mor_dsm,
                  sizeof(mor_dsm) / sizeof(mor_dsm[0]));
    return_bytes(aml, "\0", 1);
    hw_aml_end(aml);
}

/* ---------------------------------------------------------------------- device */

static void device_resources(HwAml *aml, const TpmAcpi *form)
{
    hw_aml_name(aml, "_CRS");
    hw_aml_resources(aml);
    if (form->base <= UINT32_MAX) {
        hw_aml_memory32_fixed(aml, (uint32_t)form->base, form->size, true);
    } else {
        hw_aml_memory64(aml, form->base, form->size, true);
    }
    hw_aml_end(aml);
}

void tpm_platform_build_acpi(HwDevice *dev, const TpmPlatform *tpm, HwAcpiBuild *build,
                             const TpmAcpi *form)
{
    const HwAcpi *acpi = hw_acpi(dev);
    uint8_t bytes[AML_MAX];
    HwAml aml;

    tpm2_table_add(acpi, build, form);
    hw_aml_init(&aml, bytes, sizeof(bytes));
    hw_aml_scope(&aml, "\\_SB");
    hw_aml_device(&aml, "TPM");
    hw_aml_name_string(&aml, "_HID", "MSFT0101");
    hw_aml_name(&aml, "_STR");
    hw_aml_unicode(&aml, "TPM 2.0 Device");
    device_resources(&aml, form);
    hw_aml_name_integer(&aml, "_STA", 0x0f);
    hw_aml_name_integer(&aml, "_UID", 1);
    if (tpm->ppi) {
        presence_interface(&aml, form->base + PPI_OFFSET);
    }
    hw_aml_end(&aml);
    hw_aml_end(&aml);
    if (hw_aml_done(&aml)) {
        acpi->add_aml(build, bytes, aml.size);
    }
}
