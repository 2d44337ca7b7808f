internal import ArgumentParser
internal import Store

extension ModelCommand {
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List models, or the versions of one.", discussion: "EXAMPLE:\n  nightshift model list flights-delay")

    @Argument(help: "NAME or PROJECT/NAME.")
    var name: String?

    @OptionGroup var siteOptions: SiteOptions
    @OptionGroup var output: JSONOption

    func run() throws { try VersionList(try siteOptions.open(), .model).write(name, isJSON: output.json) }
  }
}
