/// What scoring needs of a model that XGBoost 1.7 to 3.x wrote as JSON. Nothing is checked but that it can be read.
struct BoosterFile {
  /// A tree as the library writes it: node 0 is the root, and the lists have a value for each node.
  struct Tree {
    /// Negative in leaves.
    var leftChildren: [Int32] = []
    var rightChildren: [Int32] = []
    var features: [Int32] = []
    /// What a leaf adds, and below what a row goes to the left elsewhere.
    var conditions: [Float] = []
    var defaultLeft: [Int32] = []
    /// 1 where a set of categories decides; empty in old models.
    var splitTypes: [Int32] = []
    /// The weight of the rows that came by; empty where nobody asks.
    var covers: [Float] = []
    /// The nodes with sets, where the set of each begins in `categories`, and how many it has.
    var categoryNodes: [Int32] = []
    var categorySegments: [Int32] = []
    var categorySizes: [Int32] = []
    var categories: [Int32] = []
    /// 1 but where a leaf holds several outputs.
    var leafSize = 1
  }

  /// `gbtree`, `dart` or `gblinear`.
  var booster = "gbtree"
  var objective = ""
  /// As the user wrote them or the library estimated them; one, or one for each output.
  var baseScores: [Float] = []
  var featureCount = 0
  var classCount = 0
  var targetCount = 1
  var trees: [Tree] = []
  /// The output that each tree adds to.
  var treeGroups: [Int32] = []
  /// What each tree of `dart` counts.
  var treeWeights: [Float] = []
  /// Of `gblinear`: features x outputs, then one for each output.
  var linearWeights: [Float] = []

  private static let name = "model.json"

  /// Throws ``LearningError/damagedPackage(_:)``.
  init(_ bytes: [UInt8]) throws(LearningError) {
    var reader = JSONReader(bytes, name: Self.name)
    try reader.enter(.object)
    while let key = try reader.nextKey() {
      switch key {
      case "learner": try readLearner(&reader)
      default: try reader.skip()
      }
    }
  }

  private mutating func readLearner(_ reader: inout JSONReader) throws(LearningError) {
    try reader.enter(.object)
    while let key = try reader.nextKey() {
      switch key {
      case "gradient_booster": try readBooster(&reader)
      case "learner_model_param": try readParameters(&reader)
      case "objective": try readObjective(&reader)
      default: try reader.skip()
      }
    }
  }

  private mutating func readObjective(_ reader: inout JSONReader) throws(LearningError) {
    try reader.enter(.object)
    while let key = try reader.nextKey() {
      if key == "name" { objective = try reader.text() } else { try reader.skip() }
    }
  }

  private mutating func readParameters(_ reader: inout JSONReader) throws(LearningError) {
    try reader.enter(.object)
    while let key = try reader.nextKey() {
      switch key {
      // 3.1 and later write a list in a text.
      case "base_score": baseScores = try numbers(try reader.text())
      case "num_class": classCount = try count(try reader.text())
      case "num_feature": featureCount = try count(try reader.text())
      case "num_target": targetCount = try count(try reader.text())
      default: try reader.skip()
      }
    }
  }

  private func numbers(_ text: String) throws(LearningError) -> [Float] {
    let list = text.hasPrefix("[") ? text : "[\(text)]"
    var reader = JSONReader(Array(list.utf8), name: "`base_score` of \(Self.name)")
    return try reader.floats()
  }

  private func count(_ text: String) throws(LearningError) -> Int {
    guard let count = Int(text), 0...Self.limitCount ~= count else {
      throw .damagedPackage("\(Self.name) counts “\(text.prefix(20))” features or classes")
    }
    return count
  }

  /// More features or outputs than anybody has.
  private static let limitCount = 1 << 24

  private mutating func readBooster(_ reader: inout JSONReader) throws(LearningError) {
    try reader.enter(.object)
    while let key = try reader.nextKey() {
      switch key {
      case "name": booster = try reader.text()
      case "model": try readModel(&reader)
      case "gbtree": try readWrapped(&reader)
      case "weight_drop": treeWeights = try reader.floats()
      default: try reader.skip()
      }
    }
  }

  /// The model of the trees of `dart`.
  private mutating func readWrapped(_ reader: inout JSONReader) throws(LearningError) {
    try reader.enter(.object)
    while let key = try reader.nextKey() {
      if key == "model" { try readModel(&reader) } else { try reader.skip() }
    }
  }

  private mutating func readModel(_ reader: inout JSONReader) throws(LearningError) {
    try reader.enter(.object)
    while let key = try reader.nextKey() {
      switch key {
      case "trees":
        try reader.enter(.list)
        while try reader.hasNext() { trees.append(try Self.tree(&reader)) }
      case "tree_info": treeGroups = try reader.integers()
      case "weights": linearWeights = try reader.floats()
      default: try reader.skip()
      }
    }
  }

  private static func tree(_ reader: inout JSONReader) throws(LearningError) -> Tree {
    var tree = Tree()
    try reader.enter(.object)
    while let key = try reader.nextKey() {
      switch key {
      case "left_children": tree.leftChildren = try reader.integers()
      case "right_children": tree.rightChildren = try reader.integers()
      case "split_indices": tree.features = try reader.integers()
      case "split_conditions": tree.conditions = try reader.floats()
      case "default_left": tree.defaultLeft = try reader.integers()
      case "split_type": tree.splitTypes = try reader.integers()
      case "sum_hessian": tree.covers = try reader.floats()
      case "categories_nodes": tree.categoryNodes = try reader.integers()
      case "categories_segments": tree.categorySegments = try reader.integers()
      case "categories_sizes": tree.categorySizes = try reader.integers()
      case "categories": tree.categories = try reader.integers()
      case "tree_param": tree.leafSize = try leafSize(&reader)
      default: try reader.skip()
      }
    }
    return tree
  }

  private static func leafSize(_ reader: inout JSONReader) throws(LearningError) -> Int {
    var size = 1
    try reader.enter(.object)
    while let key = try reader.nextKey() {
      if key == "size_leaf_vector" { size = Int(try reader.text()) ?? 0 } else { try reader.skip() }
    }
    return size
  }
}
