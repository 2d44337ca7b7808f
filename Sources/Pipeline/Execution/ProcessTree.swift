internal import Disk
internal import Glibc
internal import SystemPackage

/// Looks at the processes of this machine through `/proc`. What is gone, or not ours to read, counts as not there.
struct ProcessTree {
  let disk: Disk

  /// The children, their children and so on.
  func descendants(of process: Int32) -> [Int32] {
    var found: [Int32] = []
    var rest = [process]
    while let next = rest.popLast() {
      let children = children(of: next)
      found += children
      rest += children
    }
    return found
  }

  private func children(of process: Int32) -> [Int32] {
    let tasks = FilePath("/proc/\(process)/task")
    let threads = (try? disk.list(tasks)) ?? []
    return threads.flatMap { numbers(in: tasks.appending($0.name).appending("children")) ?? [] }
  }

  /// The orphans that this process was given: the kernel puts them under its first thread, which starts no child itself.
  /// Nil where the kernel does not list them.
  func orphans() -> [Int32]? { numbers(in: FilePath("/proc/self/task/\(getpid())/children")) }

  /// Every process there is.
  func all() -> [Int32] { ((try? disk.list(FilePath("/proc"))) ?? []).compactMap { Int32($0.name) } }

  /// Whether a process was started with one of these `NAME=VALUE` in its environment.
  func isMarked(_ process: Int32, by marks: Set<String>) -> Bool {
    guard let bytes = read(FilePath("/proc/\(process)/environ")) else { return false }
    return bytes.split(separator: 0).contains { marks.contains(String(decoding: $0, as: UTF8.self)) }
  }

  /// Whether it shows no environment though it lives: it is just becoming another program, or dying. The kernel's own
  /// threads never have one, and do not count.
  func isFaceless(_ process: Int32) -> Bool {
    guard let bytes = read(FilePath("/proc/\(process)/environ")), bytes.isEmpty, !hasEnded(process),
      let line = read(FilePath("/proc/\(process)/stat")), let close = line.lastIndex(of: UInt8(ascii: ")"))
    else { return false }
    let fields = line[(close + 1)...].split(separator: UInt8(ascii: " "))
    return process != Self.kernelParent
      && fields.dropFirst().first.map { Array($0) } != Array("\(Self.kernelParent)".utf8)
  }

  /// The parent of the kernel's threads.
  private static let kernelParent: Int32 = 2

  /// Whether it only waits to be reaped, or is gone.
  func hasEnded(_ process: Int32) -> Bool {
    // The second field is the command in parentheses and may hold anything: look behind the last closing one.
    guard let bytes = read(FilePath("/proc/\(process)/stat")), let close = bytes.lastIndex(of: UInt8(ascii: ")")),
      close + 2 < bytes.count
    else { return true }
    return [UInt8(ascii: "Z"), UInt8(ascii: "X")].contains(bytes[close + 2])
  }

  /// Resident memory of all together. What they share counts for each: cheap, and never too little.
  func residentBytes(_ processes: [Int32]) -> Int {
    let pages = processes.map { process -> Int in
      let fields = read(FilePath("/proc/\(process)/statm")).map { String(decoding: $0, as: UTF8.self) } ?? ""
      return fields.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
    return pages.reduce(0, +) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// The same with what is shared counted once; dear, because the kernel walks all their pages.
  func proportionalBytes(_ processes: [Int32]) -> Int {
    processes.map { process -> Int in
      guard let bytes = read(FilePath("/proc/\(process)/smaps_rollup")),
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first(where: { $0.hasPrefix("Pss:") }),
        let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
      else { return residentBytes([process]) }
      return kibibytes << 10
    }.reduce(0, +)
  }

  private func numbers(in path: FilePath) -> [Int32]? {
    read(path).map { String(decoding: $0, as: UTF8.self).split(separator: " ").compactMap { Int32($0) } }
  }

  private func read(_ path: FilePath) -> [UInt8]? {
    guard let file = try? disk.open(path) else { return nil }
    return try? file.read(count: Self.limitBytes, at: 0)
  }

  private static let limitBytes = 256 << 10
}
