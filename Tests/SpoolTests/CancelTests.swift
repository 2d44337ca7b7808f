import Disk
import Foundation
import Records
@testable import Spool
import SystemPackage
import Testing

@Suite struct CancelTests {
  let fixture = SpoolFixture()
  let disk = Disk()
  let request = Cancellation(by: "ada", at: "2013-04-01T02:00:00Z")
  let now = Timestamp(seconds: Int(Date().timeIntervalSince1970))

  private func result(_ path: String) throws -> String {
    String(decoding: try disk.read(fixture.root.appending(path)), as: UTF8.self)
  }

  @Test("a job that waits goes to failed, with who and when", arguments: [Spool.State.inbox, .held])
  func waiting(state: Spool.State) throws {
    let spool = try fixture.open()
    let name = try spool.submit(Array("spec\n".utf8), fixture.submission, into: state)
    #expect(try spool.requestCancel(name, request) == .cancelled)
    #expect(try fixture.finished() == ["failed/2013-04-01/job", "failed/2013-04-01/job.result.json"])
    let text = try result("failed/2013-04-01/job.result.json")
    #expect(text.contains("\"outcome\" : \"cancelled\""))
    #expect(text.contains("it was cancelled by ada at 2013-04-01T02:00:00Z"))
  }

  @Test("an active job is told, by whatever name", arguments: ["train.yaml", "train", "run-1", "claim"])
  func active(name: String) throws {
    try fixture.drop("train.yaml")
    let spool = try fixture.open()
    let claim = try fixture.claimFirst(spool)
    try claim.update { $0.run = "run-1" }
    #expect(!claim.isCancelRequested())
    let known = name == "claim" ? claim.folder.lastComponent?.string ?? "" : name
    #expect(try spool.requestCancel(known, request) == .requested)
    #expect(claim.isCancelRequested())
    #expect(try claim.cancellation() == request)
  }

  @Test("a deferred job that is cancelled is woken at once to be closed, even a held one", arguments: [false, true])
  func deferred(isHeld: Bool) throws {
    try fixture.drop("train.yaml")
    let spool = try fixture.open()
    try fixture.claimFirst(spool).defer(until: Timestamp(seconds: now.seconds + 9999), reason: "later")
    if isHeld { try spool.hold("train.yaml") }
    #expect(try spool.requestCancel("train.yaml", request) == .requested)
    let claim = try #require(try spool.wake(now: now).first)
    #expect(try claim.cancellation() == request)
  }

  @Test("unknown names are answered by the nearest, and names of several jobs by all")
  func unknown() throws {
    let spool = try fixture.open()
    try fixture.drop("train.yaml")
    #expect(throws: SpoolError.unknownJob("trian.yaml", nearest: "train.yaml")) {
      try spool.requestCancel("trian.yaml", request)
    }
    for _ in 0..<2 { try spool.submit(Array("spec\n".utf8), fixture.submission) }
    do {
      _ = try spool.requestCancel("job.yaml", request)
      Issue.record("nothing was thrown")
    } catch {
      guard case .ambiguousJob("job.yaml", let names) = error else { throw error }
      #expect(names.count == 2 && names.allSatisfy { $0.hasPrefix("inbox/job.") })
    }
  }

  @Test("a file beside the job cancels it and goes")
  func byFile() throws {
    try fixture.drop("train.yaml")
    try fixture.drop("train.yaml.cancel", "")
    let spool = try fixture.open()
    #expect(try spool.takeCancelFiles(now: now) == [CancelNote(name: "train.yaml", answer: .cancelled)])
    #expect(try disk.list(fixture.root.appending("inbox")).isEmpty)
    #expect(try fixture.places() == ["failed"])
  }

  @Test("a job that came after the file is not meant; a file that nothing answers to is rejected after a day")
  func stale() throws {
    try fixture.drop("train.yaml.cancel", "")
    usleep(20_000)
    try fixture.drop("train.yaml")
    let spool = try fixture.open()
    #expect(try spool.takeCancelFiles(now: now).isEmpty)
    #expect(try fixture.places() == ["inbox"])
    let tomorrow = Timestamp(seconds: now.seconds + 86_410)
    #expect(try spool.takeCancelFiles(now: tomorrow) == [CancelNote(name: "train.yaml", answer: nil)])
    #expect(try fixture.places() == ["inbox", "rejected"])
  }

  @Test(
    "a job that came after the file is not meant, wherever it has got to",
    arguments: [Spool.State.inbox, .held, .active, .deferred])
  func staleFor(state: Spool.State) throws {
    try fixture.drop("train.yaml.cancel", "")
    usleep(20_000)
    try fixture.drop("train.yaml")
    let spool = try fixture.open()
    var claim: Claim?
    switch state {
    case .held: try spool.hold("train.yaml")
    case .active: claim = try fixture.claimFirst(spool)
    case .deferred: try fixture.claimFirst(spool).defer(until: Timestamp(seconds: now.seconds + 9999), reason: "later")
    default: break
    }
    #expect(try spool.takeCancelFiles(now: now).isEmpty)
    #expect(try fixture.places() == [state.rawValue])
    #expect(claim?.isCancelRequested() != true)
    #expect(try spool.deferred().allSatisfy { !$0.isCancelled })
    // One that is made now is for it.
    usleep(20_000)
    try fixture.drop("train.yaml.cancel", "")
    #expect(try spool.takeCancelFiles(now: now).count == 1)
  }

  @Test("a file for which there is no job is looked at once a minute, and at once when it changes")
  func strays() throws {
    try fixture.drop("run-1.cancel", "")
    let spool = try fixture.open()
    #expect(try spool.takeCancelFiles(now: now).isEmpty)
    try fixture.drop("train.yaml")
    let claim = try fixture.claimFirst(spool)
    try claim.update { record in
      record.run = "run-1"
      record.arrived = nil
    }
    #expect(try spool.takeCancelFiles(now: Timestamp(seconds: now.seconds + 59)).isEmpty)
    #expect(try spool.takeCancelFiles(now: Timestamp(seconds: now.seconds + 60)).map(\.name) == ["run-1"])
    #expect(claim.isCancelRequested())
  }

  @Test("a failed job is queued again with its parameters and moment, and its record stays")
  func retries() throws {
    let spool = try fixture.open()
    var submission = fixture.submission
    submission.params = [Submission.Param(name: "seed", json: "7")]
    try spool.submit(Array("spec\n".utf8), submission)
    let run = "job-20130401T020000-7f3a"
    try fixture.claimFirst(spool).finish(
      .failed, date: "2013-04-01", specName: "job.yaml", result: Array("{\"run\": \"\(run)\"}".utf8))
    for name in [run, "job", "2013-04-01/job"] {
      let queued = try spool.retry(name, by: "ada", at: "2013-04-02T08:00:00Z")
      let entry = try #require(try spool.scan(settleSeconds: 9).first { $0.name == queued })
      let peek = try #require(spool.peek(entry))
      #expect(peek.spec == Array("spec\n".utf8))
      #expect(peek.submission?.params == submission.params)
      #expect(peek.submission?.logicalTime == "2013-04-01T02:00:00Z")
      #expect(peek.submission?.origin == "/origin")
      #expect(peek.submission?.by == "ada")
    }
    #expect(try fixture.finished().count == 2)
    #expect(throws: SpoolError.unknownJob("jbo", nearest: "job")) { try spool.retry("jbo", by: "", at: "") }
  }
}
