internal import CPosix
internal import Jobs
internal import Records
internal import Spool
internal import Store

/// What waits in the inbox, with what the limits ask of it. Each spec is looked at once, without being claimed.
struct InboxView {
  private let site: Site
  private let specs: SpecCache
  private var known: [String: Admission.Waiting] = [:]
  private var userNames: [UInt32: String] = [:]

  init(_ runner: Runner) {
    site = runner.site
    specs = runner.specs
  }

  /// Splits the entries into jobs that may be taken and the rest.
  mutating func look() throws -> (ready: [Admission.Waiting], others: [InboxEntry]) {
    var ready: [String: Admission.Waiting] = [:]
    var others: [InboxEntry] = []
    for entry in try site.spool.scan(settleSeconds: site.settings.settleSeconds) {
      guard entry.readiness == .ready else {
        others.append(entry)
        continue
      }
      if let before = known[entry.name], before.entry == entry {
        ready[entry.name] = before
      } else {
        ready[entry.name] = waiting(entry)
      }
    }
    known = ready
    return (Array(ready.values), others)
  }

  private mutating func waiting(_ entry: InboxEntry) -> Admission.Waiting {
    let peeked = site.spool.peek(entry, limitBytes: Spool.specLimitBytes)
    let document = try? specs.document(peeked?.spec ?? [], file: entry.name)
    let summary = JobSummary(of: document, defaultProject: site.settings.project)
    return Admission.Waiting(
      entry: entry, ticket: ticket(summary, entry.name, user: userName(entry.owner)),
      logicalTime: peeked?.submission?.logicalTime.flatMap { Timestamp($0) })
  }

  /// The ticket of a job that was claimed without one: by an earlier version, or by a runner that died over it.
  func ticket(of claim: Claim) -> Claim.Ticket {
    ticket(JobSummary(of: (try? claim.spec()) ?? [], defaultProject: site.settings.project), claim.name, user: "")
  }

  private func ticket(_ job: JobSummary, _ entry: String, user: String) -> Claim.Ticket {
    let limits = site.settings.limits
    var cpus = job.cpus
    if job.usesAllCores {
      let all = [
        limits.cpus ?? Int(posix_processor_count()), limits.quota(ofProject: job.project).cpus,
        limits.quota(ofUser: user).cpus,
      ]
      cpus = max(cpus, all.compactMap { $0 }.min() ?? 1)
    }
    return Claim.Ticket(
      project: job.project, job: job.name.isEmpty ? entry : job.name, user: user, priority: job.priority, cpus: cpus,
      memoryBytes: job.memoryBytes, concurrency: job.concurrency)
  }

  private mutating func userName(_ id: UInt32) -> String {
    if let name = userNames[id] { return name }
    let name = UserName.of(id)
    userNames[id] = name
    return name
  }
}
