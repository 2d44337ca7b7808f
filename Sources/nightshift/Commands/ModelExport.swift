internal import ArgumentParser
internal import Records

extension ModelCommand {
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Write a model version as an archive: .tar, .tar.gz, .tar.zst, .tar.lz4, .tar.xz or .zip.",
      discussion: VersionExport.discussion
        + "\n\nEXAMPLE:\n  nightshift model export flights-delay@champion flights-delay.tar.zst")

    @OptionGroup var version: VersionExport

    func run() throws { try version.export([.model]) }
  }
}
