@testable import Disk
import Foundation
import SystemPackage
import Testing

@Suite struct DiskTests {
  let folder = TemporaryFolder()
  let disk = Disk()

  @Test("who reads a file while it is replaced again and again has one of its contents, whole")
  func readsBesideReplacement() async throws {
    let path = folder.path.appending("busy")
    let contents = [[UInt8](repeating: 1, count: 700), [UInt8](repeating: 2, count: 900)]
    try disk.replace(path, with: contents[0], durability: .cached)
    let writer = Task.detached { [disk] in
      for turn in 0..<3000 { try disk.replace(path, with: contents[turn % 2], durability: .cached) }
    }
    for _ in 0..<3000 { #expect(contents.contains(try disk.read(path))) }
    try await writer.value
  }

  @Test("a replaced file has the new bytes and leaves nothing beside it")
  func replaces() throws {
    let path = folder.path.appending("file")
    try disk.replace(path, with: Array("old".utf8))
    try disk.replace(path, with: Array("new".utf8))
    #expect(try disk.read(path) == Array("new".utf8))
    #expect(try disk.list(folder.path).map(\.name) == ["file"])
  }

  @Test("of two claimants of one name, the second is told")
  func exclusiveRename() throws {
    for name in ["a", "b"] { try disk.replace(folder.path.appending(name), with: Array(name.utf8)) }
    let target = folder.path.appending("target")
    try disk.renameExclusively(folder.path.appending("a"), to: target)
    #expect(throws: DiskError.system(operation: .rename, path: folder.path.appending("b"), code: .fileExists)) {
      try disk.renameExclusively(folder.path.appending("b"), to: target)
    }
    #expect(try disk.read(target) == Array("a".utf8))
  }

  @Test("links are refused and a pipe does not hang")
  func oddFiles() throws {
    let link = folder.path.appending("link")
    let pipe = folder.path.appending("pipe")
    #expect(symlink("/etc/passwd", link.string) == 0)
    #expect(mkfifo(pipe.string, 0o600) == 0)
    #expect(throws: DiskError.notRegular(path: link)) { try disk.read(link) }
    #expect(throws: DiskError.notRegular(path: pipe)) { try disk.read(pipe) }
  }

  @Test("a held lock is seen by others and free when its holder lets go")
  func locks() throws {
    let path = folder.path.appending("lock")
    do {
      let held = try disk.lock(path)
      #expect(try isFree(path) == false)
      held.keep()
    }
    #expect(try isFree(path))
  }

  @Test("a lock keeps other processes out, and dies with its holder")
  func locksBetweenProcesses() throws {
    let path = folder.path.appending("lock")
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    holder.arguments = [
      "python3", "-c",
      "import fcntl,sys,time\nf=open(sys.argv[1],'w')\nfcntl.flock(f,fcntl.LOCK_EX)\nprint('held',flush=True)\ntime.sleep(60)",
      path.string,
    ]
    let output = Pipe()
    holder.standardOutput = output
    try holder.run()
    #expect(try output.fileHandleForReading.read(upToCount: 4).map { Array($0) } == Array("held".utf8))
    #expect(try isFree(path) == false)
    kill(holder.processIdentifier, SIGKILL)
    holder.waitUntilExit()
    #expect(try isFree(path))
  }

  @Test(
    "permissions come from the disk's settings where it has them", .serialized,
    arguments: [0o022, 0o077] as [mode_t])
  func modes(mask: mode_t) throws {
    let disk = Disk(modes: Disk.Modes(file: 0o640, folder: 0o750))
    let old = umask(mask)
    defer { umask(old) }
    try disk.makeDirectory(folder.path.appending("new/er"))
    try disk.replace(folder.path.appending("new/er/file"), with: [1])
    try disk.replace(folder.path.appending("new/er/fixed"), with: [1], mode: 0o444)
    #expect(try disk.status(of: folder.path.appending("new/er")).mode == 0o750)
    #expect(try disk.status(of: folder.path.appending("new/er/file")).mode == 0o640)
    #expect(try disk.status(of: folder.path.appending("new/er/fixed")).mode == 0o440)
  }

  @Test("a fault plan fails at its operation alone, or stops there for good")
  func faults() throws {
    let path = folder.path.appending("folder")
    let failing = Disk(faults: FaultPlan(.fail(.ioError), at: 0))
    #expect(throws: DiskError.system(operation: .makeDirectory, path: path, code: .ioError)) {
      try failing.makeDirectory(path)
    }
    try failing.makeDirectory(path)
    let stopped = Disk(faults: FaultPlan(.stop, at: 1))
    try stopped.makeDirectory(path.appending("a"))
    for name in ["b", "c"] {
      #expect(throws: DiskError.stopped) { try stopped.makeDirectory(path.appending(name)) }
    }
    #expect(try disk.list(path).map(\.name) == ["a"])
  }

  @Test("a lock that was let go is free at once, whatever children start at that instant")
  func lockBesideChildren() throws {
    let path = folder.path.appending("lock")
    let starting = Thread {
      while !Thread.current.isCancelled {
        var child = pid_t()
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
        if posix_spawn(&child, "/bin/true", nil, nil, &arguments, nil) == 0 { waitpid(child, nil, 0) }
        free(arguments[0])
      }
    }
    starting.start()
    defer { starting.cancel() }
    for attempt in 0..<20_000 { try #require(try isFree(path), "attempt \(attempt)") }
  }

  private func isFree(_ path: FilePath) throws -> Bool {
    switch try disk.lockIfFree(path) {
    case .some: true
    case .none: false
    }
  }

  @Test("a file larger than the reader's limit is refused, not read")
  func limit() throws {
    let path = folder.path.appending("large")
    try disk.replace(path, with: [UInt8](repeating: 0, count: 100))
    #expect(throws: DiskError.tooLarge(path: path, limitBytes: 99)) { try disk.read(path, limitBytes: 99) }
  }

  @Test("whatever operation of a replacement fails, the old bytes stay", arguments: 0..<8)
  func replacementSurvives(index: Int) throws {
    let path = folder.path.appending("file")
    try disk.replace(path, with: Array("old".utf8))
    for fault in [FaultPlan.Fault.stop, .fail(.noSpace)] {
      let plan = FaultPlan(fault, at: index)
      try? Disk(faults: plan).replace(path, with: Array("new".utf8))
      let bytes = try disk.read(path)
      #expect(bytes == Array("old".utf8) || bytes == Array("new".utf8))
    }
  }

  @Test("removing a tree leaves what a link in it points at")
  func removesTree() throws {
    let outside = folder.path.appending("outside")
    let tree = folder.path.appending("tree")
    try disk.makeDirectory(tree.appending("deep/er"))
    try disk.replace(outside, with: [1])
    #expect(symlink(outside.string, tree.appending("deep/link").string) == 0)
    try disk.removeTree(tree)
    #expect(!disk.exists(tree))
    #expect(disk.exists(outside))
  }

  @Test("a name that is no text is listed where all are, left out where text is needed, and removed with its folder")
  func nameBeyondText() throws {
    let tree = folder.path.appending("tree")
    try disk.makeDirectory(tree)
    try disk.replace(tree.appending("a"), with: [1])
    let name = Array(tree.string.utf8CString.dropLast()) + [0x2F, CChar(bitPattern: 0xFF), 0]
    let descriptor = name.withUnsafeBufferPointer { Glibc.open($0.baseAddress!, O_CREAT | O_WRONLY, 0o600) }
    try #require(descriptor >= 0)
    close(descriptor)
    #expect(try disk.list(tree).map(\.name) == ["a"])
    #expect(try disk.listEverything(tree).map(\.name) == ["a", "\u{FFFD}"])
    try disk.removeTree(tree)
    #expect(!disk.exists(tree))
  }

  @Test("a file may be dated anyhow", arguments: ["1850-01-01", "2300-01-01"])
  func farDates(date: String) throws {
    let path = folder.path.appending("dated")
    try Disk().replace(path, with: [1])
    let touch = Process()
    touch.executableURL = URL(fileURLWithPath: "/usr/bin/touch")
    touch.arguments = ["-d", date, path.string]
    try touch.run()
    touch.waitUntilExit()
    #expect(try Disk().status(of: path).sizeBytes == 1)
  }
}
