/// A dataset or model by its project and name.
package struct EntityKey: Codable, Hashable, Sendable, Comparable {
  package var project: String
  package var name: String

  package init(project: String, name: String) {
    self.project = project
    self.name = name
  }

  /// `flights/flights-delay`.
  package var text: String { "\(project)/\(name)" }

  package static func < (left: EntityKey, right: EntityKey) -> Bool {
    (left.project, left.name) < (right.project, right.name)
  }
}
