/// A path inside a version: UTF-8, parts joined by `/`, none of them empty, `.` or `..`. It cannot leave a folder.
package struct RelativePath: Hashable, Sendable, Comparable {
  package let text: String

  /// Throws ``StoreError/invalidPath(_:reason:)``.
  package init(_ text: String) throws(StoreError) {
    func refuse(_ reason: String) -> StoreError { .invalidPath(text, reason: reason) }
    guard !text.isEmpty else { throw refuse("it is empty") }
    guard !text.hasPrefix("/") else { throw refuse("it is absolute") }
    guard text.utf8.count <= 4096 else { throw refuse("it is longer than 4,096 bytes") }
    guard !text.utf8.contains(0), !text.contains("\u{FFFD}") else { throw refuse("it is not UTF-8 text without NUL") }
    for part in text.split(separator: "/", omittingEmptySubsequences: false) {
      guard part != ".." else { throw refuse("it leaves its folder by `..`") }
      guard !part.isEmpty, part != "." else { throw refuse("it has an empty part") }
      guard part.utf8.count <= 255 else { throw refuse("a part is longer than 255 bytes") }
    }
    self.text = text
  }

  /// Byte order.
  package static func < (left: RelativePath, right: RelativePath) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}
