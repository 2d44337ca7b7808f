package import Disk
internal import Glibc
package import SystemPackage

/// A job that this process works on, held by a lock that the kernel drops when the process dies.
///
/// Its folder under `active/` has the job under its own name, `claim.json` for people and for taking over, and `lock`.
package final class Claim: Sendable {
  /// What a runner that takes over must know.
  package struct Record: Codable, Hashable, Sendable {
    /// Who works on it.
    package var owner: ProcessIdentity
    /// How often it was taken up, counted before anything is done.
    package var attempts: Int
    /// How many of the last attempts ended without progress: a job that only kills its runners is given up by it.
    package var fruitlessAttempts = 1
    /// The run it became; nil before the spec was read.
    package var run: String?
    /// RFC 3339: the moment the run stands for.
    package var logicalTime: String?
    /// RFC 3339: when the first attempt began.
    package var started: String?
    /// The step process at work, whose group a runner that takes over must end.
    package var child: ProcessIdentity?
    /// Where the job is to go: set before it moves.
    var end: End?

    struct End: Codable, Hashable, Sendable {
      var state: String
      var date: String
      var name: String
    }
  }

  private let spool: Spool
  private let folder: FilePath
  /// The job's name in the inbox.
  package let name: String
  private let lock: FileLock

  fileprivate init(spool: Spool, folder: FilePath, name: String, lock: consuming FileLock) {
    self.spool = spool
    self.folder = folder
    self.name = name
    self.lock = lock
  }

  /// The record on disk.
  package func record() throws(SpoolError) -> Record {
    try Self.readRecord(folder, spool.disk) ?? Record(owner: .current(spool.disk), attempts: 0)
  }

  /// Replaces the record on disk.
  package func update(_ record: Record, _ durability: Disk.Durability = .synced) throws(SpoolError) {
    let bytes: [UInt8]
    do { bytes = try Spool.encode(record) } catch { throw .damagedClaim(folder, reason: "\(error)") }
    try onSpool { () throws(DiskError) in
      try spool.disk.replace(folder.appending("claim.json"), with: bytes, durability: durability)
    }
  }

  /// What came with it by `submit`; nil for a file or folder that was dropped.
  package func submission() throws(SpoolError) -> Submission? {
    let path = job.appending(Spool.submissionName)
    guard isFolder,
      let bytes = try onSpool({ () throws(DiskError) in try spool.disk.readIfPresent(path, limitBytes: 1 << 20) })
    else { return nil }
    do { return try Spool.decode(Submission.self, bytes) } catch {
      throw .damagedClaim(path, reason: "it is no submission")
    }
  }

  /// The folder that relative paths of a dropped job start from: its own when it is a folder; nil for a single file,
  /// whose folder was the inbox.
  package var ownFolder: FilePath? { isFolder ? job : nil }

  /// The spec's bytes, as they were claimed.
  package func spec() throws(SpoolError) -> [UInt8] {
    let path = isFolder ? job.appending(Spool.specName(inFolder: job, spool.disk) ?? "job.yaml") : job
    do { return try spool.disk.read(path, limitBytes: 2 << 20) } catch {
      throw .unreadableSpec(name, reason: "\(error)")
    }
  }

  /// Moves the job to its final place, `STATE/DATE/NAME`, with `NAME.result.json` beside it, and lets go of it. Killed
  /// anywhere in it, the next runner completes it.
  ///
  /// - Parameter specName: the name under which people know the spec.
  package func finish(_ state: Spool.State, date: String, specName: String, result: [UInt8]) throws(SpoolError) {
    try onSpool { () throws(DiskError) in try spool.disk.replace(folder.appending("result.json"), with: result) }
    var record = try record()
    record.child = nil
    record.end = Record.End(state: state.rawValue, date: date, name: try freeName(state, date, specName))
    try update(record)
    try complete(record)
  }

  /// Completes what a dead runner had begun to finish; false when it had not come that far.
  package func completeIfFinished() throws(SpoolError) -> Bool {
    let record = try record()
    guard record.end != nil else { return false }
    try complete(record)
    return true
  }

  private func complete(_ record: Record) throws(SpoolError) {
    guard let end = record.end, let state = Spool.State(rawValue: end.state) else { return }
    let target = spool.folder(state).appending(end.date)
    let disk = spool.disk
    try onSpool { () throws(DiskError) in
      try disk.makeDirectory(target)
      if !name.isEmpty, disk.exists(job) { try disk.renameExclusively(job, to: target.appending(end.name)) }
      let result = folder.appending("result.json")
      if disk.exists(result) {
        try disk.rename(result, to: target.appending(Self.stem(end.name) + ".result.json"))
      }
      try disk.syncDirectory(target)
      try disk.removeTree(folder)
    }
  }

  /// `NAME.yaml`, or `NAME-2.yaml`, … where that is taken. A job from `submit` keeps its spec's name.
  private func freeName(_ state: Spool.State, _ date: String, _ specName: String) throws(SpoolError) -> String {
    let folder = spool.folder(state).appending(date)
    let taken = Set(try onSpool { () throws(DiskError) in try spool.disk.listIfPresent(folder) }.map(\.name))
    let stem = Self.stem(specName)
    let ending = isFolder ? "" : String(specName.dropFirst(stem.count))
    var number = 1
    while true {
      let base = number == 1 ? stem : "\(stem)-\(number)"
      if !taken.contains(base + ending), !taken.contains(base + ".result.json") { return base + ending }
      number += 1
    }
  }

  private static func stem(_ name: String) -> String {
    for ending in [".yaml", ".yml", ".json"] where name.hasSuffix(ending) { return String(name.dropLast(ending.count)) }
    return name
  }

  private var job: FilePath { folder.appending(name) }

  private var isFolder: Bool { (try? spool.disk.status(of: job).kind) == .directory }

  fileprivate static func readRecord(_ folder: FilePath, _ disk: Disk) throws(SpoolError) -> Record? {
    let path = folder.appending("claim.json")
    guard let bytes = try onSpool({ () throws(DiskError) in try disk.readIfPresent(path, limitBytes: 1 << 20) }) else {
      return nil
    }
    do { return try Spool.decode(Record.self, bytes) } catch { throw .damagedClaim(path, reason: "it is no claim") }
  }
}

extension Spool {
  /// Claims an entry of the inbox by one rename; nil when somebody else was first.
  package func claim(_ entry: InboxEntry) throws(SpoolError) -> Claim? {
    let folder = folder(.active).appending(String(Disk.temporaryName().dropFirst(5)))
    try onSpool { () throws(DiskError) in try disk.makeDirectory(folder) }
    let lock = try onSpool { () throws(DiskError) in try disk.lock(folder.appending("lock")) }
    do {
      try onSpool { () throws(DiskError) in
        try disk.rename(self.folder(.inbox).appending(entry.name), to: folder.appending(entry.name))
        try disk.syncDirectory(folder)
        try disk.syncDirectory(self.folder(.inbox))
      }
    } catch {
      guard case .disk(let fault) = error, fault.isMissing else { throw error }
      try onSpool { () throws(DiskError) in try disk.removeTree(folder) }
      return nil
    }
    let claim = Claim(spool: self, folder: folder, name: entry.name, lock: lock)
    try claim.update(Claim.Record(owner: .current(disk), attempts: 1))
    return claim
  }

  /// Takes over the jobs whose runner is dead, oldest first: their locks are free. What its step left running is ended
  /// first. Folders that a dying runner left empty are removed.
  package func takeOver() throws(SpoolError) -> [Claim] {
    var claims: [Claim] = []
    for entry in try onSpool({ () throws(DiskError) in try disk.list(folder(.active)) })
    where entry.status.kind == .directory {
      let folder = folder(.active).appending(entry.name)
      if let claim = try takeOver(folder) { claims.append(claim) }
    }
    return claims
  }

  private func takeOver(_ folder: FilePath) throws(SpoolError) -> Claim? {
    let lock: FileLock?
    do { lock = try disk.lockIfFree(folder.appending("lock")) } catch {
      // Its runner finished it and removed the folder between our two looks.
      if error.isMissing { return nil }
      throw .disk(error)
    }
    guard let lock else { return nil }
    let own: Set<String> = ["lock", "claim.json", "result.json"]
    let names = try onSpool { () throws(DiskError) in try disk.listIfPresent(folder) }.map(\.name)
    let job = names.first { !own.contains($0) && !$0.hasPrefix(".tmp-") }
    var record = try Claim.readRecord(folder, disk)
    guard job != nil || record?.end != nil else {
      // A runner that is just making this folder holds its lock for the first time only after us: it has a second.
      try onSpool { () throws(DiskError) in try removeIfOld(folder) }
      return nil
    }
    if let child = record?.child, child.isAlive(disk) { kill(-child.pid, SIGKILL) }
    record = record ?? Claim.Record(owner: .current(disk), attempts: 0, fruitlessAttempts: 0)
    record?.owner = .current(disk)
    record?.attempts += 1
    record?.fruitlessAttempts += 1
    record?.child = nil
    let claim = Claim(spool: self, folder: folder, name: job ?? "", lock: lock)
    if let record { try claim.update(record) }
    return claim
  }

  private func removeIfOld(_ folder: FilePath) throws(DiskError) {
    guard let status = try disk.statusIfPresent(of: folder) else { return }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    guard Int64(now.tv_sec) - status.changed / 1_000_000_000 > 60 else { return }
    try disk.removeTree(folder)
  }
}
