internal import Tables

/// Turns rows of a table into the numbers that a model reads.
struct FeatureEncoder {
  let features: [ModelSchema.Feature]

  /// Row-major, rows x features, NaN where missing; and how many values of each categorical column training never saw:
  /// they count as missing.
  func encode(_ table: Table) throws(LearningError) -> (values: [Float], unseen: [String: Int]) {
    var values = [Float](repeating: .nan, count: table.rowCount * features.count)
    var unseen: [String: Int] = [:]
    for (index, feature) in features.enumerated() {
      guard let column = table[feature.name] else {
        throw .unknownColumn(
          role: "feature", name: feature.name,
          nearest: nearestWord(to: feature.name, among: table.columns.map(\.name)))
      }
      switch feature.kind {
      case .categorical(let categories):
        let count = encode(column, categories, into: &values, at: index)
        if count > 0 { unseen[feature.name] = count }
      case .numeric, .boolean:
        guard let numbers = column.doubles else {
          throw .unusableColumn(
            name: feature.name, reason: "the model learnt it as \(feature.kind.name), but here it holds texts")
        }
        for (row, number) in numbers.enumerated() { values[row * features.count + index] = Float(number) }
      }
    }
    return (values, unseen)
  }

  private func encode(_ column: Column, _ categories: [String], into values: inout [Float], at index: Int) -> Int {
    let codes = Dictionary(uniqueKeysWithValues: categories.enumerated().map { ($1, Float($0)) })
    var unseen = 0
    if case .strings(let texts) = column.storage {
      let translated = texts.values.map { codes[$0] ?? .nan }
      for (row, code) in texts.codes.enumerated() where code >= 0 {
        let value = translated[Int(code)]
        if value.isNaN { unseen += 1 }
        values[row * features.count + index] = value
      }
      return unseen
    }
    // A column of codes such as 1, 2, 3 may be read as numbers in one file and as text in another.
    for (row, text) in column.texts.enumerated() {
      guard let text else { continue }
      if let code = codes[text] { values[row * features.count + index] = code } else { unseen += 1 }
    }
    return unseen
  }
}
