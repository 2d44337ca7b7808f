/// What a collection of the store did, or would do.
package struct CollectionReport: Codable, Equatable, Sendable {
  /// Packs and the bytes of their files.
  package struct Tally: Codable, Equatable, Sendable {
    package var count = 0
    package var bytes = 0

    package init() {}

    mutating func add(_ sizeBytes: Int) {
      count += 1
      bytes += sizeBytes
    }
  }

  /// Of all packs, before.
  package var packs = Tally()
  /// Stored bytes of blobs that nothing needs, in whatever pack they lie.
  package var unneededBytes = 0
  /// Packs that go from now on: nothing in them is needed, or it was copied elsewhere.
  package var condemned = Tally()
  /// Those of them whose needed blobs were copied, with the bytes of these.
  package var rewritten = Tally()
  /// Packs that were condemned before and still wait: for the end of the grace period, or of a writer that began
  /// earlier.
  package var waiting = Tally()
  /// Packs that were condemned before and are needed again.
  package var spared = Tally()
  package var removed = Tally()

  package init() {}
}
