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
    /// It cannot be a job as it is, and a person has to do something about it.
    case odd
  }

  package var name: String
  package var readiness: Readiness
  /// Why it is not ready; empty when it is.
  package var reason: String
  /// The user it belongs to, by the kernel's word.
  package var owner: UInt32
  package var device: UInt64
  package var inode: UInt64
  package var sizeBytes: Int
  /// Nanoseconds since 1970 of its last change: the queue's order.
  package var changed: Int64
  private var modified: Int64

  init(_ entry: DirectoryEntry, _ readiness: Readiness, _ reason: String) {
    name = entry.name
    self.readiness = readiness
    self.reason = reason
    owner = entry.status.ownerID
    device = entry.status.device
    inode = entry.status.inode
    sizeBytes = entry.status.sizeBytes
    changed = entry.status.changed
    modified = entry.status.modified
  }

  /// Whether the file is as it was when it was looked at. A rename alone changes the time of change, not these.
  func isSame(as status: FileStatus) -> Bool {
    inode == status.inode && device == status.device && sizeBytes == status.sizeBytes && modified == status.modified
  }
}

extension Spool {
  /// A file that has no final line break is not complete before it has been left alone this long.
  private static let truncatedSettleSeconds = 60.0

  private typealias Finding = (readiness: InboxEntry.Readiness, reason: String)

  /// What is in the inbox, oldest first. Names that are no specs (`*.tmp`, `*~`, hidden ones, README.md) are left out.
  ///
  /// - Parameter settleSeconds: how long a dropped file must have been left alone. The time of its last change is the
  ///   inode's, which copies and clients cannot set back.
  package func scan(settleSeconds: Double) throws(SpoolError) -> [InboxEntry] {
    let now = Disk.now()
    var found: [InboxEntry] = []
    for entry in try onSpool({ () throws(DiskError) in try disk.listEverything(folder(.inbox)) }) {
      let isFolder = entry.status.kind == .directory
      guard isFolder ? !entry.name.hasPrefix(".") : Self.isSpecName(entry.name) else { continue }
      let age = Double(now - entry.status.changed) / 1e9
      var finding = oddity(of: entry)
      if finding == nil {
        finding = isFolder ? try lookAtFolder(entry, age, settleSeconds) : lookAtFile(entry, age, settleSeconds)
      }
      guard let finding else { continue }
      found.append(InboxEntry(entry, finding.readiness, finding.reason))
    }
    return found.sorted { ($0.changed, $0.name) < ($1.changed, $1.name) }
  }

  /// What no time makes a job of.
  private func oddity(of entry: DirectoryEntry) -> Finding? {
    if entry.status.kind != .regular, entry.status.kind != .directory {
      return (.odd, "it is a link, pipe, socket or device: only regular files and folders are jobs")
    }
    if entry.name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      return (.odd, "its name has control characters: rename it")
    }
    if entry.name.unicodeScalars.contains("\u{FFFD}") { return (.odd, "its name is no UTF-8 text: rename it") }
    if entry.name.utf8.count > Self.nameLimitBytes { return (.odd, "its name is too long: rename it") }
    if ClaimFile.isReserved(entry.name) { return (.odd, "the spool uses this name itself: rename it") }
    if let refusal = inboxMemory.refusal(of: entry.name) { return (.odd, refusal) }
    if !isReadable(entry.status) { return (.odd, "this user may not read it: `chmod a+r` it") }
    return nil
  }

  private func lookAtFile(_ entry: DirectoryEntry, _ age: Double, _ settleSeconds: Double) -> Finding {
    if let waits = settling(entry, age, settleSeconds) { return waits }
    if age < Self.truncatedSettleSeconds, settleSeconds > 0, !endsWithLineBreak(entry) {
      return (.settling, "its last line has no line break: its writer may not have finished")
    }
    return (.ready, "")
  }

  /// Nil for folders that only hold what specs beside them refer to.
  private func lookAtFolder(
    _ entry: DirectoryEntry, _ age: Double, _ settleSeconds: Double
  ) throws(SpoolError) -> Finding? {
    let path = folder(.inbox).appending(entry.name)
    // It came by one rename.
    if disk.exists(path.appending(Self.submissionName)) { return (.ready, "") }
    guard let spec = Self.specName(inFolder: path, disk) else {
      let names = try onSpool { () throws(DiskError) in try disk.listIfPresent(path) }.map(\.name)
      guard names.isEmpty || names.contains(where: Self.isSpecName) else { return nil }
      return settling(entry, age, settleSeconds) ?? (.odd, "it holds no job.yaml: name its spec so, or remove it")
    }
    let status = try onSpool { () throws(DiskError) in try disk.statusIfPresent(of: path.appending(spec)) }
    guard let status else { return nil }
    guard status.kind == .regular else { return (.odd, "its \(spec) is not a regular file") }
    guard isReadable(status) else { return (.odd, "this user may not read its \(spec): `chmod a+r` it") }
    if let waits = settling(entry, age, settleSeconds) { return waits }
    guard settleSeconds > 0 else { return (.ready, "") }
    // What is still copied into it changes the files in it, not always the folder.
    let newest = try onSpool { () throws(DiskError) in try newestChange(below: path) }
    let rest = Double(Disk.now() - newest) / 1e9
    return (0..<settleSeconds).contains(rest) ? (.settling, "a file in it changed \(Int(rest)) s ago") : (.ready, "")
  }

  /// Nanoseconds since 1970; of a large tree the first ``treeLimit`` entries speak for all.
  private func newestChange(below folder: FilePath) throws(DiskError) -> Int64 {
    var (newest, count, folders): (Int64, Int, [FilePath]) = (0, 0, [folder])
    while count < Self.treeLimit, let next = folders.popLast() {
      for entry in try disk.listIfPresent(next) {
        newest = max(newest, entry.status.changed)
        if entry.status.kind == .directory { folders.append(next.appending(entry.name)) }
        count += 1
      }
    }
    return newest
  }

  private static let treeLimit = 1000

  private func settling(_ entry: DirectoryEntry, _ age: Double, _ settleSeconds: Double) -> Finding? {
    if age >= settleSeconds || settleSeconds == 0 { return nil }
    // A clock that was set back makes files of the future: they settle by looking twice.
    if age < 0 {
      return inboxMemory.isSettled(entry.name, entry.status, seconds: settleSeconds)
        ? nil : (.settling, "it changed in the future: it is looked at again")
    }
    return (.settling, "it changed \(Int(age)) s ago")
  }

  /// By its mode alone: asking the kernel for each of ten thousand files costs more than a refusal later.
  private func isReadable(_ status: FileStatus) -> Bool {
    let user = geteuid()
    return user == 0 || status.mode & (status.ownerID == user ? 0o400 : 0o044) != 0
  }

  private func endsWithLineBreak(_ entry: DirectoryEntry) -> Bool {
    let size = entry.status.sizeBytes
    let path = folder(.inbox).appending(entry.name)
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
