import Disk
import Foundation
@testable import Pipeline
import SystemPackage
import Testing

@Suite struct ServiceUnitsTests {
  private func units(
    _ site: FilePath, tool: FilePath = "/usr/bin/nightshift", user: String? = "night",
    timing: ServiceUnits.Timing = .every(300)
  ) -> ServiceUnits {
    ServiceUnits(
      name: "nightshift-nightly", tool: tool, site: site, inbox: site.appending("Jobs").appending("inbox"),
      writable: [site, "/srv/metrics"], user: user, timing: timing)
  }

  @Test("the units read so")
  func golden() throws {
    let system = try units("/srv/nightly", timing: .calendar("*-*-* 02:00:00 UTC")).files()
    let own = try units("/home/ada/50% [x] \\ nightly", user: nil).files()
    let text = (system + own).map { "==> \($0.name)\n\($0.text)" }.joined()
    try Golden.check(text, "units.txt")
  }

  /// `systemd-analyze security --offline=true` gives the system's service an exposure of 4.5, a user's own 7.7; it lists
  /// what the service's comment says is left out, and why.
  @Test(
    "systemd finds nothing to complain of",
    .enabled(if: Tool.systemdAnalyze != nil, "systemd-analyze is not installed"),
    arguments: ["nightly", "a b", "100%", "b\\ck", "q\"'", "$HOME", "ü夜", "-", "[x]*?{y,z}"], [true, false])
  func verify(name: String, isSystem: Bool) throws {
    let folder = FilePath(NSTemporaryDirectory() + "/nightshift-units-" + UUID().uuidString)
    defer { try? Disk().removeTree(folder) }
    let site = folder.appending(name)
    try Disk().makeDirectory(site)
    try Disk().makeDirectory(folder.appending("my 10% tools"))
    let tool = folder.appending("my 10% tools").appending("nightshift")
    try Disk().replace(tool, with: Array("#!/bin/sh\n".utf8), mode: 0o755)
    let files = try units(site, tool: tool, user: isSystem ? "root" : nil).files()
    for file in files { try Disk().replace(folder.appending(file.name), with: Array(file.text.utf8)) }
    let paths = files.map { folder.appending($0.name).string }
    let answer = try Tool.run(
      "/usr/bin/env",
      ["XDG_RUNTIME_DIR=\(folder)", try #require(Tool.systemdAnalyze), "verify", isSystem ? "--system" : "--user"]
        + paths)
    #expect(answer.status == 0)
    #expect(answer.output == "")
  }

  @Test(
    "a path that a unit cannot hold is refused", arguments: ["/a\nExecStartPre=x", "/a\u{7F}", "/ends\\", "/ends "])
  func refused(path: String) {
    #expect(throws: PipelineError.self) { try units(FilePath(path)).files() }
  }

  @Test("a tool that systemd would not start is refused", arguments: ["/a$b", "/a\"b", "/a'b", "/a\\b"])
  func tool(path: String) {
    #expect(throws: PipelineError.self) { try units("/srv/nightly", tool: FilePath(path)).files() }
  }
}

@Suite struct CrontabLinesTests {
  @Test("the lines read so")
  func golden() throws {
    let lines = CrontabLines(tool: "/opt/it's/nightshift", site: "/srv/50% nightly", schedule: "*/5 * * * *")
    try Golden.check(try lines.text(), "crontab.txt")
  }

  @Test(
    "a word reaches the program as it was",
    arguments: ["plain", "a b", "100%", "%%", "\\", "\\%", "\\\\%", "it's", "'%'", "$(x)`y`\"z\"", "ü夜", "a\\'%\\"])
  func words(text: String) throws {
    let line = Self.asCron("printf %s".replacing("%", with: "\\%") + " " + CrontabLines.word(text))
    let answer = try Tool.run("/bin/sh", ["-c", line])
    #expect(answer.output == text)
  }

  /// What cron makes of a command before it gives it to the shell; the text behind a bare `%` would be its input
  /// (Debian's cron 3.0pl1, do_command.c).
  private static func asCron(_ command: String) -> String {
    var line: [Character] = []
    var isEscaped = false
    for character in command {
      if isEscaped {
        if character == "%" { line.removeLast() }
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "%" {
        return String(line)
      }
      line.append(character)
    }
    return String(line)
  }

  @Test(
    "times between runs become the five fields, where cron can",
    arguments: [
      (60, "* * * * *"), (300, "*/5 * * * *"), (3600, "0 * * * *"), (21_600, "0 */6 * * *"), (86_400, "0 2 * * *"),
      (420, nil), (30, nil), (90, nil), (5 * 3600, nil), (172_800, nil),
    ] as [(Int, String?)])
  func every(seconds: Int, schedule: String?) { #expect(CrontabLines.schedule(every: seconds) == schedule) }

  @Test("a site's path with a line break is refused")
  func refused() {
    #expect(throws: PipelineError.self) {
      try CrontabLines(tool: "/x", site: "/a\n* * * * * evil", schedule: "* * * * *").text()
    }
  }
}
