internal import ArgumentParser
internal import Jobs
internal import Pipeline
internal import Store

extension DataCommand {
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Make a version of a dataset from a file, a folder or a glob.",
      discussion: "EXAMPLE:\n  nightshift data add 'landing/*.csv' --as flights --project flights")

    @Argument(help: "A file, a folder or a quoted glob.")
    var path: String

    @Option(name: .customLong("as"), help: "The dataset's name.")
    var name: String

    @Option(help: "The project. Default: the site's.")
    var project: String?

    @Option(help: "table: files that are tables are read and described. files: nobody looks inside.")
    var format: DatasetFormat = .table

    @OptionGroup var siteOptions: SiteOptions

    func run() throws {
      let site = try siteOptions.open()
      let entity = try EntityName(.dataset, project: project ?? site.settings.project, name: name)
      let version = try DataAdder(site).add(path, below: absolute("."), as: entity, format, at: Runner.now())
      Terminal.write("\(entity.project)/\(entity.name)@v\(version.number)  \(version.digest)")
    }
  }
}

extension DatasetFormat: ExpressibleByArgument {}
