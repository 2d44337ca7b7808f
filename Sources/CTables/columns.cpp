// A column of a block at a time: the loops that most values pass through.
#include "values.h"

using namespace tables;

namespace {

const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16};

/// Up to 16 digits after an optional minus, without a leading zero where `is_strict`. Everything else is left over.
inline bool quick_integer(const uint8_t *start, const uint8_t *end, bool is_strict, int64_t *result) {
  bool is_negative = *start == '-';
  start += is_negative;
  size_t count = (size_t)(end - start);
  uint64_t number;
  if (count - 1 < 8) {
    uint64_t word = last_digits(end, count);
    if (!are_digits(word)) return false;
    number = eight_digits(word);
  } else if (count - 9 < 8) {
    uint64_t high = last_digits(end - 8, count - 8), low = load(end - 8);
    if (!are_digits(high) || !are_digits(low)) return false;
    number = eight_digits(high) * 100000000 + eight_digits(low);
  } else {
    return false;
  }
  if (is_strict && *start == '0' && count > 1) return false;
  *result = is_negative ? -(int64_t)number : (int64_t)number;
  return true;
}

/// Up to 15 digits with one point among them, after an optional minus. The facts are those of a float.
inline bool quick_float(const uint8_t *start, const uint8_t *end, bool is_strict, double *result) {
  bool is_negative = *start == '-';
  start += is_negative;
  size_t count = (size_t)(end - start);
  if (count < 2 || count > 16) return false;
  // The last 16 bytes, those before the value made zeros.
  uint64_t low, high;
  if (count > 8) {
    high = load(end - 8);
    low = last_digits(end - 8, count - 8);
  } else {
    high = last_digits(end, count);
    low = 0x3030303030303030ULL;
  }
  const uint64_t dots = 0x2E2E2E2E2E2E2E2EULL, ones = 0x0101010101010101ULL, tops = 0x8080808080808080ULL;
  uint64_t in_low = low ^ dots, in_high = high ^ dots;
  in_low = (in_low - ones) & ~in_low & tops;
  in_high = (in_high - ones) & ~in_high & tops;
  size_t fraction;  // digits after the point
  if (in_high) {
    size_t byte = (size_t)__builtin_ctzll(in_high) / 8;
    fraction = 7 - byte;
    // The bytes before the point move up by one, over it.
    uint64_t before = byte ? high & (~0ULL >> (64 - 8 * byte)) : 0;
    uint64_t after = byte < 7 ? high & (~0ULL << (8 * (byte + 1))) : 0;
    high = after | (before << 8) | (low >> 56);
    low = (low << 8) | '0';
  } else if (in_low) {
    size_t byte = (size_t)__builtin_ctzll(in_low) / 8;
    fraction = 15 - byte;
    uint64_t before = byte ? low & (~0ULL >> (64 - 8 * byte)) : 0;
    uint64_t after = byte < 7 ? low & (~0ULL << (8 * (byte + 1))) : 0;
    low = after | (before << 8) | '0';
  } else {
    return false;
  }
  if (!are_digits(high) || !are_digits(low)) return false;
  if (is_strict && start[0] == '0' && start[1] != '.') return false;
  double magnitude = (double)(int64_t)(eight_digits(low) * 100000000 + eight_digits(high)) / powers[fraction];
  *result = is_negative ? -magnitude : magnitude;
  return true;
}

#if defined(__x86_64__)
// Exact in the 64 bits of a long double's mantissa.
const long double long_powers[] = {1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,
                                   1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L, 1e18L};

/// A digit, a point and 9 to 18 digits, after an optional minus: what doubles are written as.
inline bool long_float(const uint8_t *start, const uint8_t *end, double *result) {
  bool is_negative = *start == '-';
  start += is_negative;
  size_t fraction = (size_t)(end - start) - 2;
  if (fraction - 9 > 9 || start[1] != '.' || (uint8_t)(start[0] - '0') > 9) return false;
  size_t middle = fraction < 16 ? fraction - 8 : 8, first = fraction - 8 - middle;
  uint64_t low = load(end - 8), high = last_digits(end - 8, middle);
  uint64_t top = first ? last_digits(end - 16, first) : 0x3030303030303030ULL;
  if (!are_digits(low) || !are_digits(high) || !are_digits(top)) return false;
  // At most 19 digits: less than 2^64.
  const uint64_t units[] = {1, 10, 100};
  uint64_t lead = (uint64_t)(start[0] - '0') * units[first] + eight_digits(top);
  uint64_t mantissa = lead * (uint64_t)powers[8 + middle] + eight_digits(high) * 100000000 + eight_digits(low);
  // Both are exact, so that the quotient is the nearest of 64 bits. The nearest double of it is that of the value too,
  // unless it lies halfway between two doubles, where the value may lie to either side.
  long double quotient = (long double)mantissa / long_powers[fraction];
  uint64_t bits;
  memcpy(&bits, &quotient, sizeof bits);
  if ((bits & 0x7FF) == 0x400) return false;
  *result = is_negative ? -(double)quotient : (double)quotient;
  return true;
}
#else
inline bool long_float(const uint8_t *, const uint8_t *, double *) { return false; }
#endif

/// `YYYY-MM-DD?hh:mm:ss`, with or without a Z, of the day before it.
struct Day {
  uint64_t year = 0;
  uint16_t day = 0;
  int64_t midnight = 0;

  inline bool quick_time(const uint8_t *first, const uint8_t *last, int64_t *result) const {
    size_t count = (size_t)(last - first);
    if (count - 19 > 1 || (count == 20 && (first[19] | 0x20) != 'z')) return false;
    if (load(first) != year || load_two(first + 8) != day || ((first[10] | 0x20) != 't' && first[10] != ' ')) return false;
    uint64_t word = load(first + 11) ^ 0x30303A30303A3030ULL;
    // Digits are their numbers now, colons nothing: no byte may be above nine, or above nothing.
    if (((word + 0x76767F76767F7676ULL) | word) & 0x8080808080808080ULL) return false;
    unsigned hour = (word & 15) * 10 + (word >> 8 & 15), minute = (word >> 24 & 15) * 10 + (word >> 32 & 15);
    unsigned second = (word >> 48 & 15) * 10 + (word >> 56 & 15);
    if (hour > 23 || minute > 59 || second > 59) return false;
    *result = midnight + (int64_t)(hour * 3600 + minute * 60 + second) * 1000000;
    return true;
  }

  /// Keeps the day of a value that is a time.
  inline void keep(const Value &time) {
    bool is_exact;
    if (tables::time({time.bytes, 10, false}, &midnight, &is_exact)) {
      year = load(time.bytes);
      day = load_two(time.bytes + 8);
    }
  }

  static inline uint16_t load_two(const uint8_t *bytes) {
    uint16_t word;
    memcpy(&word, bytes, 2);
    return word;
  }
};

inline const uint8_t *start(const tables_fields *fields, size_t row) {
  return fields->bytes + (size_t)fields->before[row * fields->stride] + 1;
}

inline const uint8_t *end(const tables_fields *fields, size_t row) {
  return fields->bytes + fields->ends[row * fields->stride];
}

/// Joins what is known of a value that a column could not take, or which is missing.
inline void leave(uint32_t facts, tables_outcome *outcome) {
  outcome->missing++;
  if (facts & TABLES_MISSING) return;
  outcome->misfits++;
  outcome->facts |= facts;
}

/// A word for a missing value that the quick paths would take for a value.
inline bool is_word(const uint8_t *first, const uint8_t *last, const tables_rules *rules) {
  return __builtin_expect(rules->words_are_values, 0) && *first != '"'
    && is_missing_word({first, (size_t)(last - first), false}, rules);
}

inline bool is_word(const Value &value, const tables_rules *rules) {
  return __builtin_expect(rules->words_are_values, 0) && !value.is_quoted && is_missing_word(value, rules);
}

const int64_t exact = 1LL << 53;

inline uint32_t integer_facts(int64_t number) {
  return number > exact || number < -exact ? TABLES_INTEGER | TABLES_WIDE : TABLES_INTEGER;
}

}  // namespace

extern "C" void tables_facts(const tables_fields *fields, const tables_rules *rules, tables_outcome *outcome) {
  for (size_t row = 0; row < fields->rows; row++) {
    const uint8_t *first = start(fields, row), *last = end(fields, row);
    int64_t integer;
    double number;
    if (first == last || is_word(first, last, rules)) {
      outcome->missing++;
    } else if (quick_integer(first, last, true, &integer)) {
      outcome->facts |= integer_facts(integer);
    } else if (quick_float(first, last, true, &number) || long_float(first, last, &number)) {
      outcome->facts |= TABLES_FLOAT;
    } else {
      uint32_t facts = classify(value(fields, row), rules);
      if (facts & TABLES_MISSING) (*first == '"' ? outcome->blanks : outcome->missing)++;
      outcome->facts |= facts & ~(uint32_t)TABLES_MISSING;
    }
  }
}

extern "C" void tables_integers(
  const tables_fields *fields, const tables_rules *rules, int is_strict, int64_t *values, tables_outcome *outcome) {
  uint32_t joined = 0;
  for (size_t row = 0; row < fields->rows; row++) {
    const uint8_t *first = start(fields, row), *last = end(fields, row);
    if (!is_word(first, last, rules) && quick_integer(first, last, is_strict, &values[row])) {
      joined |= integer_facts(values[row]);
      continue;
    }
    Value left = value(fields, row);
    uint32_t facts = classify(left, rules);
    if (!(facts & TABLES_MISSING) && (!is_strict || facts & TABLES_INTEGER) && integer(left, &values[row])) {
      joined |= facts;
      continue;
    }
    values[row] = INT64_MIN;
    leave(facts, outcome);
  }
  outcome->facts |= joined;
}

extern "C" void tables_floats(
  const tables_fields *fields, const tables_rules *rules, int is_strict, double *values, tables_outcome *outcome) {
  uint32_t joined = 0;
  for (size_t row = 0; row < fields->rows; row++) {
    const uint8_t *first = start(fields, row), *last = end(fields, row);
    if (!is_word(first, last, rules)
        && (quick_float(first, last, is_strict, &values[row]) || long_float(first, last, &values[row]))) {
      joined |= TABLES_FLOAT;
      continue;
    }
    Value left = value(fields, row);
    uint32_t facts = classify(left, rules);
    bool fits = !is_strict || facts & (TABLES_INTEGER | TABLES_FLOAT);
    if (!(facts & TABLES_MISSING) && fits && decimal(left, &values[row])) {
      joined |= facts;
      continue;
    }
    values[row] = __builtin_nan("");
    leave(facts, outcome);
  }
  outcome->facts |= joined;
}

extern "C" void tables_booleans(
  const tables_fields *fields, const tables_rules *rules, int8_t *values, tables_outcome *outcome) {
  for (size_t row = 0; row < fields->rows; row++) {
    Value one = value(fields, row);
    if (!is_word(one, rules) && boolean(one, &values[row])) {
      outcome->facts |= one.is_quoted && rules->quotes_mean_text ? TABLES_TEXT : TABLES_BOOLEAN;
      continue;
    }
    values[row] = -1;
    leave(classify(one, rules), outcome);
  }
}

extern "C" void tables_times(
  const tables_fields *fields, const tables_rules *rules, int is_strict, int64_t *values, tables_outcome *outcome) {
  Day day;
  for (size_t row = 0; row < fields->rows; row++) {
    const uint8_t *first = start(fields, row), *last = end(fields, row);
    if (!is_word(first, last, rules) && day.quick_time(first, last, &values[row])) {
      outcome->facts |= TABLES_TIME;
      continue;
    }
    Value one = value(fields, row);
    bool is_exact;
    if (!is_word(one, rules) && time(one, &values[row], &is_exact) && (is_exact || !is_strict)) {
      day.keep(one);
      outcome->facts |= TABLES_TIME;
      continue;
    }
    values[row] = INT64_MIN;
    leave(classify(one, rules), outcome);
  }
}
