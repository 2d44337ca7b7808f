internal import Jobs
internal import Records
internal import Spool
internal import Store
internal import SystemPackage

/// What all steps of a run know of it.
struct RunFacts: Sendable {
  let runner: Runner
  let pool: ResourcePool
  /// What the job's steps may have of the pool at once, where limits of its project or user speak of it.
  let share: ResourcePool?
  let claim: Claim
  /// What the limits know of the job.
  let ticket: Claim.Ticket
  /// Whether the run was begun before, by this runner or another.
  let isResumed: Bool
  let job: Job
  let specBytes: [UInt8]
  let spec: Digest
  let specName: String
  /// The folder that relative paths in the spec start from.
  let origin: FilePath
  let requestedBy: String?
  /// Why a model is retrained by it.
  let because: String?
  /// The spec is somebody else's: its commands are run as such.
  let isForeign: Bool
  let run: String
  let logicalTime: Timestamp
  let started: Timestamp

  var site: Site { runner.site }
  var store: Store { runner.site.store }
  var archive: RunArchive { RunArchive(runner.site.store) }

  /// Parameters as JSON text.
  var params: [String: String] {
    Dictionary(job.params.map { ($0.name, $0.json) }, uniquingKeysWith: { $1 })
  }

  /// Throws when another runner took the job over: what this one would write now is not wanted any more.
  func checkOwnership() throws {
    guard try claim.isOurs() else { throw PipelineError.lostClaim(run) }
  }
}
