internal import ArgumentParser
internal import Records

extension DataCommand {
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Write a version of a dataset as an archive: .tar, .tar.gz, .tar.zst, .tar.lz4, .tar.xz or .zip.",
      discussion: VersionExport.discussion + "\n\nEXAMPLE:\n  nightshift data export flights@v2 flights.tar.zst")

    @OptionGroup var version: VersionExport

    func run() throws { try version.export([.dataset, .model]) }
  }
}
