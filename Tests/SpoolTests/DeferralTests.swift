import Disk
import Records
@testable import Spool
import SystemPackage
import Testing

@Suite struct DeferralTests {
  let fixture = SpoolFixture()
  let soon = Timestamp(seconds: 1_364_781_600)

  private func later(_ seconds: Int) -> Timestamp { Timestamp(seconds: soon.seconds + seconds) }

  @Test("a time that only a wrong clock can have set does not keep a job waiting")
  func wrongClock() throws {
    try fixture.drop("train.yaml")
    let spool = try fixture.open()
    try fixture.claimFirst(spool).defer(until: later(6 * 3600), reason: "later")
    #expect(try spool.wake(now: soon).isEmpty)
    #expect(try !spool.deferred().contains { $0.isDue(at: soon) })
    let before = later(-2 * 86_400)
    #expect(try spool.deferred().allSatisfy { $0.isDue(at: before) })
    #expect(try spool.wake(now: before).count == 1)
  }

  @Test("a deferred job waits for its time and goes on as the same run")
  func wakes() throws {
    try fixture.drop("train.yaml")
    let spool = try fixture.open()
    do {
      let claim = try fixture.claimFirst(spool)
      try claim.update {
        $0.run = "run"
        $0.stepAttempts = ["train": 1]
      }
      try claim.defer(until: soon, reason: "step “train” asked for a retry")
    }
    let waiting = try spool.deferred()
    #expect(waiting.map(\.until) == [soon])
    #expect(waiting.map(\.reason) == ["step “train” asked for a retry"])
    #expect(waiting.map(\.run) == ["run"])
    #expect(try spool.wake(now: later(-1)).isEmpty)
    let woken = try #require(try spool.wake(now: soon).first)
    let record = woken.record()
    #expect(record.run == "run")
    #expect(record.stepAttempts == ["train": 1])
    #expect((record.attempts, record.fruitlessAttempts) == (2, 1))
    #expect(try woken.spec() == Array("version: 1\n".utf8))
    #expect(try spool.wake(now: later(9)).isEmpty)
    #expect(try spool.takeOver().isEmpty)
  }

  @Test("a deferred job may be held and released, and keeps its time")
  func holds() throws {
    try fixture.drop("train.yaml")
    let spool = try fixture.open()
    try fixture.claimFirst(spool).defer(until: soon, reason: "later")
    let name = try spool.hold("train.yaml")
    #expect(try fixture.places() == ["held"])
    #expect(try spool.wake(now: later(9)).isEmpty)
    #expect(try spool.release(name) == name)
    #expect(try spool.deferred().map(\.until) == [soon])
  }

  @Test("held jobs are not looked at, and a namesake gets a number")
  func numbers() throws {
    let spool = try fixture.open()
    for _ in 0..<2 {
      try fixture.drop("train.yaml")
      try spool.hold("train.yaml")
      #expect(try spool.scan(settleSeconds: 0).isEmpty)
    }
    #expect(try spool.count(.held) == 2)
    #expect(try spool.release("2-train.yaml") == "2-train.yaml")
    #expect(try spool.scan(settleSeconds: 0).map(\.name) == ["2-train.yaml"])
    #expect(throws: SpoolError.unknownJob("trian.yaml", nearest: "train.yaml")) { try spool.release("trian.yaml") }
  }

  @Test("an active job cannot be held")
  func active() throws {
    try fixture.drop("train.yaml")
    let spool = try fixture.open()
    let claim = try fixture.claimFirst(spool)
    #expect(throws: SpoolError.self) { try spool.hold("train.yaml") }
    #expect(try claim.isOurs())
  }

  @Test("times in names are read back", arguments: [0, 1_364_781_600, 4_102_444_799])
  func compact(seconds: Int) {
    let time = Timestamp(seconds: seconds)
    #expect(Timestamp(compact: time.compact) == time)
    #expect(Spool.nextTry(of: "\(time.compact)-0123456789abcdef") == time)
    #expect(Spool.claimName(of: "\(time.compact)-0123456789abcdef") == "0123456789abcdef")
    #expect(Spool.claimName(of: "moved-by-hand") == "moved-by-hand")
  }
}
