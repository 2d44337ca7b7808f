internal import Records

/// What matters most of a ``ProfileDocument``, with a link to its page.
enum ProfileSummarySection {
  /// The alerts of a profile, and where all of it is.
  static func html(_ document: ProfileDocument, link: String) -> HTML {
    let alerts = document.alerts.prefix(8).map { alert -> HTML in
      "<li><span class=\"\(alert.kind == "leakage" ? "bad" : "warn")\">\(alert.kind)</span>: \(ProfileText.clipped(alert.text, 400))</li>"
    }
    let more = document.alerts.count > 8 ? " and \(document.alerts.count - 8) more things to look at" : ""
    return """
      <p class="soft">\(Format.grouped(document.rowCount)) rows, \(Format.grouped(document.columns.count)) columns\(document.dataVersion.map { " of \($0.text)" } ?? "")\(alerts.isEmpty ? "; nothing stands out" : "").</p>
      <ul class="plain">\(alerts)</ul>
      <p><a href="\(link)">The whole profile</a>\(more)</p>
      """
  }
}
