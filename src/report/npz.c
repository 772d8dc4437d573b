#include "report/npz.h"

#include "base/mem.h"

#include <string.h>
#include <zlib.h>

enum {
    NAME_SIZE = 80,
    MEMBERS = 256,
    NPY_ALIGN = 64,
    ZIP_LOCAL = 0x04034b50,
    ZIP_CENTRAL = 0x02014b50,
    ZIP_END = 0x06054b50,
    ZIP_VERSION = 20,
    ZIP_DATE = 1 << 5 | 1 /* 1980-01-01, so that equal arrays make equal files */
};

struct member {
    char name[NAME_SIZE];
    uint32_t crc, size, offset;
};

struct npz {
    FILE *out;
    uint64_t written;
    struct member members[MEMBERS];
    int count;
};

static const struct {
    const char *descr;
    size_t size;
} types[] = {[NPZ_FLOAT32] = {"<f4", 4}, [NPZ_FLOAT64] = {"<f8", 8}, [NPZ_INT32] = {"<i4", 4}};

int npz_new(struct npz **npz, FILE *out, struct err *e)
{
    *npz = mem_array(1, sizeof **npz);
    if (!*npz)
        return err_set(e, ERR_MEMORY, "out of memory for an archive");
    (*npz)->out = out;
    return 0;
}

static void put(struct npz *npz, const void *bytes, size_t size)
{
    fwrite(bytes, 1, size, npz->out);
    npz->written += size;
}

/* Little-endian. */
static void put_number(struct npz *npz, uint32_t x, int bytes)
{
    unsigned char b[4];
    for (int i = 0; i < bytes; i++)
        b[i] = (unsigned char)(x >> 8 * i);
    put(npz, b, (size_t)bytes);
}

/* Writes the fields that a member's local header shares with the central directory. */
static void put_member(struct npz *npz, const struct member *m)
{
    put_number(npz, ZIP_VERSION, 2);
    put_number(npz, 0, 2); /* flags */
    put_number(npz, 0, 2); /* stored */
    put_number(npz, 0, 2); /* time */
    put_number(npz, ZIP_DATE, 2);
    put_number(npz, m->crc, 4);
    put_number(npz, m->size, 4); /* compressed */
    put_number(npz, m->size, 4);
    put_number(npz, (uint32_t)strlen(m->name), 2);
    put_number(npz, 0, 2); /* extra field */
}

/* Makes the header of a .npy file, padded to a multiple of NPY_ALIGN; returns its size. */
static size_t npy_header(enum npz_type type, size_t rows, size_t cols, char *out, size_t size)
{
    char shape[64];
    if (cols)
        snprintf(shape, sizeof shape, "(%zu, %zu)", rows, cols);
    else
        snprintf(shape, sizeof shape, "(%zu,)", rows);
    static const char magic[] = {'\x93', 'N', 'U', 'M', 'P', 'Y', 1, 0};
    enum { MAGIC = sizeof magic + 2 };
    int text = snprintf(out + MAGIC, size - MAGIC,
                        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", types[type].descr,
                        shape);
    size_t used = MAGIC + (size_t)text + 1, whole = (used + NPY_ALIGN - 1) / NPY_ALIGN * NPY_ALIGN;
    memset(out + used - 1, ' ', whole - used);
    out[whole - 1] = '\n';
    memcpy(out, magic, sizeof magic);
    out[8] = (char)((whole - MAGIC) & 0xff);
    out[9] = (char)((whole - MAGIC) >> 8);
    return whole;
}

/* Copies as little-endian, which on most machines is a plain copy. */
static void to_little_endian(const void *data, size_t count, size_t size, unsigned char *out)
{
    static const uint16_t one = 1;
    const unsigned char *from = data;
    int little = *(const unsigned char *)&one == 1;
    for (size_t i = 0; i < count; i++)
        for (size_t b = 0; b < size; b++)
            out[i * size + b] = from[i * size + (little ? b : size - 1 - b)];
}

int npz_add(struct npz *npz, const char *name, enum npz_type type, size_t rows, size_t cols,
            const void *data, struct err *e)
{
    size_t count = rows * (cols ? cols : 1), bytes = count * types[type].size;
    char header[4 * NPY_ALIGN];
    size_t head = npy_header(type, rows, cols, header, sizeof header);
    struct member *m = &npz->members[npz->count];
    if (npz->count == MEMBERS || npz->written + head + bytes + 1024 * MEMBERS > UINT32_MAX)
        return err_set(e, ERR_VALUE, "array %s: an .npz file holds at most %d arrays and 4 GiB",
                       name, MEMBERS);
    unsigned char *little = mem_array(bytes, 1);
    if (!little)
        return err_set(e, ERR_MEMORY, "out of memory for array %s", name);
    to_little_endian(data, count, types[type].size, little);
    snprintf(m->name, sizeof m->name, "%.70s.npy", name);
    m->size = (uint32_t)(head + bytes);
    m->crc = (uint32_t)crc32_z(crc32_z(0, (unsigned char *)header, head), little, bytes);
    m->offset = (uint32_t)npz->written;
    put_number(npz, ZIP_LOCAL, 4);
    put_member(npz, m);
    put(npz, m->name, strlen(m->name));
    put(npz, header, head);
    put(npz, little, bytes);
    npz->count++;
    mem_free(little);
    return 0;
}

void npz_finish(struct npz *npz)
{
    uint32_t directory = (uint32_t)npz->written;
    for (int i = 0; i < npz->count; i++) {
        const struct member *m = &npz->members[i];
        put_number(npz, ZIP_CENTRAL, 4);
        put_number(npz, ZIP_VERSION, 2); /* made by */
        put_member(npz, m);
        put_number(npz, 0, 2); /* comment */
        put_number(npz, 0, 2); /* disk */
        put_number(npz, 0, 2); /* internal attributes */
        put_number(npz, 0, 4); /* external ones */
        put_number(npz, m->offset, 4);
        put(npz, m->name, strlen(m->name));
    }
    uint32_t size = (uint32_t)npz->written - directory;
    put_number(npz, ZIP_END, 4);
    put_number(npz, 0, 4); /* this disk, and the directory's */
    put_number(npz, (uint32_t)npz->count, 2);
    put_number(npz, (uint32_t)npz->count, 2);
    put_number(npz, size, 4);
    put_number(npz, directory, 4);
    put_number(npz, 0, 2); /* comment */
    mem_free(npz);
}
