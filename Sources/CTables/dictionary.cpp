// Texts as codes: an open hash table whose keys of up to 15 bytes lie in the table itself.
#include "values.h"

#include <sys/mman.h>
#include <sys/random.h>

#include <vector>

using namespace tables;

struct tables_dictionary {
  /// Up to 15 bytes and their number, or the hash of more.
  struct Key {
    uint64_t low, high;
    bool operator==(const Key &other) const { return low == other.low && high == other.high; }
  };
  std::vector<Key> keys;
  std::vector<int32_t> codes;
  std::vector<uint8_t> arena;
  std::vector<uint64_t> ends;
  std::vector<int64_t> rows;
  std::vector<uint8_t> scratch;
};

namespace {

typedef tables_dictionary::Key Key;

/// Of this process.
struct Secrets {
  uint64_t first, second;
  Secrets() {
    if (getrandom(this, sizeof *this, GRND_NONBLOCK) == (ssize_t)sizeof *this) return;
    first = 0xD6E8FEB86659FD93ULL ^ (uint64_t)(uintptr_t)this;
    second = 0x9E3779B97F4A7C15ULL;
  }
};
const Secrets secrets;

/// Both halves of the product (Wang Yi, "wyhash").
inline uint64_t folded(uint64_t one, uint64_t other) {
  unsigned __int128 product = (unsigned __int128)one * other;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

inline size_t slot(const Key &key, size_t mask) {
  return (size_t)folded(key.low ^ secrets.first, key.high ^ secrets.second) & mask;
}

/// The bytes may be read 15 beyond their end.
inline Key key(const uint8_t *bytes, size_t count) {
  if (count <= 8) {
    return {count ? load(bytes) & (~0ULL >> (64 - 8 * count)) : 0, (uint64_t)count << 56};
  }
  if (count <= 15) {
    return {load(bytes), (load(bytes + 8) & (~0ULL >> (128 - 8 * count))) | (uint64_t)count << 56};
  }
  uint64_t hash = count ^ secrets.second;
  for (size_t at = 0; at + 16 < count; at += 16) {
    hash = folded(load(bytes + at) ^ secrets.first, load(bytes + at + 8) ^ hash);
  }
  // The last sixteen bytes, some of them again.
  hash = folded(load(bytes + count - 16) ^ secrets.first, load(bytes + count - 8) ^ hash);
  return {hash, (uint64_t)count | 0xFFULL << 56};
}

void grow(tables_dictionary *dictionary) {
  size_t count = dictionary->keys.size() * 4, mask = count - 1;
  std::vector<Key> keys(count);
  std::vector<int32_t> codes(count, -1);
  for (size_t old = 0; old < dictionary->keys.size(); old++) {
    if (dictionary->codes[old] < 0) continue;
    size_t place = slot(dictionary->keys[old], mask);
    while (codes[place] >= 0) place = (place + 1) & mask;
    keys[place] = dictionary->keys[old];
    codes[place] = dictionary->codes[old];
  }
  dictionary->keys.swap(keys);
  dictionary->codes.swap(codes);
}

inline bool is_equal(const tables_dictionary *dictionary, int32_t code, const uint8_t *bytes, size_t count) {
  uint64_t from = code ? dictionary->ends[code - 1] : 0;
  return dictionary->ends[code] - from == count && memcmp(dictionary->arena.data() + from, bytes, count) == 0;
}

inline int32_t add(tables_dictionary *dictionary, const uint8_t *bytes, size_t count, int64_t row) {
  Key wanted = key(bytes, count);
  size_t mask = dictionary->keys.size() - 1, place = slot(wanted, mask);
  for (int32_t code; (code = dictionary->codes[place]) >= 0; place = (place + 1) & mask) {
    if (dictionary->keys[place] == wanted && (count <= 15 || is_equal(dictionary, code, bytes, count))) return code;
  }
  int32_t code = (int32_t)dictionary->ends.size();
  dictionary->keys[place] = wanted;
  dictionary->codes[place] = code;
  dictionary->arena.insert(dictionary->arena.end(), bytes, bytes + count);
  dictionary->ends.push_back(dictionary->arena.size());
  dictionary->rows.push_back(row);
  if (dictionary->ends.size() * 2 > dictionary->keys.size()) grow(dictionary);
  return code;
}

/// The bytes with each `""` made one, with room after them; nil where none is doubled.
const uint8_t *unescaped(tables_dictionary *dictionary, Value *text) {
  if (!memchr(text->bytes, '"', text->count)) return text->bytes;
  dictionary->scratch.resize(text->count + TABLES_SLACK);
  size_t count = 0;
  for (size_t at = 0; at < text->count; at++) {
    dictionary->scratch[count++] = text->bytes[at];
    if (text->bytes[at] == '"') at++;
  }
  text->count = count;
  return dictionary->scratch.data();
}

}  // namespace

extern "C" tables_dictionary *tables_dictionary_create(void) {
  tables_dictionary *dictionary = new tables_dictionary;
  dictionary->keys.resize(64);
  dictionary->codes.resize(64, -1);
  return dictionary;
}

extern "C" void tables_dictionary_free(tables_dictionary *dictionary) { delete dictionary; }

extern "C" size_t tables_dictionary_count(const tables_dictionary *dictionary) { return dictionary->ends.size(); }

extern "C" const uint8_t *tables_dictionary_value(
  const tables_dictionary *dictionary, size_t code, size_t *count, int64_t *first_row) {
  uint64_t from = code ? dictionary->ends[code - 1] : 0;
  *count = dictionary->ends[code] - from;
  *first_row = dictionary->rows[code];
  return dictionary->arena.data() + from;
}

extern "C" int32_t tables_dictionary_add(
  tables_dictionary *dictionary, const uint8_t *bytes, size_t count, int64_t row) {
  // The value of another dictionary may lie at the very end of its memory.
  dictionary->scratch.resize(count + TABLES_SLACK);
  if (count) memcpy(dictionary->scratch.data(), bytes, count);
  return add(dictionary, dictionary->scratch.data(), count, row);
}

extern "C" void tables_texts(
  const tables_fields *fields, const tables_rules *rules, tables_dictionary *dictionary, int64_t row, int32_t *codes,
  tables_outcome *outcome) {
  for (size_t at = 0; at < fields->rows; at++) {
    Value text = value(fields, at);
    if (!text.is_quoted && is_missing(text, rules)) {
      codes[at] = -1;
      outcome->missing++;
      continue;
    }
    const uint8_t *bytes = text.is_quoted ? unescaped(dictionary, &text) : text.bytes;
    codes[at] = add(dictionary, bytes, text.count, row + (int64_t)at);
  }
}

extern "C" void tables_large_pages(void *start, size_t count) {
  const uintptr_t page = 1 << 21;
  uintptr_t from = ((uintptr_t)start + page - 1) & ~(page - 1), to = ((uintptr_t)start + count) & ~(page - 1);
  if (from < to) madvise((void *)from, to - from, MADV_HUGEPAGE);
}
