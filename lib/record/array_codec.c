#include "record/array_codec.h"

#include "base/mem.h"
#include "record/bytes.h"

#include <string.h>
#include <zlib.h>

/* One call of deflate, as compress2 makes it, but for the strategy; Z_OK or not. */
static int compress_runs(const struct bytes_writer *plain, unsigned char *packed, uLong *length)
{
    enum { WINDOW = 15, MEMORY = 9 };
    z_stream s = {.next_in = plain->bytes,
                  .avail_in = (uInt)plain->size,
                  .next_out = packed,
                  .avail_out = (uInt)*length};
    int code = deflateInit2(&s, Z_BEST_SPEED, Z_DEFLATED, WINDOW, MEMORY, Z_RLE);
    if (code != Z_OK)
        return code;
    code = deflate(&s, Z_FINISH);
    *length = s.total_out;
    deflateEnd(&s);
    return code == Z_STREAM_END ? Z_OK : Z_BUF_ERROR;
}

int array_codec_pack(const struct result_array *array, unsigned char **packed, size_t *size,
                     struct err *e)
{
    struct bytes_writer plain = {0};
    size_t count = (size_t)array->rows * (size_t)array->cols;
    bytes_write_floats(&plain, array->data, count);
    uLong length = compressBound((uLong)plain.size);
    int fits = !plain.failed && plain.size <= UINT32_MAX / 2;
    *packed = fits ? mem_array(length, 1) : NULL;
    int failed = !*packed || compress_runs(&plain, *packed, &length) != Z_OK;
    *size = length;
    bytes_writer_free(&plain);
    if (!failed)
        return 0;
    mem_free(*packed);
    *packed = NULL;
    return err_set(e, ERR_MEMORY, "out of memory for array %s (%d x %d)", array->name, array->rows,
                   array->cols);
}

int array_codec_is_plausible(size_t packed_size, uint64_t count)
{
    enum { ZLIB_BEST = 1032 }; /* zlib never shrinks by more */
    return count <= (uint64_t)packed_size * ZLIB_BEST / sizeof(float);
}

int array_codec_unpack(const unsigned char *packed, size_t size, size_t count, float *data)
{
    unsigned char none, *bytes = count ? (unsigned char *)data : &none;
    uLongf length = (uLongf)(count * sizeof *data);
    if (uncompress(bytes, &length, packed, (uLong)size) != Z_OK || length != count * sizeof *data)
        return 0;
    for (size_t i = 0; i < count; i++) { /* in the same place, where they become numbers */
        const unsigned char *b = bytes + 4 * i;
        uint32_t bits = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
        memcpy(&data[i], &bits, sizeof bits);
    }
    return 1;
}
