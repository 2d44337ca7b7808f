import Disk
import Foundation
import Records
@testable import Spool
import Synchronization
import SystemPackage
import Testing

/// Runners of one spool at once, each with its own eyes.
@Suite struct RaceTests {
  let fixture = SpoolFixture()
  let never = Timestamp(seconds: 4_000_000_000)

  /// A process of another machine: whether it lives is known by its claims alone.
  private func watcher() throws -> Spool {
    var identity = ProcessIdentity.current(Disk())
    identity.host = "elsewhere"
    identity.boot = "its own"
    return try Spool(at: fixture.root, disk: Disk(), identity: identity)
  }

  private func finish(_ claim: Claim) throws {
    try claim.finish(.done, date: "2013-04-01", specName: "job.yaml", result: Array("{}".utf8))
  }

  /// One job's life, with all that moves it.
  private func live(_ number: Int, _ spool: Spool) throws {
    let name = try spool.submit(Array("spec\n".utf8), fixture.submission, key: "\(number)")
    let entry = try #require(try spool.scan(settleSeconds: 0).first { $0.name == name })
    let first = try #require(try spool.claim(entry))
    try first.beat()
    guard number.isMultiple(of: 2) else { return try finish(first) }
    try first.defer(until: Timestamp(seconds: 0), reason: "later")
  }

  /// Puts what it finds on hold and lets it go again; what is taken up meanwhile is no mistake.
  private func disturb(_ spool: Spool) throws {
    for name in try spool.folders(in: .deferred) {
      do { try spool.release(try spool.hold(name)) } catch {
        switch error {
        case .unsuited, .unknownJob, .ambiguousJob: continue
        default: throw error
        }
      }
    }
  }

  @Test("runners that claim, finish, defer, wake, hold and take over at once hurt nobody")
  func races() throws {
    let (jobCount, makers) = (60, 2)
    let failures = Mutex<[String]>([])
    let remaining = Mutex(makers)
    _ = try fixture.open()
    DispatchQueue.concurrentPerform(iterations: makers + 3) { thread in
      do {
        if thread < makers {
          defer { remaining.withLock { $0 -= 1 } }
          let spool = try fixture.open()
          for number in 0..<jobCount { try live(thread * 1000 + number, spool) }
          return
        }
        let spool = thread == makers ? try watcher() : try fixture.open()
        while remaining.withLock({ $0 > 0 }) {
          for claim in try spool.takeOver() { try finish(claim) }
          if thread == makers + 1 { try disturb(spool) }
          for claim in try spool.wake(now: never) { try finish(claim) }
        }
      } catch {
        failures.withLock { $0.append("\(thread): \(error)") }
      }
    }
    #expect(failures.withLock { $0 } == [])
    let spool = try fixture.open()
    for name in try spool.folders(in: .held) { try spool.release(name) }
    for claim in try spool.wake(now: never) { try finish(claim) }
    try fixture.recover(spool, finish)
    #expect(try fixture.places().filter { $0 == "done" }.count == jobCount * makers)
    #expect(try Disk().list(fixture.root.appending("active")).isEmpty)
  }

  @Test("a claim that a runner died removing goes with the next look")
  func discards() throws {
    let spool = try fixture.open()
    let left = fixture.root.appending("active/.gone-x")
    try Disk().makeDirectory(left)
    try Disk().replace(left.appending("claim.json"), with: [1])
    #expect(try spool.takeOver().isEmpty)
    #expect(!Disk().exists(left))
  }
}
