internal import Records
internal import Spool
internal import Store
internal import Synchronization

/// What became of the steps of a run so far, for the steps that are at work side by side.
final class StepLedger: Sendable {
  private struct Entries {
    var records: [String: StepRecord] = [:]
    /// The steps that made each content, for lineage.
    var makers: [Digest: [String]] = [:]
    /// The processes of the steps at work.
    var children: [String: ProcessIdentity] = [:]
  }

  private let entries = Mutex(Entries())

  init(_ records: [StepRecord] = []) { for record in records { add(record) } }

  /// The record of a step that is over; nil while it is not.
  func record(of step: String) -> StepRecord? { entries.withLock { $0.records[step] } }

  /// The steps whose outputs have this content.
  func makers(of content: Digest) -> [StepRecord] {
    entries.withLock { entries in (entries.makers[content] ?? []).compactMap { entries.records[$0] } }
  }

  /// Notes the process of a step; gives those of all steps at work.
  func began(_ step: String, _ child: ProcessIdentity) -> [ProcessIdentity] {
    entries.withLock { entries in
      entries.children[step] = child
      return entries.children.sorted { $0.key < $1.key }.map(\.value)
    }
  }

  func add(_ record: StepRecord) {
    entries.withLock { entries in
      entries.children[record.id] = nil
      entries.records[record.id] = record
      for output in record.outputs { entries.makers[output.artifact.digest, default: []].append(record.id) }
    }
  }
}
