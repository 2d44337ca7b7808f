internal import Disk
internal import Glibc
internal import Synchronization
internal import SystemPackage

extension Spool {
  /// Runs `body` while no other runner chooses: what ``activeRecords()`` says then holds until a claim is made. Nil
  /// when one that chooses does not come to an end, as when it was stopped at it, or when the task is cancelled.
  package func withChoiceLock<Value>(patienceSeconds: Double = 10, _ body: () throws -> Value?) throws -> Value? {
    let start = ContinuousClock.now
    while true {
      if let lock = try onSpool({ () throws(DiskError) in try disk.lockIfFree(root.appending(".choice")) }) {
        defer { lock.keep() }
        return try body()
      }
      guard !Task.isCancelled, ContinuousClock.now - start < .seconds(patienceSeconds) else { return nil }
      usleep(2000)
    }
  }

  /// The records of all claims of all runners, by the names of their folders.
  package func activeRecords() throws(SpoolError) -> [String: Claim.Record] {
    try claims.records(of: try folders(in: .active), in: folder(.active), disk)
  }
}

/// Records of active claims, read again only when their files changed.
final class ClaimCache: Sendable {
  private struct Entry {
    var status: FileStatus
    var record: Claim.Record
  }

  private let entries = Mutex<[String: Entry]>([:])

  func records(of names: [String], in root: FilePath, _ disk: Disk) throws(SpoolError) -> [String: Claim.Record] {
    try entries.withLock { entries throws(SpoolError) in
      var fresh: [String: Entry] = [:]
      for name in names {
        let folder = root.appending(name)
        let path = folder.appending(ClaimFile.record)
        guard let status = try onSpool({ () throws(DiskError) in try disk.statusIfPresent(of: path) }) else { continue }
        if let known = entries[name], known.status.isUnchanged(since: status) {
          fresh[name] = known
        } else if let record = try Self.readable(folder, disk) {
          fresh[name] = Entry(status: status, record: record)
        }
      }
      entries = fresh
      return fresh.mapValues(\.record)
    }
  }

  private static func readable(_ folder: FilePath, _ disk: Disk) throws(SpoolError) -> Claim.Record? {
    do { return try Claim.readRecord(folder, disk) } catch {
      if case .damagedClaim = error { return nil }
      throw error
    }
  }
}
