internal import Records
internal import Statistics
internal import Tables

/// Says in plain words what people should look at.
struct AlertWriter {
  let document: ProfileDocument
  /// Of the texts: which spellings a column has, where it knows all its values.
  let columns: [ColumnAccumulator]

  private typealias Alert = ProfileDocument.Alert
  private static let limit = 200
  private static let missingShare = 0.2
  private static let skewness = 5.0
  private static let correlation = 0.95

  var alerts: [ProfileDocument.Alert] {
    guard document.rowCount > 0 else {
      return [Alert(kind: "missing", column: nil, text: "the data has no rows")]
    }
    let found =
      leaks + equalColumns + document.columns.flatMap(missing) + document.columns.flatMap(constant) + repeatedRows
      + zip(document.columns, columns).flatMap(texts) + document.columns.flatMap(gaps)
      + document.columns.flatMap(numbers) + correlated
    return Array(found.prefix(Self.limit))
  }

  private var leaks: [Alert] {
    guard let target = document.target else { return [] }
    return document.leaks.map { leak in
      let number = rounded(leak.value)
      let text =
        switch leak.measure {
        case "equal": "“\(leak.column)” has the target's own values"
        case "determines": "“\(leak.column)” determines the target “\(target)”, and is determined by it"
        case "auc": "“\(leak.column)” alone ranks the target “\(target)” with an AUC of \(number)"
        case "missingness": "whether “\(leak.column)” is missing says what the target is (\(number))"
        case "spearman": "“\(leak.column)” follows the target “\(target)”: Spearman \(number)"
        default: "“\(leak.column)” nearly determines the target “\(target)”: \(leak.measure) \(number)"
        }
      return Alert(kind: "leakage", column: leak.column, text: text)
    }
  }

  private var equalColumns: [Alert] {
    document.equalColumns.map { names in
      Alert(
        kind: "equal-columns", column: names[0],
        text: "the columns \(names.prefix(6).map { "“\($0)”" }.joined(separator: ", ")) are equal in every row")
    }
  }

  private func missing(_ column: ProfileDocument.Column) -> [Alert] {
    let share = Double(column.missingCount) / Double(document.rowCount)
    guard share >= Self.missingShare else { return [] }
    let text =
      share == 1 ? "“\(column.name)” has no value" : "“\(column.name)” is missing in \(percent(share)) of the rows"
    return [Alert(kind: "missing", column: column.name, text: text)]
  }

  private func constant(_ column: ProfileDocument.Column) -> [Alert] {
    guard document.constantColumns.contains(column.name), document.rowCount > 1 else { return [] }
    return [
      Alert(
        kind: "constant", column: column.name,
        text: "“\(column.name)” is “\(column.topValues.first?.text ?? "")” in every row that has a value")
    ]
  }

  private var repeatedRows: [Alert] {
    let count = document.repeatedRows.value
    guard count > 0 else { return [] }
    let about = document.repeatedRows.standardError == nil ? "" : "about "
    return [
      Alert(
        kind: "repeated-rows", column: nil,
        text: "\(about)\(count) row\(count == 1 ? " repeats" : "s repeat") an earlier one in every column")
    ]
  }

  private func texts(_ column: ProfileDocument.Column, _ accumulator: ColumnAccumulator) -> [Alert] {
    guard let texts = column.texts else { return [] }
    var alerts: [Alert] = []
    if let (kind, share) = texts.looksLike.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), share >= 0.9,
      ["integer", "number", "date"].contains(kind)
    {
      alerts.append(
        Alert(
          kind: "type", column: column.name,
          text: "“\(column.name)” is text, but \(percent(share)) of its values read as \(kind)"))
    }
    if let (first, second) = spellings(accumulator) {
      alerts.append(
        Alert(
          kind: "spelling", column: column.name,
          text: "“\(column.name)” has “\(first)” beside “\(second)”: one value in two spellings?"))
    }
    if texts.blankCount + texts.paddedCount > 0 {
      alerts.append(
        Alert(
          kind: "spelling", column: column.name,
          text:
            "“\(column.name)” has \(texts.paddedCount) values with white space round them and \(texts.blankCount) of white space alone"
        ))
    }
    return alerts
  }

  /// The most frequent two values that differ in case or white space alone, where there are few enough to be looked at.
  private func spellings(_ column: ColumnAccumulator) -> (String, String)? {
    guard column.table.isExact, column.table.entryCount <= 10_000 else { return nil }
    var seen: [String: String] = [:]
    let entries = column.table.entries.sorted { ($1.count, $0.label) < ($0.count, $1.label) }
    // Long texts that begin alike are no spellings of each other.
    for label in entries.map(\.label) where !ValueText.isClipped(label) {
      let plain = label.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if let other = seen[plain] { return (other, label) }
      seen[plain] = label
    }
    return nil
  }

  private func gaps(_ column: ProfileDocument.Column) -> [Alert] {
    guard let times = column.times, let gap = times.largestGaps?.first, let step = times.stepSeconds,
      let share = times.stepShare, share >= 0.5, gap.seconds >= 10 * step
    else { return [] }
    return [
      Alert(
        kind: "gap", column: column.name,
        text: "“\(column.name)” has nothing between \(gap.from) and \(gap.to)")
    ]
  }

  private func numbers(_ column: ProfileDocument.Column) -> [Alert] {
    guard let numbers = column.numbers else { return [] }
    if numbers.infiniteCount > 0 {
      return [
        Alert(kind: "type", column: column.name, text: "“\(column.name)” has \(numbers.infiniteCount) infinite values")
      ]
    }
    guard let skewness = numbers.skewness, abs(skewness) >= Self.skewness else { return [] }
    return [
      Alert(
        kind: "skewed", column: column.name,
        text: "“\(column.name)” is far from symmetric: its skewness is \(rounded(skewness))")
    ]
  }

  private var correlated: [Alert] {
    document.correlations.strongest.filter { $0.measure == "pearson" && abs($0.value) >= Self.correlation }.prefix(10)
      .map { pair in
        Alert(
          kind: "correlated", column: pair.first,
          text: "“\(pair.first)” and “\(pair.second)” go together: Pearson \(rounded(pair.value))")
      }
  }

  private func percent(_ share: Double) -> String { CSVWriter.text((share * 1000).rounded() / 10) + " %" }
  private func rounded(_ value: Double) -> String { CSVWriter.text((value * 1000).rounded() / 1000) }
}
