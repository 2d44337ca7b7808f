/// A path inside a version: UTF-8, parts joined by `/`, none of them empty, `.` or `..`. It cannot leave a folder.
///
/// It is judged, compared and ordered by its bytes, as the kernel does: to a `String`, a slash with an accent is no
/// slash, and two spellings of one letter are equal.
package struct RelativePath: Sendable {
  package let text: String

  private static let slash = UInt8(ascii: "/")

  /// Throws ``StoreError/invalidPath(_:reason:)``.
  package init(_ text: String) throws(StoreError) {
    func refuse(_ reason: String) -> StoreError { .invalidPath(text, reason: reason) }
    let bytes = text.utf8
    guard let first = bytes.first else { throw refuse("it is empty") }
    guard first != Self.slash else { throw refuse("it is absolute") }
    guard bytes.count <= 4096 else { throw refuse("it is longer than 4,096 bytes") }
    guard !bytes.contains(0), !text.unicodeScalars.contains("\u{FFFD}") else {
      throw refuse("it is not UTF-8 text without NUL")
    }
    for part in bytes.split(separator: Self.slash, omittingEmptySubsequences: false) {
      guard !part.elementsEqual("..".utf8) else { throw refuse("it leaves its folder by `..`") }
      guard !part.isEmpty, !part.elementsEqual(".".utf8) else { throw refuse("it has an empty part") }
      guard part.count <= 255 else { throw refuse("a part is longer than 255 bytes") }
    }
    self.text = text
  }

  private init(checked text: Substring) { self.text = String(text) }

  /// The folder that holds it; nil at the top.
  var folder: RelativePath? {
    text.utf8.lastIndex(of: Self.slash).map { RelativePath(checked: text[..<$0]) }
  }
}

extension RelativePath: Hashable, Comparable {
  package static func == (left: RelativePath, right: RelativePath) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  package static func < (left: RelativePath, right: RelativePath) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}
