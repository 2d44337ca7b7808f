internal import Records

/// A contract's result: what is broken first, then what holds, then the rows. At most half a megabyte, whatever the
/// contract and the data: what has no room is in the JSON.
enum ContractSection {
  static func html(_ document: ContractDocument) -> HTML {
    let open = document.findings.filter { $0.outcome != .passed }
    let broken =
      open.filter { $0.severity == .error } + open.filter { $0.severity == .warn }
      + open.filter { $0.severity == .info }
    let held = document.findings.filter { $0.outcome == .passed }
    return """
      <p class="lead">\(lead(document))</p>
      <p class="soft">\(document.dataVersion?.text ?? "The data"), \(Format.grouped(document.rowCount)) rows, \
      held against \(ProfileText.clipped(document.contract)).</p>
      \(broken.isEmpty ? HTML.empty : Table.table(["Rule", "Result", "In numbers", "First rows"], broken.map(row), limitBytes: limitBytes))
      \(samples(document, broken))
      \(held.isEmpty ? HTML.empty : kept(held))
      """
  }

  /// One line for a list: `2 of 20 rules are broken`.
  static func summary(_ document: ContractDocument) -> HTML {
    if !document.stops.isEmpty { return "<span class=\"bad\">✗ \(document.headline)</span>" }
    if document.findings.contains(where: { $0.outcome != .passed && $0.severity == .warn }) {
      return "<span class=\"warn\">! \(document.headline)</span>"
    }
    return "<span class=\"good\">✓ \(document.headline)</span>"
  }

  private static func lead(_ document: ContractDocument) -> HTML {
    let stops = document.stops.count
    if stops > 0 {
      return
        "<span class=\"bad\">Stopped:</span> \(document.headline). Nothing was made from this data."
    }
    let isOpen = document.findings.contains { $0.outcome != .passed }
    return isOpen
      ? "<span class=\"warn\">Passed with remarks:</span> \(document.headline), none of which stops the job."
      : "<span class=\"good\">Passed:</span> \(document.headline)."
  }

  private static func row(_ finding: ContractDocument.Finding) -> [HTML] {
    var files: [String] = []
    for place in finding.places where !files.contains(place.file) { files.append(place.file) }
    let places = files.map { file -> HTML in
      let rows = finding.places.filter { $0.file == file }.map { Format.grouped($0.row) }
      return "\(ProfileText.clipped(file, 120)): \(rows.joined(separator: ", "))"
    }
    return [
      "\(statement(finding))<br><code class=\"soft\">\(ProfileText.clipped(finding.rule))</code>", mark(finding),
      explanation(finding),
      HTML(joining: places, by: "<br>"),
    ]
  }

  /// Bytes of each of the three parts.
  private static let limitBytes = 160 << 10

  private static func statement(_ finding: ContractDocument.Finding) -> HTML {
    "\(ProfileText.clipped(finding.statement, 240))"
  }

  private static func explanation(_ finding: ContractDocument.Finding) -> HTML {
    "\(ProfileText.clipped(finding.explanation, 400))"
  }

  /// Words beside the colour: not everybody sees it.
  private static func mark(_ finding: ContractDocument.Finding) -> HTML {
    let word = finding.outcome == .failed ? "broken" : "not checked"
    return switch finding.severity {
    case .error: "<span class=\"bad\">✗ \(word)</span>"
    case .warn: "<span class=\"warn\">! \(word)</span>"
    case .info: "<span class=\"soft\">\(word), for information</span>"
    }
  }

  private static func kept(_ findings: [ContractDocument.Finding]) -> HTML {
    let rows = findings.map { finding -> [HTML] in
      [statement(finding), "<span class=\"good\">✓ holds</span>", explanation(finding)]
    }
    return "<details><summary>\(findings.count) rules that hold</summary>"
      + Table.table(["Rule", "Result", "In numbers"], rows, limitBytes: limitBytes) + "</details>"
  }

  /// Rows that are shown of each rule; the artifact `failing` has more.
  private static let limitRows = 10

  private static func samples(_ document: ContractDocument, _ findings: [ContractDocument.Finding]) -> HTML {
    var parts: [HTML] = []
    var bytes = 0
    for finding in findings where bytes < limitBytes {
      let samples = document.samples.filter { $0.rule == finding.rule }
      guard !samples.isEmpty else { continue }
      let rows = samples.prefix(limitRows).map { sample -> [HTML] in
        ["\(ProfileText.clipped(sample.place.file, 120))", "\(Format.grouped(sample.place.row))"]
          + sample.cells.map { cell -> HTML in
            cell.map { "\(ProfileText.clipped($0, 120))" } ?? "<span class=\"soft\">missing</span>"
          }
      }
      // What matters most is open.
      let open: HTML = parts.isEmpty ? " open" : ""
      let header = ["File", "Row"] + document.sampleColumns.map { ProfileText.clipped($0, 40) }
      let table = Table.table(header, numeric: [1], rows, limitBytes: limitBytes - bytes)
      parts.append("<details\(open)><summary>Rows that break “\(statement(finding))”</summary>\(table)</details>")
      bytes += table.text.utf8.count
    }
    return HTML(joining: parts)
  }
}
