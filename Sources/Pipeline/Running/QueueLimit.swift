internal import Jobs
internal import Spool

/// Which of the jobs that wait are more than their project or user may have.
struct QueueLimit {
  struct Excess: Sendable {
    var job: Admission.Waiting
    /// With the number.
    var reason: String
  }

  private let limits: RunLimits

  init(_ limits: RunLimits) { self.limits = limits }

  /// Whether there is any such limit.
  var isSet: Bool {
    let quotas = [limits.project, limits.user] + limits.projects.values + limits.users.values
    return quotas.contains { $0.queued != nil }
  }

  /// The newest beyond the limits, oldest of them first. Who is refused for one limit does not count for the other.
  func excess(of waiting: [Admission.Waiting]) -> [Excess] {
    var projects: [String: Int] = [:]
    var users: [String: Int] = [:]
    var excess: [Excess] = []
    for job in waiting.sorted(by: { ($0.entry.changed, $0.entry.name) < ($1.entry.changed, $1.entry.name) }) {
      let (project, user) = (job.ticket.project, job.ticket.user)
      if let limit = limits.quota(ofProject: project).queued, projects[project, default: 0] >= limit {
        excess.append(Excess(job: job, reason: Self.reason("project “\(project)”", limit)))
      } else if let limit = limits.quota(ofUser: user).queued, users[user, default: 0] >= limit {
        excess.append(Excess(job: job, reason: Self.reason("user “\(user)”", limit)))
      } else {
        projects[project, default: 0] += 1
        users[user, default: 0] += 1
      }
    }
    return excess
  }

  private static func reason(_ owner: String, _ limit: Int) -> String {
    "the \(owner) may have \(limit) job\(limit == 1 ? "" : "s") waiting, and has: submit it again when they are done, or have `queued` of `limits` raised"
  }
}
