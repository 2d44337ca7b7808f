internal import ArgumentParser
internal import Records

extension ModelCommand {
  struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff",
      abstract: "Say which files of one version were added, removed, changed or moved in another.",
      discussion: VersionDiff.discussion
        + "\n\nEXAMPLE:\n  nightshift model diff flights-delay@v3 flights-delay@champion")

    @OptionGroup var versions: VersionDiff

    func run() throws { try versions.compare([.model]) }
  }
}
