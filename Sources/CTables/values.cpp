// One value at a time, in all its forms: what the quick paths of the kernels leave over.
#include "values.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

namespace tables {
namespace {

const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                         1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

inline bool is_digit(uint8_t byte) { return (uint8_t)(byte - '0') < 10; }

/// The parts of a decimal number.
struct Decimal {
  bool is_negative, is_integer, has_leading_zero;
  uint64_t mantissa;  // the first 19 significant digits
  size_t digits;      // significant ones
  int64_t exponent;   // of a mantissa of `digits` digits
};

bool parse(const uint8_t *bytes, size_t count, Decimal *result) {
  size_t at = 0;
  if (count == 0) return false;
  *result = {bytes[0] == '-', true, false, 0, 0, 0};
  if (bytes[0] == '-' || bytes[0] == '+') at++;
  size_t begin = at;
  auto take = [&](uint8_t byte) {
    if (result->mantissa == 0 && byte == '0') return;
    if (result->digits < 19) result->mantissa = result->mantissa * 10 + (byte - '0');
    result->digits++;
  };
  for (; at < count && is_digit(bytes[at]); at++) take(bytes[at]);
  size_t whole = at - begin, fraction = 0;
  result->has_leading_zero = whole > 1 && bytes[begin] == '0';
  if (at < count && bytes[at] == '.') {
    result->is_integer = false;
    for (at++; at < count && is_digit(bytes[at]); at++, fraction++) take(bytes[at]);
  }
  if (whole + fraction == 0) return false;
  result->exponent = -(int64_t)fraction;
  if (at < count && (bytes[at] | 0x20) == 'e') {
    result->is_integer = false;
    bool is_negative = ++at < count && bytes[at] == '-';
    if (at < count && (bytes[at] == '-' || bytes[at] == '+')) at++;
    if (at == count) return false;
    int64_t exponent = 0;
    for (; at < count && is_digit(bytes[at]); at++) {
      if (exponent < 1000000) exponent = exponent * 10 + (bytes[at] - '0');
    }
    result->exponent += is_negative ? -exponent : exponent;
  }
  return at == count;
}

/// The nearest double; false beyond the largest.
bool nearest(const Value &value, const Decimal &number, double *result) {
  // Both factors are exact, so that one rounding gives the nearest (W. Clinger, PLDI 1990).
  if (number.digits <= 19 && number.mantissa <= 1ULL << 53 && number.exponent >= -22 && number.exponent <= 22) {
    double magnitude = (double)number.mantissa;
    magnitude = number.exponent < 0 ? magnitude / powers[-number.exponent] : magnitude * powers[number.exponent];
    *result = number.is_negative ? -magnitude : magnitude;
    return true;
  }
  const char *begin = (const char *)value.bytes, *end = begin + value.count;
  if (*begin == '+') begin++;
  auto read = std::from_chars(begin, end, *result);
  if (read.ec == std::errc() && read.ptr == end) return std::isfinite(*result);
  // Beyond the range of doubles, on either side: too small is zero or subnormal, too large is no number.
  *result = std::strtod(std::string(begin, end).c_str(), nullptr);
  return std::isfinite(*result);
}

bool whole(const Decimal &number, int64_t *result) {
  if (!number.is_integer || number.digits > 19 || number.mantissa > (uint64_t)INT64_MAX) return false;
  *result = number.is_negative ? -(int64_t)number.mantissa : (int64_t)number.mantissa;
  return true;
}

inline bool digits(const uint8_t *bytes, size_t count, int *result) {
  int number = 0;
  for (size_t at = 0; at < count; at++) {
    if (!is_digit(bytes[at])) return false;
    number = number * 10 + (bytes[at] - '0');
  }
  *result = number;
  return true;
}

/// `days_from_civil` (H. Hinnant, "chrono-compatible low-level date algorithms").
int64_t days(int year, int month, int day) {
  year -= month <= 2;
  int era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
  int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return (int64_t)era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

bool is_date(int year, int month, int day) {
  static const int counts[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day <= counts[month - 1] + (month == 2 && is_leap);
}

/// `Z`, `z`, `±hh:mm`, or nothing: seconds east of UTC.
bool zone(const uint8_t *bytes, size_t count, int *seconds) {
  *seconds = 0;
  if (count == 0) return true;
  if (count == 1) return (bytes[0] | 0x20) == 'z';
  int hours, minutes;
  if (count != 6 || (bytes[0] != '+' && bytes[0] != '-') || bytes[3] != ':') return false;
  if (!digits(bytes + 1, 2, &hours) || !digits(bytes + 4, 2, &minutes) || hours > 23 || minutes > 59) return false;
  *seconds = (hours * 3600 + minutes * 60) * (bytes[0] == '-' ? -1 : 1);
  return true;
}

}  // namespace

bool integer(const Value &value, int64_t *result) {
  Decimal number;
  return parse(value.bytes, value.count, &number) && whole(number, result);
}

bool decimal(const Value &value, double *result) {
  Decimal number;
  return parse(value.bytes, value.count, &number) && nearest(value, number, result);
}

bool boolean(const Value &value, int8_t *result) {
  auto is = [&](const char *word) {
    for (size_t at = 0; at < value.count; at++) {
      if ((value.bytes[at] | 0x20) != word[at]) return false;
    }
    return true;
  };
  if (value.count == 4 && is("true")) return *result = 1, true;
  if (value.count == 5 && is("false")) return *result = 0, true;
  return false;
}

bool time(const Value &value, int64_t *result, bool *is_exact) {
  const uint8_t *bytes = value.bytes;
  *is_exact = true;
  int year, month, day, hour, minute, second = 0, east;
  if (value.count < 10 || bytes[4] != '-' || bytes[7] != '-') return false;
  if (!digits(bytes, 4, &year) || !digits(bytes + 5, 2, &month) || !digits(bytes + 8, 2, &day)) return false;
  if (!is_date(year, month, day)) return false;
  int64_t midnight = days(year, month, day) * 86400;
  if (value.count == 10) return *result = midnight * 1000000, true;
  if (value.count < 16 || ((bytes[10] | 0x20) != 't' && bytes[10] != ' ') || bytes[13] != ':') return false;
  if (!digits(bytes + 11, 2, &hour) || !digits(bytes + 14, 2, &minute) || hour > 23 || minute > 59) return false;
  size_t at = 16;
  int64_t fraction = 0;
  if (at < value.count && bytes[at] == ':') {
    if (value.count < 19 || !digits(bytes + 17, 2, &second) || second > 59) return false;
    at = 19;
    if (at < value.count && bytes[at] == '.') {
      size_t begin = ++at;
      for (int64_t unit = 100000; at < value.count && is_digit(bytes[at]); at++, unit /= 10) {
        fraction += unit * (bytes[at] - '0');
        if (unit == 0 && bytes[at] != '0') *is_exact = false;
      }
      if (at == begin) return false;
    }
  }
  if (!zone(bytes + at, value.count - at, &east)) return false;
  *result = (midnight + hour * 3600 + minute * 60 + second - east) * 1000000 + fraction;
  return true;
}

uint32_t classify(const Value &value, const tables_rules *rules) {
  if (is_missing(value, rules)) return TABLES_MISSING;
  int64_t instant;
  bool is_exact;
  auto is_time = [&] { return time(value, &instant, &is_exact) && is_exact; };
  if (value.is_quoted && rules->quotes_mean_text) return is_time() ? TABLES_TIME : TABLES_TEXT;
  Decimal number;
  if (parse(value.bytes, value.count, &number)) {
    int64_t integer;
    double nearest_double;
    if (number.has_leading_zero) return TABLES_TEXT;
    if (number.is_integer) {
      if (!whole(number, &integer)) return TABLES_TEXT;
      return TABLES_INTEGER | (number.mantissa > 1ULL << 53 ? TABLES_WIDE : 0);
    }
    return nearest(value, number, &nearest_double) ? TABLES_FLOAT : TABLES_TEXT;
  }
  int8_t truth;
  if (boolean(value, &truth)) return TABLES_BOOLEAN;
  return is_time() ? TABLES_TIME : TABLES_TEXT;
}

}  // namespace tables
