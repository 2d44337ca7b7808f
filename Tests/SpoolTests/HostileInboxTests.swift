@testable import Disk
import Foundation
import Records
@testable import Spool
import SystemPackage
import Testing

@Suite struct HostileInboxTests {
  let fixture = SpoolFixture(in: NSTemporaryDirectory())
  let disk = Disk()

  private var inbox: FilePath { fixture.root.appending("inbox") }

  enum Hostile: String, CaseIterable {
    case link, dangling, pipe, socket, newline, escape, notText, tooLong, claimName, resultName, specless, linkedSpec
  }

  private func make(_ hostile: Hostile) throws {
    let path = inbox.string
    switch hostile {
    case .link: #expect(symlink("/etc/passwd", path + "/link.yaml") == 0)
    case .dangling: #expect(symlink("/nowhere", path + "/dangling.yaml") == 0)
    case .pipe: #expect(mkfifo(path + "/pipe.yaml", 0o600) == 0)
    case .socket: #expect(mknod(path + "/socket.yaml", S_IFSOCK | 0o600, 0) == 0)
    case .newline: try fixture.drop("two\nlines.yaml")
    case .escape: try fixture.drop("\u{1B}[31mred.yaml")
    case .notText:
      let name: [CChar] = (path + "/a").utf8CString.dropLast() + [-1] + ".yaml".utf8CString
      close(open(name, O_CREAT | O_WRONLY, 0o600))
    case .tooLong: try fixture.drop(String(repeating: "x", count: 240) + ".yaml")
    case .claimName: try fixture.drop("claim.json")
    case .resultName: try fixture.drop("result.json")
    case .specless: try disk.makeDirectory(inbox.appending("folder"))
    case .linkedSpec:
      try disk.makeDirectory(inbox.appending("folder"))
      #expect(symlink("/etc/passwd", path + "/folder/job.yaml") == 0)
    }
  }

  @Test("a job folder settles only when no file in it changes any more, however deep")
  func folderBeingCopied() throws {
    let fixture = SpoolFixture()
    let spool = try fixture.open()
    let job = fixture.root.appending("inbox/job")
    try Disk().makeDirectory(job.appending("data/raw"))
    try Disk().replace(job.appending("job.yaml"), with: Array("version: 1\n".utf8))
    usleep(3_200_000)
    #expect(try spool.scan(settleSeconds: 3).map(\.readiness) == [.ready])
    try Disk().replace(job.appending("data/raw/large.csv"), with: [1])
    let entry = try spool.scan(settleSeconds: 3).first
    #expect(entry?.readiness == .settling && entry?.reason.hasPrefix("a file in it changed") == true)
  }

  @Test("what cannot be a job is told with a reason, stays, and stops nothing", arguments: Hostile.allCases)
  func hostile(_ hostile: Hostile) throws {
    try fixture.drop("good.yaml")
    try make(hostile)
    let spool = try fixture.open()
    let entries = try spool.scan(settleSeconds: 0)
    #expect(entries.count == 2)
    let odd = try #require(entries.first { $0.name != "good.yaml" })
    #expect(odd.readiness == .odd)
    #expect(!odd.reason.isEmpty)
    let good = try #require(entries.first { $0.readiness == .ready })
    #expect(good.owner == geteuid() && good.sizeBytes == 11)
    #expect(try spool.claim(good) != nil)
    #expect(try spool.scan(settleSeconds: 0).map(\.readiness) == [.odd])
  }

  @Test("peeking never waits and never fails", arguments: [Hostile.link, .pipe, .socket, .specless, .linkedSpec])
  func peeks(_ hostile: Hostile) throws {
    _ = try fixture.open()
    try make(hostile)
    let spool = try fixture.open()
    let entry = try #require(try spool.scan(settleSeconds: 0).first)
    #expect(spool.peek(entry) == nil)
  }

  @Test("data beside the specs is no job and no fault")
  func data() throws {
    _ = try fixture.open()
    try disk.makeDirectory(inbox.appending("landing"))
    try disk.replace(inbox.appending("landing/a.csv"), with: [])
    #expect(try fixture.open().scan(settleSeconds: 0).isEmpty)
  }

  @Test("an entry that the system does not let go of is told, once it was tried, and the rest goes on")
  func refused() throws {
    try fixture.drop("stuck.yaml")
    try fixture.drop("good.yaml")
    let path = inbox.appending("stuck.yaml").string
    let program = Process()
    program.executableURL = URL(fileURLWithPath: "/usr/bin/chattr")
    program.arguments = ["+i", path]
    program.standardError = Pipe()
    // Not every file system and user can do it: then there is nothing to see here.
    guard (try? program.run()) != nil else { return }
    program.waitUntilExit()
    guard program.terminationStatus == 0 else { return }
    defer {
      let undo = Process()
      undo.executableURL = URL(fileURLWithPath: "/usr/bin/chattr")
      undo.arguments = ["-i", path]
      if (try? undo.run()) != nil { undo.waitUntilExit() }
    }
    let spool = try fixture.open()
    let claimed = try spool.scan(settleSeconds: 0).compactMap { try spool.claim($0)?.name }
    #expect(claimed == ["good.yaml"])
    let left = try spool.scan(settleSeconds: 0)
    #expect(left.map(\.name) == ["stuck.yaml"])
    #expect(left.map(\.readiness) == [.odd])
  }

  @Test("a file that its writer goes on with is given back")
  func slowWriter() throws {
    try fixture.drop("slow.yaml")
    let spool = try fixture.open()
    let entry = try #require(try spool.scan(settleSeconds: 0).first)
    try disk.openForAppending(inbox.appending("slow.yaml")).write(Array("steps: []\n".utf8))
    #expect(try spool.claim(entry) == nil)
    #expect(try fixture.places() == ["inbox"])
    #expect(try spool.claim(try #require(try spool.scan(settleSeconds: 0).first)) != nil)
  }

  @Test("a file of the future, by a clock that was set back, settles by two looks")
  func future() throws {
    let spool = try fixture.open()
    try fixture.drop("early.yaml")
    let entry = try #require(try disk.list(inbox).first)
    let memory = InboxMemory()
    #expect(!memory.isSettled("early.yaml", entry.status, seconds: 0.02))
    usleep(30_000)
    #expect(memory.isSettled("early.yaml", entry.status, seconds: 0.02))
    var other = entry.status
    other.sizeBytes += 1
    #expect(!memory.isSettled("early.yaml", other, seconds: 0.02))
    #expect(try spool.scan(settleSeconds: 0).count == 1)
  }

  // MARK: An inbox on another file system

  /// Nil where there is no second file system to test with.
  private func moveInboxElsewhere() throws -> FilePath? {
    _ = try fixture.open()
    let other = FilePath("/dev/shm/nightshift-inbox-\(UUID().uuidString)")
    guard (try? disk.makeDirectory(other)) != nil else { return nil }
    try disk.removeTree(inbox)
    #expect(symlink(other.string, inbox.string) == 0)
    return try fixture.open().isInboxElsewhere() ? other : nil
  }

  private func dropBoth() throws {
    try fixture.drop("train.yaml")
    try disk.makeDirectory(inbox.appending("job"))
    try disk.replace(inbox.appending("job/job.yaml"), with: Array("spec\n".utf8))
  }

  @Test("jobs of an inbox on another file system are held and released, too", arguments: ["train.yaml", "job"])
  func holds(job: String) throws {
    guard let other = try moveInboxElsewhere() else { return }
    defer { try? disk.removeTree(other) }
    try dropBoth()
    let spool = try fixture.open()
    let name = try spool.hold(job)
    #expect(try spool.scan(settleSeconds: 0).count == 1)
    #expect(try spool.wake(now: Timestamp(seconds: 0)).isEmpty)
    try spool.release(name)
    #expect(try spool.wake(now: Timestamp(seconds: 0)).map(\.name) == [job])
  }

  @Test("a claim goes back to an inbox on another file system as it came", arguments: ["train.yaml", "job"])
  func putsBack(job: String) throws {
    guard let other = try moveInboxElsewhere() else { return }
    defer { try? disk.removeTree(other) }
    try dropBoth()
    let spool = try fixture.open()
    let before = try spool.scan(settleSeconds: 0)
    let claim = try #require(try before.first { $0.name == job }.flatMap { try spool.claim($0) })
    #expect(try claim.putBack())
    #expect(try spool.scan(settleSeconds: 0).map(\.name).sorted() == ["job", "train.yaml"])
    #expect(try spool.claim(try #require(spool.scan(settleSeconds: 0).first { $0.name == job })) != nil)
  }

  @Test("what cannot be a job is new once, and again when it changes")
  func toldOnce() throws {
    _ = try fixture.open()
    #expect(mkfifo(inbox.appending("pipe.yaml").string, 0o600) == 0)
    let spool = try fixture.open()
    #expect(try spool.unheard(of: spool.scan(settleSeconds: 0)) == ["pipe.yaml"])
    let later = try fixture.open()
    #expect(try later.unheard(of: later.scan(settleSeconds: 0)) == [])
    try disk.remove(inbox.appending("pipe.yaml"))
    #expect(try later.unheard(of: later.scan(settleSeconds: 0)) == [])
    #expect(mkfifo(inbox.appending("pipe.yaml").string, 0o600) == 0)
    #expect(try later.unheard(of: later.scan(settleSeconds: 0)) == ["pipe.yaml"])
  }

  @Test("a job that was submitted on hold gets from there to an inbox on another file system")
  func releasesSubmitted() throws {
    guard let other = try moveInboxElsewhere() else { return }
    defer { try? disk.removeTree(other) }
    let spool = try fixture.open()
    let submission = Submission(specName: "train.yaml", origin: "/", params: [], by: "ada", at: "2013-04-01T02:00:00Z")
    let name = try spool.submit(Array("spec\n".utf8), submission, into: .held)
    try spool.release(name)
    let claim = try #require(try spool.wake(now: Timestamp(seconds: 0)).first)
    #expect(try claim.submission() == submission)
  }

  @Test("jobs of an inbox on another file system are copied, each by one of many runners")
  func copies() async throws {
    guard let other = try moveInboxElsewhere() else { return }
    defer { try? disk.removeTree(other) }
    try dropBoth()
    let entries = try fixture.open().scan(settleSeconds: 0)
    let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<4 {
        group.addTask {
          let spool = try self.fixture.open()
          return try entries.compactMap { try spool.claim($0)?.name }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(claimed.sorted() == ["job", "train.yaml"])
    #expect(try disk.list(other).isEmpty)
  }

  private func queue(_ disk: Disk) throws {
    let book = ScheduleBook(try fixture.open(disk))
    let lock = try book.lock()
    defer { lock.keep() }
    try book.completeQueued()
    let entry = ScheduleBook.Entry(project: "p", job: "j", after: "2013-04-01T02:00:00Z")
    guard try book.entry(project: "p", job: "j") == nil else { return }
    try book.queue(
      [ScheduleBook.Request(occasion: "one", submission: fixture.submission)], of: Array("spec\n".utf8), entry)
  }

  @Test("stopped at any change, a recurring job gets to an inbox on another file system, and once")
  func queueFaults() throws {
    guard let other = try moveInboxElsewhere() else { return }
    defer { try? disk.removeTree(other) }
    let schedules = fixture.root.appending("schedules")
    var index = 0
    while true {
      let plan = FaultPlan(.stop, at: index)
      let result = Result { try queue(Disk(faults: plan)) }
      if case .failure(let error) = result, !plan.wasMet { throw error }
      // One that is there already is run before the next look.
      let early = try disk.list(inbox).map(\.name).filter { !$0.hasPrefix(".") }
      for name in early { try disk.removeTree(inbox.appending(name)) }
      try queue(disk)
      #expect(try early + disk.list(inbox).map(\.name) == ["p+j+one"], "operation \(index)")
      #expect(try disk.list(schedules.appending("staged")).isEmpty)
      for entry in try disk.list(inbox) { try disk.removeTree(inbox.appending(entry.name)) }
      try disk.removeTree(schedules)
      guard plan.wasMet else { break }
      index += 1
    }
    #expect(index > 10)
  }

  @Test("stopped at any change while it copies, a job is in one place")
  func copyFaults() throws {
    guard let other = try moveInboxElsewhere() else { return }
    defer { try? disk.removeTree(other) }
    var index = 0
    while true {
      try dropBoth()
      let plan = FaultPlan(.stop, at: index)
      let result = Result { try claimAll(Disk(faults: plan)) }
      if case .failure(let error) = result, !plan.wasMet { throw error }
      let healthy = try fixture.open()
      var names: [String] = []
      try fixture.recover(healthy) { claim in
        names.append(claim.name)
        try claim.finish(.done, date: "2013-04-01", specName: claim.name, result: Array("{}".utf8))
      }
      names += try healthy.scan(settleSeconds: 0).map(\.name)
      #expect(names.sorted() == ["job", "train.yaml"], "operation \(index)")
      for entry in try disk.list(inbox) { try disk.removeTree(inbox.appending(entry.name)) }
      guard plan.wasMet else { break }
      index += 1
    }
    #expect(index > 20)
  }

  private func claimAll(_ disk: Disk) throws {
    let spool = try fixture.open(disk)
    for entry in try spool.scan(settleSeconds: 0) { _ = try spool.claim(entry) }
  }

  @Test("renaming exclusively without the kernel's call for it")
  func byLinking() throws {
    let spool = try fixture.open()
    let root = spool.root
    for name in ["a", "b"] { try disk.replace(root.appending(name), with: Array(name.utf8)) }
    #expect(throws: DiskError.self) { try disk.renameByLinking(root.appending("a"), to: root.appending("b")) }
    try disk.renameByLinking(root.appending("a"), to: root.appending("c"))
    #expect(!disk.exists(root.appending("a")))
    #expect(try disk.read(root.appending("c")) == Array("a".utf8))
    for name in ["folder/x", "other/y"] { try disk.makeDirectory(root.appending(name)) }
    #expect(throws: DiskError.self) { try disk.renameByLinking(root.appending("folder"), to: root.appending("other")) }
    try disk.renameByLinking(root.appending("folder"), to: root.appending("free"))
    #expect(disk.exists(root.appending("free/x")))
  }
}
