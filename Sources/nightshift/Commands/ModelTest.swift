internal import ArgumentParser
internal import Disk
internal import Pipeline
internal import Records
internal import SystemPackage

extension ModelCommand {
  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "test",
      abstract: "Ask a model the rows of its own sample: it must answer as it did when it was made.",
      discussion:
        "Takes a version, or a folder that holds an exported package.\n\nEXAMPLE:\n  nightshift model test flights-delay@champion"
    )

    @Argument(help: "NAME@VERSION, or a folder.", completion: SiteNames.versions)
    var model: String

    @OptionGroup var siteOptions: SiteOptions

    func run() throws {
      let isVersion = model.contains("@") && !model.contains("/.")
      let test: ModelSelfTest
      if isVersion {
        let site = try siteOptions.open()
        test = try ModelSelfTest(try VersionLookup(site).find(model, [.model]), in: site)
      } else {
        test = try ModelSelfTest(folder: FilePath(model), disk: Disk())
      }
      Terminal.write(
        "\(model.printable) gives the answers to its \(test.rowCount) sample rows that it gave when \(test.environment.printable) made it"
      )
    }
  }
}
