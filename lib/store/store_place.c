#include "store/store_place.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct store_place store_place_note(const struct store *store)
{
    struct store_place place = {.file = store_file_name(store)};
    struct stat status;
    if (!stat(place.file, &status)) {
        place.device = status.st_dev;
        place.inode = status.st_ino;
    }
    return place;
}

int store_place_check(const struct store_place *place, struct err *e)
{
    struct stat status;
    if (stat(place->file, &status)) {
        if (errno != ENOENT && errno != ENOTDIR)
            return 0; /* a file server that does not answer is no proof; the commit will tell */
        return err_set(e, ERR_STORE, "%s was deleted or renamed during the run", place->file);
    }
    if (status.st_ino == place->inode && status.st_dev == place->device)
        return 0;
    return err_set(e, ERR_STORE, "%s was replaced by another file during the run", place->file);
}
