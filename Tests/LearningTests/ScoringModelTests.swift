@testable import Learning
import Tables
import Testing

/// Against whatever library the tests run with: `NIGHTSHIFT_XGBOOST=PATH swift test` names another.
@Suite struct ScoringModelTests {
  struct Case: CustomStringConvertible, Sendable {
    var objective: String
    var parameters: [String: String] = [:]
    var outputCount = 1
    var description: String { objective + parameters.sorted { $0.key < $1.key }.map { " \($0)=\($1)" }.joined() }
  }

  static let cases: [Case] = [
    Case(objective: "reg:squarederror"), Case(objective: "reg:squarederror", parameters: ["max_depth": "12"]),
    Case(
      objective: "reg:squarederror", parameters: ["max_depth": "0", "grow_policy": "lossguide", "max_leaves": "40"]),
    Case(objective: "reg:squarederror", parameters: ["num_parallel_tree": "3", "subsample": "0.5"]),
    Case(objective: "reg:squarederror", parameters: ["base_score": "-3.7", "max_depth": "1"]),
    Case(objective: "reg:squarederror", parameters: ["gamma": "1e9"]),
    Case(objective: "reg:squarederror", parameters: ["max_cat_to_onehot": "100"]),
    Case(objective: "reg:squarederror", parameters: ["max_cat_to_onehot": "1", "max_cat_threshold": "3"]),
    Case(objective: "reg:squarederror", parameters: ["monotone_constraints": "(1,-1,0,0,0)"]),
    Case(objective: "reg:squarederror", parameters: ["interaction_constraints": "[[0,1],[2,3,4]]"]),
    Case(objective: "binary:logistic"), Case(objective: "binary:logistic", parameters: ["base_score": "0.3"]),
    Case(objective: "binary:logistic", parameters: ["scale_pos_weight": "4", "eta": "1", "max_depth": "9"]),
    Case(objective: "binary:logitraw"), Case(objective: "binary:hinge"), Case(objective: "reg:logistic"),
    Case(objective: "count:poisson"), Case(objective: "count:poisson", parameters: ["base_score": "2.5"]),
    Case(objective: "reg:gamma"), Case(objective: "reg:tweedie", parameters: ["tweedie_variance_power": "1.3"]),
    Case(objective: "reg:squaredlogerror"), Case(objective: "reg:pseudohubererror"),
    Case(objective: "reg:absoluteerror"), Case(objective: "survival:cox"), Case(objective: "rank:pairwise"),
    Case(objective: "rank:ndcg"), Case(objective: "rank:map"),
    Case(objective: "multi:softprob", parameters: ["num_class": "3"], outputCount: 3),
    Case(objective: "multi:softprob", parameters: ["num_class": "3", "num_parallel_tree": "2"], outputCount: 3),
    Case(objective: "reg:quantileerror", parameters: ["quantile_alpha": "[0.1,0.5,0.9]"], outputCount: 3),
  ]

  @Test("scores are the library's, to the last bit", arguments: cases, [1, 2] as [UInt64])
  func library(test: Case, seed: UInt64) throws {
    let forest = RandomForest(seed: seed)
    guard let booster = try forest.booster(test) else { return }
    let scoring = try ScoringModel(json: try booster.model())
    #expect(scoring.outputCount == test.outputCount)
    for rows in [forest.rows, forest.fresh(seed: seed + 10)] {
      let expected = try booster.predict(rows, featureCount: forest.features.count)
      let found = scoring.scores(rows, threads: 1)
      #expect(found.map(\.bitPattern) == expected.map(\.bitPattern))
    }
  }

  @Test("both kernels give the same sums", arguments: [1, 6, 8, 12], [1, 2, 3] as [UInt64])
  func kernels(depth: Int, seed: UInt64) throws {
    let forest = RandomForest(seed: seed)
    let test = Case(objective: "reg:squarederror", parameters: ["max_depth": "\(depth)", "min_child_weight": "0"])
    let json = try #require(try forest.booster(test)).model()
    let trees = try Forest(try BoosterFile(json), baseMargins: [0])
    guard WideForest.isAvailable, let wide = WideForest(trees) else { return }
    for count in [1, 15, 64, 65, 600] {
      let rows = forest.fresh(seed: seed + 20, rowCount: count)
      var (narrow, broad) = ([Float](repeating: 0.5, count: count), [Float](repeating: 0.5, count: count))
      narrow.withUnsafeMutableBufferPointer { trees.add(0..<count, of: rows, to: $0) }
      broad.withUnsafeMutableBufferPointer { wide.add(0..<count, of: rows, outputCount: 1, to: $0) }
      #expect(narrow.map(\.bitPattern) == broad.map(\.bitPattern))
    }
  }

  @Test("the same scores for any number of threads and any split", arguments: [1, 2, 5] as [Int])
  func threads(count: Int) throws {
    let forest = RandomForest(seed: 4)
    let test = Case(objective: "multi:softprob", parameters: ["num_class": "3"], outputCount: 3)
    let scoring = try ScoringModel(json: try #require(try forest.booster(test)).model())
    let rows = forest.fresh(seed: 9, rowCount: 3001)
    let whole = scoring.scores(rows, threads: 1)
    #expect(scoring.scores(rows, threads: count) == whole)
    for start in [0, 1, 63, 64, 1700] {
      let part = rows.part(start..<start + 65, width: forest.features.count)
      #expect(scoring.scores(part, threads: count) == Array(whole[start * 3..<(start + 65) * 3]))
    }
  }
}

/// Random rows with missing values and categories, and what the library learns from them.
struct RandomForest {
  let features: [ModelSchema.Feature]
  let rows: FeatureEncoder.Rows
  let labels: [Float]

  init(seed: UInt64, rowCount: Int = 300) {
    features =
      (0..<3).map { ModelSchema.Feature(name: "n\($0)", kind: .numeric) }
      + [5, 40].map { count in
        ModelSchema.Feature(name: "c\(count)", kind: .categorical((0..<count).map { "\($0)" }))
      }
    let rows = Self.rows(seed: seed, rowCount: rowCount, limits: [5, 40])
    var labels: [Float] = []
    for row in 0..<rowCount {
      let values = (0..<5).map { rows.values[$0 * rowCount + row] }
      let sum = values.enumerated().reduce(Float(1)) { sum, item in
        item.element.isNaN ? sum + 0.3 : sum + (item.offset < 3 ? item.element : Float(Int(item.element) * 7 % 5))
      }
      labels.append(sum)
    }
    (self.rows, self.labels) = (rows, labels)
  }

  /// Other rows, with categories that training never saw.
  func fresh(seed: UInt64, rowCount: Int = 200) -> FeatureEncoder.Rows {
    Self.rows(seed: seed, rowCount: rowCount, limits: [7, 60])
  }

  private static func rows(seed: UInt64, rowCount: Int, limits: [Int]) -> FeatureEncoder.Rows {
    var state = seed
    func next() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24)
    }
    var values: [Float] = []
    for column in 0..<5 {
      for _ in 0..<rowCount {
        let value = column < 3 ? (next() * 40).rounded() / 8 - 2 : (next() * Float(limits[column - 3])).rounded(.down)
        values.append(next() < 0.1 ? .nan : value)
      }
    }
    return FeatureEncoder.Rows(values: values, rowCount: rowCount)
  }

  /// Nil where the library has no such objective.
  func booster(_ test: ScoringModelTests.Case, rounds: Int = 12) throws -> Booster? {
    let version = try Trainer.libraryVersion().split(separator: ".").compactMap { Int($0) }
    if test.objective == "reg:quantileerror", version[0] < 2 { return nil }
    let matrix = try FeatureMatrix(rows, features: features, labels: labels(test.objective), threads: 1)
    var parameters = ["max_depth": "5", "tree_method": "hist", "seed": "3", "nthread": "1", "eta": "0.4"]
    parameters["objective"] = test.objective
    parameters.merge(test.parameters) { $1 }
    let booster = try Booster([matrix], parameters: parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    for round in 0..<rounds { try booster.update(round: round, matrix) }
    return booster
  }

  private func labels(_ objective: String) -> [Float] {
    switch objective {
    case "binary:logistic", "binary:logitraw", "binary:hinge", "reg:logistic": labels.map { $0 > 3 ? 1 : 0 }
    case "multi:softprob", "multi:softmax", "rank:ndcg", "rank:pairwise", "rank:map":
      labels.map { $0 < 2 ? 0 : $0 < 4 || objective == "rank:map" ? 1 : 2 }
    case "count:poisson": labels.map { max(0, $0.rounded()) }
    case "reg:gamma", "reg:tweedie", "survival:cox", "reg:squaredlogerror": labels.map { max(0.1, $0) }
    default: labels
    }
  }
}

extension FeatureEncoder.Rows {
  /// Some of the rows.
  func part(_ range: Range<Int>, width: Int) -> FeatureEncoder.Rows {
    FeatureEncoder.Rows(
      values: (0..<width).flatMap { values[$0 * rowCount + range.lowerBound..<$0 * rowCount + range.upperBound] },
      rowCount: range.count)
  }
}
