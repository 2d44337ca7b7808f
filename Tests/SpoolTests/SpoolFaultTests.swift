import Disk
import Foundation
import Records
@testable import Spool
import SystemPackage
import Testing

/// Everything that is done to a job, stopped at each change of the disk, by a kill and by a power cut.
@Suite struct SpoolFaultTests {
  enum Life: String, CaseIterable {
    case finish, putBack, deferral, hold, cancel, cancelDeferred, cancelFile, retry
  }

  private let time = Timestamp(seconds: 1_364_781_600)
  private let never = Timestamp(seconds: 4_000_000_000)

  private let cases: [FaultPlan.Fault] = [.stop, .powerCut(seed: nil), .powerCut(seed: 11)]
  /// Each fifth of the changes is a good sample; with NIGHTSHIFT_SOAK, all are tried.
  private let stride = ProcessInfo.processInfo.environment["NIGHTSHIFT_SOAK"] == nil ? 5 : 1

  @Test(
    "stopped at any change of the disk, a job is in exactly one place, and is finished once", arguments: Life.allCases)
  func faults(life: Life) throws {
    for (number, fault) in cases.enumerated() {
      var index = number % stride
      while try !survives(life, fault, index) { index += stride }
      #expect(index > 5, "\(life) \(fault)")
    }
  }

  /// True when the life met no fault any more.
  private func survives(_ life: Life, _ fault: FaultPlan.Fault, _ index: Int) throws -> Bool {
    let fixture = SpoolFixture()
    let healthy = try fixture.open()
    if life != .finish { try prepare(life, healthy, fixture) }
    let plan = FaultPlan(fault, at: index)
    let result = Result { try live(life, try fixture.open(Disk(faults: plan)), fixture) }
    if case .failure(let error) = result, !plan.wasMet { throw error }
    try plan.cutPower()
    let spool = try fixture.open()
    try fixture.recover(spool) { claim in try finish(claim) }
    let accepted = life != .finish || (try? result.get()) != nil
    let places = try fixture.places().filter { $0 != "rejected" }
    let expected = life == .retry ? 1...2 : accepted ? 1...1 : 0...1
    #expect(expected.contains(places.count), "\(life) \(fault) \(index): \(places)")
    for name in try spool.folders(in: .held) { try spool.release(name) }
    for claim in try spool.wake(now: never) { try finish(claim) }
    for entry in try spool.scan(settleSeconds: 0) where entry.readiness == .ready {
      if let claim = try spool.claim(entry) { try finish(claim) }
    }
    let ended = try fixture.places().filter { $0 != "rejected" }
    #expect(
      ended.count == places.count && ended.allSatisfy { $0 == "done" || $0 == "failed" },
      "\(life) \(fault) \(index): \(ended)")
    return !plan.wasMet
  }

  private func finish(_ claim: Claim, _ state: Spool.State = .done) throws {
    try claim.finish(state, date: "2013-04-01", specName: "job.yaml", result: Array("{\"run\": \"r\"}".utf8))
  }

  private func prepare(_ life: Life, _ spool: Spool, _ fixture: SpoolFixture) throws {
    try spool.submit(Array("spec\n".utf8), fixture.submission, key: "once")
    switch life {
    case .cancelDeferred: try fixture.claimFirst(spool).defer(until: never, reason: "later")
    case .cancelFile: try fixture.drop("job.once.cancel", "")
    case .retry: try finish(try fixture.claimFirst(spool), .failed)
    case .finish, .putBack, .deferral, .hold, .cancel: return
    }
  }

  private func live(_ life: Life, _ spool: Spool, _ fixture: SpoolFixture) throws {
    switch life {
    case .finish:
      try spool.submit(Array("spec\n".utf8), fixture.submission)
      try finish(try fixture.claimFirst(spool))
    case .putBack: try fixture.claimFirst(spool).putBack()
    case .deferral:
      try fixture.claimFirst(spool).defer(until: time, reason: "later")
      for claim in try spool.wake(now: never) { try finish(claim) }
    case .hold:
      try spool.hold("job.once")
      try spool.release("job.once")
      try spool.hold("job.once")
    case .cancel: _ = try spool.requestCancel("job.once", Cancellation(by: "ada", at: time.text))
    case .cancelDeferred:
      _ = try spool.requestCancel("job.once", Cancellation(by: "ada", at: time.text))
      for claim in try spool.wake(now: time) { try finish(claim, .failed) }
    case .cancelFile: _ = try spool.takeCancelFiles(now: time)
    case .retry: _ = try spool.retry("r", by: "ada", at: time.text)
    }
  }
}
