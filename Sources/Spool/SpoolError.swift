package import Disk
package import SystemPackage

/// What can go wrong with a spool.
package enum SpoolError: Error, Equatable, Sendable, CustomStringConvertible {
  case disk(DiskError)
  /// A spec that is no plain file of reasonable size.
  case unreadableSpec(String, reason: String)
  case damagedClaim(FilePath, reason: String)
  /// Another runner took the job over, because this one showed no life for the time of a lease.
  case lostClaim(String)
  /// A claimed spec that its writer has still open: it belongs back into the inbox.
  case stillWritten(String)
  /// What is known of a recurring job's slots cannot be read.
  case damagedSchedule(FilePath)
  /// No job of that name in the states that were asked for.
  case unknownJob(String, nearest: String?)
  case ambiguousJob(String, names: [String])
  /// A job for which the request makes no sense; what to do instead.
  case unsuited(String, advice: String)

  package var description: String {
    switch self {
    case .disk(let error): "\(error)"
    case .unreadableSpec(let name, let reason): "\(name) cannot be read: \(reason)"
    case .damagedClaim(let path, let reason): "\(path) cannot be read: \(reason)"
    case .lostClaim(let name):
      "\(name) was taken over by another runner, as this one showed no life for \(Claim.leaseSeconds) s: it goes on there"
    case .stillWritten(let name): "\(name) is still being written"
    case .damagedSchedule(let path):
      "\(path) is no record of a schedule: remove it, and the job's slots count from the next run on"
    case .unknownJob(let name, let nearest):
      "there is no job “\(name)” to do this to"
        + (nearest.map { "; did you mean “\($0)”?" } ?? ": `nightshift status` lists what waits and what runs")
    case .ambiguousJob(let name, let names):
      "“\(name)” may be any of \(names.joined(separator: ", ")): name one of them"
    case .unsuited(let name, let advice): "“\(name)” \(advice)"
    }
  }
}

func onSpool<Value: ~Copyable>(_ body: () throws(DiskError) -> Value) throws(SpoolError) -> Value {
  do { return try body() } catch { throw .disk(error) }
}
