// Reading one value: shared by the kernels of columns.
#ifndef TABLES_VALUES_H
#define TABLES_VALUES_H

#include "CTables.h"

#include <string.h>

namespace tables {

/// A value without its quotes.
struct Value {
  const uint8_t *bytes;
  size_t count;
  bool is_quoted;
};

inline Value value(const tables_fields *fields, size_t row) {
  size_t start = (size_t)fields->before[row * fields->stride] + 1, end = fields->ends[row * fields->stride];
  const uint8_t *bytes = fields->bytes + start;
  size_t count = end - start;
  if (count >= 2 && *bytes == '"') return {bytes + 1, count - 2, true};
  return {bytes, count, false};
}

inline bool is_missing_word(const Value &value, const tables_rules *rules) {
  size_t length = value.count < 31 ? value.count : 31;
  if (!(rules->lengths[value.bytes[0]] >> length & 1)) return false;
  uint32_t start = 0;
  for (size_t word = 0; word < rules->word_count; word++) {
    uint32_t end = rules->word_ends[word];
    if (end - start == value.count && memcmp(rules->words + start, value.bytes, value.count) == 0) return true;
    start = end;
  }
  return false;
}

/// Nothing, or an unquoted word for it. Quotes with nothing in them are missing where no text is wanted, but for files
/// whose quotes say that it is one. In those `null` is the mark of a missing value that has a line to itself, whatever
/// the words are.
inline bool is_missing(const Value &value, const tables_rules *rules) {
  if (value.is_quoted) return value.count == 0 && !rules->quotes_mean_text;
  if (rules->quotes_mean_text && value.count == 4 && memcmp(value.bytes, "null", 4) == 0) return true;
  return value.count == 0 || is_missing_word(value, rules);
}

/// What the value says of its column; the number that it is, if it is one.
uint32_t classify(const Value &value, const tables_rules *rules);

/// A decimal integer with any number of leading zeros that is not INT64_MIN.
bool integer(const Value &value, int64_t *result);
/// A finite decimal number, rounded to the nearest double.
bool decimal(const Value &value, double *result);
bool boolean(const Value &value, int8_t *result);
/// `is_exact`: no digit was cut.
bool time(const Value &value, int64_t *result, bool *is_exact);

inline uint64_t load(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, 8);
  return word;
}

inline bool are_digits(uint64_t word) {
  return (((word + 0x4646464646464646ULL) | (word - 0x3030303030303030ULL)) & 0x8080808080808080ULL) == 0;
}

/// Eight digits, the first in the lowest byte (D. Lemire, "Quickly parsing eight digits", 2018).
inline uint64_t eight_digits(uint64_t word) {
  word -= 0x3030303030303030ULL;
  word = word * 10 + (word >> 8);
  return (((word & 0x000000FF000000FFULL) * 0x000F424000000064ULL)
           + (((word >> 16) & 0x000000FF000000FFULL) * 0x0000271000000001ULL))
    >> 32;
}

/// The last `count` (1...8) of the eight bytes before `end`, with zeros in front of them.
inline uint64_t last_digits(const uint8_t *end, size_t count) {
  uint64_t keep = ~0ULL << (8 * (8 - count));
  return (load(end - 8) & keep) | (0x3030303030303030ULL & ~keep);
}

}  // namespace tables
#endif
