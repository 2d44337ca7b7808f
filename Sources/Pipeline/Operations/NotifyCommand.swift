internal import Disk
internal import Glibc
internal import Jobs
internal import Store
internal import SystemPackage

/// The site's own way to tell people: a command that reads an alert and exits 0 when it took it.
struct NotifyCommand {
  let rules: NotifyRules
  let site: Site

  /// The largest file that it may write, its own output included: a flood must not fill the disk.
  private static let fileBytes = 64 << 20

  /// Runs the command with the file on standard input. Gives why that did not do, nil when it did.
  func run(reading path: FilePath) async -> String? {
    let log = site.store.root.appending("tmp").appending(Disk.temporaryName())
    do {
      try site.disk.makeDirectory(log.removingLastComponent())
      let outcome = try await ChildProcess(disk: site.disk).run(
        ChildProcess.Request(
          // The shell opens the input, and becomes the command.
          executable: "/bin/sh", arguments: ["-c", "exec \"$@\" <\"$0\"", path.string] + rules.command,
          environment: Self.environment(site), workingDirectory: site.root, log: log,
          limits: ChildProcess.Limits(timeoutSeconds: rules.timeoutSeconds, fileBytes: Self.fileBytes)))
      let said = lastLine(log)
      try site.disk.remove(log)
      return reason(outcome.ending, said)
    } catch {
      return "\(error)"
    }
  }

  private func reason(_ ending: ChildProcess.Outcome.Ending, _ said: String) -> String? {
    let tail = said.isEmpty ? "" : ", saying “\(said)”"
    switch ending {
    case .exited(0): return nil
    case .exited(let status): return "\(rules.command[0]) ended with status \(status)\(tail)"
    case .signalled(let signal): return "\(rules.command[0]) was ended by signal \(signal)\(tail)"
    case .timedOut: return "\(rules.command[0]) did not end within \(rules.timeoutSeconds) s\(tail)"
    case .cancelled: return "\(rules.command[0]) was cancelled"
    case .outputLimit, .memoryLimit: return "\(rules.command[0]) used more than it may\(tail)"
    }
  }

  /// The last line that it wrote, at most 200 characters of it; what is no text is shown as such.
  private func lastLine(_ log: FilePath) -> String {
    guard let file = try? site.disk.open(log), let size = try? file.status().sizeBytes,
      let bytes = try? file.read(count: 1000, at: max(0, size - 1000))
    else { return "" }
    let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).last ?? ""
    return String(line.prefix(200).map { $0.unicodeScalars.allSatisfy { $0.value >= 32 } ? $0 : "\u{FFFD}" })
  }

  private static func environment(_ site: Site) -> [String] {
    let names = ["HOME", "USER", "LOGNAME", "LANG", "TZ"]
    let inherited = names.compactMap { (name: String) in getenv(name).map { "\(name)=\(String(cString: $0))" } }
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    return inherited + ["PATH=\(path)", "NIGHTSHIFT_SITE=\(site.root)"]
  }
}
