internal import Records

/// The columns of the newest version: their types, what is missing, and what is in them.
struct DatasetSchemaSection {
  let dossier: DatasetDossier

  /// Of the rows of the table.
  private static let limitBytes = 200_000

  var html: HTML {
    guard let description = dossier.description, !description.columns.isEmpty else { return "" }
    let rowCount = max(1, description.rowCount ?? 1)
    let rows = description.columns.map { column -> [HTML] in
      [
        "\(ProfileText.clipped(column.name, 80))", "\(column.type)",
        "\(Format.percent(Double(column.missingCount) / Double(rowCount)))",
        "\(column.distinctCount.map(Format.grouped) ?? "many")", "\(column.mean.map { Format.metric($0) } ?? "–")",
        "\(column.standardDeviation.map { Format.metric($0) } ?? "–")", range(column, rowCount),
      ]
    }
    return """
      <h2 id="schema">Schema</h2>
      <p class="soft">\(summary(description))</p>
      \(Table.table(
        ["Column", "Type", "Missing", "Distinct", "Mean", "Deviation", "Range or most frequent"],
        numeric: [2, 3, 4, 5], rows, limitBytes: Self.limitBytes))
      """
  }

  /// `19 columns: 12 integer, 4 float, 3 string; 5 have missing values.`
  private func summary(_ description: DatasetDescription) -> HTML {
    let types = Dictionary(grouping: description.columns, by: \.type).map { ($0.key, $0.value.count) }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map { "\(Format.grouped($0.1)) \($0.0)" }
    let missing = description.columns.count { $0.missingCount > 0 }
    let gaps =
      missing == 0
      ? "none has missing values" : missing == 1 ? "1 has missing values" : "\(missing) have missing values"
    let count = description.columns.count
    return
      "\(Format.grouped(count)) column\(count == 1 ? "" : "s"): \(types.joined(separator: ", ")); \(gaps)."
  }

  /// With a true minus.
  private static func number(_ text: String?) -> String {
    guard let text else { return "–" }
    let isNegative = text.hasPrefix("-") && (text.dropFirst().first?.isNumber ?? false)
    return ProfileText.clipped(isNegative ? "−" + text.dropFirst() : text, 40)
  }

  private static let shownValues = 4

  private func range(_ column: DatasetDescription.Column, _ rowCount: Int) -> HTML {
    guard column.type == "string" else {
      return
        "\(Self.number(column.minimum)) to \(Self.number(column.maximum))"
    }
    let values = column.topValues.prefix(Self.shownValues).map {
      "\(ProfileText.clipped($0.text, 40)) (\(Format.percent(Double($0.count) / Double(rowCount))))"
    }
    return "\(values.joined(separator: ", "))"
  }
}
