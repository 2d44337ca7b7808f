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
    if (first == last) {
      outcome->missing++;
    } else if (quick_integer(first, last, true, &integer)) {
      outcome->facts |= integer_facts(integer);
    } else if (quick_float(first, last, true, &number)) {
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
    if (quick_integer(first, last, is_strict, &values[row])) {
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
    if (quick_float(first, last, is_strict, &values[row])) {
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
    if (boolean(one, &values[row])) {
      outcome->facts |= one.is_quoted && rules->quotes_mean_text ? TABLES_TEXT : TABLES_BOOLEAN;
      continue;
    }
    values[row] = -1;
    leave(classify(one, rules), outcome);
  }
}

extern "C" void tables_times(
  const tables_fields *fields, const tables_rules *rules, int64_t *values, tables_outcome *outcome) {
  for (size_t row = 0; row < fields->rows; row++) {
    Value one = value(fields, row);
    if (time(one, &values[row])) {
      outcome->facts |= TABLES_TIME;
      continue;
    }
    values[row] = INT64_MIN;
    leave(classify(one, rules), outcome);
  }
}
