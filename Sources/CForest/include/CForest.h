// The inner loops of scoring with decision trees, and of saying what each feature added to a score. Nothing here
// allocates or throws. Every operation is that of single rows, in one order: the same bytes on any processor, but for
// exponentials and logarithms. These are the C library's, as XGBoost's are, so that scores are XGBoost's to the last
// bit; like XGBoost's they may differ in that bit where another version of the C library, or a processor without fused
// operations, for which it takes other code, rounds otherwise.
#ifndef CFOREST_H
#define CFOREST_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A node of a tree. The children of a node lie beside each other: a row goes to `child` where its value lies below the
/// threshold and its category is not in the set, and to `child + 1` otherwise. A leaf is its own child: whatever the
/// row, it stays.
///
/// Columns count the values of an expanded row: for each feature its value (2f) and its negation (2f + 1), then one
/// zero. No comparison holds for a missing value, so that it goes to `child + 1`; where it is to go the other way, the
/// children are swapped and the negation is compared.
typedef struct {
  float threshold;
  uint32_t column;
  int32_t child;
  /// Of `sets`; 0 is the empty one.
  uint32_t set;
} forest_node;

/// Categories that go to `child + 1`: bit c of the words that begin at `word` says whether category c does. The last
/// bits stand for a missing value and for categories beyond.
typedef struct {
  /// Of an expanded row's codes: 0 is always 0, then one for each feature with categories.
  uint32_t column;
  uint32_t word;
} forest_set;

/// A feature with categories: codes of `limit` and more, and negative ones, count as `limit + 1`, missing as `limit`.
typedef struct {
  uint32_t feature;
  uint32_t limit;
} forest_category;

/// Trees in the order in which their leaves are summed.
typedef struct {
  const forest_node *nodes;
  /// One a node: what a leaf adds.
  const float *leaves;
  const forest_set *sets;
  const uint32_t *words;
  const forest_category *categories;
  /// One a tree: the first node, the levels below it, the output that it adds to, and whether a node has a set.
  const int32_t *roots;
  const int32_t *depths;
  const int32_t *groups;
  const uint8_t *has_sets;
  size_t tree_count;
  size_t feature_count;
  size_t category_count;
  size_t output_count;
} forest_trees;

/// Rows of a column-major matrix: value (row, feature) is values[feature * stride + row]. NaN is missing.
typedef struct {
  const float *values;
  size_t stride;
  size_t from;
  size_t to;
} forest_rows;

/// Rows that are scored together: `forest_score` needs this many expanded rows and rows of codes as its scratch.
#define FOREST_BLOCK 64

/// Adds each tree's leaf to `scores` (rows from...to x outputs, row-major, without the rows before `from`).
/// `expanded` has room for FOREST_BLOCK * (2 * feature_count + 1) floats, `codes` for
/// FOREST_BLOCK * (category_count + 1) integers; both begin as zeros.
void forest_score(
  const forest_trees *trees, const forest_rows *rows, float *expanded, uint32_t *codes, float *scores);

/// Whether the processor has what `forest_score_wide` needs.
int forest_has_wide(void);

#define FOREST_WIDE_LANES 64
/// Times FOREST_WIDE_LANES are the rows that go through the trees together.
#define FOREST_WIDE_GROUPS 8
/// Nodes of a tree, at most, and its leaves.
#define FOREST_WIDE_NODES 511
#define FOREST_WIDE_LEAVES 256
/// Floats of a feature's search tree: levels of 1, 2, 4 … 128 pivots, the first five with room for 16.
#define FOREST_WIDE_TABLE 304

/// A node where rows part: to `child` go those whose byte in the column is at most `rank`, or whose category is not in
/// the set; the others to `child + 1`.
typedef struct {
  uint16_t slot;
  uint16_t child;
  uint16_t column;
  uint8_t rank;
  /// Of `sets`, each 64 bytes; UINT32_MAX for a rank.
  uint32_t set;
} forest_wide_split;

typedef struct {
  uint32_t first_split;
  uint32_t split_count;
  /// Of `leaf_slots`, and of `leaves`, where 64 floats can be read.
  uint32_t first_leaf;
  uint32_t first_leaf_value;
  uint32_t leaf_count;
  uint32_t output;
} forest_wide_tree;

/// A feature as some trees read it: as two columns of bytes. Numbers are ranks among the feature's cuts, with missing
/// values above all in the first column and below all in the second; categories are the byte of a set and its bit.
typedef struct {
  uint32_t feature;
  uint32_t column;
  uint32_t is_set;
  uint32_t limit;
  uint32_t table;
} forest_wide_feature;

/// Trees that come after each other and have at most 255 cuts a feature.
typedef struct {
  uint32_t first_tree;
  uint32_t tree_count;
  uint32_t first_feature;
  uint32_t feature_count;
} forest_wide_part;

/// A forest of trees with at most FOREST_WIDE_LEAVES leaves, whose rows are bytes.
typedef struct {
  const forest_wide_part *parts;
  size_t part_count;
  const forest_wide_tree *trees;
  const forest_wide_split *splits;
  const uint16_t *leaf_slots;
  const float *leaves;
  const uint8_t *sets;
  const forest_wide_feature *features;
  const float *tables;
  /// Columns of a row, at most.
  size_t column_count;
} forest_wide;

/// As `forest_score`, 64 rows at a time. `columns` has room for
/// FOREST_WIDE_LANES * FOREST_WIDE_GROUPS * column_count bytes.
void forest_score_wide(
  const forest_wide *wide, const forest_rows *rows, size_t outputs, uint8_t *columns, float *scores);

/// Rows whose contributions are computed side by side.
#define FOREST_LANES 8

/// An edge of a tree, from a node to one of its children, for `forest_contribute`. A tree's edges stand in the order of a
/// walk that goes to the first child first.
typedef struct {
  /// The node above.
  int32_t node;
  /// 0 for the first child, 1 for the second.
  int32_t side;
  /// From 1, for the edges of the root.
  int32_t depth;
  /// The depth of the last edge above by the same feature; 0 where there is none.
  int32_t earlier;
  uint32_t feature;
  /// 1 where the child is a leaf.
  int32_t is_leaf;
  /// What the leaf adds.
  double leaf;
  /// The part of training rows that this edge and all above by its feature let by: above 0, at most 1.
  double share;
} forest_edge;

/// A tree as `forest_contribute` walks it.
typedef struct {
  const forest_edge *edges;
  size_t edge_count;
  /// Of the quadrature on [0, 1]: its points t, their weights w, and w / (1 - t).
  size_t point_count;
  const double *points;
  const double *weights;
  const double *losses;
  /// The deepest edge.
  size_t depth;
} forest_walk;

/// Adds what each feature contributed to a tree's leaves to `contributions` (features x FOREST_LANES), for the
/// FOREST_LANES rows of an expanded block: `expanded` is (2 * feature_count + 1) x FOREST_LANES, `codes`
/// (category_count + 1) x FOREST_LANES, both value after value. `scratch` has room for FOREST_LANES doubles, aligned to
/// 64 bytes, as many times as `forest_contribute_scratch` says.
void forest_contribute(
  const forest_trees *trees, const forest_walk *walk, const double *expanded, const uint32_t *codes, double *scratch,
  double *contributions);

/// Of a walk with that many levels and points, in units of FOREST_LANES doubles.
static inline size_t forest_contribute_scratch(size_t depth, size_t point_count) {
  return (depth + 1) * (3 * point_count + 3);
}

/// 1 / (1 + exp(-x)), as XGBoost rounds it.
void forest_logistic(float *scores, size_t count);
void forest_exponential(float *scores, size_t count);
/// Of each row's outputs.
void forest_softmax(float *scores, size_t rows, size_t outputs);
float forest_logf(float value);

#ifdef __cplusplus
}
#endif
#endif
