internal import Records

/// What people say of a model and no evidence can; what they did not say is shown as missing.
enum HumanCardSection {
  /// Of one text: more belongs in a document of its own.
  private static let limitText = 4000

  static func html(_ card: ModelCard?, file: String) -> HTML {
    if let problem = card?.problem {
      return "<h2 id=\"purpose\">What it is for</h2><p class=\"warn\">\(ProfileText.clipped(problem, limitText))</p>"
    }
    let pairs: [(String, HTML)] = fields(card).map { title, text in
      (title, text.map { "\(ProfileText.clipped($0, limitText))" } ?? "<span class=\"warn\">missing</span>")
    }
    let missing = fields(card).filter { $0.text == nil }.count
    let ask: HTML =
      missing == 0
      ? "" : "<p class=\"soft\">What is missing here only people know: write it in <code>\(file)</code>.</p>"
    return "<h2 id=\"purpose\">What it is for</h2>\(Table.facts(pairs))\(ask)"
  }

  static func fields(_ card: ModelCard?) -> [(title: String, text: String?)] {
    [
      ("Intended use", card?.intendedUse), ("Out of scope", card?.outOfScope), ("Limits", card?.limits),
      ("Risks", card?.risks), ("Owner", card?.owner), ("Contact", card?.contact),
    ].map { title, text in (title, text.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }) }
  }

  static func file(_ project: String, _ model: String) -> String { "Jobs/cards/\(project)/\(model).yaml" }
}
