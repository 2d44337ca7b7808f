internal import ArgumentParser

extension ModelCommand {
  struct ShowVersion: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show a model version.",
      discussion: "EXAMPLE:\n  nightshift model show flights-delay@champion")

    @OptionGroup var version: VersionShow

    func run() throws { try version.show() }
  }
}
