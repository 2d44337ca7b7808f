internal import CForest

/// A forest laid out for `forest_score_wide`: the same sums, 64 rows at a time, on processors with vectors of 64 bytes.
struct WideForest: Sendable {
  private var parts: [forest_wide_part] = []
  private var trees: [forest_wide_tree] = []
  private var splits: [forest_wide_split] = []
  private var leafSlots: [UInt16] = []
  private var leaves: [Float] = []
  private var sets: [UInt8] = []
  private var features: [forest_wide_feature] = []
  private var tables: [Float] = []
  private var columnCount = 0

  /// Values that a byte tells apart, less the one above all.
  private static let limitCuts = 255
  /// Categories that 64 bytes speak of, with the two for missing and for others.
  private static let limitCategories = 510

  /// Whether the processor has what it takes.
  static let isAvailable = forest_has_wide() != 0

  /// Columns of a row, at most, and features of all parts together.
  private static let limitColumns = Int(UInt16.max)
  private static let limitFeatures = 1 << 20

  /// Nil for trees that are too large, and for more categories, columns or parts than there is room for.
  init?(_ forest: Forest) {
    guard forest.categories.allSatisfy({ $0.limit <= Self.limitCategories }), !forest.roots.isEmpty else { return nil }
    var first = 0
    while first < forest.roots.count {
      guard let next = append(forest, from: first) else { return nil }
      first = next
    }
    // The kernel reads 64 floats from a tree's first leaf on.
    leaves += [Float](repeating: 0, count: 64)
  }

  /// What a tree's nodes split by.
  private struct Outline {
    /// The nodes of a tree in breadth-first order: place in the forest, and slots of the children; nil for a leaf.
    var nodes: [(place: Int, child: Int?)] = []
    var cuts: [Int: Set<Float>] = [:]

    init?(_ forest: Forest, tree: Int) {
      var places = [Int(forest.roots[tree])]
      var index = 0
      while index < places.count {
        let place = places[index]
        let node = forest.nodes[place]
        if Int(node.child) == place {
          nodes.append((place, nil))
        } else {
          nodes.append((place, places.count))
          places += WideForest.children(node)
          if node.set == 0 { cuts[Int(node.column) / 2, default: []].insert(WideForest.condition(node)) }
        }
        guard places.count <= Int(FOREST_WIDE_NODES) else { return nil }
        index += 1
      }
    }
  }

  /// Below what a row goes to the left; the forest has its sign turned where rows without a value go there.
  private static func condition(_ node: forest_node) -> Float {
    node.column % 2 == 0 ? node.threshold : -(node.threshold.nextDown)
  }

  /// The left child and the right one.
  private static func children(_ node: forest_node) -> [Int] {
    let isSwapped = node.set == 0 && node.column % 2 == 1
    return isSwapped ? [Int(node.child) + 1, Int(node.child)] : [Int(node.child), Int(node.child) + 1]
  }

  // MARK: Parts

  /// Adds as many trees from `first` on as bytes can rank the values for; gives the first that is left.
  private mutating func append(_ forest: Forest, from first: Int) -> Int? {
    var outlines: [Outline] = []
    var cuts: [Int: Set<Float>] = [:]
    while first + outlines.count < forest.roots.count {
      guard let outline = Outline(forest, tree: first + outlines.count) else { return nil }
      let fits = outline.cuts.allSatisfy { feature, values in
        guard let known = cuts[feature] else { return values.count <= Self.limitCuts }
        return known.count + values.count { !known.contains($0) } <= Self.limitCuts
      }
      guard fits else { break }
      for (feature, values) in outline.cuts { cuts[feature, default: []].formUnion(values) }
      outlines.append(outline)
    }
    let partFeatures = cuts.count + forest.categories.count
    guard !outlines.isEmpty, 2 * partFeatures <= Self.limitColumns,
      features.count + partFeatures <= Self.limitFeatures
    else { return nil }
    let sorted = cuts.mapValues { $0.sorted() }
    var part = forest_wide_part(
      first_tree: UInt32(trees.count), tree_count: UInt32(outlines.count), first_feature: UInt32(features.count),
      feature_count: 0)
    let columns = appendFeatures(forest, sorted)
    part.feature_count = UInt32(features.count) - part.first_feature
    parts.append(part)
    for (index, outline) in outlines.enumerated() {
      append(outline, forest, group: forest.groups[first + index], sorted, columns)
    }
    return first + outlines.count
  }

  /// The columns that numeric features and categories have in a part.
  private struct Columns {
    var numeric: [Int: Int] = [:]
    /// By place among the forest's categories.
    var categories: [Int: Int] = [:]
  }

  private mutating func appendFeatures(_ forest: Forest, _ cuts: [Int: [Float]]) -> Columns {
    var columns = Columns()
    var count = 0
    for (feature, values) in cuts.sorted(by: { $0.key < $1.key }) {
      features.append(
        forest_wide_feature(
          feature: UInt32(feature), column: UInt32(count), is_set: 0, limit: 0, table: UInt32(tables.count)))
      tables += Self.table(values)
      columns.numeric[feature] = count
      count += 2
    }
    for (place, category) in forest.categories.enumerated() {
      features.append(
        forest_wide_feature(
          feature: category.feature, column: UInt32(count), is_set: 1, limit: category.limit, table: 0))
      columns.categories[place] = count
      count += 2
    }
    columnCount = max(columnCount, count)
    return columns
  }

  /// A search tree, level by level, over ascending cuts.
  private static func table(_ cuts: [Float]) -> [Float] {
    let padded = cuts + [Float](repeating: .infinity, count: limitCuts - cuts.count)
    var table = [Float](repeating: .infinity, count: Int(FOREST_WIDE_TABLE))
    for level in 0..<8 {
      let start = level < 5 ? 16 * level : [80, 112, 176][level - 5]
      for index in 0..<(1 << level) { table[start + index] = padded[(2 * index + 1) << (7 - level) - 1] }
    }
    return table
  }

  // MARK: Trees

  private mutating func append(
    _ outline: Outline, _ forest: Forest, group: Int32, _ cuts: [Int: [Float]], _ columns: Columns
  ) {
    var tree = forest_wide_tree(
      first_split: UInt32(splits.count), split_count: 0, first_leaf: UInt32(leafSlots.count),
      first_leaf_value: UInt32(leaves.count), leaf_count: 0, output: UInt32(group))
    for (slot, node) in outline.nodes.enumerated() {
      guard let child = node.child else {
        leafSlots.append(UInt16(slot))
        leaves.append(forest.leaves[node.place])
        continue
      }
      splits.append(split(forest.nodes[node.place], slot: slot, child: child, forest, cuts, columns))
    }
    tree.split_count = UInt32(splits.count) - tree.first_split
    tree.leaf_count = UInt32(leafSlots.count) - tree.first_leaf
    trees.append(tree)
  }

  private mutating func split(
    _ node: forest_node, slot: Int, child: Int, _ forest: Forest, _ cuts: [Int: [Float]], _ columns: Columns
  ) -> forest_wide_split {
    var split = forest_wide_split(
      slot: UInt16(slot), child: UInt16(child), column: 0, rank: 0, set: .max)
    if node.set != 0 {
      let set = forest.sets[Int(node.set)]
      split.column = UInt16(columns.categories[Int(set.column) - 1] ?? 0)
      split.set = UInt32(sets.count / 64)
      let limit = Int(forest.categories[Int(set.column) - 1].limit)
      sets += (0..<64).map { byte in
        byte * 8 < limit + 2
          ? UInt8(truncatingIfNeeded: forest.words[Int(set.word) + byte / 4] >> UInt32(byte % 4 * 8)) : 0
      }
      return split
    }
    let (feature, condition) = (Int(node.column) / 2, Self.condition(node))
    split.rank = UInt8(cuts[feature]?.firstIndex(of: condition) ?? 0)
    // The column in which missing values are below all is the second.
    split.column = UInt16((columns.numeric[feature] ?? 0) + Int(node.column % 2))
    return split
  }

  // MARK: Scoring

  /// Adds the leaves that the rows of a range reach to `sums`, as ``Forest/add(_:of:to:)`` does.
  func add(
    _ range: Range<Int>, of rows: FeatureEncoder.Rows, outputCount: Int, to sums: UnsafeMutableBufferPointer<Float>
  ) {
    guard let start = sums.baseAddress else { return }
    var columns = [UInt8](repeating: 0, count: Int(FOREST_WIDE_LANES * FOREST_WIDE_GROUPS) * columnCount)
    rows.values.withUnsafeBufferPointer { values in
      var part = forest_rows(
        values: values.baseAddress, stride: rows.rowCount, from: range.lowerBound, to: range.upperBound)
      withWide { forest_score_wide($0, &part, outputCount, &columns, start) }
    }
  }

  private func withWide(_ body: (UnsafePointer<forest_wide>) -> Void) {
    parts.withUnsafeBufferPointer { parts in
      trees.withUnsafeBufferPointer { trees in
        splits.withUnsafeBufferPointer { splits in
          leafSlots.withUnsafeBufferPointer { leafSlots in
            withTables { leaves, sets, features, tables in
              var wide = forest_wide(
                parts: parts.baseAddress, part_count: parts.count, trees: trees.baseAddress, splits: splits.baseAddress,
                leaf_slots: leafSlots.baseAddress, leaves: leaves, sets: sets, features: features, tables: tables,
                column_count: columnCount)
              body(&wide)
            }
          }
        }
      }
    }
  }

  private func withTables(
    _ body: (
      UnsafePointer<Float>?, UnsafePointer<UInt8>?, UnsafePointer<forest_wide_feature>?, UnsafePointer<Float>?
    ) -> Void
  ) {
    leaves.withUnsafeBufferPointer { leaves in
      sets.withUnsafeBufferPointer { sets in
        features.withUnsafeBufferPointer { features in
          tables.withUnsafeBufferPointer { tables in
            body(leaves.baseAddress, sets.baseAddress, features.baseAddress, tables.baseAddress)
          }
        }
      }
    }
  }
}
