/// How data that a model read differs from what it was trained on. What fits is left out.
package struct DataFit: Codable, Hashable, Sendable {
  package var rowCount: Int
  /// Columns that the model does not read, in the data's order.
  package var ignoredColumns: [String]
  /// Only those with something to say, in the model's order.
  package var columns: [Column]

  package struct Column: Codable, Hashable, Sendable {
    package var name: String
    /// Rows whose category training never saw; it counted as missing.
    package var unseenCount = 0
    /// The most frequent of them, at most 5.
    package var unseen: [DatasetDescription.Value] = []
    /// Unseen categories that differ from a known one in case, blanks or the form of their letters alone.
    package var suspects: [Suspect] = []
    /// Missing values, where training had none.
    package var newlyMissingCount = 0
    /// Numbers below and above all that training saw.
    package var belowCount = 0
    package var aboveCount = 0
    /// What training saw, where a number lies outside.
    package var minimum: Double?
    package var maximum: Double?
    /// Values that are not of the type and counted as missing, with `on-type: convert`.
    package var unreadableCount = 0
    package var unreadable: [DatasetDescription.Value] = []

    package init(name: String) { self.name = name }
  }

  package struct Suspect: Codable, Hashable, Sendable {
    package var found: String
    package var known: String

    package init(found: String, known: String) {
      self.found = found
      self.known = known
    }
  }

  package init(rowCount: Int, ignoredColumns: [String], columns: [Column]) {
    self.rowCount = rowCount
    self.ignoredColumns = ignoredColumns
    self.columns = columns
  }

  /// A sentence for each thing that differs.
  package var notes: [String] {
    var notes = columns.flatMap { $0.notes(of: rowCount) }
    if !ignoredColumns.isEmpty {
      let more = ignoredColumns.count > 10 ? ", …" : ""
      notes.append(
        "ignored, as the model does not read \(ignoredColumns.count == 1 ? "it" : "them"): "
          + ignoredColumns.prefix(10).joined(separator: ", ") + more)
    }
    return notes
  }
}

extension DataFit.Column {
  fileprivate func notes(of rowCount: Int) -> [String] {
    var notes: [String] = []
    if unseenCount > 0 {
      notes.append(
        "“\(name)” has a value that training never saw in \(share(unseenCount, rowCount)), which counts as missing: "
          + list(unseen))
    }
    if !suspects.isEmpty {
      let pairs = suspects.map { "“\($0.found)” (“\($0.known)”?)" }.joined(separator: ", ")
      notes.append("“\(name)” has values that look like known ones spelt otherwise: \(pairs)")
    }
    if newlyMissingCount > 0 {
      notes.append("“\(name)” is missing in \(share(newlyMissingCount, rowCount)), and never was in training")
    }
    if belowCount + aboveCount > 0, let minimum, let maximum {
      let sides = [(belowCount, "below"), (aboveCount, "above")].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
      notes.append(
        "“\(name)” is outside what training saw (\(DataFit.text(minimum)) to \(DataFit.text(maximum))) in "
          + "\(share(belowCount + aboveCount, rowCount)): \(sides.joined(separator: ", "))")
    }
    if unreadableCount > 0 {
      notes.append(
        "“\(name)” cannot be read as the model learnt it in \(share(unreadableCount, rowCount)), which count as missing: "
          + list(unreadable))
    }
    return notes
  }

  private func share(_ count: Int, _ rowCount: Int) -> String {
    let tenths = Int((Double(count) * 1000 / Double(max(1, rowCount))).rounded())
    let percent = tenths == 0 ? "less than 0.1" : tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    return "\(count) \(count == 1 ? "row" : "rows") (\(percent) %)"
  }

  private func list(_ values: [DatasetDescription.Value]) -> String {
    values.map { "“\($0.text)” (\($0.count))" }.joined(separator: ", ")
  }
}

extension DataFit {
  fileprivate static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
  }
}
