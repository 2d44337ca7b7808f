import Foundation
@testable import Learning
import Tables
import Testing

/// Against the Python package; see Fixtures/make-objectives.py.
@Suite struct ObjectiveAgreementTests {
  private struct Reference: Decodable, Sendable {
    var cases: [Case]
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var target: String
    var parameters: [String: String]
    var isWeighted: Bool
    var isBalanced: Bool
    var isGrouped: Bool
    var features: [String]
    var predictions: [Double]

    var testDescription: String { name }
  }

  private struct Rows: Decodable {
    var distance: [Double?]
    var hour: [Double?]
    var carrier: [String?]
    var holiday: [Bool]
    var delay: [Double]
    var late: [Bool]
    var kind: [String]
  }

  /// Those of the library that is here; none for versions without a fixture.
  private static let cases: [Case] = {
    let version = (try? Trainer.libraryVersion()) ?? ""
    let fixtures = ["1.7": "1.7.6", "3.2": "3.2.0"]
    guard let made = fixtures[version.split(separator: ".").prefix(2).joined(separator: ".")] else { return [] }
    return (try? fixture(Reference.self, "objectives-\(made).json").cases) ?? []
  }()

  private static func fixture<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)")
    return try JSONDecoder().decode(type, from: try Data(contentsOf: path))
  }

  /// The same formulas as in the script.
  private func table() throws -> Table {
    let rows = try Self.fixture(Rows.self, "rows.json")
    func texts(_ values: [String?]) -> Column.Storage {
      let distinct = Array(Set(values.compactMap { $0 })).sorted()
      return .strings(
        .init(
          codes: values.map { value in value.flatMap { distinct.firstIndex(of: $0) }.map(Int32.init) ?? -1 },
          values: distinct))
    }
    let delay = rows.delay
    let columns: [(String, Column.Storage)] = [
      ("distance", .floats(rows.distance.map { $0 ?? .nan })), ("hour", .floats(rows.hour.map { $0 ?? .nan })),
      ("carrier", texts(rows.carrier)), ("holiday", .booleans(rows.holiday.map { $0 ? 1 : 0 })),
      ("delay", .floats(delay)), ("late", .booleans(rows.late.map { $0 ? 1 : 0 })), ("kind", texts(rows.kind)),
      ("positive", .floats(delay.map { abs($0) + 0.5 })),
      ("count", .floats(delay.map { (abs($0) / 4).rounded(.down) })),
      ("grade", .floats(delay.map { min(4, max(0, (($0 + 20) / 15).rounded(.down))) })),
      ("weight", .integers(delay.indices.map { Int64(1 + $0 % 3) })),
      ("query", .integers(delay.indices.map { Int64($0 % 7) })),
    ]
    return Table(columns: columns.map { Column(name: $0, storage: $1) }, rowCount: delay.count)
  }

  @Test("there are cases for the libraries that people have")
  func fixtures() throws {
    for version in ["1.7.6", "3.2.0"] {
      #expect(try Self.fixture(Reference.self, "objectives-\(version).json").cases.count >= 18)
    }
  }

  @Test("an objective learns what Python's package learns", arguments: cases)
  func agreement(reference: Case) throws {
    var options = TrainingOptions(
      trainer: .xgboost, features: reference.features, parameters: reference.parameters, rounds: 6, seed: 7, threads: 2)
    if reference.isWeighted { options.weights = "weight" }
    if reference.isBalanced { options.classWeights = .balanced }
    if reference.isGrouped { options.group = "query" }
    let table = try table()
    let model = try Trainer(options).train(table, validation: nil, target: try TargetRule(reference.target))
    let found = try Predictor(model, threads: 1).predict(table).scores
    #expect(found.count == reference.predictions.count)
    let furthest = zip(found, reference.predictions).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? .infinity
    #expect(furthest < 1e-6)
  }
}
