internal import Tables

/// Turns rows of a table into the numbers that a model reads.
struct FeatureEncoder {
  let features: [ModelSchema.Feature]

  /// Numbers as the library reads them, without a copy.
  struct Rows {
    /// Column after column (column-major, rows x features), NaN where missing.
    var values: [Float]
    var rowCount: Int
    /// How many values of each categorical column training never saw: they count as missing.
    var unseenCategoryCounts: [String: Int] = [:]
  }

  /// Throws before anything is computed when a feature's column is missing or holds another kind of values.
  func encode(_ table: Table) throws(LearningError) -> Rows {
    let columns = try columns(of: table)
    var rows = Rows(
      values: [Float](repeating: .nan, count: table.rowCount * features.count), rowCount: table.rowCount)
    for (index, feature) in features.enumerated() {
      let start = index * table.rowCount
      switch feature.kind {
      case .categorical(let categories):
        let count = encode(columns[index], categories, into: &rows.values, from: start)
        if count > 0 { rows.unseenCategoryCounts[feature.name] = count }
      case .numeric, .boolean:
        try encode(columns[index], feature, into: &rows.values, from: start)
      }
    }
    return rows
  }

  /// The features' columns, in their order, each of a fitting type.
  private func columns(of table: Table) throws(LearningError) -> [Column] {
    let byName = Dictionary(table.columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let missing = features.map(\.name).filter { byName[$0] == nil }
    guard missing.isEmpty else {
      guard missing.count == 1 else { throw .missingFeatures(missing) }
      throw .unknownColumn(
        role: "feature", name: missing[0], nearest: nearestWord(to: missing[0], among: table.columns.map(\.name)))
    }
    var columns: [Column] = []
    for feature in features {
      guard let column = byName[feature.name] else { continue }
      if let found = Self.conflict(column, with: feature.kind) {
        throw .unusableColumn(
          name: feature.name, reason: "the model learnt it as \(feature.kind.name), but here it holds \(found)")
      }
      columns.append(column)
    }
    return columns
  }

  /// What the column holds instead of the kind's values; nil when it fits. A column without any value fits all.
  private static func conflict(_ column: Column, with kind: ModelSchema.Feature.Kind) -> String? {
    switch column.storage {
    case .timestamps(let times): return times.allSatisfy { $0 == Column.missingInteger } ? nil : "times"
    case .strings(let texts):
      if kind.isCategorical || texts.codes.allSatisfy({ $0 < 0 }) { return nil }
      return "texts"
    case .integers(let values):
      guard kind == .boolean else { return nil }
      return values.contains { $0 != 0 && $0 != 1 && $0 != Column.missingInteger } ? "numbers" : nil
    case .floats(let values):
      guard kind == .boolean else { return nil }
      return values.contains { $0 != 0 && $0 != 1 && !$0.isNaN } ? "numbers" : nil
    case .booleans: return nil
    }
  }

  private func encode(
    _ column: Column, _ feature: ModelSchema.Feature, into values: inout [Float], from start: Int
  ) throws(LearningError) {
    var output = values.mutableSpan
    switch column.storage {
    case .integers(let numbers): fill(&output, from: start, with: numbers.span)
    case .booleans(let numbers): fill(&output, from: start, with: numbers.span)
    case .floats(let numbers):
      if let row = fill(&output, from: start, with: numbers.span) {
        throw .unusableColumn(
          name: feature.name,
          reason:
            "row \(row + 1) holds \(numbers[row]), too large for a model's numbers; mark it as missing or scale it")
      }
    // Without any value, as `conflict` made sure.
    case .timestamps, .strings: return
    }
  }

  /// Gives the count of values that are no known category.
  private func encode(
    _ column: Column, _ categories: [String], into values: inout [Float], from start: Int
  ) -> Int {
    let codes = Dictionary(uniqueKeysWithValues: categories.enumerated().map { ($1, Float($0)) })
    if case .strings(let texts) = column.storage {
      let translated = texts.values.map { codes[$0] ?? .nan }
      var output = values.mutableSpan
      return fill(&output, from: start, with: texts.codes.span, translated: translated.span)
    }
    // A column of codes such as 1, 2, 3 may be read as numbers in one file and as text in another.
    var unseen = 0
    for (row, text) in column.texts.enumerated() {
      guard let text else { continue }
      if let code = codes[text] { values[start + row] = code } else { unseen += 1 }
    }
    return unseen
  }
}
