@testable import Learning
@testable import Pipeline
import Tables
import Testing

@Suite struct TrainingNotesTests {
  private static let rowCount = 40

  /// A constant baseline of a table with these columns.
  private func model(_ columns: [Column], target: String) throws -> (model: Model, table: Table) {
    let table = Table(columns: columns, rowCount: Self.rowCount)
    let options = TrainingOptions(
      trainer: .baseline, features: columns.map(\.name).filter { $0 != target }, exclude: [], parameters: [:],
      rounds: 1, earlyStopping: nil, seed: 0, threads: 1)
    return (try Trainer(options).train(table, validation: nil, target: try TargetRule(target)), table)
  }

  private func numbers(_ name: String, _ value: (Int) -> Double) -> Column {
    Column(name: name, storage: .floats((0..<Self.rowCount).map(value)))
  }

  private func texts(_ name: String, _ values: [String], _ code: (Int) -> Int32) -> Column {
    Column(name: name, storage: .strings(.init(codes: (0..<Self.rowCount).map(code), values: values)))
  }

  @Test("features from which nothing can be learnt are named")
  func features() throws {
    let names = (0..<Self.rowCount).map { "n\($0)" }
    let (model, _) = try model(
      [
        numbers("x") { Double($0) }, numbers("one") { _ in 1 }, numbers("nothing") { _ in .nan },
        texts("name", names) { Int32($0) }, texts("same", ["a"]) { _ in 0 },
        texts("word", ["a", "b"]) { Int32($0 % 2) },
        numbers("y") { Double($0) / 7 },
      ], target: "y")
    #expect(
      TrainingNotes(model).all == [
        "the feature “nothing” has no value in any row: the model learns nothing from that",
        "the features “one”, “same” have one and the same value in all rows: the model learns nothing from that",
        "the feature “name” has another category in most rows: exclude what names rows, and mend what makes texts of numbers, such as `inf`",
      ])
  }

  @Test("a target with a class for most rows is asked about")
  func classes() throws {
    let names = (0..<Self.rowCount).map { "n\($0)" }
    let (model, _) = try model([numbers("x") { Double($0) }, texts("y", names) { Int32($0) }], target: "y")
    #expect(TrainingNotes(model).all == ["the target has 40 classes in 40 rows: is “y” a name?"])
  }

  @Test(
    "a target of few whole numbers that becomes a regression is told, with the objective to say",
    arguments: [
      (2, "0, 1, and is predicted as a number: say `objective: binary:logistic`"),
      (3, "0, 1, 2, and is predicted as a number: say `objective: multi:softprob`"),
    ])
  func codes(count: Int, note: String) throws {
    let (model, table) = try model(
      [numbers("x") { Double($0) }, numbers("y") { Double($0 % count) }], target: "y")
    var notes = TrainingNotes()
    notes.add(target: table.columns[1], of: model, objective: "reg:squarederror")
    #expect(notes.all.isEmpty)
    notes.add(target: table.columns[1], of: model, objective: nil)
    #expect(notes.all.count == 1 && notes.all[0].contains(note))
  }

  @Test("quantities are none", arguments: [11, 40])
  func quantities(count: Int) throws {
    let (model, table) = try model(
      [numbers("x") { Double($0) }, numbers("y") { Double($0 % count) }], target: "y")
    var notes = TrainingNotes()
    notes.add(target: table.columns[1], of: model, objective: nil)
    #expect(notes.all.isEmpty)
  }
}
