package import SystemPackage

/// The systemd units that run a site: a service, a timer that starts it, and a path unit that starts it when a job is
/// dropped. Pure: the same request gives the same text.
package struct ServiceUnits {
  package enum Timing: Hashable, Sendable {
    /// Seconds from the end of a run to the next.
    case every(Int)
    /// A calendar expression of systemd.
    case calendar(String)
  }

  package struct File: Hashable, Sendable {
    package var name: String
    package var text: String
  }

  /// Stem of the units' names.
  package var name: String
  package var tool: FilePath
  package var site: FilePath
  package var inbox: FilePath
  /// Folders that a run writes, the site among them.
  package var writable: [FilePath]
  /// Nil for the units of a user's own manager, which runs as that user and cannot close off the file system.
  package var user: String?
  package var timing: Timing

  package init(
    name: String, tool: FilePath, site: FilePath, inbox: FilePath, writable: [FilePath], user: String?, timing: Timing
  ) {
    self.name = name
    self.tool = tool
    self.site = site
    self.inbox = inbox
    self.writable = writable
    self.user = user
    self.timing = timing
  }

  /// Throws where a path cannot be written down in a unit.
  package func files() throws(PipelineError) -> [File] {
    for path in [tool, site, inbox] + writable { try Self.check(path) }
    guard !tool.string.contains(where: { "$\\\"'".contains($0) }) else {
      throw .notAllowed(
        "systemd cannot start \(tool): a program's path may hold no quote, backslash or dollar sign; move the tool")
    }
    return [
      File(name: "\(name).service", text: service), File(name: "\(name).timer", text: timer),
      File(name: "\(name).path", text: path),
    ]
  }

  /// What to do with the units, for people.
  package var howTo: String {
    let control = user == nil ? "systemctl --user" : "systemctl"
    return "\(control) daemon-reload && \(control) enable --now \(name).timer \(name).path"
  }

  private static func check(_ path: FilePath) throws(PipelineError) {
    let isPlain = path.string.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 && $0 != "\u{FFFD}" }
    let isTrimmed = !path.string.hasSuffix(" ") && !path.string.hasSuffix("\\")
    guard path.isAbsolute, isPlain, isTrimmed else {
      throw .notAllowed(
        "the path “\(path)” cannot be written in a unit: it must be absolute, without control characters, and end in neither a blank nor a backslash"
      )
    }
  }

  // MARK: The service

  private var service: String {
    """
    # Written by `nightshift install-units`. Changes belong in a drop-in: systemctl edit \(name).service
    [Unit]
    Description=Nightshift at \(Self.literal(site.string))

    [Service]
    Type=oneshot
    ExecStart=\(Self.quoted(tool.string)) run
    Environment=\(Self.quoted("NIGHTSHIFT_SITE=\(site)"))
    # 75: somebody else is at it. A failed job (10) and a rejected spec (65) are failures, for OnFailure= and monitors.
    SuccessExitStatus=75
    # No Restart=: the timer is the next attempt, and goes on where a dead run stopped.
    TimeoutStartSec=infinity
    # On stop the runner is told first; what it started is ended with it. A step out of memory fails alone.
    KillMode=mixed
    OOMPolicy=continue
    # A file in the inbox that cannot be taken yet would have the path unit start this again at once, until systemd gives up.
    ExecStopPost=/bin/sleep 5
    Nice=10
    IOSchedulingPriority=7
    \(hardening)
    """
  }

  private var hardening: String {
    let always = """

      # Steps are any program. So this leaves out what would break them or the sandbox that they run in (bubblewrap, which makes
      # user namespaces and mounts /proc): RestrictNamespaces, ProtectKernelTunables, ProtectKernelLogs, ProtectProc,
      # PrivateUsers; MemoryDenyWriteExecute (compilers at run time), PrivateDevices and ProtectClock (GPUs), RestrictSUIDSGID
      # (shared stores).
      NoNewPrivileges=yes
      LockPersonality=yes
      RestrictRealtime=yes
      RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
      SystemCallArchitectures=native
      SystemCallFilter=~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap
      SystemCallErrorNumber=EPERM

      """
    guard let user else { return always }
    return """
      \(always)CapabilityBoundingSet=
      ProtectKernelModules=yes
      ProtectHostname=yes
      PrivateTmp=yes
      # Everything is read-only but these folders. Where jobs write elsewhere, add ReadWritePaths= in a drop-in.
      ProtectSystem=strict
      ReadWritePaths=\(writable.map { Self.quoted($0.string) }.joined(separator: " "))
      User=\(Self.literal(user))

      """
  }

  // MARK: Timer and path

  private var timer: String {
    let times =
      switch timing {
      case .every(let seconds):
        """
        # At the start of the machine, and so long after each run's end.
        OnStartupSec=30s
        OnUnitInactiveSec=\(seconds)s
        """
      case .calendar(let expression):
        """
        # A night missed while the machine was off is made up, once.
        OnCalendar=\(Self.literal(expression))
        Persistent=true
        RandomizedDelaySec=30s
        """
      }
    return """
      # Written by `nightshift install-units`.
      [Unit]
      Description=Timer of Nightshift at \(Self.literal(site.string))

      [Timer]
      \(times)
      AccuracySec=1s

      [Install]
      WantedBy=timers.target

      """
  }

  private var path: String {
    let globs = ["*.yaml", "*.yml", "*.json", "*/job.yaml", "*/job.yml", "*/job.json"]
    // Escaped characters of a glob would keep systemd from watching the folder.
    let isPlain = !inbox.string.contains { "*?[]{}\\".contains($0) }
    let inbox = Self.literal(inbox.string)
    let watched = isPlain ? globs.map { "PathExistsGlob=\(inbox)/\($0)" } : ["PathChanged=\(inbox)"]
    return """
      # Written by `nightshift install-units`. Sees what is dropped on this machine; what comes by NFS is for the timer.
      [Unit]
      Description=Inbox of Nightshift at \(Self.literal(site.string))

      [Path]
      \(watched.joined(separator: "\n"))

      [Install]
      WantedBy=paths.target

      """
  }

  // MARK: Escaping

  /// A value that systemd takes as it is, but for its specifiers.
  static func literal(_ text: String) -> String {
    text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
  }

  /// A word of a list or a command line.
  static func quoted(_ text: String) -> String {
    var word = ""
    for character in literal(text) {
      if character == "\"" || character == "\\" { word.append("\\") }
      word.append(character)
    }
    return "\"\(word)\""
  }
}
