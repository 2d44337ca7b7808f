internal import ArgumentParser
internal import Pipeline

struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check this machine and this site, and say what to do.",
    discussion: """
      A tick is well, an exclamation mark should be known, a cross must be mended before the next night: exit status 78 \
      where there is one of those.

      EXAMPLE:
        nightshift doctor
      """)

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  func run() async throws {
    let findings = try await SiteExamination(try siteOptions.open()).findings()
    if output.json { try Terminal.writeJSON(findings) } else { write(findings) }
    if findings.contains(where: { $0.status == .problem }) { throw ExitCode(ExitStatus.invalidSettings.rawValue) }
  }

  private func write(_ findings: [Finding]) {
    let width = findings.map(\.subject.count).max() ?? 0
    for finding in findings {
      let mark =
        switch finding.status {
        case .ok: "✓"
        case .warning: "!"
        case .problem: "✗"
        }
      let blanks = String(repeating: " ", count: width - finding.subject.count)
      Terminal.write("\(mark) \(finding.subject)\(blanks)  \(finding.text.printable)")
    }
  }
}
