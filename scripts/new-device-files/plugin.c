
static const HwDeviceClassRef classes[] = { &beacon_class };

HW_EXPORT extern const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = HW_ABI(HwPlugin),
    .name = "%name%",
    .version = "0.1",
    .licence = "GPL-2.0-or-later",
    .description = "one device",
    .classes = HW_TABLE(classes),
};
