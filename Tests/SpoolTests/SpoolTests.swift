import Disk
import Foundation
@testable import Spool
import SystemPackage
import Testing

/// A spool in a folder of a test's own, removed with it.
final class SpoolFixture: Sendable {
  let root = FilePath(NSTemporaryDirectory() + "/nightshift-spool-" + UUID().uuidString)

  deinit { try? Disk().removeTree(root) }

  func open(_ disk: Disk = Disk()) throws -> Spool { try Spool(at: root, disk: disk) }

  var submission: Submission {
    Submission(specName: "job.yaml", origin: "/origin", params: [], by: "test", at: "2013-04-01T02:00:00Z")
  }

  /// Every file below the final folders, as `STATE/DATE/NAME`.
  func finished() throws -> [String] {
    let disk = Disk()
    return try ["done", "failed", "rejected"].flatMap { state in
      try disk.list(root.appending(state)).flatMap { day in
        try disk.list(root.appending(state).appending(day.name)).map { "\(state)/\(day.name)/\($0.name)" }
      }
    }
  }
}

@Suite struct SpoolTests {
  let fixture = SpoolFixture()
  let disk = Disk()

  private func drop(_ name: String, _ text: String = "version: 1\n") throws {
    _ = try fixture.open()
    try disk.replace(fixture.root.appending("inbox").appending(name), with: Array(text.utf8))
  }

  private func claimFirst(_ spool: Spool) throws -> Claim {
    let entry = try #require(try spool.scan(settleSeconds: 0).first)
    return try #require(try spool.claim(entry))
  }

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

  @Test("a runner stopped dead at any operation loses nothing and finishes nothing twice")
  func faults() throws {
    var index = 0
    while true {
      let fixture = SpoolFixture()
      _ = try fixture.open()
      let plan = FaultPlan(.stop, at: index)
      let result = Result { try life(try fixture.open(Disk(faults: plan)), fixture) }
      let wasSubmitted = try recover(fixture)
      if case .success = result { #expect(wasSubmitted) }
      let finished = try fixture.finished()
      #expect(
        finished == (wasSubmitted ? ["done/2013-04-01/job", "done/2013-04-01/job.result.json"] : []),
        "operation \(index)")
      #expect(try disk.list(fixture.root.appending("active")).isEmpty, "operation \(index)")
      guard plan.wasMet else { break }
      index += 1
    }
    #expect(index > 15)
  }

  private func life(_ spool: Spool, _ fixture: SpoolFixture) throws {
    try spool.submit(Array("spec\n".utf8), fixture.submission)
    guard let entry = try spool.scan(settleSeconds: 100).first, let claim = try spool.claim(entry) else { return }
    try claim.finish(.done, date: "2013-04-01", specName: "job.yaml", result: Array("{}".utf8))
  }

  /// What the next runner does; false when the job had not been accepted yet.
  private func recover(_ fixture: SpoolFixture) throws -> Bool {
    let spool = try fixture.open()
    // An empty claim folder is removed when it is a minute old; here its maker is known to be dead.
    for entry in try disk.list(fixture.root.appending("active")) {
      let folder = fixture.root.appending("active").appending(entry.name)
      let names = try disk.list(folder).map(\.name).filter { !$0.hasPrefix(".tmp-") }
      if names.allSatisfy({ $0 == "lock" }) { try disk.removeTree(folder) }
    }
    for _ in 0..<500 {
      for claim in try spool.takeOver() {
        if try claim.completeIfFinished() { continue }
        try claim.finish(.done, date: "2013-04-01", specName: "job.yaml", result: Array("{}".utf8))
      }
      if try disk.list(fixture.root.appending("active")).isEmpty { break }
      // A child that another suite starts holds the dead runner's lock too, between its fork and its exec.
      usleep(10_000)
    }
    for entry in try spool.scan(settleSeconds: 100) where entry.readiness == .ready {
      try spool.claim(entry)?.finish(.done, date: "2013-04-01", specName: "job.yaml", result: Array("{}".utf8))
    }
    return try !fixture.finished().isEmpty
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
