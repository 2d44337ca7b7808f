internal import Disk
internal import SystemPackage

extension Spool {
  /// Claims an entry of the inbox by one rename; nil when somebody else was first, when its writer is not done with it
  /// yet, or when the system does not let go of it: then the next ``scan(settleSeconds:)`` says why.
  ///
  /// It costs one sync of a file and two of folders: a rename is one change, whichever of its folders is synced.
  ///
  /// - Parameter complete: adds what is known of the job already to its first record.
  package func claim(
    _ entry: InboxEntry, ticket: Claim.Ticket? = nil, complete: (inout Claim.Record) -> Void = { _ in }
  ) throws(SpoolError) -> Claim? {
    let source = folder(.inbox).appending(entry.name)
    guard let claim = try claim(from: source, name: entry.name, ticket: ticket, complete: complete) else { return nil }
    // Whoever has it open may go on writing into what was claimed.
    let status = try onSpool { () throws(DiskError) in try disk.status(of: claim.job) }
    guard status.kind == .regular, claim.record().inboxCopy == nil else { return claim }
    if !entry.isSame(as: status), try claim.putBack() { return nil }
    return claim
  }

  func claim(
    from source: FilePath, name: String, ticket: Claim.Ticket?, complete: (inout Claim.Record) -> Void = { _ in }
  ) throws(SpoolError) -> Claim? {
    guard let status = try onSpool({ () throws(DiskError) in try disk.statusIfPresent(of: source) }) else { return nil }
    let folder = folder(.active).appending(Claim.Record.newToken())
    var record = Claim.Record(owner: identity, attempts: 1)
    record.ticket = ticket
    record.arrived = status.changed
    complete(&record)
    // Before the job, so that it is never without a record of who has it.
    guard let lock = try begin(folder, record) else { return nil }
    // The folder is sure to be found before the job is in it.
    try onSpool { () throws(DiskError) in try disk.syncDirectory(self.folder(.active)) }
    do { try move(source, into: folder, name, &record) } catch {
      guard case .disk(let fault) = error else { throw error }
      // A network file system may lose the answer to a rename that was made.
      let isMade = fault.isMissing && disk.exists(folder.appending(name))
      guard isMade || fault.isMissing || inboxMemory.noteRefusal(fault, of: name) else { throw error }
      if !isMade {
        try onSpool { () throws(DiskError) in try discard(folder) }
        return nil
      }
    }
    try onSpool { () throws(DiskError) in try disk.syncDirectory(folder) }
    return Claim(spool: self, folder: folder, name: name, lock: lock, record: record)
  }

  /// Makes the folder of a claim; nil when another runner took it for one that was left, before it had its record.
  private func begin(_ folder: FilePath, _ record: Claim.Record) throws(SpoolError) -> FileLock? {
    try onSpool { () throws(DiskError) in try disk.makeDirectory(folder) }
    do throws(SpoolError) {
      let lock = try onSpool { () throws(DiskError) in try disk.lock(folder.appending(ClaimFile.lock)) }
      try Claim.write(record, in: folder, disk, .contentSynced)
      return lock
    } catch {
      if case .disk(let fault) = error, fault.isMissing { return nil }
      throw error
    }
  }

  private func move(
    _ source: FilePath, into folder: FilePath, _ name: String, _ record: inout Claim.Record
  ) throws(SpoolError) {
    do { try disk.rename(source, to: folder.appending(name)) } catch {
      guard error.code == .improperLink else { throw .disk(error) }
      record.inboxCopy = name
      record.isForeign = isForeign(source) ? true : nil
      try Claim.write(record, in: folder, disk, .synced)
      try onSpool { () throws(DiskError) in try InboxCopy(self, name: name, folder: folder).take(source) }
    }
  }
}

extension Claim {
  /// Gives the job back to the inbox, where it settles again; false when there is another of its name by now, and the
  /// claim stays.
  @discardableResult
  package func putBack() throws(SpoolError) -> Bool {
    try requireOurs()
    do { try giveBack(to: spool.folder(.inbox).appending(name)) } catch {
      guard error.code == .fileExists else { throw .disk(error) }
      return false
    }
    try onSpool { () throws(DiskError) in
      try spool.disk.syncDirectory(spool.folder(.inbox))
      try spool.discard(folder)
    }
    return true
  }

  /// An inbox on another file system gets a copy; the claim's own goes with its folder.
  private func giveBack(to target: FilePath) throws(DiskError) {
    do { try spool.disk.renameExclusively(job, to: target) } catch {
      guard error.code == .improperLink else { throw error }
      let copy = target.removingLastComponent().appending(Disk.temporaryName())
      do {
        try InboxCopy.copy(job, to: copy, spool.disk)
        try spool.disk.renameExclusively(copy, to: target)
      } catch {
        try spool.disk.removeTree(copy)
        throw error
      }
    }
  }
}
