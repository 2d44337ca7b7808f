import Disk
import Foundation
@testable import Pipeline
import Records
import Store
import SystemPackage
import Testing

@Suite struct RunArchiveTests {
  @Test("the newest runs are found without a look at older days")
  func newest() throws {
    let root = FilePath(NSTemporaryDirectory()).appending("ns-" + UUID().uuidString.prefix(13))
    defer { try? Disk().removeTree(root) }
    try Store.create(at: root, disk: Disk())
    let archive = RunArchive(try Store(at: root, disk: Disk()))
    let days = ["20121231", "20130401", "20130402"]
    let runs = days.flatMap { day in ["01", "02"].map { "j-\(day)T\($0)0000-0000" } }
    for run in runs { try Disk().makeDirectory(try archive.folder(of: run)) }
    #expect(try archive.names() == runs.reversed())
    // A day that cannot be listed is not looked into.
    let oldest = root.appending("runs/2012/12/31")
    try Disk().removeTree(oldest)
    try Disk().replace(oldest, with: [])
    #expect(try archive.names(limit: 3) == Array(runs.reversed().prefix(3)))
  }

  @Test("a job's name means its newest run that has ended, a run's name the run")
  func meant() throws {
    let root = FilePath(NSTemporaryDirectory()).appending("ns-" + UUID().uuidString.prefix(13))
    defer { try? Disk().removeTree(root) }
    try Store.create(at: root, disk: Disk())
    let archive = RunArchive(try Store(at: root, disk: Disk()))
    let runs = [
      "j-20130401T010000-0000", "j-20130402T010000-0000", "j-20130403T010000-0000", "j-k-20130404T010000-0000",
    ]
    for run in runs { try Disk().makeDirectory(try archive.folder(of: run)) }
    for run in runs where !run.contains("0403") {
      try Disk().replace(try archive.folder(of: run).appending("run.json"), with: Array("{}".utf8))
    }
    #expect(try archive.run(meantBy: "j") == runs[1])
    #expect(try archive.run(meantBy: "j-k") == runs[3])
    #expect(try archive.run(meantBy: runs[2]) == runs[2])
    let error = #expect(throws: PipelineError.self) { try archive.run(meantBy: "k") }
    #expect(
      error.map { "\($0)" }
        == "“k” cannot be resolved: it is neither a run nor a job that has run; `nightshift runs` lists them")
  }

  @Test("a frozen record outlasts a power cut, though its folder is new")
  func powerCut() throws {
    let root = FilePath(NSTemporaryDirectory()).appending("ns-" + UUID().uuidString.prefix(13))
    defer { try? Disk().removeTree(root) }
    try Store.create(at: root, disk: Disk())
    // Folders made before are durable by now.
    let plan = FaultPlan(.powerCut(seed: nil), at: .max)
    let archive = RunArchive(try Store(at: root, disk: Disk(faults: plan)))
    let time = Timestamp(seconds: 86_400)
    let record = RunRecord(
      id: "j-\(time.compact)-0000", job: "j", project: "p", outcome: .done, logicalTime: time, started: time,
      finished: time, wallSeconds: 1, attemptCount: 1, specName: "j.yaml", origin: "/", spec: Digest(of: []),
      params: [:], host: "h", toolVersion: "1", steps: [])
    try archive.append(RunEvent(at: time, event: "run-started"), to: record.id)
    try archive.freeze(record, spec: Array("version: 1\n".utf8))
    try plan.cutPower()
    #expect(try RunArchive(try Store(at: root, disk: Disk())).record(of: record.id)?.outcome == .done)
  }

  @Test("a damaged record is set aside, a good one is not", arguments: ["", "{", "[]"])
  func damaged(text: String) throws {
    let root = FilePath(NSTemporaryDirectory()).appending("ns-" + UUID().uuidString.prefix(13))
    defer { try? Disk().removeTree(root) }
    try Store.create(at: root, disk: Disk())
    let archive = RunArchive(try Store(at: root, disk: Disk()))
    let run = "j-\(Timestamp(seconds: 86_400).compact)-0000"
    #expect(try !archive.setAsideDamagedRecord(of: run))
    let path = try archive.folder(of: run).appending("run.json")
    try Disk().makeDirectory(path.removingLastComponent())
    try Disk().replace(path, with: Array(text.utf8))
    #expect(try archive.setAsideDamagedRecord(of: run))
    #expect(try archive.record(of: run) == nil)
    #expect(try Disk().read(path.removingLastComponent().appending("run.json.damaged")) == Array(text.utf8))
  }
}
