/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about the VM Generation ID: short for its device's property. */
#include "hw-api/host/run/property.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/text/json.h"

/* A machine has at most one of the group. */
static HwInstance *vmgenid_find(ObQmpCall *call)
{
    HwInstance *instance;

    for (uint32_t i = 0; (instance = ob_host_device_at(call->system->host, i)); i++) {
        if (hw_class_is_in_group(instance->cls, HW_GROUP_VMGENID) &&
            hw_instance_property(instance, "guid")) {
            return instance;
        }
    }
    ob_qmp_fail(call, OB_QMP_GENERIC, "VM Generation ID device not found");
    return NULL;
}

static json_t *guid_info(const HwInstance *instance)
{
    char guid[64];

    hw_instance_get(instance, hw_instance_property(instance, "guid"), guid, sizeof(guid));
    return json_pack("{s:o}", "guid", ob_json_text(guid));
}

json_t *ob_qmp_query_vm_generation_id(ObQmpCall *call)
{
    HwInstance *instance = vmgenid_find(call);

    return instance ? guid_info(instance) : NULL;
}

/* Tells what the GUID is now, as it may have been "auto". */
json_t *ob_qmp_vm_generation_id_set(ObQmpCall *call)
{
    HwInstance *instance = vmgenid_find(call);
    HW_ERROR(error, 512);

    if (!instance) {
        return NULL;
    }
    if (!hw_instance_set(instance, "guid", ob_qmp_string(call, "guid"), &error)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "%s", error.text);
    }
    return guid_info(instance);
}
