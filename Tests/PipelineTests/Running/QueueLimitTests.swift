@testable import Disk
import Glibc
import Jobs
@testable import Pipeline
@testable import Spool
import Testing

@Suite struct QueueLimitTests {
  private func waiting(_ name: String, _ project: String, _ user: String, age: Int64) -> Admission.Waiting {
    var entry = InboxEntry(DirectoryEntry(name: name, status: FileStatus(stat())), .ready, "")
    entry.changed = -age
    return Admission.Waiting(
      entry: entry,
      ticket: Claim.Ticket(project: project, job: name, user: user, priority: 50, cpus: 1, memoryBytes: 0))
  }

  @Test("the newest beyond a limit are too many, each for one reason with the number")
  func excess() {
    var limits = RunLimits()
    limits.projects["a"] = RunLimits.Quota(queued: 2)
    limits.user = RunLimits.Quota(queued: 1)
    limits.users["ada"] = RunLimits.Quota()
    let excess = QueueLimit(limits).excess(of: [
      waiting("3", "a", "ada", age: 7), waiting("1", "a", "ada", age: 9), waiting("2", "a", "bob", age: 8),
      waiting("5", "b", "bob", age: 5), waiting("6", "b", "ada", age: 4), waiting("4", "a", "cleo", age: 6),
      waiting("7", "b", "cleo", age: 3),
    ])
    #expect(excess.map(\.job.entry.name) == ["3", "4", "5"])
    #expect(excess[0].reason.hasPrefix("the project “a” may have 2 jobs waiting, and has"))
    #expect(excess[2].reason.hasPrefix("the user “bob” may have 1 job waiting, and has"))
  }

  @Test("without a limit nothing is too much")
  func none() {
    #expect(!QueueLimit(RunLimits()).isSet)
    #expect(QueueLimit(RunLimits()).excess(of: [waiting("1", "a", "ada", age: 1)]).isEmpty)
  }
}
