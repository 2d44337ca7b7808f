internal import Disk
internal import Glibc
internal import Jobs
internal import Learning
internal import Records
internal import Spool
internal import Store
internal import SystemPackage

/// Looks at a machine and a site for `doctor`. Leaves nothing behind.
package struct SiteExamination {
  private let site: Site
  private let now = Runner.now()

  package init(_ site: Site) { self.site = site }

  package func findings() async throws -> [Finding] { Diagnosis(facts: try await facts()).findings }

  private func facts() async throws -> SiteFacts {
    let maxAge = Health.maxAge(expecting: site.settings.expectSeconds)
    let health = Health(
      try Heartbeat.last(of: site), queue: try QueueState(site), now: now, maxAgeSeconds: maxAge)
    let report = try site.store.check(.structure)
    return SiteFacts(
      now: now, xgboost: xgboost, lz4: StoreLibraries.lz4Version, archive: StoreLibraries.archiveVersion,
      duckdb: program("duckdb"), sandbox: await sandbox(), hasSystemd: site.disk.exists("/run/systemd/system"),
      hasCron: site.disk.exists("/run/crond.pid") || site.disk.exists("/run/crond.reboot"), folders: folders(),
      room: FileSystem(of: site.store.root), storeBytes: try storeBytes(), fileSystems: fileSystems(),
      isClockSynchronised: isClockSynchronised, orphans: try orphans(),
      leftovers: try pile(site.store.root.appending("tmp")), deferred: try deferred(),
      held: try pile(site.spool.folder(.held)), health: health, expectedSeconds: site.settings.expectSeconds,
      openFileLimit: limit(RLIMIT_NOFILE), processLimit: limit(__RLIMIT_NPROC), locale: locale,
      alerts: try Notifier(site)?.backlog(), storeProblems: report.problems.count, versionCount: report.versionCount)
  }

  // MARK: The machine

  private var xgboost: Result<String, SiteFacts.Fault> {
    do { return .success(try Trainer.libraryVersion()) } catch { return .failure(SiteFacts.Fault(text: "\(error)")) }
  }

  /// The first program of that name on PATH.
  private func program(_ name: String) -> String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  private func sandbox() async -> SiteFacts.Sandbox {
    guard let program = program("bwrap") else { return .missing }
    let log = site.store.root.appending("tmp").appending(Disk.temporaryName())
    do {
      let outcome = try await ChildProcess(disk: site.disk).run(
        ChildProcess.Request(
          executable: program, arguments: ["--ro-bind", "/", "/", "--proc", "/proc", "--unshare-all", "/bin/true"],
          environment: [], workingDirectory: "/", log: log,
          limits: ChildProcess.Limits(timeoutSeconds: 10, fileBytes: 1 << 20)))
      let said = String(decoding: try site.disk.read(log), as: UTF8.self).split(separator: "\n").last ?? ""
      try site.disk.remove(log)
      return outcome.ending == .exited(0) ? .works : .refused(String(said.prefix(200)))
    } catch {
      return .refused("\(error)")
    }
  }

  /// As systemd-timesyncd tells; nil where it does not run.
  private var isClockSynchronised: Bool? {
    let folder = FilePath("/run/systemd/timesync")
    return site.disk.exists(folder) ? site.disk.exists(folder.appending("synchronized")) : nil
  }

  private func limit(_ resource: __rlimit_resource) -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return .max }
    return Int(clamping: limit.rlim_cur)
  }

  private var locale: String {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      if let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty { return value }
    }
    return ""
  }

  // MARK: The site

  private func folders() -> [SiteFacts.Folder] {
    let store = site.store.root
    return [
      SiteFacts.Folder(name: "spool", path: site.spool.root.string, fault: spoolFault()),
      SiteFacts.Folder(
        name: "store", path: store.string,
        fault: [store, store.appending("packs"), store.appending("refs"), store.appending("runs")]
          .lazy.compactMap(accessFault).first),
    ]
  }

  private func accessFault(_ folder: FilePath) -> String? {
    guard site.disk.exists(folder), folder.withPlatformString({ access($0, R_OK | W_OK | X_OK) }) != 0 else {
      return nil
    }
    return "this user may not write \(folder.lastComponent?.string ?? ""): change its owner or mode"
  }

  /// Does with a hidden file what is done with each job: inbox, active, done.
  private func spoolFault() -> String? {
    if let fault = Spool.State.allCases.lazy.compactMap({ accessFault(site.spool.folder($0)) }).first { return fault }
    let name = Disk.temporaryName()
    var place = site.spool.folder(.inbox).appending(name)
    do {
      try site.disk.replace(place, with: [], durability: .cached)
      if try site.spool.isInboxElsewhere() {
        // Jobs are copied from there.
        try site.disk.remove(place)
        place = site.spool.root.appending(name)
        try site.disk.replace(place, with: [], durability: .cached)
      }
      for state in [Spool.State.active, .deferred, .held, .done] {
        let next = site.spool.folder(state).appending(name)
        try site.disk.renameExclusively(place, to: next)
        place = next
      }
      try site.disk.remove(place)
      return nil
    } catch {
      do { try site.disk.remove(place) } catch { return "\(error)" }
      return "a job cannot move through it: \(error)"
    }
  }

  private func storeBytes() throws -> Int {
    try site.disk.listIfPresent(site.store.root.appending("packs")).reduce(0) { $0 + $1.status.sizeBytes }
  }

  private func fileSystems() -> [(name: String, kind: String)] {
    // Files below /proc have no length to go by.
    guard let file = try? site.disk.open("/proc/self/mountinfo"), let bytes = try? file.read(count: 1 << 20, at: 0)
    else { return [] }
    let mounts = String(decoding: bytes, as: UTF8.self)
    let kinds = [("spool's disk", site.spool.root), ("store's disk", site.store.root)].compactMap { name, path in
      FileSystem.kind(of: path, mounts: mounts).map { (name: name, kind: $0) }
    }
    return kinds
  }

  /// Jobs and files of a folder, by the time of their last change.
  private func pile(_ folder: FilePath) throws -> SiteFacts.Pile {
    let entries = try site.disk.listIfPresent(folder).filter { $0.name != "README.md" }
    let oldest = entries.map(\.status.changed).min() ?? Disk.now()
    return SiteFacts.Pile(count: entries.count, oldestSeconds: max(0, Int((Disk.now() - oldest) / 1_000_000_000)))
  }

  /// Jobs that wait for their next try, and how long ago the first of them should have been tried.
  private func deferred() throws -> SiteFacts.Pile {
    let jobs = try site.spool.deferred()
    return SiteFacts.Pile(count: jobs.count, oldestSeconds: max(0, now.seconds - (jobs.first?.until ?? now).seconds))
  }

  private func orphans() throws -> Int {
    try site.spool.activeRecords().values.count { record in
      record.owner.host == ProcessIdentity.hostName && !record.owner.isAlive(site.disk)
    }
  }
}
