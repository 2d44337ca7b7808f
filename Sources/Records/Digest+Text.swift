package import Store

extension Digest {
  /// The first 12 digits, for pages that know records alone.
  package var shortText: String { short }
}

extension Dictionary where Key == Digest {
  /// The value of a digest that may not be there.
  package subscript(digest: Digest?) -> Value? { digest.flatMap { self[$0] } }
}
