internal import Disk
internal import SystemPackage

extension Spool {
  /// What an entry of the inbox is, read without claiming it.
  package struct Peek: Sendable {
    package var spec: [UInt8]
    package var submission: Submission?
  }

  /// Looks into a job that waits; nil when it is gone, unreadable or larger than `limitBytes`. It never waits, not even
  /// for a pipe, and what it says is only a hint: the job may be another one when it is claimed.
  package func peek(_ entry: InboxEntry, limitBytes: Int = 1 << 20) -> Peek? {
    let job = folder(.inbox).appending(entry.name)
    do {
      guard try disk.status(of: job).kind == .directory else {
        return Peek(spec: try disk.read(job, limitBytes: limitBytes), submission: nil)
      }
      guard let name = Self.specName(inFolder: job, disk) else { return nil }
      return Peek(
        spec: try disk.read(job.appending(name), limitBytes: limitBytes), submission: try submission(of: job))
    } catch {
      return nil
    }
  }
}
