internal import Records

/// A ``ExplanationDocument`` on a run's page.
enum ExplanationSection {
  static func html(_ document: ExplanationDocument) -> HTML { "" }
}
