internal import Records
internal import Store

/// What is remembered of a step under its key.
struct StepMemory: Codable {
  var run: String
  var outputs: [StepRecord.Output]
  var notes: [String]
  var headline: String?
}

extension StepMemory {
  /// Nil where nothing is remembered, or nothing that can be read: it is derived, and the step is done again.
  init?(_ key: Digest, in store: Store) throws {
    guard let bytes = try store.stepResult(key), let memory = try? CanonicalJSON.decode(StepMemory.self, from: bytes)
    else { return nil }
    self = memory
  }

  /// Whether all that it remembers is there, whole, and stays: memory may outlive it, and an output that was collected
  /// or is damaged is made again.
  func isKept(in store: Store) throws -> Bool {
    do {
      return try outputs.allSatisfy { output in
        try output.artifact.roots(.ifPresent).allSatisfy { try store.keeps($0) }
      }
    } catch StoreError.damagedBlob, StoreError.damagedManifest, StoreError.missingBlob {
      return false
    }
  }
}
