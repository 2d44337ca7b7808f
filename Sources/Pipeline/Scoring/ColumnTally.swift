internal import Foundation
internal import Learning
internal import Records
internal import Tables

/// What one column holds that training did not, counted over all batches.
struct ColumnTally {
  private let feature: ModelSchema.Feature
  private let known: Set<String>
  /// Known categories by their plain form.
  private let spellings: [String: String]
  private var found: DataFit.Column
  private var unseen: [String: Int] = [:]
  private var unreadable: [String: Int] = [:]

  /// Different values to keep for examples; all are counted.
  private static let limitValues = 1000
  private static let limitExamples = 5

  init(_ feature: ModelSchema.Feature) {
    self.feature = feature
    found = DataFit.Column(name: feature.name)
    if case .categorical(let values) = feature.kind {
      known = Set(values)
      spellings = Dictionary(values.map { (Self.plain($0), $0) }, uniquingKeysWith: { first, _ in first })
    } else {
      known = []
      spellings = [:]
    }
  }

  /// Nil where nothing differs from training.
  var finding: DataFit.Column? {
    var column = found
    column.unseen = Self.examples(unseen)
    column.unreadable = Self.examples(unreadable)
    column.suspects = unseen.keys.sorted().compactMap { text in
      spellings[Self.plain(text)].map { DataFit.Suspect(found: Self.clipped(text), known: Self.clipped($0)) }
    }.prefix(Self.limitExamples).map { $0 }
    if column.belowCount + column.aboveCount > 0 {
      (column.minimum, column.maximum) = (feature.seen?.minimum, feature.seen?.maximum)
    }
    return column == DataFit.Column(name: column.name) ? nil : column
  }

  /// Counts a batch's values.
  mutating func count(_ column: Column) {
    if feature.seen?.missingCount == 0 { found.newlyMissingCount += column.missingCount }
    switch (feature.kind, column.storage) {
    case (.categorical, .strings(let texts)): count(texts)
    case (.numeric, .floats(let values)):
      guard let minimum = feature.seen?.minimum, let maximum = feature.seen?.maximum else { return }
      // NaN is neither below nor above.
      for value in values {
        found.belowCount &+= value < minimum ? 1 : 0
        found.aboveCount &+= value > maximum ? 1 : 0
      }
    default: return
    }
  }

  private mutating func count(_ texts: Column.DictionaryColumn) {
    for (text, count) in Self.counts(texts) where !known.contains(text) {
      found.unseenCount += count
      if unseen[text] != nil || unseen.count < Self.limitValues { unseen[text, default: 0] += count }
    }
  }

  /// Text as numbers or booleans: each different value is read once. An empty text is missing.
  ///
  /// - Parameter startRow: how many rows came before the batch.
  mutating func read(
    _ texts: Column.DictionaryColumn, as feature: ModelSchema.Feature, startRow: Int, canFail: Bool
  ) throws(LearningError) -> Column.Storage {
    let values = texts.values.map { Self.number($0, feature.kind) }
    if canFail {
      if let row = texts.codes.firstIndex(where: { $0 >= 0 && values[Int($0)] == nil && !texts.values[Int($0)].isEmpty }
      ) {
        let text = Self.clipped(texts.values[Int(texts.codes[row])])
        throw .unusableColumn(
          name: feature.name,
          reason: "row \(startRow + row + 1) holds “\(text)”, but the model learnt it as \(feature.kind.name);"
            + " mend the data, or set `on-type: convert`")
      }
    } else {
      for (text, count) in Self.counts(texts) where !text.isEmpty && Self.number(text, feature.kind) == nil {
        found.unreadableCount += count
        if unreadable[text] != nil || unreadable.count < Self.limitValues { unreadable[text, default: 0] += count }
      }
    }
    if feature.kind == .boolean {
      return .booleans(texts.codes.map { $0 < 0 ? -1 : values[Int($0)].map { Int8($0) } ?? -1 })
    }
    return .floats(texts.codes.map { $0 < 0 ? .nan : values[Int($0)] ?? .nan })
  }

  /// Each text that some row has, with how many do.
  private static func counts(_ texts: Column.DictionaryColumn) -> [(text: String, count: Int)] {
    var counts = [Int](repeating: 0, count: texts.values.count)
    for code in texts.codes where code >= 0 { counts[Int(code)] += 1 }
    return counts.indices.filter { counts[$0] > 0 }.map { (texts.values[$0], counts[$0]) }
  }

  /// Nil for what is no number, or no `true`, `false`, `1` or `0` of a boolean.
  static func number(_ text: String, _ kind: ModelSchema.Feature.Kind) -> Double? {
    switch text.lowercased() {
    case "true": return 1
    case "false": return 0
    case let word:
      guard let value = Double(word), value.isFinite, !word.hasPrefix("0x"), !word.hasPrefix("-0x") else { return nil }
      return kind == .boolean && value != 0 && value != 1 ? nil : value
    }
  }

  /// Lower case, single blanks, and one form of each letter (Unicode's compatibility composition).
  private static func plain(_ text: String) -> String {
    text.precomposedStringWithCompatibilityMapping.lowercased().split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
  }

  private static func examples(_ counts: [String: Int]) -> [DatasetDescription.Value] {
    counts.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }.prefix(limitExamples).map {
      DatasetDescription.Value(text: clipped($0.key), count: $0.value)
    }
  }

  private static func clipped(_ text: String) -> String { String(text.prefix(80)) }
}
