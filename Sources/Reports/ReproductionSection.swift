internal import Records

/// What came of doing a run again.
enum ReproductionSection {
  static func html(_ document: ReproductionDocument) -> HTML {
    let rows = document.steps.map { step -> [HTML] in
      ["\(step.id)", "\(step.kind)", step.label.map { word($0, document) } ?? "–", "\(step.reason ?? "")"]
    }
    return """
      <p>\(word(document.label, document))\(document.reason.map { ": \($0)" } ?? ""), done again \(document.at.text) on \(document.host) by version \(document.toolVersion).</p>
      \(Table.table(["Step", "Kind", "Found", "Why"], rows))
      """
  }

  /// The label in its colour.
  static func word(_ label: ReproductionDocument.Label, _ document: ReproductionDocument) -> HTML {
    switch label {
    case .identical: "<span class=\"good\">\(label.rawValue)</span>"
    case .close: "<span class=\"good\">\(label.rawValue) \("\(document.tolerance)")</span>"
    case .unverified: "<span class=\"warn\">\(label.rawValue)</span>"
    case .differs: "<span class=\"bad\">\(label.rawValue)</span>"
    }
  }
}
