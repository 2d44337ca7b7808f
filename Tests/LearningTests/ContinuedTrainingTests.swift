@testable import Learning
import Tables
import Testing

@Suite struct ContinuedTrainingTests {
  private func train(
    _ options: TrainingOptions = .quick(), _ table: Table = SeededTable.make(400), target: String = "delay > 15",
    parent: Model? = nil
  ) throws -> Model {
    try Trainer(options).train(table, validation: nil, target: try TargetRule(target), parent: parent)
  }

  private func learnt(_ model: Model) throws -> [UInt8]? { try model.files().first { $0.path == "model.json" }?.bytes }

  @Test(
    "rounds upon rounds are the same as all at once, of trees and of linear models",
    arguments: [
      ["max_depth": "4"], ["objective": "reg:gamma"],
      ["objective": "reg:quantileerror", "quantile_alpha": "[0.2,0.8]"],
      ["booster": "gblinear"],
    ])
  func rounds(parameters: [String: String]) throws {
    let target = parameters["max_depth"] == nil ? "delay" : "delay > 15"
    func options(_ rounds: Int) -> TrainingOptions {
      var options = TrainingOptions.quick(rounds: rounds, parameters: parameters)
      options.features = parameters["booster"] == nil ? nil : ["number", "flag"]
      return options
    }
    let parent = try train(options(7), target: target)
    let child = try train(options(5), target: target, parent: parent)
    let whole = try train(options(12), target: target)
    #expect(child.training.parentRounds == 7 && child.training.rounds == 5 && child.roundCount == 12)
    let rows = SeededTable.make(100, seed: 3)
    let scores = try [child, whole].map { try Predictor($0, threads: 1).predict(rows).scores }
    let furthest = zip(scores[0], scores[1]).map { abs($0 - $1) }.max() ?? .infinity
    #expect(furthest < 1e-4)
    let third = try train(options(2), target: target, parent: child)
    #expect(third.training.parentRounds == 12)
  }

  @Test("new rows are learnt on top of what was learnt before, the same at any number of threads")
  func newRows() throws {
    let parent = try train()
    let newer = SeededTable.make(300, seed: 77)
    func child(_ threads: Int) throws -> Model { try train(.quick(threads: threads), newer, parent: parent) }
    let one = try child(1)
    #expect(try learnt(one) == learnt(try child(2)))
    #expect(one.schema.features.map(\.kind) == parent.schema.features.map(\.kind))
    #expect(one.training.curves["train logloss"]?.count == 20)
  }

  @Test("early stopping keeps the parent's rounds and the best of the new ones")
  func earlyStopping() throws {
    let parent = try train(.quick(rounds: 3))
    var options = TrainingOptions.quick(rounds: 200, parameters: ["eta": "0.8"])
    options.earlyStopping = 4
    let validation = SeededTable.make(200, seed: 5)
    let model = try Trainer(options).train(
      SeededTable.make(300), validation: validation, target: try TargetRule("delay > 15"), parent: parent)
    let best = try #require(model.training.bestRound)
    #expect(model.roundCount == 3 + best && model.training.rounds == best + 4)
    let files = try model.files()
    let again = try Model { name in files.first { $0.path == name }?.bytes }
    #expect(try Predictor(again, threads: 1).predict(validation).scores.count == 200)
  }

  @Test(
    "a parent of another schema is refused with what differs",
    arguments: [
      (
        Change.column("flag"),
        "training cannot go on from the parent: it reads “flag”; train anew without `parent`, or mend the data"
      ),
      (
        .more,
        "training cannot go on from the parent: it does not read “extra”; train anew without `parent`, or mend the data"
      ),
      (
        .category,
        "training cannot go on from the parent: “carrier” has the category “XX”, which it never saw; train anew without `parent`, or mend the data"
      ),
      (
        .kind,
        "training cannot go on from the parent: it learnt “flag” as boolean, and here it is categorical; train anew without `parent`, or mend the data"
      ),
      (
        .order,
        "training cannot go on from the parent: it reads the same features in another order (number, carrier, flag): name them in `features`; train anew without `parent`, or mend the data"
      ),
      (
        .target("delay > 14"),
        "training cannot go on from the parent: it predicts “delay > 15”, and the target here is “delay > 14”; train anew without `parent`, or mend the data"
      ),
      (
        .parameter("booster", "gblinear"),
        "`booster` is gblinear, and the parent's is gbtree: a model goes on as it began"
      ),
    ] as [(Change, String)])
  func schema(change: Change, message: String) throws {
    let parent = try train()
    var (table, options, target) = (SeededTable.make(200), TrainingOptions.quick(), "delay > 15")
    switch change {
    case .column(let name): table = table.without(name)
    case .more: table = table.with("extra", .integers((0..<200).map { Int64($0) }))
    case .category:
      let codes = try #require(table["carrier"]).texts.map { text -> Int32 in text == "AA" ? 0 : 1 }
      table = Table(
        columns: table.columns.map { column in
          column.name != "carrier"
            ? column : Column(name: "carrier", storage: .strings(.init(codes: codes, values: ["AA", "XX"])))
        }, rowCount: 200)
    case .kind:
      table.columns[2].storage = .strings(.init(codes: [Int32](repeating: 0, count: 200), values: ["yes"]))
    case .order: options.features = ["carrier", "number", "flag"]
    case .target(let other): target = other
    case .parameter(let name, let value): options.parameters = [name: value]
    }
    let error = #expect(throws: LearningError.self) { try train(options, table, target: target, parent: parent) }
    #expect(error?.description == message)
  }

  enum Change: Sendable {
    case column(String)
    case more
    case category
    case kind
    case order
    case target(String)
    case parameter(String, String)
  }

  @Test("a baseline has nothing to go on from, and objectives do not mix")
  func others() throws {
    let constant = try train(.quick(.baseline))
    #expect(throws: LearningError.self) { try train(parent: constant) }
    let gamma = try train(.quick(parameters: ["objective": "reg:gamma"]), target: "delay")
    let error = #expect(throws: LearningError.self) { try train(target: "delay", parent: gamma) }
    #expect(
      error?.description
        == "the objective is reg:squarederror, and the parent's is reg:gamma: a model goes on as it began")
  }

  @Test("what counts for the whole model is the parent's")
  func whole() throws {
    let parent = try train()
    for (parameters, message) in [
      (["base_score": "0.2"], "`base_score` moves all that the parent says: leave it out where there is a `parent`"),
      (
        ["num_parallel_tree": "3"],
        "`num_parallel_tree` is 3, and the parent's is 1: a model goes on as it began"
      ),
    ] {
      let error = #expect(throws: LearningError.self) { try train(.quick(parameters: parameters), parent: parent) }
      #expect(error?.description == message)
    }
  }

  @Test(
    "rows that lie elsewhere leave the parent's answers where they are",
    arguments: [["objective": "reg:quantileerror", "quantile_alpha": "[0.2,0.8]"], ["objective": "reg:squarederror"]])
  func shifted(parameters: [String: String]) throws {
    let table = SeededTable.make(300)
    let parent = try train(.quick(parameters: parameters), table, target: "delay")
    let delays = try #require(table["delay"]?.doubles)
    let elsewhere = table.with("delay", .floats(delays.map { $0 + 1000 }))
    // With no step towards the new rows, all that is left is what the parent says.
    let still = try train(
      .quick(rounds: 1, parameters: parameters.merging(["eta": "0"]) { $1 }), elsewhere, target: "delay", parent: parent
    )
    let scores = try [parent, still].map { try Predictor($0, threads: 1).predict(table).scores }
    let furthest = zip(scores[0], scores[1]).map { abs($0 - $1) }.max() ?? .infinity
    #expect(furthest < 1e-3)
  }
}
