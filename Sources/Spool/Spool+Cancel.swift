internal import Disk
internal import Glibc
package import Records
internal import SystemPackage

extension Spool {
  /// What became of a request to cancel.
  package enum CancelAnswer: Hashable, Sendable {
    /// The job is in `failed/` now.
    case cancelled
    /// It has begun: its runner ends it, or the next runner where none is at work.
    case requested
  }

  /// What `NAME.result.json` of a job says that was cancelled before it was run.
  private struct CancelResult: Encodable {
    var format = "nightshift-result 1"
    var outcome = "cancelled"
    var reason: String
  }

  /// Ends a job: one that waits goes to `failed/`; one that has begun is marked for its runner, which closes its run.
  ///
  /// - Parameter name: a run, a name in the inbox, a claim's folder or a spec's file name.
  package func requestCancel(_ name: String, _ cancellation: Cancellation) throws(SpoolError) -> CancelAnswer {
    for _ in 0..<3 {
      let job = try JobLookup(spool: self).find(name, in: [.inbox, .held, .deferred, .active])
      if let answer = try cancel(job, cancellation) { return answer }
    }
    throw .unknownJob(name, nearest: nil)
  }

  /// Nil when the job moved on meanwhile.
  private func cancel(_ job: JobLookup.Found, _ cancellation: Cancellation) throws(SpoolError) -> CancelAnswer? {
    let path = folder(job.state).appending(job.entry)
    guard job.isClaim else {
      guard let claim = try claim(from: path, name: job.entry, ticket: nil) else { return nil }
      let result: [UInt8]
      do { result = try Self.encode(CancelResult(reason: cancellation.reason)) } catch {
        throw .damagedClaim(path, reason: "\(error)")
      }
      try claim.finish(
        .failed, date: String(cancellation.at.prefix(10)),
        specName: (try? claim.submission())?.specName ?? job.entry, result: result)
      return .cancelled
    }
    let mark: [UInt8]
    do { mark = try Self.encode(cancellation) } catch { throw .damagedClaim(path, reason: "\(error)") }
    do { try disk.replace(path.appending(ClaimFile.cancel), with: mark) } catch {
      if error.isMissing { return nil }
      throw .disk(error)
    }
    // The next runner wakes a deferred job that is marked, due or not.
    if job.state == .held { _ = try release(job) }
    return .requested
  }
}

/// A `NAME.cancel` in the inbox that was dealt with.
package struct CancelNote: Hashable, Sendable {
  package var name: String
  /// Nil for a name that no job has had for a day: the file is in `rejected/`.
  package var answer: Spool.CancelAnswer?
}

extension Spool {
  private static let cancelEnding = ".cancel"
  private static let patienceSeconds = 86_400

  /// Does what `NAME.cancel` files in the inbox ask for, and removes them: the way for those who have only the share.
  /// A job that came after the file is not meant by it.
  package func takeCancelFiles(now: Timestamp) throws(SpoolError) -> [CancelNote] {
    let entries = try onSpool { () throws(DiskError) in try disk.list(folder(.inbox)) }.filter { entry in
      entry.name.hasSuffix(Self.cancelEnding) && entry.status.kind == .regular && !entry.name.hasPrefix(".")
        && inboxMemory.refusal(of: entry.name) == nil
        && !inboxMemory.isStray(entry.name, entry.status, at: now.seconds)
    }
    if entries.isEmpty { return [] }
    let jobs = try JobLookup(spool: self).all(in: [.inbox, .held, .deferred, .active])
    var notes: [CancelNote] = []
    for entry in entries {
      do { if let note = try take(entry, among: jobs, now) { notes.append(note) } } catch {
        guard case .disk(let fault) = error, inboxMemory.noteRefusal(fault, of: entry.name) else { throw error }
      }
    }
    return notes
  }

  private func take(
    _ entry: DirectoryEntry, among jobs: [JobLookup.Found], _ now: Timestamp
  ) throws(SpoolError) -> CancelNote? {
    let name = String(entry.name.dropLast(Self.cancelEnding.count))
    let path = folder(.inbox).appending(entry.name)
    do throws(SpoolError) {
      let job = try JobLookup(spool: self).find(name, among: jobs)
      if let arrived = job.arrived, arrived > entry.status.changed { throw .unknownJob(name, nearest: nil) }
      guard let answer = try cancel(job, Cancellation(by: UserName.of(entry.status.ownerID), at: now.text)) else {
        return nil
      }
      try onSpool { () throws(DiskError) in try disk.remove(path) }
      return CancelNote(name: name, answer: answer)
    } catch {
      switch error {
      case .unknownJob, .ambiguousJob: return try wait(entry, "\(error)", now)
      default: throw error
      }
    }
  }

  /// Leaves the file for a day, as its job may still come to be known by that name; then it is rejected.
  private func wait(_ entry: DirectoryEntry, _ reason: String, _ now: Timestamp) throws(SpoolError) -> CancelNote? {
    guard Int(entry.status.changed / 1_000_000_000) + Self.patienceSeconds < now.seconds else {
      inboxMemory.noteStray(entry.name, entry.status, at: now.seconds)
      return nil
    }
    guard let claim = try claim(from: folder(.inbox).appending(entry.name), name: entry.name, ticket: nil) else {
      return nil
    }
    let result: [UInt8]
    do { result = try Self.encode(["format": "nightshift-result 1", "outcome": "rejected", "reason": reason]) } catch {
      throw .damagedClaim(claim.folder, reason: "\(error)")
    }
    try claim.finish(.rejected, date: now.date, specName: entry.name, result: result)
    return CancelNote(name: String(entry.name.dropLast(Self.cancelEnding.count)), answer: nil)
  }
}
