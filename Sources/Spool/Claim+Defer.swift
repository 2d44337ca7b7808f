internal import Disk
package import Records
internal import SystemPackage

extension Claim {
  /// Puts the job aside until `until` with its record, so that the same run goes on then. Killed anywhere in it, the
  /// job is active, or deferred, or the next runner completes the move.
  package func `defer`(until: Timestamp, reason: String) throws(SpoolError) {
    try update { record in
      record.children = []
      record.deferral = Record.Deferral(until: until.text, reason: reason)
    }
    try completeDeferral()
  }

  /// Moves it to `deferred/`, when its record says so; false when it does not.
  @discardableResult
  func completeDeferral() throws(SpoolError) -> Bool {
    guard let deferral = record().deferral else { return false }
    let until = Timestamp(deferral.until) ?? Timestamp(seconds: 0)
    let target = spool.folder(.deferred).appending("\(until.compact)-\(folder.lastComponent?.string ?? "")")
    try onSpool { () throws(DiskError) in
      try spool.disk.renameExclusively(folder, to: target)
      try spool.disk.syncDirectory(spool.folder(.deferred))
      try spool.disk.syncDirectory(spool.folder(.active))
    }
    return true
  }
}

/// A job that waits for its next try.
package struct DeferredJob: Hashable, Sendable {
  /// Of its folder below `deferred/`: the time of the next try, and the claim's name.
  package var name: String
  package var until: Timestamp
  package var reason: String
  package var run: String?
  /// What it takes of the quotas while it is at work.
  package var ticket: Claim.Ticket?
  /// Somebody asked for it to be cancelled: it is taken up at once, to end.
  package var isCancelled: Bool

  /// No job is put aside for longer: a time further ahead was set by a clock that was wrong.
  private static let longestSeconds = 7 * 3600

  package func isDue(at now: Timestamp) -> Bool { isCancelled || Self.hasCome(until, at: now) }

  static func hasCome(_ until: Timestamp, at now: Timestamp) -> Bool {
    until <= now || until.seconds - now.seconds > longestSeconds
  }
}

extension Spool {
  /// What waits for its next try, soonest first.
  package func deferred() throws(SpoolError) -> [DeferredJob] {
    var jobs: [DeferredJob] = []
    for name in try folders(in: .deferred) {
      let record = try readableRecord(folder(.deferred).appending(name))
      jobs.append(
        DeferredJob(
          name: name, until: Self.nextTry(of: name), reason: record?.deferral?.reason ?? "", run: record?.run,
          ticket: record?.ticket, isCancelled: isCancelled(name)))
    }
    return jobs.sorted { ($0.until, $0.name) < ($1.until, $1.name) }
  }

  /// Takes up the jobs whose time has come, and those that were cancelled meanwhile, each with its record. Every runner
  /// may call it at once: each job goes to one.
  package func wake(now: Timestamp) throws(SpoolError) -> [Claim] {
    var claims: [Claim] = []
    for name in try folders(in: .deferred) {
      guard isCancelled(name) || DeferredJob.hasCome(Self.nextTry(of: name), at: now) else { continue }
      if let claim = try wake(name) { claims.append(claim) }
    }
    return claims
  }

  private func isCancelled(_ name: String) -> Bool {
    disk.exists(folder(.deferred).appending(name).appending(ClaimFile.cancel))
  }

  /// Takes up one deferred job, due or not; nil when somebody else did, or it is no job.
  package func wake(_ name: String) throws(SpoolError) -> Claim? { try wake(name, from: .deferred) }

  func wake(_ name: String, from state: State) throws(SpoolError) -> Claim? {
    let source = folder(state).appending(name)
    let lock: FileLock?
    do { lock = try disk.lockIfFree(source.appending(ClaimFile.lock)) } catch {
      if error.isMissing { return nil }
      throw .disk(error)
    }
    guard let lock, let job = try onSpool({ () throws(DiskError) in try ClaimFile.job(in: source, disk) }) else {
      return nil
    }
    var record = try readableRecord(source) ?? Claim.Record(owner: identity, attempts: 0)
    record.owner = identity
    record.token = Claim.Record.newToken()
    record.attempts += 1
    record.children = []
    record.deferral = nil
    let target = folder(.active).appending(Self.claimName(of: name))
    do throws(SpoolError) { try take(source, record, to: target) } catch {
      // It was put on hold, or another runner took it up.
      if case .disk(let fault) = error, fault.isMissing { return nil }
      throw error
    }
    return Claim(spool: self, folder: target, name: job, lock: lock, record: record)
  }

  private func take(_ source: FilePath, _ record: Claim.Record, to target: FilePath) throws(SpoolError) {
    // The record first: whoever finds the folder in `active/` must not take it for one that is to be deferred.
    try Claim.write(record, in: source, disk, .synced)
    try onSpool { () throws(DiskError) in
      try disk.renameExclusively(source, to: target)
      try disk.syncDirectory(folder(.active))
      try disk.syncDirectory(source.removingLastComponent())
    }
  }

  /// The time in a deferred folder's name; long ago when a person gave it another one.
  static func nextTry(of name: String) -> Timestamp { Timestamp(compact: name.prefix(15)) ?? Timestamp(seconds: 0) }

  /// The claim's own name within a deferred folder's name.
  static func claimName(of name: String) -> String {
    Timestamp(compact: name.prefix(15)) == nil ? name : String(name.dropFirst(16))
  }

  func folders(in state: State) throws(SpoolError) -> [String] {
    try onSpool { () throws(DiskError) in try disk.list(folder(state)) }
      .filter { $0.status.kind == .directory && !$0.name.hasPrefix(".") }.map(\.name)
  }

  /// The record of a claim; nil where there is none, or a damaged one, which must not stop the night.
  func readableRecord(_ folder: FilePath) throws(SpoolError) -> Claim.Record? {
    do { return try Claim.readRecord(folder, disk) } catch {
      if case .damagedClaim = error { return nil }
      throw error
    }
  }
}

extension Timestamp {
  /// `20130401T020000`, as in names of runs.
  init?(compact text: some StringProtocol) {
    let digits = Array(text)
    guard digits.count == 15 else { return nil }
    func part(_ range: Range<Int>) -> String { String(digits[range]) }
    self.init(
      "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z")
    guard compact == String(text) else { return nil }
  }
}
