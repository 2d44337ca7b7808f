internal import ArgumentParser
internal import Records

struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Print the manual page, as man reads it.",
    discussion: """
      EXAMPLE:
        nightshift manual > /usr/local/share/man/man1/nightshift.1
        nightshift manual | man -l -
      """)

  func run() throws {
    let help = try CanonicalJSON.decode(CommandHelp.Dump.self, from: Array(Nightshift._dumpHelp().utf8))
    let page = ManualPage(command: help.command, version: Nightshift.version, date: Nightshift.versionDate)
    Terminal.write(Array(page.text.utf8))
  }
}
