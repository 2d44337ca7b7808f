internal import Records

/// A ``TrialsDocument`` on a run's page.
enum TrialsSection {
  static func html(_ document: TrialsDocument) -> HTML { "" }
}
