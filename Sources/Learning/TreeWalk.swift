internal import CForest
internal import Synchronization

/// A tree of a forest as contributions are computed from it: its edges in the order of a walk.
///
/// The contributions are those of path-dependent TreeSHAP (Lundberg et al., "From local explanations to global
/// understanding with explainable AI for trees", 2020), which XGBoost's `pred_contribs` gives. Their weights
/// k!(m - 1 - k)!/m! are integrals of t^k (1 - t)^(m - 1 - k) over [0, 1], so that Gauss-Legendre points give the exact
/// sum over all subsets in time that is linear in the depth.
struct TreeWalk: Sendable {
  private(set) var edges: [forest_edge] = []
  private(set) var depth = 0
  let quadrature: GaussLegendre
  /// What the tree adds to a row of which nothing is known: the mean of its leaves, by the rows that came by.
  private(set) var expectation = 0.0

  /// Shares of rows below this count as this, so that no factor is zero.
  private static let leastShare = 1e-12
  /// Points beyond the last of these change nothing in a double.
  private static let quadratures = (1...32).map(GaussLegendre.init)

  /// Takes time and memory that are linear in the tree's nodes, however deep it is.
  ///
  /// - Parameter forest: with covers.
  init(_ forest: Forest, tree: Int) {
    let root = Int(forest.roots[tree])
    let children = Int(forest.nodes[root].child)
    // A tree's nodes stand one after the other, and each but the root is the end of an edge.
    let end = tree + 1 < forest.roots.count ? Int(forest.roots[tree + 1]) : forest.nodes.count
    edges.reserveCapacity(end - root - 1)
    var way = Way(featureCount: forest.featureCount)
    var mostFeatures = 0
    if children == root { expectation = Double(forest.leaves[root]) }
    var pending = children == root ? [] : Pending.children(of: root, depth: 1)
    while let next = pending.popLast() {
      way.shorten(to: next.depth - 1)
      let (feature, child) = (forest.feature(ofNode: next.node), Int(forest.nodes[next.node].child) + next.side)
      let ratio = Self.share(of: forest.covers[child], in: forest.covers[next.node])
      let (earlier, reached) = way.extend(by: feature, ratio: ratio)
      let isLeaf = Int(forest.nodes[child].child) == child
      let leaf = isLeaf ? Double(forest.leaves[child]) : 0
      edges.append(
        forest_edge(
          node: Int32(next.node), side: Int32(next.side), depth: Int32(next.depth), earlier: Int32(earlier),
          feature: UInt32(feature), is_leaf: isLeaf ? 1 : 0, leaf: leaf, share: way.share))
      depth = max(depth, next.depth)
      if isLeaf {
        expectation += reached * leaf
        mostFeatures = max(mostFeatures, way.distinctCount)
      } else {
        pending += Pending.children(of: child, depth: next.depth + 1)
      }
    }
    // The other features of a way make a polynomial of one degree less than there are features.
    quadrature = Self.quadratures[min(Self.quadratures.count, max(1, (mostFeatures + 1) / 2)) - 1]
  }

  /// Half where no row came by.
  private static func share(of part: Float, in whole: Float) -> Double {
    let share = Double(part) / Double(whole)
    return share.isFinite ? min(1, max(leastShare, share)) : 0.5
  }

  /// An edge that is yet to be walked.
  private struct Pending {
    var node: Int
    var side: Int
    /// From 1.
    var depth: Int

    /// The first child's comes last: it is walked first.
    static func children(of node: Int, depth: Int) -> [Pending] {
      [Pending(node: node, side: 1, depth: depth), Pending(node: node, side: 0, depth: depth)]
    }
  }

  /// The edges from the root to the one at hand.
  private struct Way {
    private var edges: [(feature: Int, earlier: Int, share: Double, reached: Double)] = []
    /// One a feature: the depth of the last edge by it; 0 where there is none.
    private var last: [Int]
    /// Features that the edges split by.
    private(set) var distinctCount = 0

    init(featureCount: Int) { last = [Int](repeating: 0, count: featureCount) }

    /// The part of training rows that the last edge and all above by its feature let by.
    var share: Double { edges[edges.count - 1].share }

    mutating func shorten(to depth: Int) {
      while edges.count > depth {
        let edge = edges.removeLast()
        last[edge.feature] = edge.earlier
        if edge.earlier == 0 { distinctCount -= 1 }
      }
    }

    /// - Parameter ratio: the part of the rows of the node above that takes the edge.
    /// - Returns: the depth of the last edge above by the same feature, 0 where there is none, and the part of all rows
    ///   that comes to the edge's end.
    mutating func extend(by feature: Int, ratio: Double) -> (earlier: Int, reached: Double) {
      let earlier = last[feature]
      let share = max(TreeWalk.leastShare, ratio * (earlier == 0 ? 1 : edges[earlier - 1].share))
      let reached = ratio * (edges.last?.reached ?? 1)
      edges.append((feature, earlier, share, reached))
      last[feature] = edges.count
      if earlier == 0 { distinctCount += 1 }
      return (earlier, reached)
    }
  }
}

/// The walks of a forest's trees, made when they are first asked for, and kept: they take about as much memory as the
/// forest.
final class TreeWalks: Sendable {
  private let walks = Mutex<[TreeWalk]?>(nil)

  /// Of `forest`, which must be the same each time, and have covers.
  func of(_ forest: Forest) -> [TreeWalk] {
    walks.withLock { walks in
      if let walks { return walks }
      let made = forest.roots.indices.map { TreeWalk(forest, tree: $0) }
      walks = made
      return made
    }
  }
}
