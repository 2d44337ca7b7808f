import Disk
import Foundation
import Jobs
@testable import Pipeline
import Records
import Spool
import Store
import SystemPackage
import Testing

/// Queueing, with the clock in the test's hand.
@Suite struct RecurringTests {
  /// A site in a folder of its own, with recurring specs.
  private final class Fixture {
    let root = FilePath(NSTemporaryDirectory()).appending("ns-" + UUID().uuidString.prefix(13))
    private let disk = Disk()

    init(_ specs: [String: String]) throws {
      _ = try Site.create(at: root, disk: disk)
      try disk.replace(root.appending("nightshift.yaml"), with: Array("settle: 0s\n".utf8))
      for (name, on) in specs { try write(name, on) }
    }

    init(copying other: Fixture) throws {
      try FileManager.default.copyItem(atPath: other.root.string, toPath: root.string)
    }

    deinit { try? disk.removeTree(root) }

    func write(_ name: String, _ on: String) throws {
      let text = "version: 1\nname: \(name)\nproject: p\non: {\(on)}\nsteps:\n  - {id: one, run: [\"true\"]}\n"
      try disk.replace(root.appending("Jobs/recurring/\(name).yaml"), with: Array(text.utf8))
    }

    func open(_ disk: Disk = Disk()) throws -> Site { try Site(at: root, disk: disk) }

    @discardableResult
    func queueDue(at time: String, _ disk: Disk = Disk()) throws -> Recurring.Outcome {
      var recurring = Recurring(try open(disk))
      return try recurring.queueDue(now: try #require(Timestamp(time)))
    }

    /// Takes all jobs out of the inbox, as a runner does, and gives their occasions.
    func take() throws -> [String] {
      let inbox = root.appending("Jobs/inbox")
      let names = try disk.list(inbox).map(\.name).filter { !$0.hasPrefix(".") }
      for name in names {
        #expect(
          disk.exists(inbox.appending("\(name)/job.yaml")) && disk.exists(inbox.appending("\(name)/submission.json")))
        try disk.removeTree(inbox.appending(name))
      }
      return names.map { String($0.split(separator: "+").last ?? "") }
    }
  }

  @Test(
    "a death or fault at any write neither loses a slot nor queues it twice",
    arguments: [(.stop, 1), (.tear(seed: 1), 3), (.powerCut(seed: nil), 2), (.powerCut(seed: 1), 3), (.full, 3)]
      as [(FaultPlan.Fault, Int)])
  func faults(fault: FaultPlan.Fault, stride: Int) throws {
    let prepared = try Fixture(["night": "schedule: 0 2 * * *, catch-up: every"])
    try prepared.queueDue(at: "2024-01-01T12:00:00Z")
    var index = 0
    while true {
      let fixture = try Fixture(copying: prepared)
      let plan = FaultPlan(fault, at: index)
      _ = try? fixture.queueDue(at: "2024-01-03T12:00:00Z", Disk(faults: plan))
      try plan.cutPower()
      // What came into the inbox is run to its end before the next one looks.
      let taken = try fixture.take()
      try fixture.queueDue(at: "2024-01-03T12:00:00Z")
      #expect(try (taken + fixture.take()).sorted() == ["20240102T020000", "20240103T020000"], "fault at \(index)")
      #expect(try Disk().list(fixture.root.appending("Jobs/schedules/staged")).isEmpty)
      guard plan.wasMet else { break }
      index += stride
    }
    #expect(index > 15)
  }

  @Test("a clock that was ahead does not silence a schedule")
  func wrongClock() throws {
    let fixture = try Fixture(["night": "schedule: 0 2 * * *"])
    try fixture.queueDue(at: "2090-01-01T12:00:00Z")
    // Moments that people choose are no clock.
    #expect(try fixture.queueDue(at: "2080-01-01T12:00:00Z").notes.isEmpty)
    let now = Runner.now().text
    #expect(try fixture.queueDue(at: now).notes.count == 1)
    #expect(try fixture.queueDue(at: now).notes.isEmpty)
    let entry = try ScheduleBook(fixture.open().spool).entry(project: "p", job: "night")
    #expect(entry?.after == now)
  }

  @Test("runners that look at the same moment queue a slot once")
  func together() async throws {
    let fixture = try Fixture(["a": "schedule: 0 2 * * *, catch-up: every", "b": "schedule: 0 3 * * *"])
    try fixture.queueDue(at: "2024-01-01T12:00:00Z")
    let root = fixture.root
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<6 {
        group.addTask {
          var recurring = Recurring(try Site(at: root, disk: Disk()))
          _ = try recurring.queueDue(now: Timestamp(seconds: 1_704_283_200))
        }
      }
      try await group.waitForAll()
    }
    #expect(try fixture.take().sorted() == ["20240102T020000", "20240103T020000", "20240103T030000"])
  }

  @Test("a random delay moves a run, not its slot, and always by the same")
  func delayed() throws {
    let fixture = try Fixture(["night": "schedule: 0 2 * * *, random-delay: 1h"])
    try fixture.queueDue(at: "2024-01-01T12:00:00Z")
    var first: Int?
    for minute in stride(from: 0, through: 60, by: 10) {
      let time = Timestamp(seconds: 1_704_160_800 + minute * 60).text
      if try fixture.queueDue(at: time).queuedCount > 0 { first = first ?? minute }
    }
    let minute = try #require(first)
    #expect((1...60).contains(minute))
    #expect(try fixture.take() == ["20240102T020000"])
  }

  @Test("a damaged record and two specs of one job are told, and others go on")
  func damaged() throws {
    let fixture = try Fixture(["a": "schedule: hourly", "b": "schedule: hourly"])
    try fixture.queueDue(at: "2024-01-01T12:30:00Z")
    try Disk().replace(fixture.root.appending("Jobs/schedules/p+a.json"), with: Array("{".utf8))
    let spec = try Disk().read(fixture.root.appending("Jobs/recurring/b.yaml"))
    try Disk().replace(fixture.root.appending("Jobs/recurring/c.yaml"), with: spec)
    let outcome = try fixture.queueDue(at: "2024-01-01T13:30:00Z")
    #expect(outcome.queuedCount == 1)
    #expect(outcome.errors.map(\.file) == ["recurring/a.yaml", "recurring/c.yaml"])
    #expect(try fixture.queueDue(at: "2024-01-01T13:30:00Z").errors.isEmpty)
  }

  @Test("to ask again when nothing is due writes nothing")
  func idle() throws {
    let fixture = try Fixture(["night": "schedule: 0 2 * * *"])
    try fixture.queueDue(at: "2024-01-01T12:00:00Z")
    let plan = FaultPlan(.stop, at: 0)
    try fixture.queueDue(at: "2024-01-01T13:00:00Z", Disk(faults: plan))
    #expect(plan.operationCount == 0)
  }

  /// A run that has ended, whose monitor of `p/delays` saw drift or none.
  private func monitored(_ site: Site, _ run: String, isDrifted: Bool, job: String = "watch", by: String? = nil) throws
  {
    let digest = Digest(of: [1])
    let document = DriftDocument(
      model: digest, modelVersion: VersionLabel(project: "p", name: "delays", number: 1), reference: digest,
      referenceRowCount: 1, data: digest, dataVersion: nil, rowCount: 1, isDrifted: isDrifted, psiThreshold: 0.2,
      pValueThreshold: 0.01, columnShareThreshold: 0.3, columns: [])
    let stored = try site.store.put(try CanonicalJSON.encode(document))[0]
    let step = StepRecord(
      id: "m", kind: "monitor", outcome: .ran,
      outputs: [StepRecord.Output(name: "", artifact: Artifact(kind: .drift, digest: stored))])
    let time = Timestamp(seconds: 0)
    try RunArchive(site.store).freeze(
      RunRecord(
        id: run, job: job, project: "p", outcome: .done, logicalTime: time, started: time, finished: time,
        wallSeconds: 0, attemptCount: 1, specName: "s", origin: "/", spec: digest, params: [:], requestedBy: by,
        host: "h", toolVersion: "0", steps: [step]), spec: [])
  }

  @Test("drift that the newest monitor saw is answered once, and never by what led to it")
  func drift() throws {
    let fixture = try Fixture(["again": "drift: delays"])
    let site = try fixture.open()
    func queued(_ hour: Int) throws -> Int { try fixture.queueDue(at: "2024-01-03T0\(hour):00:00Z").queuedCount }
    #expect(try queued(0) == 0)
    try monitored(site, "watch-20240101T020000-0001", isDrifted: true)
    #expect(try queued(1) == 1)
    #expect(try queued(2) == 0)
    try monitored(site, "watch-20240102T020000-0002", isDrifted: false)
    #expect(try queued(3) == 0)
    try monitored(site, "again-20240102T030000-0003", isDrifted: true, job: "again")
    #expect(try queued(4) == 0)
    try monitored(site, "watch-20240102T040000-0004", isDrifted: true, by: "again-20240102T030000-0003")
    #expect(try queued(5) == 0)
    try monitored(site, "watch-20240102T050000-0005", isDrifted: true)
    #expect(try queued(6) == 1)
  }
}
