internal import ArgumentParser
internal import Store

extension DataCommand {
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List datasets, or the versions of one.", discussion: "EXAMPLE:\n  nightshift data list flights/flights"
    )

    @Argument(help: "NAME or PROJECT/NAME.")
    var name: String?

    @OptionGroup var siteOptions: SiteOptions
    @OptionGroup var output: JSONOption

    func run() throws { try VersionList(try siteOptions.open(), .dataset).write(name, isJSON: output.json) }
  }
}
