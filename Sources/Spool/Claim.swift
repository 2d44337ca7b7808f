package import Disk
internal import Synchronization
package import SystemPackage

/// A job that this process works on, held by a lock that the kernel drops when the process dies.
///
/// Its folder under `active/` has the job under its own name, `claim.json` for people and for taking over, `lock`, and
/// `heartbeat`. On a shared disk whose locks do not reach all hosts the claim can be lost to another one: its token in
/// `claim.json` tells.
package final class Claim: Sendable {
  /// A claim whose heart does not beat so long, by the watcher's own clock, may be taken over by another host.
  package static let leaseSeconds = 120

  let spool: Spool
  /// Its folder below `active/`; the name of it is the claim's for good.
  let folder: FilePath
  /// The job's name in the inbox.
  package let name: String
  private let lock: FileLock
  private let state: Mutex<Record>
  private let token: String

  init(spool: Spool, folder: FilePath, name: String, lock: consuming FileLock, record: Record) {
    self.spool = spool
    self.folder = folder
    self.name = name
    self.lock = lock
    token = record.token
    state = Mutex(record)
  }

  /// The record as this owner last wrote it.
  package func record() -> Record { state.withLock { $0 } }

  /// Changes the record, in memory and on disk; any number of threads may. Throws ``SpoolError/lostClaim(_:)`` when
  /// another runner has taken the job over.
  package func update(_ durability: Disk.Durability = .synced, _ change: (inout Record) -> Void) throws(SpoolError) {
    try state.withLock { record throws(SpoolError) in
      try requireOurs()
      var next = record
      change(&next)
      next.token = token
      try whileThere { () throws(SpoolError) in try Self.write(next, in: folder, spool.disk, durability) }
      record = next
    }
  }

  // MARK: Lease

  /// Shows the other hosts that this one lives: call it several times in ``leaseSeconds``.
  package func beat() throws(SpoolError) {
    try requireOurs()
    let path = folder.appending(ClaimFile.heartbeat)
    try whileThere { () throws(SpoolError) in
      try onSpool { () throws(DiskError) in
        try spool.disk.replace(path, with: Array("\(token)\n".utf8), durability: .cached)
      }
    }
  }

  /// Whether nobody took the job over meanwhile: ask before each publication.
  package func isOurs() throws(SpoolError) -> Bool {
    do { return try Self.readRecord(folder, spool.disk)?.token == token } catch {
      if case .damagedClaim = error { return false }
      throw error
    }
  }

  func requireOurs() throws(SpoolError) {
    guard try isOurs() else { throw .lostClaim(name) }
  }

  /// Who asked for it to be cancelled, if anybody did.
  package func cancellation() throws(SpoolError) -> Cancellation? {
    let path = folder.appending(ClaimFile.cancel)
    guard let bytes = try onSpool({ () throws(DiskError) in try spool.disk.readIfPresent(path, limitBytes: 1 << 16) })
    else { return nil }
    do { return try Spool.decode(Cancellation.self, bytes) } catch {
      // Anything there is a request: a person may have made the file.
      return Cancellation(by: "", at: "")
    }
  }

  package func isCancelRequested() -> Bool { spool.disk.exists(folder.appending(ClaimFile.cancel)) }

  // MARK: What was claimed

  /// What came with it by `submit`; nil for a file or folder that was dropped.
  package func submission() throws(SpoolError) -> Submission? { try spool.submission(of: job) }

  /// The folder that relative paths of a dropped job start from: its own when it is a folder; nil for a single file,
  /// whose folder was the inbox.
  package var ownFolder: FilePath? { isFolder ? job : nil }

  /// The spec's bytes, as they were claimed. Throws ``SpoolError/stillWritten(_:)`` when they change under its hands.
  package func spec() throws(SpoolError) -> [UInt8] {
    let path = isFolder ? job.appending(Spool.specName(inFolder: job, spool.disk) ?? "job.yaml") : job
    do { return try spool.disk.read(path, limitBytes: Spool.specLimitBytes) } catch {
      if case .changedWhileReading = error { throw .stillWritten(name) }
      throw .unreadableSpec(name, reason: "\(error)")
    }
  }

  var job: FilePath { folder.appending(name) }

  var isFolder: Bool { (try? spool.disk.status(of: job).kind) == .directory }

  // MARK: Files

  static func write(
    _ record: Record, in folder: FilePath, _ disk: Disk, _ durability: Disk.Durability
  ) throws(SpoolError) {
    let path = folder.appending(ClaimFile.record)
    let bytes: [UInt8]
    do { bytes = try Spool.encode(record) } catch { throw .damagedClaim(path, reason: "\(error)") }
    try onSpool { () throws(DiskError) in try disk.replace(path, with: bytes, durability: durability) }
  }

  static func readRecord(_ folder: FilePath, _ disk: Disk) throws(SpoolError) -> Record? {
    let path = folder.appending(ClaimFile.record)
    guard let bytes = try onSpool({ () throws(DiskError) in try disk.readIfPresent(path, limitBytes: 1 << 20) }) else {
      return nil
    }
    do { return try Spool.decode(Record.self, bytes) } catch { throw .damagedClaim(path, reason: "it is no claim") }
  }
}

/// Somebody's wish that a job ends.
package struct Cancellation: Codable, Hashable, Sendable {
  package var by: String
  /// RFC 3339.
  package var at: String

  package init(by: String, at: String) {
    self.by = by
    self.at = at
  }

  /// For the result and the run's record.
  package var reason: String {
    "it was cancelled" + (by.isEmpty ? "" : " by \(by)") + (at.isEmpty ? "" : " at \(at)")
  }
}

/// The names in a claim's folder beside the job's own, which therefore no job may have.
enum ClaimFile {
  static let record = "claim.json"
  static let lock = "lock"
  static let heartbeat = "heartbeat"
  static let cancel = "cancel"
  static let result = "result.json"
  /// What a watching machine saw: `seen-MACHINE`.
  static let seenPrefix = "seen-"

  static func isReserved(_ name: String) -> Bool {
    [record, lock, heartbeat, cancel, result].contains(name) || name.hasPrefix(seenPrefix) || name.hasPrefix(".")
  }

  /// The job among the names of a claim's folder.
  static func job(in folder: FilePath, _ disk: Disk) throws(DiskError) -> String? {
    try disk.listIfPresent(folder).map(\.name).first { !isReserved($0) }
  }
}
