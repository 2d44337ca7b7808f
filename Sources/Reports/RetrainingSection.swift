internal import Records

/// A ``RetrainingDocument`` on a run's page.
enum RetrainingSection {
  static func html(_ document: RetrainingDocument) -> HTML {
    let rows = document.conditions.map { condition -> [HTML] in
      [
        "<code>\(condition.rule)</code>", condition.holds ? "<span class=\"good\">✓ holds</span>" : "no",
        "\(Format.prose(condition.explanation))",
      ]
    }
    return
      "<p class=\"lead\">\(Format.prose(document.explanation)).</p>\(Table.table(["Condition", "", "In words"], rows))"
  }
}
