internal import Tables

/// Boosts quantiles with a library that has no objective for them (1.x), as later ones do it: trees are grown towards the
/// gradient of the pinball loss, then each leaf is set to the quantile of what its rows have left to explain (XGBoost 2.0,
/// "Quantile Regression"; Friedman 2001, "Greedy function approximation", algorithm 3). What is unlike: of sampled rows,
/// all that come to a leaf set it.
struct PinballBoosting {
  private let boosting: Boosting
  private let parent: Model?
  private let levels: [Double]
  private let parameters: [(name: String, value: String)]
  private let rate: Double

  /// Rows with what was said of them so far.
  private struct Side {
    var matrix: FeatureMatrix
    var labels: [Double]
    /// One a row.
    var weights: [Float]?
    /// Row-major, rows x levels.
    var margins: [Double]
  }

  init(
    _ boosting: Boosting, _ parameters: [(name: String, value: String)], parent: Model?
  ) throws(LearningError) {
    guard case .quantile(let levels) = boosting.sets.schema.task else {
      throw .invalidParameter("the pinball loss is for quantiles")
    }
    if let name = parameters.first(where: { $0.name == "num_parallel_tree" && $0.value != "1" })?.name {
      throw .invalidParameter(
        "`\(name)` cannot be set for quantiles with XGBoost \(try XGBoostLibrary.shared().version): use 2.0 or later")
    }
    self.boosting = boosting
    self.parent = parent
    self.levels = levels
    rate = Double(parameters.last { $0.name == "eta" }?.value ?? "0.3") ?? 0.3
    // One target a level, whose gradients are ours.
    let foreign: Set<String> = ["objective", "quantile_alpha", "eval_metric", "base_score"]
    self.parameters =
      parameters.filter { !foreign.contains($0.name) }
      + [("objective", Objective.squaredError.rawValue), ("eval_metric", "rmse")]
  }

  func run() throws -> Boosting.Outcome {
    let start = try startScore()
    var sides = [("train", try side(boosting.sets.training, start))]
    if let validation = boosting.sets.validation { sides.append(("validation", try side(validation, start))) }
    // A parent has a start of its own, which all its answers stand on.
    let base = parent == nil ? [(name: "base_score", value: "\(Float(start))")] : []
    let booster = try boosting.booster(sides.map(\.1.matrix), parameters + base)
    if parent != nil {
      for index in sides.indices {
        sides[index].1.margins = try booster.margins(sides[index].1.matrix).map(Double.init)
      }
    }
    var record = RoundRecord(patience: boosting.options.earlyStopping)
    var values: [[Int32: Float]] = []
    for round in 1...boosting.options.rounds {
      try Task.checkCancellation()
      let trees = try grow(booster, boosting.firstRound + round - 1, &sides)
      values += trees
      let metrics = sides.map { (name: "\($0.0) quantile", value: loss($0.1)) }
      try record.add(metrics)
      try boosting.progress(round, metrics)
      if record.isOver { break }
    }
    let rounds = boosting.firstRound + (record.bestRound ?? record.rounds)
    let kept = try booster.prefix(rounds)
    let model = try Self.setLeaves(
      of: try kept.model(), to: values, from: boosting.firstRound * levels.count)
    return Boosting.Outcome(
      booster: try Booster(model: model, threads: boosting.options.threads), rounds: record.rounds,
      curves: record.curves, bestRound: record.bestRound)
  }

  // MARK: Start

  private func side(_ set: Trainer.TrainingSet, _ start: Double) throws(LearningError) -> Side {
    var facts = set.facts
    // As many targets as levels: the library makes as many outputs.
    facts.labels = facts.labels.flatMap { label in levels.map { _ in label } }
    facts.targetCount = levels.count
    let features = boosting.sets.schema.features
    let matrix = try FeatureMatrix(
      try FeatureEncoder(features: features).encode(set.table), features: features, facts,
      threads: boosting.options.threads)
    return Side(
      matrix: matrix, labels: set.labels, weights: set.weights,
      margins: [Double](repeating: start, count: set.labels.count * levels.count))
  }

  /// One score for all levels: the mean of their quantiles.
  private func startScore() throws(LearningError) -> Double {
    if let given = boosting.options.parameters["base_score"].flatMap({ Double($0) }) { return Double(Float(given)) }
    let set = boosting.sets.training
    let rows = Array(set.labels.indices)
    let quantiles = levels.map { quantile($0, rows.map { (set.labels[$0], set.weights?[$0]) }) }
    return Double(Float(quantiles.reduce(0, +) / Double(quantiles.count)))
  }

  // MARK: A round

  /// One tree a level; gives the value of each of its leaves.
  private func grow(_ booster: Booster, _ round: Int, _ sides: inout [(String, Side)]) throws(LearningError)
    -> [[Int32: Float]]
  {
    var (gradients, hessians) = derivatives(sides[0].1)
    try booster.update(sides[0].1.matrix, gradients: &gradients, hessians: &hessians)
    var trees: [[Int32: Float]] = []
    for index in sides.indices {
      let leaves = try booster.leaves(sides[index].1.matrix, round: round)
      if index == 0 { trees = levels.indices.map { leafValues(sides[0].1, leaves, level: $0) } }
      for place in leaves.indices {
        sides[index].1.margins[place] += Double(trees[place % levels.count][leaves[place]] ?? 0)
      }
    }
    return trees
  }

  /// Of the pinball loss, with 1 for its second derivative, which is 0.
  private func derivatives(_ side: Side) -> (gradients: [Float], hessians: [Float]) {
    var gradients = [Float](repeating: 0, count: side.margins.count)
    var hessians = gradients
    for row in side.labels.indices {
      let weight = side.weights?[row] ?? 1
      for level in levels.indices {
        let place = row * levels.count + level
        let isBelow = side.labels[row] < side.margins[place]
        gradients[place] = Float(isBelow ? 1 - levels[level] : -levels[level]) * weight
        hessians[place] = weight
      }
    }
    return (gradients, hessians)
  }

  private func leafValues(_ side: Side, _ leaves: [Int32], level: Int) -> [Int32: Float] {
    var rows: [Int32: [Int]] = [:]
    for row in side.labels.indices { rows[leaves[row * levels.count + level], default: []].append(row) }
    return rows.mapValues { rows in
      let rest = rows.map { row in
        (side.labels[row] - side.margins[row * levels.count + level], side.weights?[row])
      }
      return Float(quantile(levels[level], rest) * rate)
    }
  }

  /// As XGBoost has it (`common::Quantile`, `common::WeightedQuantile`): linear between the two values around the place
  /// level x (n + 1); with weights, the first value whose cumulated weight reaches the level.
  private func quantile(_ level: Double, _ values: [(value: Double, weight: Float?)]) -> Double {
    let sorted = values.sorted { ($0.value, $0.weight ?? 1) < ($1.value, $1.weight ?? 1) }
    guard let first = sorted.first, let last = sorted.last else { return 0 }
    if first.weight != nil {
      let total = sorted.reduce(0) { $0 + Double($1.weight ?? 1) }
      var sum = 0.0
      for item in sorted {
        sum += Double(item.weight ?? 1)
        if sum >= level * total { return item.value }
      }
      return last.value
    }
    let count = Double(sorted.count)
    if level <= 1 / (count + 1) { return first.value }
    if level >= count / (count + 1) { return last.value }
    let place = level * (count + 1) - 1
    let below = Int(place)
    return sorted[below].value + (place - Double(below)) * (sorted[below + 1].value - sorted[below].value)
  }

  /// The mean pinball loss of all levels.
  private func loss(_ side: Side) -> Double {
    var (sum, total) = (0.0, 0.0)
    for row in side.labels.indices {
      let weight = Double(side.weights?[row] ?? 1)
      for level in levels.indices {
        let rest = side.labels[row] - side.margins[row * levels.count + level]
        sum += weight * (rest >= 0 ? levels[level] * rest : (levels[level] - 1) * rest)
        total += weight
      }
    }
    return sum / total
  }

  // MARK: The model

  /// The model with other values in the leaves of its trees from the one at `start` on. In the library's JSON the values
  /// of leaves stand among the `split_conditions`, at the nodes without a left child.
  private static func setLeaves(
    of model: [UInt8], to values: [[Int32: Float]], from start: Int
  ) throws(LearningError) -> [UInt8] {
    var rest = model[...]
    var (edited, tree) = ([UInt8](), 0)
    edited.reserveCapacity(model.count)
    while let children = list("left_children", in: rest) {
      guard let conditions = list("split_conditions", in: rest) else { break }
      edited += rest[..<conditions.lowerBound]
      let isLeaf = rest[children].split(separator: UInt8(ascii: ",")).map { $0.first == UInt8(ascii: "-") }
      let texts = rest[conditions].split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
      guard isLeaf.count == texts.count else { throw .library("its model has a tree without leaves") }
      let leaves = tree < start || tree - start >= values.count ? nil : values[tree - start]
      let new = texts.indices.map { node in
        isLeaf[node] ? leaves.map { "\($0[Int32(node)] ?? 0)" } ?? texts[node] : texts[node]
      }
      edited += new.joined(separator: ",").utf8
      rest = rest[conditions.upperBound...]
      tree += 1
    }
    guard tree > start else { throw .library("its model has no new trees") }
    return edited + rest
  }

  /// What stands between the brackets of the next list of that name.
  private static func list(_ name: String, in bytes: ArraySlice<UInt8>) -> Range<Int>? {
    let opening = Array("\"\(name)\":[".utf8)
    guard let start = bytes.firstRange(of: opening)?.upperBound,
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "]"))
    else { return nil }
    return start..<end
  }
}
