internal import Disk
internal import Glibc
internal import Learning
internal import Records
internal import Spool
internal import Store
internal import SystemPackage

/// Looks at a machine and a site for `doctor`.
package struct Diagnosis {
  package struct Finding: Codable, Hashable, Sendable {
    package var subject: String
    package var isGood: Bool
    /// What was found, or what is wrong and what to do.
    package var text: String
  }

  private let site: Site
  private static let neededBytes = 1 << 30

  package init(_ site: Site) { self.site = site }

  package func findings() throws -> [Finding] {
    [
      library(), space(), clock(), writable("spool", site.spool.root), writable("store", site.store.root), try stale(),
      try store(),
    ]
  }

  private func library() -> Finding {
    do { return Finding(subject: "XGBoost", isGood: true, text: "version \(try Trainer.libraryVersion())") } catch {
      return Finding(subject: "XGBoost", isGood: false, text: "\(error)")
    }
  }

  private func space() -> Finding {
    var status = statvfs()
    guard site.store.root.withPlatformString({ statvfs($0, &status) }) == 0 else {
      return Finding(subject: "disk", isGood: false, text: "\(site.store.root) cannot be looked at")
    }
    let free = Int(status.f_bavail) * Int(status.f_frsize)
    return Finding(
      subject: "disk", isGood: free >= Self.neededBytes,
      text: free >= Self.neededBytes
        ? "\(free >> 30) GiB free" : "only \(free >> 20) MiB free: make room before the night")
  }

  private func clock() -> Finding {
    // A machine that lost its clock starts in 1970, and runs would be filed there.
    let isGood = Runner.now() > Timestamp(seconds: 1_700_000_000)
    return Finding(
      subject: "clock", isGood: isGood, text: isGood ? Runner.now().text : "it is \(Runner.now().text): set it")
  }

  private func writable(_ name: String, _ folder: FilePath) -> Finding {
    let isGood = folder.withPlatformString { access($0, R_OK | W_OK | X_OK) } == 0
    return Finding(
      subject: name, isGood: isGood,
      text: isGood ? "\(folder)" : "\(folder) cannot be written by this user: change its owner or mode")
  }

  private func stale() throws -> Finding {
    let count = try site.spool.count(.active)
    return Finding(
      subject: "work", isGood: true,
      text: count == 0
        ? "nothing is being worked on" : "\(count) jobs are active; the next `run` takes over those of dead runners")
  }

  private func store() throws -> Finding {
    let report = try site.store.check(.structure)
    return Finding(
      subject: "store check", isGood: report.isClean,
      text: report.isClean
        ? "clean, \(report.versionCount) versions" : "\(report.problems.count) problems: run `nightshift store check`")
  }
}
