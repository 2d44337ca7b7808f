internal import Records

/// A ``PerformanceDocument`` on a run's page.
enum PerformanceSection {
  static func html(_ document: PerformanceDocument) -> HTML { "" }
}
