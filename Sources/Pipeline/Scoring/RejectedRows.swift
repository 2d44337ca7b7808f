internal import Foundation
internal import Jobs
internal import Learning
internal import Tables

/// Finds the rows that a model cannot read, says why, and lets the others pass.
struct RejectedRows {
  static let header = CSVWriter.header(["row", "column", "value", "reason"])

  private let features: [ModelSchema.Feature]
  private let known: [String: Set<String>]
  private let rejectsUnseen: Bool
  private(set) var rejectedCount = 0
  private var rowCount = 0
  /// What was found in the rows last looked at: a line for each value that cannot be read.
  private(set) var lines: [UInt8] = []

  init(_ schema: ModelSchema, _ fit: FitOptions) {
    features = schema.features
    rejectsUnseen = fit.onUnseen == .fail
    known = Dictionary(
      schema.features.compactMap { feature in
        if case .categorical(let values) = feature.kind { (feature.name, Set(values)) } else { nil }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// The rows that can be read, of a batch whose numbers are still text.
  mutating func passed(_ batch: Table) -> Table {
    var reasons = [Bool](repeating: false, count: batch.rowCount)
    var found: [(row: Int, feature: Int, value: String, reason: String)] = []
    for (index, feature) in features.enumerated() {
      guard case .strings(let texts)? = batch[feature.name]?.storage else { continue }
      let faults = texts.values.map { fault($0, feature) }
      guard faults.contains(where: { $0 != nil }) else { continue }
      for (row, code) in texts.codes.enumerated() where code >= 0 {
        guard let fault = faults[Int(code)] else { continue }
        reasons[row] = true
        found.append((row, index, texts.values[Int(code)], fault))
      }
    }
    lines = []
    for item in found.sorted(by: { ($0.row, $0.feature) < ($1.row, $1.feature) }) {
      let cells = ["\(rowCount + item.row + 1)", features[item.feature].name, item.value, item.reason]
      lines += CSVWriter.header(cells)
    }
    rowCount += batch.rowCount
    guard !found.isEmpty else { return batch }
    let passing = reasons.indices.filter { !reasons[$0] }
    rejectedCount += batch.rowCount - passing.count
    return batch.gather(passing)
  }

  /// Why a text is no value of the feature; nil where it is, or is missing.
  private func fault(_ text: String, _ feature: ModelSchema.Feature) -> String? {
    guard !text.isEmpty else { return nil }
    switch feature.kind {
    // Times are read as such, and fail as the reader says.
    case .season: return nil
    case .categorical:
      return rejectsUnseen && known[feature.name]?.contains(text) != true ? "training never saw this value" : nil
    case .boolean:
      return ColumnTally.number(text, feature.kind) == nil ? "the model learnt it as true or false" : nil
    case .numeric:
      guard let number = ColumnTally.number(text, feature.kind) else { return "the model learnt it as a number" }
      return Float(number).isFinite ? nil : "it is too large for a model's numbers"
    }
  }
}
