@testable import Jobs
import Testing

@Suite struct RunLimitsTests {
  private func settings(_ text: String) throws -> SiteSettings { try SiteSettings(Array(text.utf8), file: "n.yaml") }

  @Test("limits are read; who is not named has what all have")
  func reads() throws {
    let limits = try settings(
      """
      limits:
        cpus: 8
        memory: 32GiB
        jobs: 4
        attempts: 3
        project: {jobs: 2, store: 10GiB}
        user: {queued: 100}
        projects: {flights: {cpus: 6, memory: 8GiB}}
        users: {ada: {jobs: 1}}

      """
    ).limits
    #expect(limits.cpus == 8 && limits.memoryBytes == 32 << 30 && limits.jobs == 4 && limits.attempts == 3)
    #expect(limits.quota(ofProject: "flights") == RunLimits.Quota(cpus: 6, memoryBytes: 8 << 30))
    #expect(limits.quota(ofProject: "other") == RunLimits.Quota(jobs: 2, storeBytes: 10 << 30))
    #expect(limits.quota(ofUser: "ada") == RunLimits.Quota(jobs: 1))
    #expect(limits.quota(ofUser: "bob") == RunLimits.Quota(queued: 100))
    #expect(try settings("name: x\n").limits == RunLimits())
  }

  @Test(
    "each mistake is told with its place",
    arguments: [
      ("limits: {cpu: 1}\n", "1:10: `limits` has no key `cpu`: did you mean `cpus`?"),
      ("limits: {user: {store: 1GiB}}\n", "1:17: limits of `user` has no key `store`"),
      ("limits: {projects: {a: {jobs: 0}}}\n", "1:31: `jobs` must be a whole number from 1 to 100000, not “0”"),
      ("limits: {users: [a]}\n", "1:17: `users` must be a mapping of keys, not a list"),
    ])
  func mistakes(text: String, line: String) throws {
    let error = #expect(throws: SpecError.self) { try settings(text) }
    #expect(error?.lines.first?.hasPrefix("n.yaml:" + line) == true, "\(error?.lines ?? [])")
  }

  @Test(
    "a job is summed up without being checked",
    arguments: [
      (
        "version: 1\nname: a\nproject: q\npriority: 90\nconcurrency: 3\nresources: {cpus: 2}\nsteps:\n  - {id: x, run: x, resources: {cpus: 4, memory: 2GiB}}\n",
        "a", "q", 90, 3, 4, 2 << 30
      ),
      ("name: b\npriority: 900\nsteps: 7\n", "b", "site", 50, 1, 1, 0),
      ("{", "", "site", 50, 1, 1, 0),
      ("", "", "site", 50, 1, 1, 0),
      ("project: UP\nresources: {memory: [1]}\n", "", "site", 50, 1, 1, 0),
    ])
  func summary(
    spec: String, name: String, project: String, priority: Int, concurrency: Int, cpus: Int, memoryBytes: Int
  ) {
    let summary = JobSummary(of: Array(spec.utf8), defaultProject: "site")
    #expect(summary.name == name && summary.project == project && summary.priority == priority)
    #expect(summary.concurrency == concurrency && summary.cpus == cpus && summary.memoryBytes == memoryBytes)
  }
}
