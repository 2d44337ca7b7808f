import Disk
import Foundation
@testable import Spool
import SystemPackage
import Testing

@Suite struct SpoolTests {
  let fixture = SpoolFixture()
  let disk = Disk()

  private func drop(_ name: String, _ text: String = "version: 1\n") throws { try fixture.drop(name, text) }

  private func claimFirst(_ spool: Spool) throws -> Claim { try fixture.claimFirst(spool) }

  @Test(
    "names of editors, transfers and people's notes are left out",
    arguments: [
      ".hidden.yaml", "a.yaml~", "a.yaml.tmp", "a.yaml.part", "a.swp", "#a.yaml#", "4913", "README.md", "a.txt",
    ])
  func ignored(name: String) throws {
    try drop(name)
    #expect(try fixture.open().scan(settleSeconds: 0).isEmpty)
  }

  @Test("links and pipes are odd: never opened, never claimed")
  func odd() throws {
    try drop("good.yaml")
    #expect(symlink("/etc/passwd", fixture.root.appending("inbox/link.yaml").string) == 0)
    #expect(mkfifo(fixture.root.appending("inbox/pipe.yaml").string, 0o600) == 0)
    let entries = try fixture.open().scan(settleSeconds: 0)
    #expect(
      Dictionary(entries.map { ($0.name, $0.readiness) }, uniquingKeysWith: { $1 }) == [
        "good.yaml": .ready, "link.yaml": .odd, "pipe.yaml": .odd,
      ])
  }

  @Test("a file that may still be written is waited for")
  func settling() throws {
    try drop("young.yaml")
    #expect(try fixture.open().scan(settleSeconds: 30).map(\.readiness) == [.settling])
    #expect(try fixture.open().scan(settleSeconds: 0).map(\.readiness) == [.ready])
    try drop("torn.yaml", "version: 1")
    usleep(20_000)
    #expect(try fixture.open().scan(settleSeconds: 0.01).first { $0.name == "torn.yaml" }?.readiness == .settling)
  }

  @Test("what is submitted is there at once, with what came with it, and asking twice queues once")
  func submits() throws {
    let spool = try fixture.open()
    let name = try spool.submit(Array("spec\n".utf8), fixture.submission, key: "once")
    #expect(try spool.submit(Array("spec\n".utf8), fixture.submission, key: "once") == name)
    let entries = try spool.scan(settleSeconds: 100)
    #expect(entries.map(\.readiness) == [.ready])
    let claim = try #require(try spool.claim(entries[0]))
    #expect(try claim.spec() == Array("spec\n".utf8))
    #expect(try claim.submission() == fixture.submission)
  }

  @Test("of many claimants of many jobs, each job goes to one")
  func races() async throws {
    for number in 0..<60 { try drop("\(number).yaml") }
    let entries = try fixture.open().scan(settleSeconds: 0)
    let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<6 {
        group.addTask {
          let spool = try self.fixture.open()
          return try entries.compactMap { try spool.claim($0)?.name }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(claimed.count == 60)
    #expect(Set(claimed).count == 60)
  }

  @Test("a finished job lies beside its result, and a namesake gets a number")
  func finishes() throws {
    for _ in 0..<2 {
      try drop("train.yaml")
      let spool = try fixture.open()
      let claim = try claimFirst(spool)
      try claim.finish(.done, date: "2013-04-01", specName: "train.yaml", result: Array("{}".utf8))
    }
    #expect(
      try fixture.finished() == [
        "done/2013-04-01/train-2.result.json", "done/2013-04-01/train-2.yaml", "done/2013-04-01/train.result.json",
        "done/2013-04-01/train.yaml",
      ])
    #expect(try disk.list(fixture.root.appending("active")).isEmpty)
  }

  @Test("a dead runner's job is taken over and counted; a living one's is left alone")
  func takesOver() throws {
    try drop("train.yaml")
    let spool = try fixture.open()
    do {
      let claim = try claimFirst(spool)
      #expect(try spool.takeOver().isEmpty)
      #expect(claim.record().attempts == 1)
    }
    let taken = try spool.takeOver()
    #expect(taken.map(\.name) == ["train.yaml"])
    #expect(taken[0].record().attempts == 2)
  }

  @Test("this process is alive, and one of another start time is not")
  func identity() {
    let own = ProcessIdentity.current(disk)
    #expect(own.isAlive(disk))
    var other = own
    other.startTicks += 1
    #expect(!other.isAlive(disk))
  }
}
