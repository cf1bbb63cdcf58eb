/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first sector of the disk that the firmware stand-in boots. */
#include "qtest/host/run/boot-disk.h"

#include "hw-api/device/error.h"
#include "qtest/machine/firmware/boot-sector.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Returns the number of bytes, fewer at the file's end; or -1 with errno set. */
static ssize_t sector_read(int fd, uint8_t *sector)
{
    ssize_t size = 0, count;

    do {
        count = TEMP_FAILURE_RETRY(read(fd, sector + size, OB_BOOT_SECTOR_SIZE - (size_t)size));
        size += MAX(count, 0);
    } while (count > 0 && size < OB_BOOT_SECTOR_SIZE);
    return count < 0 ? -1 : size;
}

bool ob_boot_disk_run(ObSystem *system, HwError *error)
{
    const char *path = system->options->boot_disk;
    uint8_t sector[OB_BOOT_SECTOR_SIZE];
    ssize_t size;
    int fd;

    if (!path) {
        return true;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return hw_error_set(error, "disk: can't open '%s': %s", path, g_strerror(errno));
    }
    size = sector_read(fd, sector);
    if (size != OB_BOOT_SECTOR_SIZE) {
        hw_error_set(error, "disk: can't read the first sector of '%s': %s", path,
                     size < 0 ? g_strerror(errno) : "it is smaller");
        close(fd);
        return false;
    }
    close(fd);
    return ob_firmware_boot_sector(system->host, sector, error);
}
