// Where values end: separators and line ends outside quotes, 64 bytes a step.
#include "CTables.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace {

/// One bit a byte, for 64 bytes.
struct Masks {
  uint64_t quotes, breaks, feeds, returns;
  bool has_high, has_nul;
};

#if defined(__SSE2__)
struct Vectors {
  static inline Masks masks(const uint8_t *bytes, uint8_t separator) {
    const __m128i quote = _mm_set1_epi8('"'), comma = _mm_set1_epi8((char)separator);
    const __m128i feed = _mm_set1_epi8('\n'), carriage = _mm_set1_epi8('\r'), zero = _mm_setzero_si128();
    Masks result = {0, 0, 0, 0, false, false};
    __m128i all = zero, nul = zero;
    for (int part = 0; part < 4; part++) {
      __m128i block = _mm_loadu_si128((const __m128i *)(bytes + 16 * part));
      __m128i feeds = _mm_cmpeq_epi8(block, feed), returns = _mm_cmpeq_epi8(block, carriage);
      __m128i ends = _mm_or_si128(_mm_or_si128(feeds, returns), _mm_cmpeq_epi8(block, comma));
      result.quotes |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(block, quote)) << (16 * part);
      result.feeds |= (uint64_t)(uint32_t)_mm_movemask_epi8(feeds) << (16 * part);
      result.returns |= (uint64_t)(uint32_t)_mm_movemask_epi8(returns) << (16 * part);
      result.breaks |= (uint64_t)(uint32_t)_mm_movemask_epi8(ends) << (16 * part);
      all = _mm_or_si128(all, block);
      nul = _mm_or_si128(nul, _mm_cmpeq_epi8(block, zero));
    }
    result.has_high = _mm_movemask_epi8(all) != 0;
    result.has_nul = _mm_movemask_epi8(nul) != 0;
    return result;
  }
};
#endif

/// Eight bytes a step, for machines without SSE2.
struct Words {
  static inline uint64_t load(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
  }
  /// One bit for each byte that equals `byte` (H. Warren, "Hacker's Delight", 6-1, in its exact form).
  static inline uint64_t equal(uint64_t word, uint8_t byte) {
    const uint64_t low = 0x7F7F7F7F7F7F7F7FULL;
    uint64_t x = word ^ (0x0101010101010101ULL * byte);
    uint64_t zero = ~(((x & low) + low) | x | low);
    return (zero >> 7) * 0x0102040810204080ULL >> 56;
  }
  static inline Masks masks(const uint8_t *bytes, uint8_t separator) {
    Masks result = {0, 0, 0, 0, false, false};
    for (int part = 0; part < 8; part++) {
      uint64_t word = load(bytes + 8 * part);
      uint64_t feeds = equal(word, '\n'), returns = equal(word, '\r');
      result.quotes |= equal(word, '"') << (8 * part);
      result.feeds |= feeds << (8 * part);
      result.returns |= returns << (8 * part);
      result.breaks |= (feeds | returns | equal(word, separator)) << (8 * part);
      result.has_high |= (word & 0x8080808080808080ULL) != 0;
      result.has_nul |= equal(word, 0) != 0;
    }
    return result;
  }
};

/// Bit n is the parity of the bits 0...n.
inline uint64_t prefix_parity(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

/// What one word of the index hands on to the next.
struct Carry {
  uint64_t in_quotes;
  uint64_t may_open;  // 1 where the byte before ends a value, or closes a quote
  uint64_t closes;    // 1 where the byte before closes a quote
};

/// The ends among the masks' 64 bytes, of which `valid` are there.
inline uint64_t ends(const Masks &masks, uint64_t valid, Carry &carry, tables_scan *scan) {
  if (!(masks.quotes | carry.in_quotes | carry.closes)) {
    carry.may_open = masks.breaks >> 63;
    if (masks.returns) scan->flags |= TABLES_HAS_RETURN;
    scan->newlines += (size_t)__builtin_popcountll(masks.feeds);
    return masks.breaks;
  }
  uint64_t inside = prefix_parity(masks.quotes) ^ carry.in_quotes;
  uint64_t open = masks.quotes & inside, close = masks.quotes & ~inside;
  uint64_t found = masks.breaks & ~inside;
  uint64_t bad = (open & ~(((found | close) << 1) | carry.may_open)) | (((close << 1) | carry.closes) & ~(found | open));
  if (bad & valid) scan->flags |= TABLES_BAD_QUOTE;
  if (masks.returns & found) scan->flags |= TABLES_HAS_RETURN;
  scan->newlines += (size_t)__builtin_popcountll(masks.feeds & found);
  carry.in_quotes = (uint64_t)((int64_t)inside >> 63);
  carry.may_open = (found | close) >> 63;
  carry.closes = close >> 63;
  return found;
}

inline size_t write(uint64_t found, size_t at, uint32_t *positions) {
  size_t count = (size_t)__builtin_popcountll(found);
  // Eight a round: the room after the last is there, and a loop of known length is not mispredicted.
  for (size_t done = 0; done < count; done += 8) {
    for (int lane = 0; lane < 8; lane++) {
      positions[done + lane] = (uint32_t)at + (uint32_t)(found ? __builtin_ctzll(found) : 0);
      found &= found - 1;
    }
  }
  return count;
}

template <typename Kernel>
size_t index(
  const uint8_t *bytes, size_t from, size_t to, uint8_t separator, tables_scan *scan, uint32_t *positions) {
  Carry carry = {scan->in_quotes, 1, 0};
  size_t count = 0, at = from;
  for (; at + 64 <= to; at += 64) {
    Masks masks = Kernel::masks(bytes + at, separator);
    if (masks.has_high) scan->flags |= TABLES_HAS_HIGH;
    if (masks.has_nul) scan->flags |= TABLES_HAS_NUL;
    count += write(ends(masks, ~0ULL, carry, scan), at, positions + count);
  }
  if (at < to) {
    uint8_t rest[64];
    memset(rest, 'x', sizeof rest);
    memcpy(rest, bytes + at, to - at);
    Masks masks = Kernel::masks(rest, separator);
    if (masks.has_high) scan->flags |= TABLES_HAS_HIGH;
    if (masks.has_nul) scan->flags |= TABLES_HAS_NUL;
    count += write(ends(masks, (1ULL << (to - at)) - 1, carry, scan), at, positions + count);
  }
  scan->in_quotes = carry.in_quotes;
  return count;
}

}  // namespace

extern "C" size_t tables_index(
  const uint8_t *bytes, size_t from, size_t to, uint8_t separator, tables_scan *scan, uint32_t *positions) {
#if defined(__SSE2__)
  return index<Vectors>(bytes, from, to, separator, scan, positions);
#else
  return index<Words>(bytes, from, to, separator, scan, positions);
#endif
}

extern "C" size_t tables_index_words(
  const uint8_t *bytes, size_t from, size_t to, uint8_t separator, tables_scan *scan, uint32_t *positions) {
  return index<Words>(bytes, from, to, separator, scan, positions);
}

extern "C" int tables_is_utf8(const uint8_t *bytes, size_t count) {
  // Table 3-7 of the Unicode standard: well-formed byte sequences.
  size_t at = 0;
  while (at < count) {
    uint64_t word;
    if (at + 8 <= count && (memcpy(&word, bytes + at, 8), (word & 0x8080808080808080ULL) == 0)) {
      at += 8;
      continue;
    }
    uint8_t lead = bytes[at];
    if (lead < 0x80) {
      at++;
      continue;
    }
    size_t length = lead >= 0xC2 && lead <= 0xDF ? 2 : (lead & 0xF0) == 0xE0 ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
    if (length == 0 || at + length > count) return 0;
    uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (bytes[at + 1] < low || bytes[at + 1] > high) return 0;
    for (size_t next = 2; next < length; next++) {
      if ((bytes[at + next] & 0xC0) != 0x80) return 0;
    }
    at += length;
  }
  return 1;
}
