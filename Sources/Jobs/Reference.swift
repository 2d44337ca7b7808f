package import Store

/// A value of a spec that names something to read.
package enum Reference: Codable, Hashable, Sendable {
  /// An earlier step's output: `raw`, `parts.train` (the main output's name is empty).
  case output(step: String, name: String)
  /// A dataset or model of the store: `flights@latest`, `other-project/name@v12`.
  case entity(EntityReference)
  /// Content by its digest: `sha256:…`.
  case content(Digest)
}

/// `NAME@SELECTOR` or `PROJECT/NAME@SELECTOR`.
package struct EntityReference: Codable, Hashable, Sendable {
  package enum Selector: Codable, Hashable, Sendable {
    case latest
    /// `v12`.
    case version(Int)
    /// The last version whose logical time is no later than the end of that day (UTC): `2013-04-01`.
    case date(String)
    /// `champion`.
    case alias(String)
  }

  /// Nil means the job's own project.
  package var project: String?
  package var name: String
  package var selector: Selector

  package init(project: String?, name: String, selector: Selector) {
    self.project = project
    self.name = name
    self.selector = selector
  }
}
