@testable import Disk
import Glibc
import Jobs
@testable import Pipeline
@testable import Spool
import Testing

@Suite struct AdmissionTests {
  private func waiting(
    _ name: String, _ project: String, _ user: String, priority: Int = 50, age: Int64 = 0, job: String? = nil,
    cpus: Int = 1, concurrency: Int = 1
  ) -> Admission.Waiting {
    var entry = InboxEntry(DirectoryEntry(name: name, status: FileStatus(stat())), .ready, "")
    entry.changed = -age * 60_000_000_000
    return Admission.Waiting(
      entry: entry,
      ticket: Claim.Ticket(
        project: project, job: job ?? name, user: user, priority: priority, cpus: cpus, memoryBytes: 0,
        concurrency: concurrency))
  }

  /// The order in which all are taken, one at a time.
  private func order(_ jobs: [Admission.Waiting], _ limits: RunLimits = RunLimits()) -> [String] {
    var admission = Admission(limits)
    admission.replace(with: jobs, now: 0)
    var names: [String] = []
    while let next = admission.next(beside: []) { names.append(next.entry.name) }
    return names
  }

  @Test("one person's 500 jobs do not starve another's one, in or beside the project")
  func fairness() {
    let many = (0..<500).map { waiting("many-\($0)", "a", "ada", age: Int64(1000 - $0)) }
    let names = order(many + [waiting("beside", "b", "bob"), waiting("inside", "a", "cleo")])
    #expect(names.prefix(4).contains("beside"))
    #expect(names.prefix(4).contains("inside"))
    #expect(names.count == 502)
    #expect(names.filter { $0.hasPrefix("many") } == (0..<500).map { "many-\($0)" })
  }

  @Test("a higher priority goes first, until the other has waited long enough")
  func priority() {
    #expect(order([waiting("low", "a", "u"), waiting("high", "a", "u", priority: 60)]) == ["high", "low"])
    #expect(order([waiting("low", "a", "u", age: 101), waiting("high", "a", "u", priority: 60)]) == ["low", "high"])
  }

  @Test("runs of one name go one after another, as many at once as the spec says")
  func concurrency() {
    var admission = Admission(RunLimits())
    admission.replace(
      with: [
        waiting("1", "a", "u", age: 3, job: "nightly"), waiting("2", "a", "u", age: 2, job: "nightly"),
        waiting("3", "a", "u", age: 1, job: "sweep", concurrency: 2),
        waiting("4", "a", "u", job: "sweep", concurrency: 2),
      ], now: 0)
    var active: [Claim.Ticket] = []
    var names: [String] = []
    while let next = admission.next(beside: active) {
      names.append(next.entry.name)
      active.append(next.ticket)
    }
    #expect(names == ["1", "3", "4"])
    #expect(admission.next(beside: active.filter { $0.job == "sweep" })?.entry.name == "2")
  }

  @Test("who is at a limit is passed over; what alone is above one is let through, to fail with the number")
  func quotas() {
    var limits = RunLimits()
    limits.projects["a"] = RunLimits.Quota(jobs: 1, cpus: 2)
    limits.users["ada"] = RunLimits.Quota(cpus: 3)
    var admission = Admission(limits)
    let active = [Claim.Ticket(project: "a", job: "x", user: "ada", priority: 50, cpus: 2, memoryBytes: 0)]
    let jobs = [
      waiting("project at its jobs", "a", "bob"), waiting("user at its cores", "b", "ada", cpus: 2),
      waiting("free", "b", "bob", cpus: 9),
    ]
    admission.replace(with: jobs, now: 0)
    #expect(admission.next(beside: active)?.entry.name == "free")
    #expect(admission.next(beside: active) == nil)
    admission.replace(with: [waiting("too large", "a", "bob", cpus: 64)], now: 0)
    #expect(admission.next(beside: [])?.entry.name == "too large")
  }
}
