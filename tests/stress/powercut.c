/* What a power cut leaves: for each database file, its content when it was last synced.
 *
 * Loaded with LD_PRELOAD. At each fsync or fdatasync of a file in $POWERCUT_DIR the file is copied aside to
 * NAME.synced, whole or not at all. After the process was killed, test_power_cut.py puts the copies in the place of the
 * files: every write that was not synced is gone, as the cache of a disk would lose it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void keep(int fd) {
    char link[64], path[4096], aside[4200], fresh[4200], buffer[65536];
    const char *folder = getenv("POWERCUT_DIR");
    struct stat info;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!folder || length < 0 || fstat(fd, &info) || !S_ISREG(info.st_mode)) return;
    path[length] = 0;
    if (strncmp(path, folder, strlen(folder))) return;
    snprintf(aside, sizeof aside, "%s.synced", path);
    snprintf(fresh, sizeof fresh, "%s.fresh", path);
    int out = open(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (out < 0) return;
    off_t at = 0;
    ssize_t got;
    while ((got = pread(fd, buffer, sizeof buffer, at)) > 0) {
        if (write(out, buffer, got) != got) abort();
        at += got;
    }
    close(out);
    if (rename(fresh, aside)) abort();
}

#define KEEPING(name)                                                         \
    int name(int fd) {                                                        \
        int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, #name);             \
        int result = real(fd);                                                \
        if (!result) keep(fd);                                                \
        return result;                                                        \
    }
KEEPING(fsync)
KEEPING(fdatasync)
