#include "record/result_sum.h"

#include <string.h>

/* FNV-1a of 64 bits (Fowler, Noll, Vo). */
static const uint64_t FNV_BASIS = UINT64_C(0xcbf29ce484222325);
static const uint64_t FNV_PRIME = UINT64_C(0x100000001b3);

static uint64_t add_byte(uint64_t hash, unsigned byte)
{
    return (hash ^ (byte & 0xff)) * FNV_PRIME;
}

static uint64_t add_number(uint64_t hash, uint64_t x)
{
    for (int i = 0; i < 8; i++)
        hash = add_byte(hash, (unsigned)(x >> 8 * i));
    return hash;
}

static uint64_t add_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = add_byte(hash, (unsigned char)*text);
    return add_byte(hash, 0);
}

static uint64_t add_value(uint64_t hash, struct value v)
{
    uint64_t bits = (uint64_t)v.as.i;
    hash = add_byte(hash, v.type);
    if (v.type == VALUE_TEXT)
        return add_text(hash, v.as.text);
    if (v.type == VALUE_REAL)
        memcpy(&bits, &v.as.x, sizeof bits);
    return v.type == VALUE_NULL ? hash : add_number(hash, bits);
}

/* Every bit of a part's hash on every bit of the sum (the finaliser of splitmix64, Steele et al.
   2014). */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* Each part begins with a word of its own kind. */
static uint64_t begin(const char *kind, const char *name)
{
    return add_text(add_text(FNV_BASIS, kind), name);
}

static uint64_t sum_of_row(const struct table *table, const struct value *values)
{
    uint64_t hash = begin("row", table->name);
    for (int c = 0; table->columns[c].name; c++)
        if (values[c].type != VALUE_NULL)
            hash = add_value(add_text(hash, table->columns[c].name), values[c]);
    return mix(hash);
}

static uint64_t sum_of_array(const struct result_array *array)
{
    uint64_t hash = begin("array", array->name);
    size_t count = (size_t)array->rows * (size_t)array->cols;
    hash = add_number(add_number(hash, (uint64_t)array->rows), (uint64_t)array->cols);
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &array->data[i], sizeof bits);
        for (int b = 0; b < 32; b += 8)
            hash = add_byte(hash, bits >> b);
    }
    return mix(hash);
}

uint64_t result_sum_values(const char *spec, const struct result *result)
{
    const struct experiment *x = result->experiment;
    uint64_t sum = mix(add_text(begin("job", spec), result_outcome_name(result->outcome)));
    for (int m = 0; result->outcome == OUTCOME_DONE && x->metrics[m].name; m++) /* else not kept */
        if (result->metrics[m].type != VALUE_NULL)
            sum += mix(add_value(begin("metric", x->metrics[m].name), result->metrics[m]));
    for (size_t i = 0; i < result->row_count; i++)
        sum += sum_of_row(&x->tables[result->rows[i].table], result->rows[i].values);
    return sum;
}

/* Up to eight bytes, the first the lowest. */
static uint64_t word_of(const unsigned char *bytes, size_t n)
{
    uint64_t word = 0;
    for (size_t i = 0; i < n; i++)
        word |= (uint64_t)bytes[i] << 8 * i;
    return word;
}

/* A bijection of the hash, so that no other word in its place comes to the same. */
static uint64_t add_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * FNV_PRIME;
    return hash ^ hash >> 32;
}

static uint64_t add_bytes(uint64_t hash, const unsigned char *bytes, size_t size)
{
    enum { WORD = 8 };
    size_t words = size / WORD, rest = size % WORD;
    hash = add_number(hash, size);
    for (size_t i = 0; i < words; i++)
        hash = add_word(hash, word_of(bytes + WORD * i, WORD));
    return add_word(hash, word_of(bytes + WORD * words, rest));
}

uint64_t result_sum_packed(const char *name, int rows, int cols, const unsigned char *packed,
                           size_t size)
{
    uint64_t hash = add_number(begin("packed", name), (uint64_t)rows);
    return mix(add_bytes(add_number(hash, (uint64_t)cols), packed, size));
}

uint64_t result_sum_unpacked(const char *spec, const struct result *result)
{
    uint64_t sum = result_sum_values(spec, result);
    for (size_t i = 0; i < result->array_count; i++)
        sum += sum_of_array(&result->arrays[i]);
    return sum;
}
