#include "CForest.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDE __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi")))
#define WIDE_INLINE inline __attribute__((always_inline)) WIDE

namespace {

constexpr size_t lanes = FOREST_WIDE_LANES;
constexpr size_t groups = FOREST_WIDE_GROUPS;

// The pivot of each row's place in a level of the search tree.
WIDE_INLINE __m512 pivots(const float *table, int level, __m512i place) {
  if (level <= 4) return _mm512_permutexvar_ps(place, _mm512_loadu_ps(table + 16 * level));
  const float *start = table + 80 + (level == 5 ? 0 : level == 6 ? 32 : 96);
  __m512 found = _mm512_permutex2var_ps(_mm512_loadu_ps(start), place, _mm512_loadu_ps(start + 16));
  for (int part = 1; part < 1 << (level - 5); part++) {
    const __m512 other =
      _mm512_permutex2var_ps(_mm512_loadu_ps(start + 32 * part), place, _mm512_loadu_ps(start + 32 * part + 16));
    found = _mm512_mask_mov_ps(
      found, _mm512_cmpeq_epi32_mask(_mm512_srli_epi32(place, 5), _mm512_set1_epi32(part)), other);
  }
  return found;
}

// How many of a feature's cuts are at most the value: once with missing values above all, once below all.
WIDE_INLINE void rank(const float *values, size_t count, const float *table, uint8_t *high, uint8_t *low) {
  for (size_t first = 0; first < lanes; first += 16) {
    const size_t some = first >= count ? 0 : count - first < 16 ? count - first : 16;
    const __mmask16 present = (__mmask16)((1u << some) - 1);
    const __m512 value = _mm512_maskz_loadu_ps(present, values + first);
    __m512i place = _mm512_setzero_si512();
#pragma clang loop unroll(full)
    for (int level = 0; level < 8; level++) {
      const __mmask16 above = _mm512_cmp_ps_mask(value, pivots(table, level, place), _CMP_GE_OQ);
      place = _mm512_add_epi32(place, place);
      place = _mm512_mask_add_epi32(place, above, place, _mm512_set1_epi32(1));
    }
    const __mmask16 missing = _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q);
    _mm_storeu_si128((__m128i *)(low + first), _mm512_cvtepi32_epi8(_mm512_maskz_mov_epi32(~missing, place)));
    _mm_storeu_si128(
      (__m128i *)(high + first), _mm512_cvtepi32_epi8(_mm512_mask_mov_epi32(place, missing, _mm512_set1_epi32(255))));
  }
}

// Of each category the byte of a set that speaks of it, and the bit in it.
WIDE_INLINE void encode(const float *values, size_t count, uint32_t limit, uint8_t *bytes, uint8_t *bits) {
  for (size_t row = 0; row < lanes; row++) {
    const float value = row < count ? values[row] : 0;
    uint32_t code = value >= 0 && value < (float)limit ? (uint32_t)value : limit + 1;
    if (value != value) code = limit;
    bytes[row] = (uint8_t)(code / 8);
    bits[row] = (uint8_t)(1 << code % 8);
  }
}

// The leaf of each row, among a tree's leaves.
WIDE_INLINE __m512i leaves_of(const forest_wide *wide, const forest_wide_tree *tree, const uint8_t *columns) {
  uint64_t reached[FOREST_WIDE_NODES];
  reached[0] = ~0ull;
  const forest_wide_split *split = wide->splits + tree->first_split;
  for (const forest_wide_split *end = split + tree->split_count; split < end; split++) {
    const uint64_t here = reached[split->slot];
    const uint8_t *column = columns + split->column * lanes;
    uint64_t left;
    if (split->set == UINT32_MAX) {
      left = _mm512_mask_cmple_epu8_mask(here, _mm512_loadu_si512(column), _mm512_set1_epi8((char)split->rank));
    } else {
      const __m512i set =
        _mm512_permutexvar_epi8(_mm512_loadu_si512(column), _mm512_loadu_si512(wide->sets + split->set * 64));
      left = _mm512_mask_testn_epi8_mask(here, set, _mm512_loadu_si512(column + lanes));
    }
    reached[split->child] = left;
    reached[split->child + 1] = here ^ left;
  }
  const uint16_t *slots = wide->leaf_slots + tree->first_leaf;
  __m512i even = _mm512_setzero_si512(), odd = _mm512_setzero_si512();
  uint32_t leaf = 0;
  for (; leaf + 1 < tree->leaf_count; leaf += 2) {
    even = _mm512_mask_mov_epi8(even, reached[slots[leaf]], _mm512_set1_epi8((char)leaf));
    odd = _mm512_mask_mov_epi8(odd, reached[slots[leaf + 1]], _mm512_set1_epi8((char)(leaf + 1)));
  }
  if (leaf < tree->leaf_count) even = _mm512_mask_mov_epi8(even, reached[slots[leaf]], _mm512_set1_epi8((char)leaf));
  return _mm512_or_si512(even, odd);
}

// What 16 leaves of a tree add; `leaves` has room for FOREST_WIDE_LEAVES or the tree's leaves, if more.
WIDE_INLINE __m512 values_of(const float *leaves, uint32_t count, __m512i place) {
  if (count > 64) return _mm512_i32gather_ps(place, leaves, 4);
  const __m512 low = _mm512_permutex2var_ps(_mm512_loadu_ps(leaves), place, _mm512_loadu_ps(leaves + 16));
  if (count <= 32) return low;
  const __m512 high = _mm512_permutex2var_ps(_mm512_loadu_ps(leaves + 32), place, _mm512_loadu_ps(leaves + 48));
  return _mm512_mask_mov_ps(low, _mm512_cmpge_epi32_mask(place, _mm512_set1_epi32(32)), high);
}

WIDE_INLINE void add(
  const forest_wide *wide, const forest_wide_tree *tree, const uint8_t *columns, size_t outputs, size_t count,
  float *scores) {
  const __m512i leaves = leaves_of(wide, tree, columns);
  uint8_t bytes[lanes];
  _mm512_storeu_si512(bytes, leaves);
  const float *values = wide->leaves + tree->first_leaf_value;
  for (size_t first = 0; first < count; first += 16) {
    const size_t some = count - first < 16 ? count - first : 16;
    const __mmask16 present = (__mmask16)((1u << some) - 1);
    const __m512i place = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(bytes + first)));
    const __m512 found = values_of(values, tree->leaf_count, place);
    float *sums = scores + first * outputs + tree->output;
    if (outputs == 1) {
      _mm512_mask_storeu_ps(sums, present, _mm512_add_ps(_mm512_maskz_loadu_ps(present, sums), found));
    } else {
      float each[16];
      _mm512_storeu_ps(each, found);
      for (size_t lane = 0; lane < some; lane++) sums[lane * outputs] += each[lane];
    }
  }
}

WIDE void score(
  const forest_wide *wide, const forest_rows *rows, size_t outputs, uint8_t *columns, float *scores) {
  const size_t block = lanes * groups;
  for (size_t first = rows->from; first < rows->to; first += block) {
    const size_t count = rows->to - first < block ? rows->to - first : block;
    const size_t group_count = (count + lanes - 1) / lanes;
    for (size_t part = 0; part < wide->part_count; part++) {
      const forest_wide_part *trees = wide->parts + part;
      for (size_t group = 0; group < group_count; group++) {
        const size_t from = first + group * lanes;
        const size_t some = count - group * lanes < lanes ? count - group * lanes : lanes;
        uint8_t *own = columns + group * wide->column_count * lanes;
        for (uint32_t index = 0; index < trees->feature_count; index++) {
          const forest_wide_feature *feature = wide->features + trees->first_feature + index;
          const float *values = rows->values + feature->feature * rows->stride + from;
          uint8_t *column = own + feature->column * lanes;
          if (feature->is_set) encode(values, some, feature->limit, column, column + lanes);
          else rank(values, some, wide->tables + feature->table, column, column + lanes);
        }
      }
      for (uint32_t tree = 0; tree < trees->tree_count; tree++) {
        for (size_t group = 0; group < group_count; group++) {
          const size_t some = count - group * lanes < lanes ? count - group * lanes : lanes;
          add(wide, wide->trees + trees->first_tree + tree, columns + group * wide->column_count * lanes, outputs, some,
            scores + (first - rows->from + group * lanes) * outputs);
        }
      }
    }
  }
}

}  // namespace

extern "C" int forest_has_wide(void) {
  return __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bw") &&
    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

extern "C" void forest_score_wide(
  const forest_wide *wide, const forest_rows *rows, size_t outputs, uint8_t *columns, float *scores) {
  score(wide, rows, outputs, columns, scores);
}

#else

extern "C" int forest_has_wide(void) { return 0; }

extern "C" void forest_score_wide(const forest_wide *, const forest_rows *, size_t, uint8_t *, float *) {}

#endif
