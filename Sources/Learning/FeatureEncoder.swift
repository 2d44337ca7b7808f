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
    try encode(0..<table.rowCount, of: try columns(of: table))
  }

  /// Some rows of ``columns(of:)``.
  func encode(_ range: Range<Int>, of columns: [Column]) throws(LearningError) -> Rows {
    var rows = Rows(values: [Float](repeating: .nan, count: range.count * features.count), rowCount: range.count)
    for (index, feature) in features.enumerated() {
      let start = index * range.count
      switch feature.kind {
      case .categorical(let categories):
        let count = encode(columns[index], range, categories, into: &rows.values, from: start)
        if count > 0 { rows.unseenCategoryCounts[feature.name] = count }
      case .season(let seconds):
        guard case .timestamps(let times) = columns[index].storage else { continue }
        var output = rows.values.mutableSpan
        fill(&output, from: start, with: times.span.extracting(range), period: seconds)
      case .numeric, .boolean:
        try encode(columns[index], range, feature, into: &rows.values, from: start)
      }
    }
    return rows
  }

  /// The features' columns, in their order, each of a fitting type.
  func columns(of table: Table) throws(LearningError) -> [Column] {
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
    if case .season = kind, column.type != .timestamp {
      return column.missingCount == column.count ? nil : "\(column.type) values"
    }
    switch column.storage {
    case .timestamps(let times):
      if case .season = kind { return nil }
      return times.allSatisfy { $0 == Column.missingInteger } ? nil : "times"
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
    _ column: Column, _ range: Range<Int>, _ feature: ModelSchema.Feature, into values: inout [Float], from start: Int
  ) throws(LearningError) {
    var output = values.mutableSpan
    switch column.storage {
    case .integers(let numbers): fill(&output, from: start, with: numbers.span.extracting(range))
    case .booleans(let numbers): fill(&output, from: start, with: numbers.span.extracting(range))
    case .floats(let numbers):
      if let place = fill(&output, from: start, with: numbers.span.extracting(range)) {
        let row = range.lowerBound + place
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
    _ column: Column, _ range: Range<Int>, _ categories: [String], into values: inout [Float], from start: Int
  ) -> Int {
    let codes = Dictionary(uniqueKeysWithValues: categories.enumerated().map { ($1, Float($0)) })
    if case .strings(let texts) = column.storage {
      let translated = texts.values.map { codes[$0] ?? .nan }
      var output = values.mutableSpan
      return fill(&output, from: start, with: texts.codes.span.extracting(range), translated: translated.span)
    }
    // A column of codes such as 1, 2, 3 may be read as numbers in one file and as text in another.
    var unseen = 0
    let texts = range.count == column.count ? column.texts : column.gather(Array(range)).texts
    for (row, text) in texts.enumerated() {
      guard let text else { continue }
      if let code = codes[text] { values[start + row] = code } else { unseen += 1 }
    }
    return unseen
  }
}
