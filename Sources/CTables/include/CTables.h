// The inner loops of the table reader: finding values in blocks of CSV, and turning columns of them into numbers, times
// and codes of a dictionary. Nothing here allocates but the dictionary, and nothing throws.
#ifndef CTABLES_H
#define CTABLES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes that may be read before the first and after the last value that a kernel is given.
#define TABLES_SLACK 64

enum {
  TABLES_HAS_RETURN = 1,  // a carriage return outside quotes
  TABLES_HAS_HIGH = 2,    // a byte that is not ASCII
  TABLES_HAS_NUL = 4,
  TABLES_BAD_QUOTE = 8,   // a quote inside an unquoted value, or a value that goes on after its closing quote
};

/// What a scan of a block begins and ends with, and what it met.
typedef struct {
  uint64_t in_quotes;  // 0 or ~0
  uint32_t flags;
  size_t newlines;  // line feeds outside quotes
} tables_scan;

/// Writes the positions of separators and line ends outside quotes in [from, to), ascending, and gives their number.
/// `positions` has room for one a byte and 64 more. Quotes are not checked against what lies before and after.
size_t tables_index(
  const uint8_t *bytes, size_t from, size_t to, uint8_t separator, tables_scan *scan, uint32_t *positions);

/// The same without vector instructions.
size_t tables_index_words(
  const uint8_t *bytes, size_t from, size_t to, uint8_t separator, tables_scan *scan, uint32_t *positions);

/// Whether the bytes are UTF-8.
int tables_is_utf8(const uint8_t *bytes, size_t count);

/// What a value says about the type of its column. Those of all values are joined by `or`.
enum {
  TABLES_INTEGER = 1,
  TABLES_WIDE = 2,  // an integer that a double does not hold
  TABLES_FLOAT = 4,
  TABLES_BOOLEAN = 8,
  TABLES_TIME = 16,
  TABLES_TEXT = 32,
  TABLES_MISSING = 64,
};

/// How values are read. Words lie one after another in `words`, `word_ends` says where each ends.
typedef struct {
  const uint8_t *words;
  const uint32_t *word_ends;
  size_t word_count;
  /// Bit n of entry b, of 256: a word of n bytes (31: or more) begins with the byte b.
  const uint32_t *lengths;
  /// Some word is a number, a time or a truth value, so that no value is read before it was held against the words.
  int words_are_values;
  /// Quoted values are texts or times, never numbers or booleans.
  int quotes_mean_text;
} tables_rules;

/// One column of a block: value r lies between before[r * stride] and ends[r * stride], both exclusive.
typedef struct {
  const uint8_t *bytes;
  const uint32_t *before;
  const uint32_t *ends;
  size_t stride;
  size_t rows;
} tables_fields;

/// What a column kernel met.
typedef struct {
  uint32_t facts;
  size_t missing;   // with misfits
  size_t misfits;   // values that are not of the type, stored as missing
  size_t blanks;    // of `tables_facts`: quotes with nothing in them, missing but in a column of texts
} tables_outcome;

/// Looks at the values without storing them.
void tables_facts(const tables_fields *fields, const tables_rules *rules, tables_outcome *outcome);
/// `is_strict`: the type was found, not given, so that digits that a number would lose (leading zeros) do not fit.
void tables_integers(
  const tables_fields *fields, const tables_rules *rules, int is_strict, int64_t *values, tables_outcome *outcome);
void tables_floats(
  const tables_fields *fields, const tables_rules *rules, int is_strict, double *values, tables_outcome *outcome);
void tables_booleans(const tables_fields *fields, const tables_rules *rules, int8_t *values, tables_outcome *outcome);
/// Microseconds since 1970. Finer fractions of a second do not fit where `is_strict`, and are cut where the type was given.
void tables_times(
  const tables_fields *fields, const tables_rules *rules, int is_strict, int64_t *values, tables_outcome *outcome);

/// Distinct byte strings with codes in the order of their coming.
typedef struct tables_dictionary tables_dictionary;

tables_dictionary *tables_dictionary_create(void);
void tables_dictionary_free(tables_dictionary *dictionary);
size_t tables_dictionary_count(const tables_dictionary *dictionary);
/// The bytes of a value; `first_row` is the row with which it came.
const uint8_t *tables_dictionary_value(
  const tables_dictionary *dictionary, size_t code, size_t *count, int64_t *first_row);
/// The code of a value, new or known. Where values lie in memory depends on secrets of the process, so that nobody can
/// make values that are slow to find; codes do not.
int32_t tables_dictionary_add(tables_dictionary *dictionary, const uint8_t *bytes, size_t count, int64_t row);
/// Codes of a column of texts, -1 where missing; `row` is the number of the first.
void tables_texts(
  const tables_fields *fields, const tables_rules *rules, tables_dictionary *dictionary, int64_t row, int32_t *codes,
  tables_outcome *outcome);

/// The most bytes that a number's text has.
#define TABLES_NUMBER_BYTES 32

/// Writes the shortest decimal that reads back as the same float, and gives its length. The number must be finite.
size_t tables_float_text(float value, uint8_t *bytes);

/// Asks for large pages where the range allows.
void tables_large_pages(void *start, size_t count);

#ifdef __cplusplus
}
#endif
#endif
