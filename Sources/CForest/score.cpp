#include "CForest.h"

#include <math.h>

// Sums and products are rounded one by one, as XGBoost's are.
#pragma clang fp contract(off)

namespace {

// Rows whose descents are under way at a time: enough to hide the time that a node takes to arrive.
constexpr size_t lanes = 16;

inline uint32_t code_of(float value, uint32_t limit) {
  if (value != value) return limit;
  return value >= 0 && value < (float)limit ? (uint32_t)value : limit + 1;
}

// Writes rows [first, first + count) one after another.
void expand(
  const forest_trees *trees, const forest_rows *rows, size_t first, size_t count, float *expanded, uint32_t *codes) {
  const size_t width = 2 * trees->feature_count + 1;
  for (size_t feature = 0; feature < trees->feature_count; feature++) {
    const float *column = rows->values + feature * rows->stride + first;
    for (size_t row = 0; row < count; row++) {
      expanded[row * width + 2 * feature] = column[row];
      expanded[row * width + 2 * feature + 1] = -column[row];
    }
  }
  for (size_t row = 0; row < count; row++) expanded[row * width + width - 1] = 0;
  const size_t code_width = trees->category_count + 1;
  for (size_t row = 0; row < count; row++) codes[row * code_width] = 0;
  for (size_t index = 0; index < trees->category_count; index++) {
    const forest_category category = trees->categories[index];
    const float *column = rows->values + category.feature * rows->stride + first;
    for (size_t row = 0; row < count; row++) codes[row * code_width + index + 1] = code_of(column[row], category.limit);
  }
}

// The leaves that rows reach.
template <bool has_sets>
inline __attribute__((always_inline)) void descend(
  const forest_trees *trees, size_t tree, const float *expanded, const uint32_t *codes, int32_t *leaves) {
  const size_t width = 2 * trees->feature_count + 1, code_width = trees->category_count + 1;
  const forest_node *nodes = trees->nodes;
  for (size_t row = 0; row < lanes; row++) leaves[row] = trees->roots[tree];
  for (int32_t level = 0; level < trees->depths[tree]; level++) {
    for (size_t row = 0; row < lanes; row++) {
      const forest_node node = nodes[leaves[row]];
      uint32_t side = !(expanded[row * width + node.column] < node.threshold);
      if (has_sets) {
        const forest_set set = trees->sets[node.set];
        const uint32_t code = codes[row * code_width + set.column];
        side |= trees->words[set.word + code / 32] >> code % 32 & 1;
      }
      leaves[row] = node.child + (int32_t)side;
    }
  }
}

}  // namespace

extern "C" void forest_score(
  const forest_trees *trees, const forest_rows *rows, float *expanded, uint32_t *codes, float *scores) {
  const size_t width = 2 * trees->feature_count + 1, code_width = trees->category_count + 1;
  const size_t outputs = trees->output_count;
  int32_t leaves[lanes];
  for (size_t first = rows->from; first < rows->to; first += FOREST_BLOCK) {
    const size_t count = rows->to - first < FOREST_BLOCK ? rows->to - first : FOREST_BLOCK;
    expand(trees, rows, first, count, expanded, codes);
    for (size_t tree = 0; tree < trees->tree_count; tree++) {
      for (size_t row = 0; row < count; row += lanes) {
        // A last group goes on over what rows before it left in the scratch.
        const size_t some = count - row < lanes ? count - row : lanes;
        if (trees->has_sets[tree])
          descend<true>(trees, tree, expanded + row * width, codes + row * code_width, leaves);
        else
          descend<false>(trees, tree, expanded + row * width, codes + row * code_width, leaves);
        float *sums = scores + (first - rows->from + row) * outputs + (size_t)trees->groups[tree];
        for (size_t lane = 0; lane < some; lane++) sums[lane * outputs] += trees->leaves[leaves[lane]];
      }
    }
  }
}

extern "C" void forest_logistic(float *scores, size_t count) {
  for (size_t index = 0; index < count; index++) {
    // Beyond 88.7 the exponential is no float any more.
    const float power = -scores[index] < 88.7f ? -scores[index] : 88.7f;
    scores[index] = 1.0f / (expf(power) + 1.0f + 1e-16f);
  }
}

extern "C" void forest_exponential(float *scores, size_t count) {
  for (size_t index = 0; index < count; index++) scores[index] = expf(scores[index]);
}

extern "C" void forest_softmax(float *scores, size_t rows, size_t outputs) {
  for (size_t row = 0; row < rows; row++) {
    float *of_row = scores + row * outputs;
    float highest = of_row[0];
    for (size_t index = 1; index < outputs; index++) highest = fmaxf(of_row[index], highest);
    double sum = 0;
    for (size_t index = 0; index < outputs; index++) {
      of_row[index] = expf(of_row[index] - highest);
      sum += of_row[index];
    }
    for (size_t index = 0; index < outputs; index++) of_row[index] /= (float)sum;
  }
}

extern "C" float forest_logf(float value) { return logf(value); }
