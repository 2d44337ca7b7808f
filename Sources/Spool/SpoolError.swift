package import Disk
package import SystemPackage

/// What can go wrong with a spool.
package enum SpoolError: Error, Equatable, Sendable, CustomStringConvertible {
  case disk(DiskError)
  /// The inbox is on another file system than the rest: a job could not be claimed by one rename.
  case inboxElsewhere(FilePath)
  /// A spec that is no plain file of reasonable size.
  case unreadableSpec(String, reason: String)
  case damagedClaim(FilePath, reason: String)
  /// Another runner took the job over, because this one showed no life for the time of a lease.
  case lostClaim(String)
  /// A claimed spec that its writer has still open: it belongs back into the inbox.
  case stillWritten(String)
  /// What is known of a recurring job's slots cannot be read.
  case damagedSchedule(FilePath)

  package var description: String {
    switch self {
    case .disk(let error): "\(error)"
    case .inboxElsewhere(let path):
      "\(path) is on another file system than the folder beside it, so jobs cannot be claimed by a rename: put the whole spool on one"
    case .unreadableSpec(let name, let reason): "\(name) cannot be read: \(reason)"
    case .damagedClaim(let path, let reason): "\(path) cannot be read: \(reason)"
    case .lostClaim(let name):
      "\(name) was taken over by another runner, as this one showed no life for \(Claim.leaseSeconds) s: it goes on there"
    case .stillWritten(let name): "\(name) is still being written"
    case .damagedSchedule(let path):
      "\(path) is no record of a schedule: remove it, and the job's slots count from the next run on"
    }
  }
}

func onSpool<Value: ~Copyable>(_ body: () throws(DiskError) -> Value) throws(SpoolError) -> Value {
  do { return try body() } catch { throw .disk(error) }
}
