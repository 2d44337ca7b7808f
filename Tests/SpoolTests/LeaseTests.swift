import Disk
import Foundation
import Records
@testable import Spool
import SystemPackage
import Testing

@Suite struct LeaseTests {
  let fixture = SpoolFixture()
  let disk = Disk()

  /// A spool of another host: its clock and its processes are not ours to know.
  private func elsewhere() throws -> Spool {
    var identity = ProcessIdentity.current(disk)
    identity.host = "elsewhere"
    identity.machine = "another"
    identity.boot = "its own"
    return try Spool(at: fixture.root, disk: disk, identity: identity)
  }

  /// As on a share whose locks reach one host only.
  private func loseLock(of claim: Claim) throws { try disk.remove(claim.folder.appending("lock")) }

  @Test("another host's claim is taken over after a whole lease without a sign of life, by the watcher's clock")
  func takesOver() throws {
    try fixture.drop("train.yaml")
    let owner = try fixture.claimFirst(try elsewhere())
    try loseLock(of: owner)
    let here = try fixture.open()
    #expect(try here.takeOver(bootSeconds: 1000).isEmpty)
    #expect(try here.takeOver(bootSeconds: 1119).isEmpty)
    let taken = try #require(try here.takeOver(bootSeconds: 1120).first)
    #expect(taken.record().attempts == 2)
    #expect(try taken.isOurs())
    #expect(try !owner.isOurs())
  }

  @Test("a claim whose runner died before it had a record or a job goes, unless it may still get them")
  func stillborn() throws {
    let spool = try fixture.open()
    let claim = spool.folder(.active).appending("0123456789abcdef")
    try disk.makeDirectory(claim)
    #expect(try spool.takeOver().isEmpty)
    #expect(disk.exists(claim))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -10)], ofItemAtPath: claim.string)
    #expect(try spool.takeOver().isEmpty)
    #expect(!disk.exists(claim))
  }

  @Test("a heart that beats, and a record that is written, keep a claim")
  func beats() throws {
    try fixture.drop("train.yaml")
    let owner = try fixture.claimFirst(try elsewhere())
    try loseLock(of: owner)
    let here = try fixture.open()
    #expect(try here.takeOver(bootSeconds: 0).isEmpty)
    try owner.beat()
    #expect(try here.takeOver(bootSeconds: 200).isEmpty)
    try owner.update { $0.run = "run" }
    #expect(try here.takeOver(bootSeconds: 400).isEmpty)
    #expect(try owner.isOurs())
    #expect(try here.takeOver(bootSeconds: 519).isEmpty)
    #expect(try here.takeOver(bootSeconds: 520).count == 1)
  }

  @Test("a watcher that was started again begins its watch anew")
  func reboots() throws {
    try fixture.drop("train.yaml")
    let owner = try fixture.claimFirst(try elsewhere())
    try loseLock(of: owner)
    var identity = ProcessIdentity.current(disk)
    let before = try Spool(at: fixture.root, disk: disk, identity: identity)
    #expect(try before.takeOver(bootSeconds: 5).isEmpty)
    identity.boot = "after"
    let after = try Spool(at: fixture.root, disk: disk, identity: identity)
    #expect(try after.takeOver(bootSeconds: 900).isEmpty)
    #expect(try after.takeOver(bootSeconds: 1020).count == 1)
  }

  @Test("who lost its claim changes nothing any more")
  func isFenced() throws {
    try fixture.drop("train.yaml")
    let owner = try fixture.claimFirst(try elsewhere())
    try loseLock(of: owner)
    let here = try fixture.open()
    _ = try here.takeOver(bootSeconds: 0)
    let taken = try #require(try here.takeOver(bootSeconds: 120).first)
    let before = try disk.list(taken.folder)
    let lost = SpoolError.lostClaim("train.yaml")
    #expect(throws: lost) { try owner.beat() }
    #expect(throws: lost) { try owner.update { $0.attempts = 9 } }
    #expect(throws: lost) { try owner.defer(until: .init(seconds: 0), reason: "") }
    #expect(throws: lost) {
      try owner.finish(.done, date: "2013-04-01", specName: "train.yaml", result: Array("{}".utf8))
    }
    #expect(try disk.list(taken.folder) == before)
    #expect(try fixture.places() == ["active"])
    try taken.finish(.done, date: "2013-04-01", specName: "train.yaml", result: Array("{}".utf8))
    #expect(throws: lost) { try owner.beat() }
    #expect(try fixture.places() == ["done"])
  }

  @Test(
    "a process of this machine that lives keeps its claim, whatever became of the lock; a dead one's is taken at once")
  func sameMachine() throws {
    var parent = ProcessIdentity.current(disk)
    parent.pid = 1
    let spool = try Spool(at: fixture.root, disk: disk, identity: parent)
    let first = try #require(ProcessIdentity.child(1, disk))
    let alive = try Spool(at: fixture.root, disk: disk, identity: first)
    try fixture.drop("a.yaml")
    try loseLock(of: try fixture.claimFirst(alive))
    #expect(try fixture.open().takeOver(bootSeconds: 0).isEmpty)
    #expect(try fixture.open().takeOver(bootSeconds: 9000).isEmpty)
    // The same pid, begun at another time: long gone.
    try fixture.drop("b.yaml")
    try loseLock(of: try fixture.claimFirst(spool))
    #expect(try fixture.open().takeOver(bootSeconds: 0).map(\.name) == ["b.yaml"])
  }

  @Test("records of earlier versions are read")
  func earlierRecords() throws {
    let record = try Spool.decode(
      Claim.Record.self,
      Array(
        """
        {"attempts": 3, "fruitlessAttempts": 2, "run": "r", "child": {"host": "h", "boot": "b", "pid": 7, "startTicks": 9},
         "owner": {"host": "h", "boot": "b", "pid": 5, "startTicks": 8}}
        """.utf8))
    #expect(record.attempts == 3)
    #expect(record.children.map(\.pid) == [7])
    #expect(record.owner.standing(seenBy: .current(disk), disk) == .unknown)
  }

  @Test("a runner that is stopped while it chooses keeps others from choosing, not from all else")
  func stoppedChoice() throws {
    let spool = try fixture.open()
    do {
      let lock = try disk.lock(fixture.root.appending(".choice"))
      defer { lock.keep() }
      #expect(try spool.withChoiceLock(patienceSeconds: 0.05) { 1 } == nil)
    }
    #expect(try spool.withChoiceLock { 1 } == 1)
  }

  @Test("the records of all claims are known to each runner, tickets included")
  func tickets() throws {
    try fixture.drop("train.yaml")
    let ticket = Claim.Ticket(project: "p", job: "j", user: "u", priority: 3, cpus: 2, memoryBytes: 1 << 30)
    let (one, other) = (try fixture.open(), try fixture.open())
    let entry = try #require(try one.scan(settleSeconds: 0).first)
    let claim = try #require(try one.withChoiceLock { try one.claim(entry, ticket: ticket) })
    #expect(try other.activeRecords().values.map(\.ticket) == [ticket])
    try claim.update { $0.stepAttempts["train"] = 2 }
    #expect(try other.activeRecords().values.map(\.stepAttempts) == [["train": 2]])
  }
}
