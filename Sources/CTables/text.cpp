#include "CTables.h"

#include <charconv>

extern "C" size_t tables_float_text(float value, uint8_t *bytes) {
  char *start = reinterpret_cast<char *>(bytes);
  return static_cast<size_t>(std::to_chars(start, start + TABLES_NUMBER_BYTES, value).ptr - start);
}
