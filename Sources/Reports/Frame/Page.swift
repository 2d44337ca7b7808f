/// A file of the site.
package struct Page: Hashable, Sendable {
  /// Below the site's root, parts joined by `/`.
  package var path: String
  package var bytes: [UInt8]
}
