#include "CForest.h"

// Each product and sum is rounded by itself, so that processors with and without fused operations agree.
#pragma clang fp contract(off)

#if defined(__x86_64__)
#define FOREST_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOREST_CLONES
#endif

namespace {

typedef double numbers __attribute__((vector_size(8 * FOREST_LANES)));
typedef int64_t masks __attribute__((vector_size(8 * FOREST_LANES)));

#define FOREST_INLINE inline __attribute__((always_inline))

// Which rows go to the first child: -1 in their lanes.
FOREST_INLINE void decide(
  const forest_trees *trees, const forest_node node, const numbers *expanded, const uint32_t *codes, masks *first) {
  masks side = expanded[node.column] < (double)node.threshold;
  if (node.set) {
    const forest_set set = trees->sets[node.set];
    for (int lane = 0; lane < FOREST_LANES; lane++) {
      const uint32_t code = codes[set.column * FOREST_LANES + lane];
      side[lane] = (int64_t)(trees->words[set.word + code / 32] >> code % 32 & 1) - 1;
    }
  }
  *first = side;
}

}  // namespace

// Quadrature TreeSHAP: with a row, a feature's factor on a way is z (1 - t) + o t, where z is the share of training rows
// that took its edges and o says whether the row does. A leaf v gives a feature (o - z) times the integral over t in
// [0, 1] of v times the other features' factors: a polynomial, which Gauss-Legendre points integrate exactly.
//
// The factors are worked out on the way, not kept with the edges: that is one division an edge and point for all lanes,
// and the walk of a tree takes no more memory than the tree.
extern "C" FOREST_CLONES void forest_contribute(
  const forest_trees *trees, const forest_walk *walk, const double *expanded_values, const uint32_t *codes,
  double *scratch, double *contribution_values) {
  const numbers *expanded = (const numbers *)expanded_values;
  numbers *contributions = (numbers *)contribution_values;
  const size_t points = walk->point_count, levels = walk->depth + 1;
  numbers *products = (numbers *)scratch;            // levels x points
  numbers *sums = products + levels * points;        // levels x points
  masks *taken = (masks *)(sums + levels * points);  // levels: rows that went all edges of this feature down to here
  masks *first = taken + levels;                     // levels: rows that go to the first child
  const forest_edge **way = (const forest_edge **)(first + levels);  // levels: the edges from the root to the one at hand
  double *inverses = (double *)(first + 2 * levels);  // levels x points: 1 / (z (1 - t) + t)
  const forest_edge *end = walk->edges + walk->edge_count;
  for (size_t point = 0; point < points; point++) products[point] = (numbers){} + 1.0;
  for (const forest_edge *edge = walk->edges; edge < end; edge++) {
    const size_t depth = (size_t)edge->depth, earlier = (size_t)edge->earlier;
    way[depth] = edge;
    if (edge->side == 0) decide(trees, trees->nodes[edge->node], expanded, codes, &first[depth - 1]);
    const masks goes = edge->side == 0 ? first[depth - 1] : ~first[depth - 1];
    const numbers *above = products + (depth - 1) * points;
    numbers *here = products + depth * points, *below = sums + depth * points;
    double *inverse = inverses + depth * points;
    const double share = edge->share;
    for (size_t point = 0; point < points; point++) {
      const double t = walk->points[point];
      inverse[point] = 1 / (share * (1 - t) + t);
    }
    if (earlier) {
      const masks went = taken[earlier];
      const numbers neither = (numbers){} + share / way[earlier]->share;
      taken[depth] = goes & went;
      for (size_t point = 0; point < points; point++) {
        const double t = walk->points[point], out = share * (1 - t), before = inverses[earlier * points + point];
        here[point] = above[point] * (went ? (numbers){} + (goes ? (numbers){} + (out + t) : (numbers){} + out) * before : neither);
      }
    } else {
      taken[depth] = goes;
      for (size_t point = 0; point < points; point++) {
        const double t = walk->points[point], out = share * (1 - t);
        here[point] = above[point] * (goes ? (numbers){} + (out + t) : (numbers){} + out);
      }
    }
    if (!edge->is_leaf) {
      for (size_t point = 0; point < points; point++) below[point] = (numbers){};
      continue;
    }
    for (size_t point = 0; point < points; point++) below[point] = here[point] * edge->leaf;
    // All edges down to where the next one begins are done: what lies below them is known.
    const size_t next = edge + 1 < end ? (size_t)edge[1].depth : 1;
    for (size_t level = depth; level >= next; level--) {
      const forest_edge *done = way[level];
      const double rest = 1 - done->share;
      const double rest_before = done->earlier ? 1 - way[done->earlier]->share : 0;
      const double *before = inverses + (size_t)done->earlier * points, *now = inverses + level * points;
      const numbers *found = sums + level * points;
      numbers *parent = sums + (level - 1) * points;
      // What an earlier edge gives its feature for the leaves below is taken back: all, where a row took neither.
      const masks went = done->earlier ? taken[done->earlier] : (masks){} - 1;
      numbers total = (numbers){};
      for (size_t point = 0; point < points; point++) {
        const double weight = walk->weights[point], back = done->earlier ? rest_before * before[point] : 0;
        const double with = weight * (rest * now[point] - back), without = -walk->losses[point] - weight * back;
        total += found[point] * (taken[level] ? (numbers){} + with : (numbers){} + without);
        if (level > 1) parent[point] += found[point];
      }
      contributions[done->feature] += went ? total : (numbers){};
    }
  }
}
