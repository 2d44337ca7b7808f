/// What may run at once on one machine, and how much of it one project or user may have.
package struct RunLimits: Hashable, Sendable {
  /// A share of the machine. Nil: no limit.
  package struct Quota: Hashable, Sendable {
    /// Jobs that run at once.
    package var jobs: Int?
    /// Jobs that wait; more are rejected.
    package var queued: Int?
    /// Cores and memory of the largest steps of all jobs that run, in sum.
    package var cpus: Int?
    package var memoryBytes: Int?
    /// Stored bytes that the project's versions reach; only projects have it.
    package var storeBytes: Int?

    package init(
      jobs: Int? = nil, queued: Int? = nil, cpus: Int? = nil, memoryBytes: Int? = nil, storeBytes: Int? = nil
    ) {
      self.jobs = jobs
      self.queued = queued
      self.cpus = cpus
      self.memoryBytes = memoryBytes
      self.storeBytes = storeBytes
    }
  }

  /// Of one runner. Nil: as many as the machine has; of jobs, as many as cores.
  package var cpus: Int?
  package var memoryBytes: Int?
  package var jobs: Int?
  /// Runners that may die over a job without any progress before it is given up.
  package var attempts = 10
  /// What each project or user has that is not named.
  package var project = Quota()
  package var user = Quota()
  package var projects: [String: Quota] = [:]
  package var users: [String: Quota] = [:]

  package init() {}

  package func quota(ofProject name: String) -> Quota { projects[name] ?? project }

  package func quota(ofUser name: String) -> Quota { users[name] ?? user }
}
