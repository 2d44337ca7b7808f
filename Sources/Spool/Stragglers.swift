internal import Disk
internal import Glibc
internal import SystemPackage

/// Processes of a run that left their group and outlived it: found by `NIGHTSHIFT_RUN` in their environment.
struct Stragglers {
  let run: String
  let disk: Disk

  /// Those that this user may look at. None where this process itself belongs to the run.
  func pids() -> [Int32] {
    guard !isMarked(getpid()), let entries = try? disk.list("/proc") else { return [] }
    return entries.compactMap { Int32($0.name) }.filter { $0 > 1 && isMarked($0) }
  }

  private func isMarked(_ pid: Int32) -> Bool {
    guard let file = try? disk.open(FilePath("/proc/\(pid)/environ")),
      let bytes = try? file.read(count: 1 << 17, at: 0)
    else { return false }
    return bytes.split(separator: 0).contains { $0.elementsEqual("NIGHTSHIFT_RUN=\(run)".utf8) }
  }
}
