internal import Disk
internal import Glibc
internal import SystemPackage

/// Watches a claim of another machine, over several runs of the watcher if need be, by the watcher's own clock alone.
struct LeaseWatch {
  let folder: FilePath
  let watcher: ProcessIdentity
  let disk: Disk

  /// What was seen first, in `seen-MACHINE` beside the claim: a run from cron is shorter than a lease.
  private struct Sight: Codable {
    var boot: String
    var bootSeconds: Int
    var signs: String
  }

  /// Seconds since the machine was started, asleep or not.
  static func bootSeconds() -> Int {
    var now = timespec()
    clock_gettime(CLOCK_BOOTTIME, &now)
    return Int(now.tv_sec)
  }

  /// Whether the claim has shown no sign of life for a whole lease.
  func hasEnded(bootSeconds: Int) throws(DiskError) -> Bool {
    let path = folder.appending(ClaimFile.seenPrefix + machine)
    let signs = "\(try sign(ClaimFile.heartbeat)) \(try sign(ClaimFile.record))"
    let bytes = try disk.readIfPresent(path, limitBytes: 1 << 16) ?? []
    if let seen = try? Spool.decode(Sight.self, bytes), seen.boot == watcher.boot, seen.signs == signs {
      return bootSeconds - seen.bootSeconds >= Claim.leaseSeconds
    }
    let sight = Sight(boot: watcher.boot, bootSeconds: bootSeconds, signs: signs)
    // A file that is lost or cannot be written makes the watch longer, no more.
    if let encoded = try? Spool.encode(sight) { try disk.replace(path, with: encoded, durability: .cached) }
    return false
  }

  private func sign(_ name: String) throws(DiskError) -> String {
    guard let status = try disk.statusIfPresent(of: folder.appending(name)) else { return "-" }
    return "\(status.inode).\(status.sizeBytes).\(status.modified).\(status.changed)"
  }

  /// Names the machine in a file's name.
  private var machine: String {
    String("\(watcher.host)-\(watcher.machine ?? "")".map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }
}
