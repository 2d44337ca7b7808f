/// The name of a dataset or model: what versions and aliases belong to.
package struct EntityName: Hashable, Sendable, Comparable {
  package enum Kind: String, Codable, Sendable, CaseIterable {
    case dataset, model

    /// The folder below `refs/`.
    var folder: String { rawValue + "s" }
  }

  package let kind: Kind
  package let project: String
  package let name: String

  /// Throws ``StoreError/invalidName(_:)``.
  package init(_ kind: Kind, project: String, name: String) throws(StoreError) {
    for text in [project, name] where !Self.isValid(text) { throw .invalidName(text) }
    self.kind = kind
    self.project = project
    self.name = name
  }

  /// At most 100 lower-case letters, digits, `-`, `_` and `.`, beginning with a letter or digit.
  package static func isValid(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 100 else { return false }
    func isAlphanumeric(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    return isAlphanumeric(first) && text.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
  }

  package static func < (left: EntityName, right: EntityName) -> Bool {
    (left.kind.rawValue, left.project, left.name) < (right.kind.rawValue, right.project, right.name)
  }
}
