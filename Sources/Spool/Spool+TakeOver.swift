internal import Disk
internal import Glibc
internal import SystemPackage

extension Spool {
  /// Takes over the jobs whose runner is dead, oldest first, each by its record. What its steps left running is ended
  /// first. What a dying runner had begun is completed: folders without a job are removed, deferrals made.
  ///
  /// A runner of this machine is dead when its lock is free and its process gone; one of another machine, whose clock
  /// and processes nobody knows, when its lock is free and its claim did not change for ``Claim/leaseSeconds``.
  ///
  /// - Parameter limit: most jobs to take, as each counts as tried.
  package func takeOver(limit: Int = .max) throws(SpoolError) -> [Claim] {
    try takeOver(bootSeconds: LeaseWatch.bootSeconds(), limit: limit)
  }

  /// - Parameter bootSeconds: the watcher's own clock, which no change of the time of day moves.
  func takeOver(bootSeconds: Int, limit: Int = .max) throws(SpoolError) -> [Claim] {
    try onSpool { () throws(DiskError) in try sweepDiscarded() }
    var claims: [Claim] = []
    for name in try folders(in: .active) where claims.count < limit {
      if let claim = try takeOverIfThere(folder(.active).appending(name), bootSeconds) { claims.append(claim) }
    }
    return claims
  }

  private func takeOverIfThere(_ folder: FilePath, _ bootSeconds: Int) throws(SpoolError) -> Claim? {
    do { return try takeOver(folder, bootSeconds) } catch {
      // Its runner finished it, or another one took it, between two of our looks.
      if case .disk(let fault) = error, fault.isMissing, !disk.exists(folder) { return nil }
      throw error
    }
  }

  private func takeOver(_ folder: FilePath, _ bootSeconds: Int) throws(SpoolError) -> Claim? {
    guard let lock = try onSpool({ () throws(DiskError) in try disk.lockIfFree(folder.appending(ClaimFile.lock)) })
    else { return nil }
    let earlier = try readableRecord(folder)
    let job = try onSpool { () throws(DiskError) in try ClaimFile.job(in: folder, disk) }
    if earlier == nil, job == nil {
      try removeStillborn(folder)
      return nil
    }
    guard try isAbandoned(folder, earlier, bootSeconds) else { return nil }
    if let name = earlier?.inboxCopy { try InboxCopy(self, name: name, folder: folder).settle(isCopied: job != nil) }
    guard job != nil || earlier?.end != nil else {
      try onSpool { () throws(DiskError) in try discard(folder) }
      return nil
    }
    if let earlier { endLeftovers(of: earlier) }
    var record = earlier ?? Claim.Record(owner: identity, attempts: 0, fruitlessAttempts: 0)
    record.owner = identity
    record.token = Claim.Record.newToken()
    record.children = []
    if record.deferral == nil {
      record.attempts += 1
      record.fruitlessAttempts += 1
    }
    try Claim.write(record, in: folder, disk, .synced)
    let claim = Claim(spool: self, folder: folder, name: job ?? "", lock: lock, record: record)
    return try claim.completeDeferral() ? nil : claim
  }

  /// Removes a claim whose runner died before it had a record or a job. One that is a few seconds old may still get
  /// them; a slower runner finds it gone, and the job stays where it is.
  private func removeStillborn(_ folder: FilePath) throws(SpoolError) {
    try onSpool { () throws(DiskError) in
      guard let modified = try disk.statusIfPresent(of: folder)?.modified else { return }
      if Disk.now() - modified > Self.birthSeconds * 1_000_000_000 { try discard(folder) }
    }
  }

  private static let birthSeconds: Int64 = 5

  /// Ends the process groups of the steps that were at work. What left its group is known by its work folder, and ended
  /// with that.
  private func endLeftovers(of record: Claim.Record) {
    for child in record.children where child.boot == identity.boot && child.host == identity.host {
      // The leader may be gone and others of its group not: their number is nobody else's as long as they live. Where it
      // names another process now, the group is gone.
      let present = ProcessIdentity.child(child.pid, disk)
      guard present == nil || present?.startTicks == child.startTicks else { continue }
      for _ in 0..<Self.departureLooks where kill(-child.pid, SIGKILL) == 0 { usleep(1000) }
    }
  }

  /// Milliseconds that the killed have to go before their job goes on.
  private static let departureLooks = 200

  /// Whether nobody works on a claim whose lock is free.
  private func isAbandoned(
    _ folder: FilePath, _ record: Claim.Record?, _ bootSeconds: Int
  ) throws(SpoolError) -> Bool {
    // This very process let go of it.
    if record?.owner == identity { return true }
    switch record?.owner.standing(seenBy: identity, disk) {
    case .dead: return true
    case .alive: return false
    case .unknown, nil:
      return try onSpool { () throws(DiskError) in
        try LeaseWatch(folder: folder, watcher: identity, disk: disk).hasEnded(bootSeconds: bootSeconds)
      }
    }
  }
}
