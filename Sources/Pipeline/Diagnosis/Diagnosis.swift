internal import Records

/// What the facts of a machine and a site mean, and what to do: a pure function.
struct Diagnosis {
  let facts: SiteFacts

  private static let day = 86_400
  /// Room that a night needs at least.
  private static let neededBytes = 1 << 30
  private static let neededInodes = 10_000
  /// A machine that lost its clock starts in 1970, and runs would be filed there.
  private static let earliest = Timestamp(seconds: 1_700_000_000)

  var findings: [Finding] {
    [xgboost, libraries, duckdb, sandbox, starters] + folders + [room] + fileSystems
      + [clock, heartbeat, queue, claims, leftovers, deferred, held, alerts, limits, locale, store].compactMap(\.self)
  }

  // MARK: The machine

  private var xgboost: Finding {
    switch facts.xgboost {
    case .success(let version): .ok("XGBoost", "version \(version)")
    case .failure(let fault): .problem("XGBoost", fault.text)
    }
  }

  private var libraries: Finding { .ok("libraries", "LZ4 \(facts.lz4), libarchive \(facts.archive)") }

  private var duckdb: Finding {
    guard let path = facts.duckdb else { return .ok("DuckDB", "not on PATH; only steps that call it need it") }
    return .ok("DuckDB", path)
  }

  private var sandbox: Finding {
    switch facts.sandbox {
    case .works: .ok("sandbox", "bubblewrap works")
    case .missing: .warning("sandbox", "bubblewrap is not installed: `run` steps see the whole machine; install it")
    case .refused(let said):
      .warning(
        "sandbox",
        "bubblewrap may not make user namespaces here (\(said)): allow them with sysctl kernel.unprivileged_userns_clone or the machine's AppArmor settings"
      )
    }
  }

  private var starters: Finding {
    let names = [facts.hasSystemd ? "systemd" : nil, facts.hasCron ? "cron" : nil].compactMap(\.self)
    guard names.isEmpty else { return .ok("starter", names.joined(separator: " and ")) }
    return .warning(
      "starter",
      "neither systemd nor cron runs here, so nobody starts the runs: install cron, or start them by other means")
  }

  private var clock: Finding {
    if facts.now < Self.earliest { return .problem("clock", "it is \(facts.now.text): set it") }
    if let beat = facts.health.heartbeat, beat.ended.seconds - facts.now.seconds > 300 {
      return .problem(
        "clock", "it is \(facts.now.text), and the last run ended at \(beat.ended.text): set it, and keep it with NTP")
    }
    switch facts.isClockSynchronised {
    case true?: return .ok("clock", "\(facts.now.text), kept by NTP")
    case false?: return .warning("clock", "\(facts.now.text), but not kept by NTP: enable systemd-timesyncd or chrony")
    case nil: return .ok("clock", "\(facts.now.text); whether NTP keeps it cannot be told")
    }
  }

  private var limits: Finding {
    if facts.openFileLimit < 256 {
      return .problem(
        "limits", "a process may open \(facts.openFileLimit) files only: raise it (ulimit -n 1024, LimitNOFILE=)")
    }
    if facts.processLimit < 256 {
      return .warning(
        "limits", "this user may have \(facts.processLimit) processes only: raise it (ulimit -u, LimitNPROC=)")
    }
    let processes = facts.processLimit == .max ? "any number of" : "\(facts.processLimit)"
    return .ok("limits", "\(facts.openFileLimit) open files, \(processes) processes")
  }

  private var locale: Finding {
    let name = facts.locale.lowercased()
    if name.isEmpty || name == "c" || name == "posix" || name.contains("utf-8") || name.contains("utf8") {
      return .ok("locale", name.isEmpty ? "none set" : facts.locale)
    }
    return .warning("locale", "\(facts.locale) is not UTF-8: programs of steps may misread names; set LANG=C.UTF-8")
  }

  // MARK: The site

  private var folders: [Finding] {
    facts.folders.map { folder in
      if let fault = folder.fault { return .problem(folder.name, "\(folder.path): \(fault)") }
      return .ok(folder.name, folder.path)
    }
  }

  private var room: Finding {
    guard let room = facts.room else { return .problem("disk", "the store's file system cannot be looked at") }
    let free = Self.size(room.freeBytes)
    if room.isReadOnly {
      return .problem("disk", "it is mounted read-only: mount it for writing, and look why it is not")
    }
    if room.freeBytes < Self.neededBytes { return .problem("disk", "only \(free) free: make room before the night") }
    if let inodes = room.freeInodes, inodes < Self.neededInodes {
      return .problem("disk", "only \(inodes) more files fit on it: remove some before the night")
    }
    if room.freeBytes < facts.storeBytes / 10 {
      return .warning(
        "disk",
        "\(free) free beside a store of \(Self.size(facts.storeBytes)): see `nightshift store gc --plan`, or make room")
    }
    return .ok("disk", "\(free) free, the store takes \(Self.size(facts.storeBytes))")
  }

  private var fileSystems: [Finding] {
    facts.fileSystems.map { name, kind in
      guard let meaning = Self.meaning(of: kind) else { return .ok(name, kind) }
      return Finding(subject: name, status: meaning.isProblem ? .problem : .warning, text: "\(kind): \(meaning.text)")
    }
  }

  /// What a kind of file system means for a site; nil where it is as any local one.
  private static func meaning(of kind: String) -> (text: String, isProblem: Bool)? {
    switch kind {
    case "nfs", "nfs4":
      ("every machine that shares it must lock over the network: NFS 4, mounted without nolock and local_lock", false)
    case "cifs", "smb3", "smbfs":
      ("locks must reach the server (no `nobrl`), and only one machine should run jobs", false)
    case "tmpfs", "ramfs": ("all is lost when the machine stops: move the site to a disk", false)
    case "overlay": ("it may go with its container: put the site on a volume", false)
    case "vfat", "msdos", "exfat":
      ("it keeps neither permissions nor links: move the site to a Linux file system", true)
    case _ where kind.hasPrefix("fuse") || kind == "9p":
      ("locks and renames are as good as its driver's: have one machine alone run jobs", false)
    default: nil
    }
  }

  private var heartbeat: Finding {
    guard let beat = facts.health.heartbeat else {
      return .ok("last run", "none yet; `nightshift install-units` prints what starts them")
    }
    let missing = facts.health.ageSeconds ?? 0 > facts.health.maxAgeSeconds
    let age = Health.text(max(0, facts.health.ageSeconds ?? 0))
    if missing {
      let text = "no run since \(beat.ended.text), \(age) ago: see that cron or the timer is on (systemctl list-timers)"
      return facts.expectedSeconds == nil ? .warning("last run", text) : .problem("last run", text)
    }
    let trouble = facts.health.problems.filter { $0.hasPrefix("job ") || $0.hasPrefix("the last run") }
    guard trouble.isEmpty else { return .warning("last run", "\(age) ago: " + trouble.joined(separator: "; ")) }
    return .ok("last run", "\(age) ago, all well")
  }

  private var queue: Finding {
    let (count, oldest) = (facts.health.queue.inbox, facts.health.queue.oldestSeconds ?? 0)
    guard oldest > Self.day else { return .ok("inbox", count == 1 ? "1 job waits" : "\(count) jobs wait") }
    return .warning(
      "inbox", "\(count) wait, the oldest for \(Health.text(oldest)): run `nightshift run --verbose` and see why")
  }

  private var claims: Finding {
    guard facts.orphans > 0 else { return .ok("claims", "\(facts.health.queue.active) jobs at work") }
    return .warning("claims", "\(facts.orphans) of dead runners: the next run takes them over")
  }

  private var leftovers: Finding {
    guard facts.leftovers.count > 0, facts.leftovers.oldestSeconds > Self.day else {
      return .ok("leftovers", "none in the store's tmp")
    }
    return .warning(
      "leftovers",
      "\(facts.leftovers.count) unfinished files in the store's tmp, the oldest of \(Health.text(facts.leftovers.oldestSeconds)) ago: the next run sweeps those of dead writers"
    )
  }

  private var deferred: Finding? {
    guard facts.deferred.count > 0 else { return nil }
    let text = "\(facts.deferred.count) wait for their next attempt"
    guard facts.deferred.oldestSeconds > Self.day else { return .ok("deferred", text) }
    let age = Health.text(facts.deferred.oldestSeconds)
    return .warning("deferred", "\(text), the first overdue for \(age): see that runs come")
  }

  private var held: Finding? {
    guard facts.held.count > 0 else { return nil }
    let text = "\(facts.held.count) on hold"
    guard facts.held.oldestSeconds > Self.day else { return .ok("held", text) }
    return .warning(
      "held", "\(text), the oldest for \(Health.text(facts.held.oldestSeconds)): release or remove them")
  }

  private var alerts: Finding? {
    guard let alerts = facts.alerts else { return nil }
    if alerts.undelivered > 0 {
      return .warning(
        "alerts", "\(alerts.undelivered) were never delivered: mend the notify command, see outbox/undelivered")
    }
    if alerts.pending > 0 {
      return .warning("alerts", "\(alerts.pending) wait: the notify command did not take them yet")
    }
    return .ok("alerts", "all delivered")
  }

  private var store: Finding {
    guard facts.storeProblems > 0 else { return .ok("check", "clean, \(facts.versionCount) versions") }
    return .problem("check", "\(facts.storeProblems) problems: run `nightshift store check`")
  }

  private static func size(_ bytes: Int) -> String {
    bytes >= 1 << 30 ? "\(bytes >> 30) GiB" : bytes >= 1 << 20 ? "\(bytes >> 20) MiB" : "\(bytes >> 10) KiB"
  }
}
