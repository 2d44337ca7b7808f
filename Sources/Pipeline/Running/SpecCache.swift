internal import Jobs
internal import Synchronization

/// The spec that was parsed last: a job that is looked at in the inbox is mostly the one that is claimed next.
final class SpecCache: Sendable {
  private let last = Mutex<(bytes: [UInt8], document: SpecReader.Document)?>(nil)

  func document(_ bytes: [UInt8], file: String) throws(SpecError) -> SpecReader.Document {
    if let last = last.withLock({ $0 }), last.bytes == bytes { return last.document }
    let document = try SpecReader.Document(bytes, file: file)
    last.withLock { $0 = (bytes, document) }
    return document
  }
}
