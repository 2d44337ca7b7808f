import Foundation
@testable import Learning
import Tables
import Testing

@Suite struct BaselinesTests {
  /// See Fixtures/make-baselines.py.
  struct Reference: Decodable {
    var values: [Double]
    var weights: [Double]
    var classes: [String]
    var levels: [Double]
    var mean: Double
    var weightedMean: Double
    var median: Double
    var quantiles: [Double]
    var shares: [Double]
    var weightedShares: [Double]
    var balanced: [Double]

    static func read() throws -> Reference {
      let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/baselines.json")
      return try JSONDecoder().decode(Reference.self, from: try Data(contentsOf: path))
    }

    var table: Table {
      let codes = classes.map { Int32($0 == "a" ? 0 : $0 == "b" ? 1 : 2) }
      return Table(
        columns: [
          Column(name: "value", storage: .floats(values)), Column(name: "weight", storage: .floats(weights)),
          Column(name: "class", storage: .strings(.init(codes: codes, values: ["a", "b", "c"]))),
          Column(name: "x", storage: .floats(values.indices.map { Double($0) })),
        ], rowCount: values.count)
    }
  }

  private func baselines(
    _ target: String, _ table: Table, _ change: (inout TrainingOptions) -> Void = { _ in }
  ) throws -> Baselines {
    var options = TrainingOptions.quick(.xgboost, rounds: 1, parameters: [:])
    options.features = ["x"]
    change(&options)
    let model = try Trainer(options).train(table, validation: nil, target: try TargetRule(target))
    return try #require(model.baselines)
  }

  private func expectEqual(_ found: [Double], _ expected: [Double], _ location: SourceLocation = #_sourceLocation) {
    #expect(found.count == expected.count, sourceLocation: location)
    let furthest = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(furthest < 1e-9, sourceLocation: location)
  }

  @Test("the constants are those of scikit-learn's dummies")
  func constants() throws {
    let reference = try Reference.read()
    let table = reference.table
    let numbers = try baselines("value", table)
    expectEqual(numbers.constant + [try #require(numbers.median)], [reference.mean, reference.median])
    expectEqual(try baselines("value", table) { $0.weights = "weight" }.constant, [reference.weightedMean])
    expectEqual(try baselines("class", table).constant, reference.shares)
    expectEqual(try baselines("class", table) { $0.weights = "weight" }.constant, reference.weightedShares)
    let quantiles = try baselines("value", table) {
      $0.parameters = ["objective": "reg:quantileerror", "quantile_alpha": "[0.1,0.5,0.9]"]
    }
    expectEqual(quantiles.constant, reference.quantiles)
  }

  @Test("weights of classes leave the constant as it is")
  func classWeights() throws {
    let reference = try Reference.read()
    expectEqual(try baselines("class", reference.table) { $0.classWeights = .balanced }.constant, reference.shares)
  }

  @Test("balanced weights are scikit-learn's")
  func balanced() throws {
    let reference = try Reference.read()
    var options = TrainingOptions.quick()
    options.classWeights = .balanced
    let labels = reference.classes.map { Double($0 == "a" ? 0 : $0 == "b" ? 1 : 2) }
    let weighing = try RowWeights(options, .multiclass(classes: ["a", "b", "c"]), labels: labels)
    let weights = try #require(try weighing.weights(reference.table, labels))
    expectEqual(weights.map(Double.init), labels.map { Double(Float(reference.balanced[Int($0)])) })
  }

  @Test("the constant says the same of every row")
  func repeated() throws {
    let found = try baselines("class", try Reference.read().table)
    let rows = Table(columns: [], rowCount: 3)
    #expect(try found.scores(.constant, for: rows) == found.constant + found.constant + found.constant)
    #expect(found.kinds == [.constant])
    #expect(throws: LearningError.self) { try found.scores(.median, for: rows) }
  }

  // MARK: Seasons

  private static let day: Int64 = 86_400 * Column.ticksPerSecond

  /// Three weeks of two shops, a row a day: 10 x weekday + week in `a`, 100 more in `b`.
  private func weeks(_ range: Range<Int>) -> Table {
    let days = range.flatMap { [$0, $0] }
    let shops = days.indices.map { Int32($0 % 2) }
    let sold = days.indices.map { row -> Double in
      let (weekday, week) = (days[row] % 7, days[row] / 7)
      return Double(weekday * 10 + week + Int(shops[row]) * 100)
    }
    let times = days.map { Int64($0 + 3) * Self.day }
    let columns = [
      Column(name: "day", storage: .timestamps(times)),
      Column(name: "shop", storage: .strings(.init(codes: shops, values: ["a", "b"]))),
      Column(name: "x", storage: .floats(days.map { Double($0) })), Column(name: "sold", storage: .floats(sold)),
    ]
    return Table(columns: columns, rowCount: days.count)
  }

  private let season = TrainingOptions.Season(time: "day", seconds: 7 * 86_400, by: ["shop"])

  @Test("a season's baseline says what was seen last at the same place")
  func seasonalNaive() throws {
    let found = try baselines("sold", weeks(0..<21)) { $0.season = season }
    let later = weeks(21..<28)
    // The third week is number 2.
    let expected = (0..<14).map { row -> Double in
      let (weekday, shop) = (row / 2, row % 2)
      return Double(weekday * 10 + 2 + shop * 100)
    }
    #expect(try found.scores(.seasonalNaive, for: later) == expected)
    #expect(found.columnTypes(.seasonalNaive) == ["day": .timestamp, "shop": .string])
    #expect(found.kinds == [.constant, .median, .seasonalNaive])
  }

  @Test("rows of one moment are averaged, and unknown places get the constant")
  func seasonFallback() throws {
    var alone = season
    alone.by = []
    let found = try baselines("sold", weeks(0..<20)) { $0.season = alone }
    let scores = try found.scores(.seasonalNaive, for: weeks(20..<22))
    // Day 20 was seen last in week 1, day 21 in week 2.
    #expect(scores == [111, 111, 52, 52])
    let part = try baselines("sold", weeks(0..<3)) { $0.season = season }
    #expect(try part.scores(.seasonalNaive, for: weeks(5..<6)) == part.constant + part.constant)
    // Times before 1970 are in a season, too.
    var old = weeks(0..<1)
    old.columns[0].storage = .timestamps([-4 * Self.day, Column.missingInteger])
    #expect(try part.scores(.seasonalNaive, for: old) == [0] + part.constant)
  }

  @Test("a season's baseline is a model of its own, which its package brings back")
  func seasonalModel() throws {
    var options = TrainingOptions.quick(.seasonalNaive)
    options.season = season
    let model = try Trainer(options).train(weeks(0..<21), validation: nil, target: try TargetRule("sold"))
    #expect(model.schema.features.map(\.kind.name) == ["season", "categorical"])
    let files = Dictionary(uniqueKeysWithValues: try model.files().map { ($0.path, $0.bytes) })
    let again = try Model { files[$0] }
    #expect(try Dictionary(uniqueKeysWithValues: again.files().map { ($0.path, $0.bytes) }) == files)
    let predictor = try Predictor(again, threads: 1)
    #expect(predictor.columnTypes == ["day": .timestamp, "shop": .string])
    #expect(try predictor.predict(weeks(21..<22)).scores == [2, 102])
    let csv = String(decoding: try #require(files["sample.csv"]), as: UTF8.self).split(separator: "\n")
    #expect(csv[0] == "day,shop,prediction" && csv[1] == "259200,a,2" && csv.count == 9)
  }

  @Test(
    "a season that cannot be is named",
    arguments: [
      ("dya", "sold", "the season's time column “dya” is not in the data: did you mean “day”?"),
      ("x", "sold", "the column “x” cannot be used: `season` needs times, but it holds float values"),
    ])
  func mistakes(time: String, target: String, message: String) {
    let error = #expect(throws: LearningError.self) {
      try baselines(target, weeks(0..<21)) { $0.season = .init(time: time, seconds: 60) }
    }
    #expect(error?.description == message)
  }

  @Test("rows weigh in a season, too, and a row without a value of its own gets the constant")
  func weightedSeason() throws {
    var table = weeks(0..<7)
    table = table.with("weight", .integers((0..<14).map { $0 % 2 == 0 ? 3 : 1 }))
    var alone = season
    alone.by = []
    let found = try baselines("sold", table) { ($0.season, $0.weights) = (alone, "weight") }
    // Three times shop a, once shop b, which sells 100 more.
    #expect(try found.scores(.seasonalNaive, for: weeks(7..<8)) == [25, 25])
    var holes = weeks(0..<7)
    holes.columns[1].storage = .strings(.init(codes: (0..<14).map { $0 % 2 == 0 ? -1 : 0 }, values: ["b"]))
    let part = try baselines("sold", holes) { $0.season = season }
    var other = weeks(7..<8)
    other.columns[1].storage = .strings(.init(codes: [-1, 0], values: ["new"]))
    #expect(try part.scores(.seasonalNaive, for: other) == part.constant + part.constant)
  }

  @Test("a season longer than a life is refused where it is read")
  func endless() {
    let feature = #"{"kind":"season","name":"day","seconds":9223372036854775807}"#
    #expect(throws: LearningError.damagedPackage("schema.json has a season of 9223372036854775807 seconds")) {
      try JSONDecoder().decode(ModelSchema.Feature.self, from: Data(feature.utf8))
    }
  }
}
