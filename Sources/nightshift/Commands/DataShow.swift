internal import ArgumentParser

extension DataCommand {
  struct ShowVersion: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show a version's columns.",
      discussion: "EXAMPLE:\n  nightshift data show flights@v2")

    @OptionGroup var version: VersionShow

    func run() throws { try version.show() }
  }
}
