import Disk
import Foundation
@testable import Pipeline
import Records
import Testing

@Suite struct HealthTests {
  private func beat(_ pass: Pass, after earlier: Heartbeat? = nil) -> Heartbeat {
    Heartbeat(pass, after: earlier, host: "host", toolVersion: "1")
  }

  private func health(_ beat: Heartbeat?, at time: Timestamp, oldest: Int? = nil) -> Health {
    var queue = QueueState()
    queue.oldestSeconds = oldest
    return Health(beat, queue: queue, now: time, maxAgeSeconds: 26 * 3600)
  }

  @Test("a quiet run is healthy, until a night is missing")
  func missingNight() {
    let quiet = beat(pass(at: minute(0)))
    #expect(quiet.outcome == .idle)
    #expect(health(quiet, at: minute(25 * 60)).isHealthy)
    #expect(
      health(quiet, at: minute(27 * 60)).problems == [
        "no run since 2013-04-01T00:00:05Z, 26 h ago, expected every 26 h: see that cron or the timer is on"
      ])
    #expect(health(nil, at: minute(0)).problems.count == 1)
  }

  @Test("a failed job is told though quiet runs came after it, and no more once it is done")
  func failing() throws {
    let failed = beat(pass("a", "!b", at: minute(0)))
    #expect(failed.outcome == .failed && failed.lastSuccess == nil)
    let quiet = beat(pass(at: minute(5)), after: failed)
    #expect(quiet.lastSuccess == minute(5).adding(5))
    #expect(health(quiet, at: minute(6)).problems == ["job p/b failed: step “x”: it broke"])
    let done = beat(pass("b", at: minute(10)), after: quiet)
    #expect(health(done, at: minute(11)).isHealthy)
    let retried = beat(pass("!b", "b", at: minute(10)), after: quiet)
    #expect(retried.failing.isEmpty)
    #expect(retried.outcome == .failed)
  }

  @Test("a failure of long ago is no trouble of last night, and is forgotten in the end")
  func oldFailure() {
    let failed = beat(pass("!gone", at: minute(0)))
    let later = beat(pass("a", at: minute(30 * 60)), after: failed)
    #expect(later.failing.count == 1)
    #expect(health(later, at: minute(30 * 60)).isHealthy)
    #expect(beat(pass(at: minute(31 * 24 * 60)), after: later).failing.isEmpty)
  }

  @Test("a fault, a job that waits, and a clock that was wrong are told")
  func others() {
    let fault = beat(pass(at: minute(0), fault: "the disk is full"))
    #expect(health(fault, at: minute(1)).problems == ["the last run could not go on: the disk is full"])
    #expect(health(beat(pass(at: minute(0))), at: minute(1), oldest: 100_000).problems.count == 1)
    #expect(health(beat(pass(at: minute(60))), at: minute(0)).problems.first?.contains("clock") == true)
  }

  @Test("a run that was stopped is no trouble, and no success")
  func stopped() {
    var stopped = pass(at: minute(0))
    stopped.status = 75
    #expect(beat(stopped).lastSuccess == nil)
    #expect(health(beat(stopped), at: minute(1)).isHealthy)
  }

  @Test("the age follows from how often a run is expected", arguments: [(nil, 93_600), (86_400.0, 93_600), (60, 360)])
  func ages(expected: Double?, age: Int) { #expect(Health.maxAge(expecting: expected) == age) }

  @Test("a heartbeat is written and read; one that is damaged is as none")
  func file() throws {
    let fixture = try OperationsFixture()
    #expect(try Heartbeat.last(of: fixture.site) == nil)
    let written = beat(pass("!a", at: minute(0)))
    try written.write(to: fixture.site)
    #expect(try Heartbeat.last(of: fixture.site) == written)
    try fixture.write("Store/heartbeat.json", "{\"ended\": 3")
    #expect(try Heartbeat.last(of: fixture.site) == nil)
  }
}

extension Timestamp {
  fileprivate func adding(_ seconds: Int) -> Timestamp { Timestamp(seconds: self.seconds + seconds) }
}
