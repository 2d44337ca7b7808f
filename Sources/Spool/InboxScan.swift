internal import Disk
internal import Glibc
internal import SystemPackage

/// Something in the inbox.
package struct InboxEntry: Hashable, Sendable {
  package enum Readiness: Hashable, Sendable {
    /// It may be claimed.
    case ready
    /// Somebody may still be writing it.
    case settling
    /// It is no plain file or job folder: a link, a pipe, a device.
    case odd
  }

  package var name: String
  package var readiness: Readiness
  /// Why it is not ready; empty when it is.
  package var reason: String
  /// Nanoseconds since 1970 of its last change: the queue's order.
  var changed: Int64
}

extension Spool {
  /// A file that has no final line break is not complete before it has been left alone this long.
  private static let truncatedSettleSeconds = 60.0

  /// What is in the inbox, oldest first. Names that are no specs (`*.tmp`, `*~`, hidden ones, README.md) are left out.
  ///
  /// - Parameter settleSeconds: how long a dropped file must have been left alone. The time of its last change is the
  ///   inode's, which copies and clients cannot set back.
  package func scan(settleSeconds: Double) throws(SpoolError) -> [InboxEntry] {
    let inbox = folder(.inbox)
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let nanoseconds = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    var found: [InboxEntry] = []
    for entry in try onSpool({ () throws(DiskError) in try disk.list(inbox) }) {
      let age = Double(nanoseconds - entry.status.changed) / 1e9
      guard let (readiness, reason) = try look(entry, age: age, settleSeconds: settleSeconds) else { continue }
      found.append(InboxEntry(name: entry.name, readiness: readiness, reason: reason, changed: entry.status.changed))
    }
    return found.sorted { ($0.changed, $0.name) < ($1.changed, $1.name) }
  }

  private func look(
    _ entry: DirectoryEntry, age: Double, settleSeconds: Double
  ) throws(SpoolError) -> (InboxEntry.Readiness, String)? {
    let path = folder(.inbox).appending(entry.name)
    if entry.status.kind == .directory {
      guard !entry.name.hasPrefix("."), let spec = Self.specName(inFolder: path, disk) else { return nil }
      if disk.exists(path.appending(Self.submissionName)) { return (.ready, "") }
      guard let status = try onSpool({ () throws(DiskError) in try disk.statusIfPresent(of: path.appending(spec)) })
      else { return nil }
      guard status.kind == .regular else { return (.odd, "its \(spec) is not a regular file") }
      return age < settleSeconds ? (.settling, "it changed \(Int(max(0, age))) s ago") : (.ready, "")
    }
    guard Self.isSpecName(entry.name) else { return nil }
    guard entry.status.kind == .regular else {
      return (.odd, "it is a link, pipe or device: only regular files and folders are jobs")
    }
    if age < settleSeconds { return (.settling, "it changed \(Int(max(0, age))) s ago") }
    if age < Self.truncatedSettleSeconds, settleSeconds > 0, !endsWithLineBreak(path, entry.status.sizeBytes) {
      return (.settling, "its last line has no line break: its writer may not have finished")
    }
    return (.ready, "")
  }

  private func endsWithLineBreak(_ path: FilePath, _ size: Int) -> Bool {
    guard size > 0, let last = try? disk.open(path).read(count: 1, at: size - 1) else { return false }
    return last == [UInt8(ascii: "\n")]
  }

  /// `*.yaml`, `*.yml` or `*.json`; nothing hidden, half-transferred or made by an editor.
  static func isSpecName(_ name: String) -> Bool {
    guard !name.hasPrefix("."), !name.hasPrefix("#"), !name.hasSuffix("~"), !name.hasSuffix(".result.json") else {
      return false
    }
    return [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
  }

  /// The spec of a job folder; nil when it has none.
  static func specName(inFolder path: FilePath, _ disk: Disk) -> String? {
    ["job.yaml", "job.yml", "job.json"].first { disk.exists(path.appending($0)) }
  }
}
