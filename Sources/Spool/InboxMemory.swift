internal import Disk
internal import Synchronization
internal import SystemPackage

/// What one process learnt of inbox entries and the files themselves do not tell.
final class InboxMemory: Sendable {
  private struct Look {
    var status: FileStatus
    var since: ContinuousClock.Instant
  }

  /// Why a claim was refused by the system, by name.
  private let refusals = Mutex<[String: String]>([:])
  private let looks = Mutex<[String: Look]>([:])

  /// Files for which there was no job, and when, in seconds since 1970.
  private let strays = Mutex<[String: (status: FileStatus, seconds: Int)]>([:])
  /// How long such a file is left alone: a look at all jobs is dear.
  private static let strayLookSeconds = 60

  func noteStray(_ name: String, _ status: FileStatus, at seconds: Int) {
    strays.withLock { $0[name] = (status, seconds) }
  }

  /// Whether the very same file was looked at within the last minute.
  func isStray(_ name: String, _ status: FileStatus, at seconds: Int) -> Bool {
    guard let stray = strays.withLock({ $0[name] }), stray.status.isUnchanged(since: status) else { return false }
    return abs(seconds - stray.seconds) < Self.strayLookSeconds
  }

  /// Notes that an entry cannot be moved; false for errors that are not the entry's own.
  func noteRefusal(_ error: DiskError, of name: String) -> Bool {
    let reasons: [Errno: String] = [
      .notPermitted: "the system does not let this user move it (is it immutable, or another user's?)",
      .permissionDenied: "this user may not move it: make it writable, or drop a copy",
      .resourceBusy: "the system says that it is in use",
    ]
    let isForeign = if case .notRegular = error { true } else { false }
    let copying = "it holds a link, pipe or device, which is not copied from an inbox of another file system"
    guard let reason = isForeign ? copying : error.code.flatMap({ reasons[$0] }) else { return false }
    refusals.withLock { $0[name] = reason }
    return true
  }

  func refusal(of name: String) -> String? { refusals.withLock { $0[name] } }

  /// Whether two looks at least `seconds` apart saw the same: the age of a file whose time lies in the future.
  func isSettled(_ name: String, _ status: FileStatus, seconds: Double) -> Bool {
    let now = ContinuousClock.now
    return looks.withLock { looks in
      if let look = looks[name], look.status.isUnchanged(since: status) { return now - look.since >= .seconds(seconds) }
      looks[name] = Look(status: status, since: now)
      return false
    }
  }
}
