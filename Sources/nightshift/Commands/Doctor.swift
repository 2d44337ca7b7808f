internal import ArgumentParser
internal import Glibc
internal import Pipeline
internal import SystemPackage

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check this machine and this site, and say what to do.",
    discussion: "Exit status 78 when something is missing.\n\nEXAMPLE:\n  nightshift doctor")

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  func run() throws {
    let findings = try Diagnosis(try siteOptions.open()).findings()
    if output.json {
      try Terminal.writeJSON(findings)
    } else {
      for finding in findings {
        Terminal.write("\(finding.isGood ? "✓" : "✗") \(finding.subject): \(finding.text.printable)")
      }
    }
    if !findings.allSatisfy(\.isGood) { throw ExitCode(ExitStatus.invalidSettings.rawValue) }
  }
}
