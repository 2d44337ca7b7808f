/// What `store check` found.
package struct CheckReport: Sendable, Equatable {
  package enum Depth: Sendable {
    /// Packs' tables, refs, manifests and records.
    case structure
    /// Also the bytes of every blob.
    case readData
  }

  package struct Problem: Sendable, Equatable, Codable {
    /// What is wrong and where, in one sentence.
    package var message: String
    /// What cannot be read whole any more: `dataset flights/raw@v3`, `model flights/flights-delay@champion`, `run NAME`.
    package var victims: [String]
  }

  package var packCount = 0
  package var blobCount = 0
  package var versionCount = 0
  package var runCount = 0
  package var storedBytes = 0
  /// Damage: something is lost, or would be by and by.
  package var problems: [Problem] = []
  /// What is odd but harms nothing: derived files that are written again, leftovers that a sweep removes.
  package var notices: [String] = []

  package var isClean: Bool { problems.isEmpty }
}
