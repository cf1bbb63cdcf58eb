/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sentences of a destination that refuses a stream.  They were seen in QEMU 7.2, 10.0 and
 * 11.1.  The more special sentence comes first: 11.1 has several of them in one line.
 */
#include "qtest/stream/log/patterns.h"

#define SAME_OPTIONS \
    "Give both sides the same machine type, such as pc-q35-7.2 or virt-7.2, and the same devices."
#define DOCTOR                                                                                  \
    "'outboard-stream doctor' names each difference, if it has the stream and a stream of the " \
    "destination."
#define SWITCH_OFF \
    "Switch the capability off on the source, or on at both sides, and migrate again."
#define ARM_FILTER                                                                              \
    "'outboard-stream doctor' names the registers. 'outboard-stream filter' passes the stream " \
    "on with the registers that the destination has."
#define DAMAGED    "Check where the file comes from, and migrate again."
#define LOOK_ABOVE "Look for an earlier line of the destination's QEMU: it names the cause."

/* clang-format off */
const ObLogPattern ob_log_load_patterns[] = {
    /* The stream's beginning. */
    { "Machine type received is '*' and local is '*'", OB_LOG_CAUSE,
      "The source runs machine type {1}, and the destination {2}.",
      "Start the destination with -machine {1}. Names without a version, such as q35 or virt, "
      "mean another machine in each release." },
    { "Not a migration stream", OB_LOG_CAUSE,
      "The destination did not get a plain stream. It may be compressed, encrypted, a disk image, "
      "libvirt's save image, or the extra channel of a multifd migration.",
      "'outboard-stream explain FILE' tells what the file is. Check that 'tls-creds', 'multifd' "
      "and compression are set in the same way at both sides." },
    { "SaveVM v2 format is obsolete", OB_LOG_CAUSE,
      "Bytes 5 to 8 of the stream say version 2: the file is damaged, or older than 2007.",
      DAMAGED },
    { "Unsupported migration stream version", OB_LOG_CAUSE,
      "Bytes 5 to 8 of the stream do not say version 3: the file is damaged.", DAMAGED },
    { "Configuration section missing", OB_LOG_CAUSE,
      "The source's machine type is older than QEMU 2.4, or it was started with '-global "
      "migration.send-configuration=off'.", SAME_OPTIONS },
    { "Received TARGET_PAGE_BITS is * but local is *", OB_LOG_CAUSE,
      "The vCPUs of the two sides have pages of different sizes.",
      "Start both sides with the same -machine and -cpu." },
    { "Received unknown capability *", OB_LOG_CAUSE,
      "The source has the capability {1}, which this release of QEMU does not know.",
      "Switch {1} off on the source, and migrate again." },
    { "Capability * is *, but received capability is *", OB_LOG_CAUSE,
      "Capability {1} is {2} at the destination and {3} at the source.",
      "Set {1} in the same way at both sides (migrate-set-capabilities), and migrate again." },
    { "UUID received is * and local is *", OB_LOG_CAUSE,
      "Capability 'validate-uuid' is on, and the sides have different UUIDs: {1} and {2}.",
      "Start the destination with -uuid {1}." },
    { "UUID is received *, but local uuid isn't set", OB_LOG_CAUSE,
      "Capability 'validate-uuid' is on, and the destination has no UUID.",
      "Start the destination with -uuid {1}." },

    /* RAM. */
    { "Unknown ramblock \"*\", cannot accept migration", OB_LOG_CAUSE,
      "The source has a block of memory '{1}', which the destination does not have. A device with "
      "memory, a firmware or a memory backend is missing there, or has another name.",
      SAME_OPTIONS },
    { "Unknown ramblock *, cannot accept migration", OB_LOG_CAUSE,
      "The source has a block of memory {1}, which the destination does not have.", SAME_OPTIONS },
    { "Size mismatch: pc.bios: * != *: Invalid argument", OB_LOG_CAUSE,
      "The firmware of the source has {1} bytes, that of the destination {2}.",
      "Use the same firmware file on both sides, or one of the same size." },
    { "Size mismatch: *: * != *: Invalid argument", OB_LOG_CAUSE,
      "Block '{1}' has {2} bytes at the source and {3} at the destination.",
      "Give both sides the same -m, memory backends, firmware and option ROMs." },
    { "Length mismatch: *: * in != *", OB_LOG_CAUSE,
      "Block '{1}' has {2} bytes at the source and {3} at the destination.",
      "Give both sides the same -m, memory backends, firmware and option ROMs." },
    { "Mismatched RAM page size *(local) * != *", OB_LOG_CAUSE,
      "A block of memory has pages of {2} bytes here and of {3} at the source: one side uses huge "
      "pages.", "Give both sides the same memory backend (hugetlbfs or not, the same page size)." },
    { "Mismatched GPAs for block *", OB_LOG_CAUSE,
      "A block of memory lies at another guest address: the sides have other -m or -machine.",
      SAME_OPTIONS },
    { "Illegal RAM offset *", OB_LOG_CAUSE,
      "A page lies beyond the end of its block: the stream is damaged, or the block has another "
      "size here.", "Give both sides the same -m, and migrate again." },
    { "Unknown combination of migration flags: *", OB_LOG_CAUSE,
      "A record of RAM has flags {1}: the stream is truncated or damaged, or the source has a "
      "capability that this release does not know.",
      "Look at query-migrate on the source. Switch xbzrle, compress and multifd off there." },
    { "Getting RAM address failed", OB_LOG_CAUSE, "The stream ends inside RAM.",
      "Look at query-migrate and the log of the source: the migration or the connection ended "
      "there." },
    { "Received an unexpected compressed page", OB_LOG_CAUSE,
      "The source has capability 'compress' on, and the destination does not.", SWITCH_OFF },
    { "Failed to load XBZRLE page", OB_LOG_CAUSE,
      "A page of capability 'xbzrle' does not fit what was sent before: the stream is damaged.",
      "Switch 'xbzrle' off on the source (migrate-set-capabilities), and migrate again." },
    { "Error reading ramblock * pages, region has bad alignment", OB_LOG_CAUSE,
      "The file of capability 'mapped-ram' is damaged.", DAMAGED },
    { "Could not read whole mapped-ram migration header", OB_LOG_CAUSE,
      "The file of capability 'mapped-ram' is truncated.", DAMAGED },
    { "Migration mapped-ram capability version not supported (expected <= *, got *)", OB_LOG_CAUSE,
      "The file of capability 'mapped-ram' has version {2}; this release knows {1}.",
      "Load it by the release that wrote it." },
    { "Migration mapped-ram header has invalid page_size * (expected *)", OB_LOG_CAUSE,
      "The file was saved on a host with pages of {1} bytes; this host has {2}.",
      "Load it on a host of the same architecture." },
    { "RAM block '*' resized during *", OB_LOG_CAUSE,
      "Block '{1}' got another size while the machine migrated, as tables of ACPI do at a reboot.",
      "Migrate again." },

    /* Sections. */
    { "section or instance 'cpu' *. Make sure", OB_LOG_CAUSE,
      "The source has vCPU {1}, and the destination does not: it has fewer vCPUs, or those were "
      "plugged in.", "Give the destination the -smp and the plugged vCPUs of the source." },
    { "section or instance 'cpu_common' *. Make sure", OB_LOG_CAUSE,
      "The source has vCPU {1}, and the destination does not: it has fewer vCPUs, or those were "
      "plugged in.", "Give the destination the -smp and the plugged vCPUs of the source." },
    { "section or instance 'arm_gic*' *. Make sure", OB_LOG_CAUSE,
      "The sides have different interrupt controllers: the source's is of kind arm_gic{1}.",
      "Give both sides the same -machine gic-version= and its=." },
    { "section or instance '*/*' *. Make sure", OB_LOG_CAUSE,
      "The source has a device '{2}' at {1}, and the destination has no such device there.",
      "Give both sides the same devices at the same addresses (addr=, bus=), the plugged devices "
      "too, and leave away those that were unplugged." },
    { "section or instance '*' *. Make sure", OB_LOG_CAUSE,
      "The source has a device '{1}' (instance {2}), and the destination does not.",
      "Give both sides the same devices in the same order, and the same machine type." },
    { "section type *", OB_LOG_CAUSE,
      "The section before has another length than here: the device has other fields at the "
      "source, or the stream is damaged.", DOCTOR },
    { "Unknown savevm section *", OB_LOG_CAUSE,
      "A part of section {1} comes without its beginning: the stream is damaged, or pieces of it "
      "were lost.", "Migrate again." },
    { "Unknown section *", OB_LOG_CAUSE,
      "A part of section {1} comes without its beginning: the stream is damaged, or pieces of it "
      "were lost.", "Migrate again." },
    { "savevm: unsupported version * for '*' v*", OB_LOG_CAUSE,
      "The source's device '{2}' sends version {1}, and the destination knows {3}. The source's "
      "QEMU is newer, and its machine type does not choose the old format.",
      "Start both sides with the same versioned machine type that the older QEMU has." },
    { "incoming version_id * is too new for local version_id *", OB_LOG_CAUSE,
      "A device sends version {1}, and the destination knows {2}: the source's QEMU is newer.",
      "Start both sides with the same versioned machine type that the older QEMU has." },
    { "incoming version_id * is too old for local minimum version_id*", OB_LOG_CAUSE,
      "A device sends version {1}, and the destination no longer knows it: the source's QEMU is "
      "too old.", "Migrate by way of a release between the two." },
    { "VM subsection '*' in '*' does not exist", OB_LOG_CAUSE,
      "The source sends subsection {1} of {2}, which the destination does not know: the source's "
      "QEMU is newer, or a feature is on there.",
      "'outboard-stream filter --policy drop-subsection={1}' leaves it out, if the guest does not "
      "need it." },
    { "Missing section footer for arm_gicv3*", OB_LOG_CAUSE,
      "The interrupt controller has another number of vCPUs at the source.",
      "Give both sides the same -smp." },
    { "Missing section footer for *", OB_LOG_CAUSE,
      "The section of '{1}' has another length at the source: the device has other fields, "
      "queues or a subsection there.",
      "Give both sides the same properties of this device and the same machine type. " DOCTOR },
    { "Mismatched section id in footer for * -", OB_LOG_CAUSE,
      "The section of '{1}' has another length at the source, or the stream is damaged.", DOCTOR },
    { "Read section footer failed: *", OB_LOG_CAUSE,
      "The stream ends behind a section.", "Look at the log of the source." },
    { "Unable to read ID string for section *", OB_LOG_CAUSE,
      "The stream ends, or is damaged, at the beginning of a section.", "Migrate again." },
    { "Input validation failed: */*", OB_LOG_CAUSE,
      "Device '{1}' does not accept the value of its field '{2}', which has to be the same at "
      "both sides.", "Give both sides the same properties of this device." },
    { "Expected vmdescription section, but got *", OB_LOG_NOTE,
      "Bytes follow the stream that do not belong to it. QEMU loads it all the same.", NULL },

    /* vCPUs. */
    { "Invalid value * expecting positive value <= *", OB_LOG_CAUSE,
      "The source sends a list of {1}, and the destination has room for {2}. For an Arm vCPU these "
      "are system registers: the source has another CPU, kernel or release of QEMU.", ARM_FILTER },
    { "Failed to load cpu:cpreg_vmstate_array_len", OB_LOG_CAUSE,
      "The source's vCPU has more system registers than the destination's: another CPU, kernel or "
      "release of QEMU.", ARM_FILTER },
    { "Failed to load cpu:cpreg_vmstate_*", OB_LOG_CAUSE,
      "The stream ends inside the list of a vCPU's system registers.", "Migrate again." },
    { "system register * in the incoming stream but unknown on the destination", OB_LOG_CAUSE,
      "The source's vCPU has system register {1}, which the destination's does not have.",
      ARM_FILTER },
    { "system register * expected by the destination but not in the incoming stream", OB_LOG_NOTE,
      "The destination's vCPU has system register {1}, which the source's does not have. It keeps "
      "its reset value.", NULL },
    { "error while loading state for instance * of device 'cpu'*Operation not permitted",
      OB_LOG_CAUSE, "The destination does not accept a system register of the vCPU: it has another "
      "CPU, kernel or release of QEMU.", ARM_FILTER },
    { "error: failed to set MSR * to *", OB_LOG_CAUSE,
      "The destination's kernel does not accept the value {2} of MSR {1}: its processor or kernel "
      "lacks a feature that the guest's vCPU has.",
      "Give both sides the same -cpu, a model that both hosts have." },
    { "warning: host doesn't support requested feature: *", OB_LOG_NOTE,
      "The destination's processor lacks {1}, which the vCPU should have.",
      "Use a -cpu model that both hosts have; '-cpu MODEL,enforce' refuses at the start." },
    { "host doesn't support requested feature", OB_LOG_CAUSE,
      "The destination's processor lacks features of the vCPU.",
      "Use a -cpu model that both hosts have." },
    { "TSC frequency mismatch between VM (* kHz) and host (* kHz)", OB_LOG_CAUSE,
      "The guest's clock runs at {1} kHz, the host's at {2}, and the processor can't scale it.",
      "Migrate to a host of the same frequency, or start the guest without invtsc." },

    { "vmstate_load_state: Assertion *", OB_LOG_CAUSE,
      "QEMU itself fails, on a part for which the vCPU or device here has no place. QEMU 10.0 does "
      "so on subsection cpu/wfxt-timer of 11.1.",
      "'outboard-stream doctor' names the parts, and filter leaves them out. " SAME_OPTIONS },

    /* Virtio and PCI. */
    { "Features * unsupported. Allowed features: *", OB_LOG_CAUSE,
      "The guest's driver uses features {1} of a virtio device, and the destination's device "
      "offers {2}. The device has other properties there, or vhost or the release is older.",
      "Give both sides the same properties of the device named after 'Failed to load'. "
      "'outboard-stream doctor' names the bits." },
    { "VQ * size * Guest index * inconsistent with Host index *", OB_LOG_CAUSE,
      "The indices of virtio queue {1} do not fit the guest's memory: RAM did not arrive whole, "
      "or the queue has another size.",
      "Check that storage and memory were not changed by another program. Migrate again." },
    { "VQ * size * < last_avail_idx * - used_idx *", OB_LOG_CAUSE,
      "The indices of virtio queue {1} do not fit its size at the destination.",
      "Give both sides the same queue-size." },
    { "virtio-net: saved image requires vnet_hdr=on", OB_LOG_CAUSE,
      "The source's network backend has headers of virtio, and the destination's does not.",
      "Use the same kind of -netdev at both sides." },
    { "virtio-net: saved image requires TUN_F_UFO support", OB_LOG_CAUSE,
      "The source's tap device offers UFO, and the destination's kernel does not.",
      "Give both sides host_ufo=off and guest_ufo=off." },
    { "virtio-net: curr_queue_pairs * > max_queue_pairs *", OB_LOG_CAUSE,
      "The guest uses {1} pairs of queues, and the destination's device has {2}.",
      "Give the destination the same queues= of -netdev and the same vectors=." },
    { "Bad config data: i=* read: * device: * cmask", OB_LOG_CAUSE,
      "Byte {1} of a PCI device's configuration is {2} at the source and {3} at the destination, "
      "and can't be changed. The sides differ in a device, a property, a ROM or the machine "
      "type.",
      "Give the device named after 'error while loading state' the same properties at both "
      "sides. Byte 0x60 of e1000e and others: the size of the option ROM (romfile=)." },
    { "Cannot migrate while device properties (*) differ", OB_LOG_CAUSE,
      "A device of Intel has another subsystem id at the destination: property {1}.",
      "Give the device named in the next words the same properties at both sides." },
    { "Failed to load *:virtio", OB_LOG_FOLLOWS,
      "Virtio device '{1}' does not accept its state: other features, queues or RAM.",
      "Give both sides the same properties of this device." },
    { "Failed to load *:pci_dev", OB_LOG_FOLLOWS,
      "PCI device '{1}' has another configuration at the destination.", SAME_OPTIONS },

    /* TPM and other back ends. */
    { "tpm-emulator: *state blob*", OB_LOG_CAUSE,
      "The TPM emulator refuses the state of the source's emulator ({1}).",
      "Use the same version of swtpm and libtpms, and the same --key, at both sides." },
    { "tpm-emulator: TPM result for CMD_SET_STATEBLOB: *", OB_LOG_CAUSE,
      "The TPM emulator refuses the state of the source's emulator: {1}.",
      "Use the same version of swtpm and libtpms, and the same --key, at both sides." },

    /* Postcopy and COLO. */
    { "RAM postcopy is disabled but have 16 byte advise", OB_LOG_CAUSE,
      "Capability 'postcopy-ram' is on at the source and off at the destination.",
      "Switch 'postcopy-ram' on at both sides, or off at the source." },
    { "RAM postcopy is enabled but have 0 byte advise", OB_LOG_CAUSE,
      "Capability 'postcopy-ram' is off at the source and on at the destination.",
      "Switch 'postcopy-ram' on at both sides, or off at the destination." },
    { "Postcopy needs matching * page sizes (s=* d=*)", OB_LOG_CAUSE,
      "The sides have pages of different sizes: {2} and {3}.",
      "Give both sides the same memory backend." },
    { "UFFDIO_API failed", OB_LOG_CAUSE,
      "The destination's host does not permit userfaultfd, which postcopy needs.",
      "Set vm.unprivileged_userfaultfd=1 on the destination, or switch 'postcopy-ram' off." },
    { "ENABLE_COLO command come in migration stream", OB_LOG_CAUSE,
      "Capability 'x-colo' is on at the source and off at the destination.", SWITCH_OFF },
    { "CMD_POSTCOPY_* in wrong postcopy state", OB_LOG_CAUSE,
      "A command of postcopy comes where none is expected: the stream is damaged.",
      "Migrate again." },
    { "MIG_CMD * unknown (len *)", OB_LOG_CAUSE,
      "The source sends command {1}, which this release does not know: its QEMU is newer.",
      "Switch newer capabilities off on the source." },

    /* Other machines' lists of registers, and what follows from the lines above. */
    { "error while loading state section id *(ram)", OB_LOG_FOLLOWS,
      "The stream ends or is damaged inside RAM.",
      "Look at query-migrate and the log of the source." },
    { "error while loading state for instance * of device 'cpu'", OB_LOG_FOLLOWS,
      "The destination does not accept the state of vCPU {1}. For Arm this is mostly a system "
      "register.", ARM_FILTER },
    { "error while loading state for instance * of device '*'", OB_LOG_FOLLOWS,
      "Device '{2}' does not accept its state. With 'No such file or directory' it is a subsection "
      "that the destination does not know; with 'Input/output error' the stream ends there.",
      DOCTOR },
    { "Input/output error: Failed to load vmstate version_id: *, ret: *", OB_LOG_FOLLOWS,
      "The stream ended early, inside RAM: the source failed or was cancelled, or the connection "
      "broke.", "Look at query-migrate and the log of the source." },
    { "Failed to load vmstate version_id: *, ret: *", OB_LOG_FOLLOWS,
      "RAM or another part of version {1} is not accepted (error {2}).", LOOK_ABOVE },
    { "Failed to load *:*", OB_LOG_FOLLOWS, "Device '{1}' does not accept its field '{2}'.",
      DOCTOR },
    { "load of migration failed: Operation not permitted", OB_LOG_LAST,
      "A vCPU's state is refused: for Arm, a system register.", ARM_FILTER },
    { "load of migration failed: No such file or directory", OB_LOG_LAST,
      "The source sends a subsection that the destination does not know: its QEMU is newer, or a "
      "feature is on there.", DOCTOR },
    { "load of migration failed: Input/output error", OB_LOG_LAST,
      "The stream ended early: the source failed or was cancelled, or the connection broke.",
      "Look at query-migrate and the log of the source." },
    { "load of migration failed: *", OB_LOG_LAST,
      "The destination refused the stream ({1}).", LOOK_ABOVE },
    { 0 },
};
/* clang-format on */
