internal import CForest

/// The trees of a model, laid out for scoring: checked, so that no row can lead outside of them.
struct Forest: Sendable {
  /// Each tree's nodes, breadth first, one tree after the other; the layout is that of `forest_node`.
  private(set) var nodes: [forest_node] = []
  /// One a node: what a leaf adds; 0 elsewhere.
  private(set) var leaves: [Float] = []
  /// One a node: the weight of training rows that came by. Empty when the model does not say.
  private(set) var covers: [Float] = []
  private(set) var sets: [forest_set] = [forest_set(column: 0, word: 0)]
  private(set) var words: [UInt32] = [0]
  private(set) var categories: [forest_category] = []
  /// One a tree.
  private(set) var roots: [Int32] = []
  private(set) var depths: [Int32] = []
  private(set) var groups: [Int32] = []
  private(set) var setMarks: [UInt8] = []
  let featureCount: Int
  let outputCount: Int

  /// The place of each feature among those with categories.
  private var categoryPlaces: [Int32: Int] = [:]

  /// Trees of more levels than any training makes would be a way to keep a scorer busy.
  private static let limitDepth = 4096
  /// Categories of more features and nodes than fit 256 MiB.
  private static let limitWords = 1 << 26
  private static let limitCategories: Int32 = 1 << 20

  /// Throws ``LearningError/damagedPackage(_:)`` for trees that are none.
  init(_ file: BoosterFile, baseMargins: [Float]) throws(LearningError) {
    (featureCount, outputCount) = (file.featureCount, baseMargins.count)
    guard file.treeGroups.count == file.trees.count else {
      throw .damagedPackage(
        "model.json has \(file.trees.count) trees and says of \(file.treeGroups.count) what they add to")
    }
    guard file.treeWeights.isEmpty || file.treeWeights.count == file.trees.count else {
      throw .damagedPackage("model.json has \(file.treeWeights.count) weights for \(file.trees.count) trees")
    }
    try collectCategories(file.trees)
    for (index, tree) in file.trees.enumerated() {
      let group = file.treeGroups[index]
      guard baseMargins.indices.contains(Int(group)) else { throw Self.damage(index, "adds to output \(group)") }
      let placement = Placement(
        tree: tree, index: index, weight: file.treeWeights.isEmpty ? nil : file.treeWeights[index])
      groups.append(group)
      try append(placement)
    }
    if covers.count != nodes.count { covers = [] }
  }

  /// Whether the model says how many rows came by each node.
  var hasCovers: Bool { covers.count == nodes.count }

  /// A tree on its way into the forest.
  private struct Placement {
    var tree: BoosterFile.Tree
    var index: Int
    /// What the tree counts, with `dart`.
    var weight: Float?

    /// What a leaf adds.
    func leaf(_ node: Int) -> Float { weight.map { $0 * tree.conditions[node] } ?? tree.conditions[node] }
  }

  static func damage(_ tree: Int, _ what: String) -> LearningError {
    .damagedPackage("tree \(tree) of model.json \(what)")
  }

  // MARK: Categories

  /// How many categories the sets of each feature speak of.
  private mutating func collectCategories(_ trees: [BoosterFile.Tree]) throws(LearningError) {
    var limits: [Int32: Int32] = [:]
    for (index, tree) in trees.enumerated() where !tree.categoryNodes.isEmpty {
      guard tree.features.count == tree.conditions.count else { throw Self.damage(index, "lacks features") }
      try Self.checkSets(tree, index)
      for (place, node) in tree.categoryNodes.enumerated() {
        guard tree.features.indices.contains(Int(node)) else { throw Self.damage(index, "has a set for no node") }
        let highest = try Self.set(tree, place, index).max() ?? -1
        let feature = tree.features[Int(node)]
        limits[feature] = max(limits[feature] ?? 0, highest + 1)
      }
    }
    for (feature, limit) in limits.sorted(by: { $0.key < $1.key }) {
      guard feature >= 0, feature < Int32(featureCount) else {
        throw .damagedPackage("model.json splits by feature \(feature) of \(featureCount)")
      }
      categoryPlaces[feature] = categories.count
      categories.append(forest_category(feature: UInt32(feature), limit: UInt32(limit)))
    }
  }

  /// Each node has one set, and no category stands in two: what there is to read is no more than the file holds.
  private static func checkSets(_ tree: BoosterFile.Tree, _ index: Int) throws(LearningError) {
    guard Set(tree.categoryNodes).count == tree.categoryNodes.count else {
      throw damage(index, "has two sets for a node")
    }
    let listed = tree.categorySizes.reduce(0) { $0 + max(0, Int($1)) }
    guard listed <= tree.categories.count else { throw damage(index, "has a set that it does not list") }
  }

  /// The categories of a tree's set.
  private static func set(_ tree: BoosterFile.Tree, _ place: Int, _ index: Int) throws(LearningError)
    -> ArraySlice<Int32>
  {
    guard tree.categorySegments.indices.contains(place), tree.categorySizes.indices.contains(place),
      case let start = Int(tree.categorySegments[place]), case let count = Int(tree.categorySizes[place]),
      start >= 0, count >= 0, start + count <= tree.categories.count
    else { throw damage(index, "has a set that it does not list") }
    let set = tree.categories[start..<(start + count)]
    guard set.allSatisfy({ 0..<limitCategories ~= $0 }) else { throw damage(index, "has an impossible category") }
    return set
  }

  /// Adds a node's set to the words; gives its place.
  private mutating func appendSet(_ tree: BoosterFile.Tree, _ node: Int, _ place: Int?, _ index: Int)
    throws(LearningError) -> UInt32
  {
    guard let place, let column = categoryPlaces[tree.features[node]] else {
      throw Self.damage(index, "has no set for node \(node)")
    }
    let limit = Int(categories[column].limit)
    let start = words.count
    let count = (limit + 2 + 31) / 32
    guard start + count <= Self.limitWords else { throw Self.damage(index, "has more categories than can be scored") }
    words.append(contentsOf: repeatElement(0, count: count))
    for category in try Self.set(tree, place, index) {
      words[start + Int(category) / 32] |= 1 << UInt32(category % 32)
    }
    if tree.defaultLeft[node] == 0 { words[start + limit / 32] |= 1 << UInt32(limit % 32) }
    sets.append(forest_set(column: UInt32(column + 1), word: UInt32(start)))
    return UInt32(sets.count - 1)
  }

  // MARK: Nodes

  private mutating func append(_ placement: Placement) throws(LearningError) {
    let (tree, index) = (placement.tree, placement.index)
    let count = tree.leftChildren.count
    guard count > 0, tree.rightChildren.count == count, tree.features.count == count, tree.conditions.count == count,
      tree.defaultLeft.count == count, tree.splitTypes.isEmpty || tree.splitTypes.count == count
    else { throw Self.damage(index, "has lists of different lengths") }
    guard tree.leafSize <= 1 else { throw Self.damage(index, "holds several outputs a leaf: train one tree an output") }
    let setPlaces = Dictionary(
      tree.categoryNodes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let root = nodes.count
    var isPlaced = [Bool](repeating: false, count: count)
    // Breadth first: the nodes that most rows come by lie together.
    var level = [0]
    var (next, depth, setCount) = (root + 1, -1, sets.count)
    while !level.isEmpty {
      depth += 1
      guard depth <= Self.limitDepth else { throw Self.damage(index, "has more than \(Self.limitDepth) levels") }
      var below: [Int] = []
      for node in level {
        guard !isPlaced[node] else { throw Self.damage(index, "comes to node \(node) on two ways") }
        isPlaced[node] = true
        if tree.covers.count == count { covers.append(tree.covers[node]) }
        guard tree.leftChildren[node] >= 0 else {
          guard tree.conditions[node].isFinite else { throw Self.damage(index, "adds no number at node \(node)") }
          nodes.append(Self.leaf(at: nodes.count, featureCount))
          leaves.append(placement.leaf(node))
          continue
        }
        let children = (Int(tree.leftChildren[node]), Int(tree.rightChildren[node]))
        guard 0..<count ~= children.0, 0..<count ~= children.1, 0..<featureCount ~= Int(tree.features[node]) else {
          throw Self.damage(index, "has no such child or feature as node \(node) names")
        }
        let isSet = !tree.splitTypes.isEmpty && tree.splitTypes[node] == 1
        let set = isSet ? try appendSet(tree, node, setPlaces[Int32(node)], index) : 0
        // A set's condition says nothing, and is NaN in models of 1.7.
        guard isSet || !tree.conditions[node].isNaN else { throw Self.damage(index, "compares with no number") }
        let split = Split(
          feature: Int(tree.features[node]), condition: tree.conditions[node],
          isSwapped: !isSet && tree.defaultLeft[node] != 0, set: set)
        nodes.append(split.node(children: next, featureCount))
        leaves.append(0)
        below += split.isSwapped ? [children.1, children.0] : [children.0, children.1]
        next += 2
      }
      level = below
    }
    roots.append(Int32(root))
    depths.append(Int32(depth))
    setMarks.append(sets.count > setCount ? 1 : 0)
    guard nodes.count < Int(Int32.max) / 2 else { throw Self.damage(index, "is one too many") }
  }

  private struct Split {
    var feature: Int
    var condition: Float
    /// Rows without a value go to the left: the second child.
    var isSwapped: Bool
    var set: UInt32

    func node(children: Int, _ featureCount: Int) -> forest_node {
      if set != 0 {
        return forest_node(
          threshold: .infinity, column: UInt32(2 * featureCount), child: Int32(children), set: set)
      }
      // x >= t is -x < the float above -t.
      return forest_node(
        threshold: isSwapped ? (-condition).nextUp : condition, column: UInt32(2 * feature + (isSwapped ? 1 : 0)),
        child: Int32(children), set: 0)
    }
  }

  private static func leaf(at place: Int, _ featureCount: Int) -> forest_node {
    forest_node(threshold: .infinity, column: UInt32(2 * featureCount), child: Int32(place), set: 0)
  }
}
