internal import Jobs
internal import Records
internal import Spool

/// Decides whose job is next: projects take turns, in a project its users, of one user's jobs the most urgent. Who is at
/// a limit is passed over until something of theirs ends.
struct Admission {
  /// A job that waits.
  struct Waiting: Sendable {
    var entry: InboxEntry
    var ticket: Claim.Ticket
    /// The moment that the run is to stand for; nil: when it is taken up.
    var logicalTime: Timestamp?
  }

  /// Minutes of waiting that weigh as much as one step of priority, so that nothing waits for ever.
  private static let minutesPerPriority = 10.0

  private let limits: RunLimits
  /// When each project, and each user of one, was last served; who never was, comes first.
  private var served: [String: Int] = [:]
  private var count = 0
  /// By project and user, most urgent last, where taking it costs nothing.
  private var queues: [String: [String: [Waiting]]] = [:]

  init(_ limits: RunLimits) { self.limits = limits }

  var isEmpty: Bool { queues.isEmpty }

  /// All that wait, in no order.
  var waiting: [Waiting] { queues.values.flatMap { $0.values.joined() } }

  /// How many wait.
  private(set) var waitingCount = 0

  /// Takes all that waits, in the place of what was known.
  ///
  /// - Parameter now: nanoseconds since 1970.
  mutating func replace(with waiting: [Waiting], now: Int64) {
    waitingCount = waiting.count
    func urgency(_ job: Waiting) -> Double {
      Double(job.ticket.priority) + max(0, Double(now - job.entry.changed)) / 60e9 / Self.minutesPerPriority
    }
    queues = Dictionary(grouping: waiting) { $0.ticket.project }.mapValues { jobs in
      Dictionary(grouping: jobs) { $0.ticket.user }.mapValues { jobs in
        jobs.map { (urgency($0), $0) }.sorted {
          ($0.0, $1.1.entry.changed, $1.1.entry.name) < ($1.0, $0.1.entry.changed, $0.1.entry.name)
        }.map(\.1)
      }
    }
  }

  /// Whether a job that was begun before may go on beside those that are `active`.
  func allows(_ ticket: Claim.Ticket, beside active: [Claim.Ticket]) -> Bool {
    let load = Load(active)
    return load.allows(project: ticket.project, limits) && load.allows(user: ticket.user, limits)
      && load.allows(ticket, limits)
  }

  /// Takes the next job off the queue; nil when there is none that may run beside those that are `active`.
  mutating func next(beside active: [Claim.Ticket]) -> Waiting? {
    let load = Load(active)
    for project in turns(queues.keys, "") where load.allows(project: project, limits) {
      for user in turns(queues[project, default: [:]].keys, project) where load.allows(user: user, limits) {
        guard let index = queues[project]?[user]?.lastIndex(where: { load.allows($0.ticket, limits) }) else { continue }
        return remove(index, project, user)
      }
    }
    return nil
  }

  private mutating func remove(_ index: Int, _ project: String, _ user: String) -> Waiting? {
    count += 1
    waitingCount -= 1
    served["\(project)\n"] = count
    served["\(project)\n\(user)"] = count
    let job = queues[project]?[user]?.remove(at: index)
    if queues[project]?[user]?.isEmpty == true { queues[project]?[user] = nil }
    if queues[project]?.isEmpty == true { queues[project] = nil }
    return job
  }

  private func turns(_ names: some Sequence<String>, _ project: String) -> [String] {
    func last(_ name: String) -> Int { served[project.isEmpty ? "\(name)\n" : "\(project)\n\(name)"] ?? 0 }
    return names.sorted { (last($0), $0) < (last($1), $1) }
  }
}

/// What the jobs that run now take of each limit.
private struct Load {
  private var projects: [String: [Claim.Ticket]] = [:]
  private var users: [String: [Claim.Ticket]] = [:]
  private var runs: [String: Int] = [:]

  init(_ active: [Claim.Ticket]) {
    for ticket in active {
      projects[ticket.project, default: []].append(ticket)
      users[ticket.user, default: []].append(ticket)
      runs["\(ticket.project)/\(ticket.job)", default: 0] += 1
    }
  }

  func allows(project: String, _ limits: RunLimits) -> Bool {
    (projects[project]?.count ?? 0) < limits.quota(ofProject: project).jobs ?? .max
  }

  func allows(user: String, _ limits: RunLimits) -> Bool {
    (users[user]?.count ?? 0) < limits.quota(ofUser: user).jobs ?? .max
  }

  func allows(_ ticket: Claim.Ticket, _ limits: RunLimits) -> Bool {
    (runs["\(ticket.project)/\(ticket.job)"] ?? 0) < ticket.concurrency ?? 1
      && fits(ticket, beside: projects[ticket.project] ?? [], limits.quota(ofProject: ticket.project))
      && fits(ticket, beside: users[ticket.user] ?? [], limits.quota(ofUser: ticket.user))
  }

  /// A job that alone is above its quota is let through: it fails with the number.
  private func fits(_ ticket: Claim.Ticket, beside others: [Claim.Ticket], _ quota: RunLimits.Quota) -> Bool {
    func fits(_ part: KeyPath<Claim.Ticket, Int>, _ limit: Int?) -> Bool {
      guard let limit, !others.isEmpty else { return true }
      return ticket[keyPath: part] + others.reduce(0) { $0 + $1[keyPath: part] } <= limit
    }
    return fits(\.cpus, quota.cpus) && fits(\.memoryBytes, quota.memoryBytes)
  }
}
