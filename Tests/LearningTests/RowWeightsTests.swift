@testable import Learning
import Tables
import Testing

@Suite struct RowWeightsTests {
  private func train(_ table: Table, _ target: String, _ change: (inout TrainingOptions) -> Void) throws -> Model {
    var options = TrainingOptions.quick()
    options.features = ["number", "carrier", "flag"]
    change(&options)
    return try Trainer(options).train(table, validation: nil, target: try TargetRule(target))
  }

  private func learnt(_ model: Model) throws -> [UInt8]? { try model.files().first { $0.path == "model.json" }?.bytes }

  @Test("a row without weight is as good as not there")
  func zero() throws {
    let table = SeededTable.make(300)
    let weighted = table.with("weight", .integers((0..<300).map { $0 < 200 ? 1 : 0 }))
    let part = table.gather(Array(0..<200)).with("weight", .integers([Int64](repeating: 1, count: 200)))
    let scores = try [weighted, part].map { rows in
      let model = try train(rows, "delay > 15") { $0.weights = "weight" }
      return try Predictor(model, threads: 1).predict(table).scores
    }
    let furthest = zip(scores[0], scores[1]).map { abs($0 - $1) }.max() ?? .infinity
    // Rows without weight still have a say in where bins may end.
    #expect(furthest < 0.1)
  }

  @Test("weights are no features unless they are named as such")
  func feature() throws {
    let table = SeededTable.make(100).with("weight", .floats([Double](repeating: 2, count: 100)))
    let model = try train(table, "delay") { options in
      options.weights = "weight"
      options.features = nil
    }
    #expect(model.schema.features.map(\.name) == ["number", "carrier", "flag"])
  }

  @Test("weights of classes are weights of their rows")
  func classes() throws {
    let table = SeededTable.make(300)
    let late = try #require(table["delay"]?.doubles).map { $0 > 15 }
    let weighted = table.with("weight", .floats(late.map { $0 ? 3 : 1 }))
    let byRow = try train(weighted, "delay > 15") { $0.weights = "weight" }
    let byClass = try train(table, "delay > 15") { $0.classWeights = .given(["true": 3]) }
    #expect(try learnt(byRow) == learnt(byClass))
    let both = try train(weighted, "delay > 15") { options in
      (options.weights, options.classWeights) = ("weight", .given(["false": 3]))
    }
    let plain = try train(table, "delay > 15") { _ in }
    let scores = try [both, plain].map { try Predictor($0, threads: 1).predict(table).scores }
    // Three times everywhere is not nothing: the regularisation counts less.
    #expect(zip(scores[0], scores[1]).allSatisfy { abs($0 - $1) < 0.2 })
  }

  @Test(
    "a weight that cannot be is named",
    arguments: [
      ("negative", "row 3 of those with a target has -1, and a weight is a number of at least 0"),
      ("hole", "row 2 of those with a target has no value, and a weight is a number of at least 0"),
      ("none", "every row has the weight 0, so there is nothing to learn from"),
      ("carrier", "weights are numbers, but it holds string values"),
    ])
  func mistakes(name: String, reason: String) throws {
    let table = SeededTable.make(50).with("negative", .integers((0..<50).map { $0 == 2 ? -1 : 1 }))
      .with("hole", .floats((0..<50).map { $0 == 1 ? .nan : 1 })).with(
        "none", .integers([Int64](repeating: 0, count: 50)))
    let error = #expect(throws: LearningError.self) { try train(table, "delay") { $0.weights = name } }
    #expect(error?.description == "the column “\(name)” cannot be used: \(reason)")
  }

  @Test("a class that is not there, and classes of numbers, are named")
  func classMistakes() throws {
    let table = SeededTable.make(50)
    let other = #expect(throws: LearningError.self) {
      try train(table, "delay > 15") { $0.classWeights = .given(["ture": 2]) }
    }
    #expect(other?.description == "`class-weights` names “ture”, which is no class of the target: did you mean “true”?")
    let number = #expect(throws: LearningError.self) { try train(table, "delay") { $0.classWeights = .balanced } }
    #expect(number?.description == "`class-weights` is for a target of classes: use `weights`")
  }

  @Test("a ranking weighs whole groups")
  func groups() throws {
    let table = SeededTable.make(60).with("query", .integers((0..<60).map { Int64($0 / 6) }))
      .with("grade", .integers((0..<60).map { Int64($0 % 3) })).with(
        "weight", .integers((0..<60).map { Int64($0 / 6 % 3) }))
    func rank(_ table: Table) throws -> Model {
      try train(table, "grade") { options in
        (options.group, options.weights) = ("query", "weight")
        options.parameters = ["objective": "rank:ndcg"]
      }
    }
    #expect(try rank(table).schema.task == .ranking(group: "query"))
    let uneven = table.with("weight", .integers((0..<60).map { Int64($0 % 2) }))
    let error = #expect(throws: LearningError.self) { try rank(uneven) }
    #expect(
      error?.description
        == "the column “weight” cannot be used: the rows of a group have different weights, and a ranking weighs whole groups"
    )
  }
}
