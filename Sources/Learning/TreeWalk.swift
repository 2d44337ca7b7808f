internal import CForest

/// A tree of a forest as contributions are computed from it: its edges with the factors of each.
///
/// The contributions are those of path-dependent TreeSHAP (Lundberg et al., "From local explanations to global
/// understanding with explainable AI for trees", 2020), which XGBoost's `pred_contribs` gives. Their weights
/// k!(m - 1 - k)!/m! are integrals of t^k (1 - t)^(m - 1 - k) over [0, 1], so that Gauss-Legendre points give the exact
/// sum over all subsets in time that is linear in the depth.
struct TreeWalk {
  private(set) var edges: [forest_edge] = []
  private(set) var factors: [Double] = []
  private(set) var depth = 0
  let pointCount: Int
  /// What the tree adds to a row of which nothing is known: the mean of its leaves, by the rows that came by.
  private(set) var expectation = 0.0

  private let quadrature: GaussLegendre

  /// Shares of rows below this count as this, so that no factor is zero.
  private static let leastShare = 1e-12
  /// Points beyond these change nothing in a double.
  private static let limitPoints = 32

  /// - Parameter forest: with covers.
  init(_ forest: Forest, tree: Int) {
    let outline = Outline(forest, root: Int(forest.roots[tree]))
    // The other features of a way make a polynomial of one degree less than there are features.
    pointCount = min(Self.limitPoints, max(1, (outline.mostFeatures + 1) / 2))
    quadrature = GaussLegendre(count: pointCount)
    edges.reserveCapacity(outline.steps.count)
    for step in outline.steps {
      edges.append(step.edge(factors: factors.count))
      appendFactors(step)
      depth = max(depth, step.depth)
    }
    expectation = outline.expectation
  }

  /// An edge on the walk, with the share of rows that take it after all before of its feature.
  fileprivate struct Step {
    var node: Int
    var side: Int
    var depth: Int
    var feature: Int
    /// Depth of the last edge above by the same feature, and the share of rows that took it; 0 and 1 where there is none.
    var earlier: (depth: Int, share: Double)
    var share: Double
    /// Nil but where the edge leads to a leaf.
    var leaf: Float?

    func edge(factors: Int) -> forest_edge {
      forest_edge(
        node: Int32(node), side: Int32(side), depth: Int32(depth), earlier: Int32(earlier.depth),
        feature: UInt32(feature), is_leaf: leaf == nil ? 0 : 1, leaf: Double(leaf ?? 0), factors: factors)
    }
  }

  /// For a row that takes the edge, one that took the earlier one alone, and one that took neither.
  private mutating func appendFactors(_ step: Step) {
    for (point, weight) in zip(quadrature.points, quadrature.weights) {
      func factor(_ share: Double, _ taken: Double) -> Double { share * (1 - point) + taken * point }
      let ways: [(now: Double, earlier: Double)] = [(1, 1), (0, 1), (0, 0)]
      for way in ways { factors.append(factor(step.share, way.now) / factor(step.earlier.share, way.earlier)) }
      for way in ways {
        let now = (way.now - step.share) / factor(step.share, way.now)
        let earlier = (way.earlier - step.earlier.share) / factor(step.earlier.share, way.earlier)
        // What the earlier edge gives its feature for the leaves below is taken back.
        factors.append(weight * (now - (step.earlier.depth > 0 ? earlier : 0)))
      }
    }
  }

  /// The edges of a tree in the order of the walk.
  private struct Outline {
    var steps: [Step] = []
    /// Different features on the way to a leaf, at most.
    var mostFeatures = 0
    var expectation = 0.0

    /// A node that is yet to be walked into, and what lies above it.
    private struct Pending {
      var node: Int
      var side: Int
      /// Places in `way` that are still above it.
      var depth: Int
    }

    init(_ forest: Forest, root: Int) {
      guard Int(forest.nodes[root].child) != root else {
        expectation = Double(forest.leaves[root])
        return
      }
      // The edges above, from the root: feature, share with all before of the feature, share of rows that come to here.
      var way: [(feature: Int, share: Double, reached: Double)] = []
      var pending = [Pending(node: root, side: 1, depth: 0), Pending(node: root, side: 0, depth: 0)]
      while let next = pending.popLast() {
        way.removeSubrange(next.depth...)
        let (feature, child) = (forest.feature(ofNode: next.node), Int(forest.nodes[next.node].child) + next.side)
        let earlierPlace = way.lastIndex { $0.feature == feature }
        let earlier = earlierPlace.map { (depth: $0 + 1, share: way[$0].share) } ?? (depth: 0, share: 1)
        let ratio = Self.share(of: forest.covers[child], in: forest.covers[next.node])
        let isLeaf = Int(forest.nodes[child].child) == child
        let reached = ratio * (way.last?.reached ?? 1)
        steps.append(
          Step(
            node: next.node, side: next.side, depth: next.depth + 1, feature: feature, earlier: earlier,
            share: max(TreeWalk.leastShare, ratio * earlier.share), leaf: isLeaf ? forest.leaves[child] : nil))
        way.append((feature, steps[steps.count - 1].share, reached))
        if isLeaf {
          expectation += reached * Double(forest.leaves[child])
          mostFeatures = max(mostFeatures, Set(way.map(\.feature)).count)
        } else {
          pending.append(Pending(node: child, side: 1, depth: way.count))
          pending.append(Pending(node: child, side: 0, depth: way.count))
        }
      }
    }

    /// Half where no row came by.
    private static func share(of part: Float, in whole: Float) -> Double {
      let share = Double(part) / Double(whole)
      return share.isFinite ? min(1, max(TreeWalk.leastShare, share)) : 0.5
    }
  }
}
