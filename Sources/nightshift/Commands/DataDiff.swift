internal import ArgumentParser
internal import Records

extension DataCommand {
  struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff",
      abstract: "Say which files of one version were added, removed, changed or moved in another.",
      discussion: VersionDiff.discussion + "\n\nEXAMPLE:\n  nightshift data diff flights@v1 flights@v2")

    @OptionGroup var versions: VersionDiff

    func run() throws { try versions.compare([.dataset, .model]) }
  }
}
