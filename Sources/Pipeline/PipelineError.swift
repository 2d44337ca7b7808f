package import SystemPackage

/// What can go wrong while a job runs, beside what the modules below report.
package enum PipelineError: Error, Equatable, Sendable, CustomStringConvertible {
  case noSite(FilePath)
  case invalidSettings(String)
  case unknownReference(String, reason: String)
  case notAllowed(String)
  case cannotStart(String, Errno)
  /// A step that did not do what its contract says.
  case stepFailed(String)
  case damagedRun(String, reason: String)
  /// Another runner took the job over, because this one seemed dead.
  case lostClaim(String)
  /// The runner was asked to stop while jobs were at work.
  case interrupted(jobCount: Int)

  package var description: String {
    switch self {
    case .noSite(let path):
      "neither \(path) nor a folder above it has a nightshift.yaml: run `nightshift init` there, or name the site with --site"
    case .invalidSettings(let text): text
    case .unknownReference(let reference, let reason): "“\(reference)” cannot be resolved: \(reason)"
    case .notAllowed(let text): text
    case .cannotStart(let program, let code): "\(program) cannot be started: \(code)"
    case .stepFailed(let text): text
    case .damagedRun(let run, let reason): "the record of run \(run) cannot be read: \(reason)"
    case .lostClaim(let run): "another runner took \(run) over while this one seemed dead: nothing was written"
    case .interrupted(let count):
      "stopped while \(count) job\(count == 1 ? " was" : "s were") at work: the next `nightshift run` goes on with \(count == 1 ? "it" : "them")"
    }
  }
}
