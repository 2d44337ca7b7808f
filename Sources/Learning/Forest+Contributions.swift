internal import Statistics
internal import CForest

/// What each feature added to the sums of rows. They add up to the sum.
package struct Contributions: Sendable {
  /// Rows x outputs x (features + 1), row-major: the last of each is what a row of which nothing is known has.
  package var values: [Double]
  package var outputCount: Int
  package var featureCount: Int

  /// What each feature added to an output of a row, without what a row of which nothing is known has.
  package func values(row: Int, output: Int) -> ArraySlice<Double> {
    let start = (row * outputCount + output) * (featureCount + 1)
    return values[start..<start + featureCount]
  }

  /// What an output of a row of which nothing is known has.
  package func base(row: Int, output: Int) -> Double {
    values[(row * outputCount + output) * (featureCount + 1) + featureCount]
  }
}

extension Forest {
  /// The feature that an inner node splits by.
  func feature(ofNode node: Int) -> Int {
    let set = nodes[node].set
    return set == 0
      ? Int(nodes[node].column) / 2 : Int(categories[Int(sets[Int(set)].column) - 1].feature)
  }

  /// Rows that are worked on together: they share the walk of a tree while it is at hand.
  private static let blockRows = 16 * Int(FOREST_LANES)

  /// Adds what each feature contributed, and each tree's expectation, to `contributions`: the same for any number of
  /// threads. The forest must have covers.
  ///
  /// - Parameter walks: of the forest's trees.
  func addContributions(
    of rows: FeatureEncoder.Rows, walks: [TreeWalk], threads: Int, to contributions: inout Contributions
  ) {
    let width = outputCount * (featureCount + 1)
    contributions.values.withUnsafeMutableBufferPointer { buffer in
      // Each range is given out once, so no two threads touch one row, and none is left when this returns.
      nonisolated(unsafe) let buffer = buffer
      ParallelPieces.forEachRange(of: rows.rowCount, size: Self.blockRows, threads: threads) { range in
        var block = ContributionBlock(self, rows, range, walks)
        for (tree, walk) in walks.enumerated() { block.add(walk, group: Int(groups[tree])) }
        block.write(
          to: UnsafeMutableBufferPointer(rebasing: buffer[range.lowerBound * width..<range.upperBound * width]))
      }
    }
  }
}

/// The contributions of some rows, FOREST_LANES side by side.
private struct ContributionBlock: ~Copyable {
  private let forest: Forest
  private let rowCount: Int
  private let laneGroups: Int
  /// Lane groups x expanded columns x lanes.
  private let expanded: UnsafeMutableBufferPointer<Double>
  private var codes: [UInt32]
  private let scratch: UnsafeMutableBufferPointer<Double>
  /// Lane groups x outputs x features x lanes.
  private let sums: UnsafeMutableBufferPointer<Double>
  private var expectations: [Double]

  private static let lanes = Int(FOREST_LANES)

  init(_ forest: Forest, _ rows: FeatureEncoder.Rows, _ range: Range<Int>, _ walks: [TreeWalk]) {
    self.forest = forest
    rowCount = range.count
    laneGroups = (range.count + Self.lanes - 1) / Self.lanes
    expanded = Self.aligned(laneGroups * (2 * forest.featureCount + 1) * Self.lanes)
    sums = Self.aligned(laneGroups * forest.outputCount * forest.featureCount * Self.lanes)
    scratch = Self.aligned(
      (walks.map { forest_contribute_scratch($0.depth, $0.quadrature.points.count) }.max() ?? 0) * Self.lanes)
    codes = [UInt32](repeating: 0, count: laneGroups * (forest.categories.count + 1) * Self.lanes)
    expectations = [Double](repeating: 0, count: forest.outputCount)
    for (place, row) in range.enumerated() { expand(row, of: rows, at: place) }
  }

  deinit {
    expanded.deallocate()
    sums.deallocate()
    scratch.deallocate()
  }

  /// Zeros, aligned as the kernel's vectors are.
  private static func aligned(_ count: Int) -> UnsafeMutableBufferPointer<Double> {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, count) * 8, alignment: 64)
      .bindMemory(to: Double.self)
    buffer.initialize(repeating: 0)
    return buffer
  }

  private mutating func expand(_ row: Int, of rows: FeatureEncoder.Rows, at place: Int) {
    let (group, lane) = (place / Self.lanes, place % Self.lanes)
    let width = 2 * forest.featureCount + 1
    for feature in 0..<forest.featureCount {
      let value = Double(rows.values[feature * rows.rowCount + row])
      expanded[(group * width + 2 * feature) * Self.lanes + lane] = value
      expanded[(group * width + 2 * feature + 1) * Self.lanes + lane] = -value
    }
    for (index, category) in forest.categories.enumerated() {
      let value = rows.values[Int(category.feature) * rows.rowCount + row]
      let isKnown = value >= 0 && value < Float(category.limit)
      codes[(group * (forest.categories.count + 1) + index + 1) * Self.lanes + lane] =
        value.isNaN ? category.limit : isKnown ? UInt32(value) : category.limit + 1
    }
  }

  mutating func add(_ walk: TreeWalk, group: Int) {
    expectations[group] += walk.expectation
    guard !walk.edges.isEmpty, let expanded = expanded.baseAddress, let sums = sums.baseAddress,
      let scratch = scratch.baseAddress
    else { return }
    let (forest, laneGroups, codes) = (forest, laneGroups, codes)
    codes.withUnsafeBufferPointer { codes in
      walk.withKernelWalk { part in
        forest.withTrees { trees in
          guard let codes = codes.baseAddress else { return }
          for index in 0..<laneGroups {
            forest_contribute(
              trees, part, expanded + index * (2 * forest.featureCount + 1) * Self.lanes,
              codes + index * (forest.categories.count + 1) * Self.lanes, scratch,
              sums + (index * forest.outputCount + group) * forest.featureCount * Self.lanes)
          }
        }
      }
    }
  }

  /// Adds the block's contributions to `output`: rows x outputs x (features + 1).
  func write(to output: UnsafeMutableBufferPointer<Double>) {
    let (features, outputs) = (forest.featureCount, forest.outputCount)
    for place in 0..<rowCount {
      let (group, lane) = (place / Self.lanes, place % Self.lanes)
      for index in 0..<outputs {
        let start = (place * outputs + index) * (features + 1)
        for feature in 0..<features {
          output[start + feature] += sums[((group * outputs + index) * features + feature) * Self.lanes + lane]
        }
        output[start + features] += expectations[index]
      }
    }
  }
}

extension TreeWalk {
  /// Gives `body` the walk as the kernel reads it, for the time of the call.
  fileprivate func withKernelWalk(_ body: (UnsafePointer<forest_walk>) -> Void) {
    edges.withUnsafeBufferPointer { edges in
      quadrature.points.withUnsafeBufferPointer { points in
        quadrature.weights.withUnsafeBufferPointer { weights in
          quadrature.losses.withUnsafeBufferPointer { losses in
            var walk = forest_walk(
              edges: edges.baseAddress, edge_count: edges.count, point_count: points.count, points: points.baseAddress,
              weights: weights.baseAddress, losses: losses.baseAddress, depth: depth)
            body(&walk)
          }
        }
      }
    }
  }
}
