import Disk
import Foundation
@testable import Pipeline
import Records
import Spool
import SystemPackage
import Testing

@Suite struct DiagnosisTests {
  private static let now = Timestamp(seconds: 1_750_000_000)

  private static func health(_ change: (inout Pass) -> Void, age: Int, queue: QueueState = QueueState()) -> Health {
    var pass = Pass(started: now)
    pass.ended = Timestamp(seconds: now.seconds - age)
    change(&pass)
    return Health(
      Heartbeat(pass, after: nil, host: "h", toolVersion: "1"), queue: queue, now: now, maxAgeSeconds: 26 * 3600)
  }

  private static func facts(_ change: (inout SiteFacts) -> Void = { _ in }) -> SiteFacts {
    var facts = SiteFacts(
      now: now, xgboost: .success("1.7.4"), lz4: "1.9.4", archive: "3.6.2", duckdb: "/usr/bin/duckdb", sandbox: .works,
      hasSystemd: true, hasCron: true,
      folders: [SiteFacts.Folder(name: "spool", path: "/s/Jobs"), SiteFacts.Folder(name: "store", path: "/s/Store")],
      room: FileSystem(freeBytes: 50 << 30, totalBytes: 100 << 30, freeInodes: 1_000_000), storeBytes: 3 << 30,
      fileSystems: [("spool's disk", "ext4"), ("store's disk", "ext4")], isClockSynchronised: true, orphans: 0,
      leftovers: SiteFacts.Pile(), deferred: SiteFacts.Pile(), held: SiteFacts.Pile(),
      health: health({ _ in }, age: 7200), expectedSeconds: 86_400, openFileLimit: 1024, processLimit: .max,
      locale: "C.UTF-8", alerts: (0, 0), storeProblems: 0, versionCount: 12)
    change(&facts)
    return facts
  }

  /// A machine on which all is wrong that may only be known.
  private static let worrying = facts { facts in
    facts.duckdb = nil
    facts.sandbox = .refused("bwrap: No permissions to create new namespace")
    (facts.hasSystemd, facts.hasCron) = (false, false)
    facts.room?.freeBytes = 2 << 30
    facts.storeBytes = 90 << 30
    facts.fileSystems = [("spool's disk", "nfs4"), ("store's disk", "fuse.sshfs")]
    facts.isClockSynchronised = false
    facts.orphans = 2
    facts.leftovers = SiteFacts.Pile(count: 3, oldestSeconds: 200_000)
    facts.deferred = SiteFacts.Pile(count: 1, oldestSeconds: 100_000)
    facts.held = SiteFacts.Pile(count: 4, oldestSeconds: 900_000)
    var queue = QueueState()
    (queue.inbox, queue.oldestSeconds) = (7, 100_000)
    facts.health = health({ $0.fault = "the disk is full" }, age: 60, queue: queue)
    facts.processLimit = 64
    facts.locale = "de_DE.ISO-8859-1"
    facts.alerts = (1, 2)
  }

  /// A machine on which no night can go well.
  private static let broken = facts { facts in
    facts.xgboost = .failure(SiteFacts.Fault(text: "libxgboost.so cannot be loaded: install libxgboost-dev"))
    facts.sandbox = .missing
    facts.folders[0].fault = "a job cannot move through it: Jobs/active is on another disk"
    facts.room?.freeInodes = 12
    facts.fileSystems = [("spool's disk", "vfat")]
    facts.health = health({ _ in }, age: 30 * 3600)
    facts.openFileLimit = 64
    facts.storeProblems = 3
    facts.alerts = nil
  }

  @Test("what is found is told calmly, with what to do")
  func golden() throws {
    let text = [("well", Self.facts()), ("worrying", Self.worrying), ("broken", Self.broken)].map { name, facts in
      "==> \(name)\n"
        + Diagnosis(facts: facts).findings.map { "\($0.status.rawValue) | \($0.subject) | \($0.text)\n" }.joined()
    }
    try Golden.check(text.joined(), "diagnosis.txt")
  }

  private static let judgements: [(facts: SiteFacts, subject: String, status: Finding.Status)] = [
    (facts { $0.room?.freeBytes = 500 << 20 }, "disk", .problem),
    (facts { $0.room?.isReadOnly = true }, "disk", .problem),
    (facts { $0.room = nil }, "disk", .problem), (facts { $0.room?.freeInodes = nil }, "disk", .ok),
    (facts { $0.now = Timestamp(seconds: 1000) }, "clock", .problem),
    (facts { $0.health = health({ _ in }, age: -4000) }, "clock", .problem),
    (facts { $0.health = health({ _ in }, age: 200_000) }, "last run", .problem),
    (facts { ($0.health, $0.expectedSeconds) = (health({ _ in }, age: 200_000), nil) }, "last run", .warning),
  ]

  @Test("room, clock and nights are judged by what a night needs", arguments: judgements)
  func judged(facts: SiteFacts, subject: String, status: Finding.Status) {
    #expect(Diagnosis(facts: facts).findings.first { $0.subject == subject }?.status == status)
  }

  @Test("the kind of a file system is that of the innermost mount")
  func mounts() {
    let mounts = """
      24 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
      35 24 0:31 / /srv rw shared:2 - nfs4 host:/srv rw
      36 35 0:32 / /srv/a\\040b rw - fuse.sshfs x rw
      37 35 0:33 / /srv/nightly2 rw - tmpfs x rw
      nonsense
      """
    #expect(FileSystem.kind(of: "/home/x", mounts: mounts) == "ext4")
    #expect(FileSystem.kind(of: "/srv/nightly", mounts: mounts) == "nfs4")
    #expect(FileSystem.kind(of: "/srv/a b/Store", mounts: mounts) == "fuse.sshfs")
    #expect(FileSystem.kind(of: "/x", mounts: "") == nil)
  }

  @Test("an examination leaves nothing behind, and finds a job that waits and a claim of a dead runner")
  func examination() async throws {
    let fixture = try OperationsFixture("notify: {}\n")
    let site = try fixture.site
    func everything() throws -> [String] {
      try FileManager.default.subpathsOfDirectory(atPath: fixture.root.string).sorted()
    }
    try fixture.write("Jobs/inbox/a.yaml", "x\n")
    try Disk().makeDirectory(fixture.root.appending("Jobs/active/x"))
    try fixture.write(
      "Jobs/active/x/claim.json",
      """
      {"owner": {"host": "\(ProcessIdentity.hostName)", "boot": "gone", "pid": 1, "startTicks": 1}, "attempts": 1}
      """)
    _ = try await SiteExamination(site).findings()
    let before = try everything()
    let findings = try await SiteExamination(site).findings()
    #expect(try everything() == before)
    #expect(findings.first { $0.subject == "inbox" }?.text == "1 job waits")
    #expect(findings.first { $0.subject == "spool" }?.status == .ok)
    #expect(findings.first { $0.subject == "claims" }?.status == .warning)
    #expect(findings.first { $0.subject == "last run" }?.status == .ok)
  }
}
