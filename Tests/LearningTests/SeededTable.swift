import Learning
import Tables

/// Rows whose target depends on the features, with missing values: the same for the same seed.
enum SeededTable {
  /// `number` 0..<10, `carrier` of three, `flag`, and `delay`: 20 more when number > 5, 10 more for AA, and noise.
  static func make(_ rowCount: Int, seed: UInt64 = 1) -> Table {
    var state = seed
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(1 << 31)
    }
    var (numbers, codes, flags, targets) = ([Double](), [Int32](), [Int8](), [Double]())
    for _ in 0..<rowCount {
      let (number, code) = (next() * 10, Int32(next() * 3))
      numbers.append(next() < 0.1 ? .nan : number)
      codes.append(next() < 0.1 ? -1 : code)
      flags.append(next() < 0.1 ? -1 : next() < 0.5 ? 1 : 0)
      targets.append((number > 5 ? 20 : 0) + (code == 1 ? 10 : 0) + next())
    }
    return Table(
      columns: [
        Column(name: "number", storage: .floats(numbers)),
        Column(name: "carrier", storage: .strings(.init(codes: codes, values: ["UA", "AA", "B6"]))),
        Column(name: "flag", storage: .booleans(flags)), Column(name: "delay", storage: .floats(targets)),
      ], rowCount: rowCount)
  }
}

extension TrainingOptions {
  /// Small and quick.
  static func quick(
    _ trainer: Trainer = .xgboost, rounds: Int = 20, threads: Int = 2, parameters: [String: String] = ["max_depth": "4"]
  ) -> TrainingOptions {
    TrainingOptions(trainer: trainer, parameters: parameters, rounds: rounds, seed: 7, threads: threads)
  }
}

extension Table {
  /// With one more column, or another in place of one of that name.
  func with(_ name: String, _ storage: Column.Storage) -> Table {
    Table(columns: columns.filter { $0.name != name } + [Column(name: name, storage: storage)], rowCount: rowCount)
  }

  func without(_ name: String) -> Table {
    Table(columns: columns.filter { $0.name != name }, rowCount: rowCount)
  }
}

extension Model {
  /// A model of `target` over ``SeededTable``.
  static func quick(_ target: String = "delay > 15", _ options: TrainingOptions = .quick()) throws -> Model {
    try Trainer(options).train(SeededTable.make(400), validation: nil, target: try TargetRule(target))
  }
}

/// The area under the ROC curve, straight from its definition: the share of pairs that are in the right order.
func areaUnderCurve(_ scores: [Double], _ labels: [Bool]) -> Double {
  var (right, pairs) = (0.0, 0.0)
  for (high, isHigh) in zip(scores, labels) where isHigh {
    for (low, isLowHigh) in zip(scores, labels) where !isLowHigh {
      pairs += 1
      right += high > low ? 1 : high == low ? 0.5 : 0
    }
  }
  return right / pairs
}
