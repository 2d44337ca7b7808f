internal import Disk
internal import Records
internal import SystemPackage

extension Spool {
  /// Puts a job that waits on hold, by one rename, and gives its name in `held/`. People may as well move it there.
  @discardableResult
  package func hold(_ name: String) throws(SpoolError) -> String {
    let lookup = JobLookup(spool: self)
    do throws(SpoolError) { return try move(try lookup.find(name, in: [.inbox, .deferred]), to: .held) } catch {
      guard case .unknownJob = error, let other = try? lookup.find(name, in: [.active, .held]) else { throw error }
      if other.state == .held { return other.entry }
      throw .unsuited(name, advice: "is being worked on: `nightshift cancel` ends it")
    }
  }

  /// Lets a held job go on: into the inbox, or to wait for its next try when it has begun. Gives its name there.
  @discardableResult
  package func release(_ name: String) throws(SpoolError) -> String {
    try release(try JobLookup(spool: self).find(name, in: [.held]))
  }

  func release(_ job: JobLookup.Found) throws(SpoolError) -> String {
    try move(job, to: job.isClaim ? .deferred : .inbox)
  }

  private func move(_ job: JobLookup.Found, to state: State) throws(SpoolError) -> String {
    let source = folder(job.state).appending(job.entry)
    var (target, number) = (job.entry, 1)
    while true {
      do {
        try disk.renameExclusively(source, to: folder(state).appending(target))
        try disk.syncDirectory(folder(state))
        return target
      } catch {
        if error.code == .improperLink { return try moveAcross(job, to: state) }
        if error.isMissing { throw .unsuited(job.entry, advice: Self.goneAdvice) }
        guard error.code == .fileExists else { throw .disk(error) }
        number += 1
        target = "\(number)-\(job.entry)"
      }
    }
  }

  /// Where the inbox is on another file system, no rename leads there or from there: the job is claimed, and waits in
  /// `deferred/`, due at once, or is held like one that was.
  private func moveAcross(_ job: JobLookup.Found, to state: State) throws(SpoolError) -> String {
    let source = folder(job.state).appending(job.entry)
    guard let claim = try claim(from: source, name: job.entry, ticket: nil) else {
      throw .unsuited(job.entry, advice: Self.goneAdvice)
    }
    let name = claim.folder.lastComponent?.string ?? job.entry
    try claim.defer(until: Timestamp(seconds: 0), reason: "it was released")
    return try state == .held ? move(JobLookup(spool: self).find(name, in: [.deferred]), to: .held) : job.entry
  }

  private static let goneAdvice = "has just been taken up: look again"
}
