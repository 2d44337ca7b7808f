internal import ArgumentParser
internal import Disk
internal import Jobs
internal import Pipeline
internal import Records
internal import Store
internal import SystemPackage

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Add, list, show and check out versions of datasets.",
    discussion: "EXAMPLE:\n  nightshift data add landing/ --as flights",
    subcommands: [Add.self, List.self, ShowVersion.self, Checkout.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
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

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List datasets, or the versions of one.", discussion: "EXAMPLE:\n  nightshift data list flights/flights"
    )

    @Argument(help: "NAME or PROJECT/NAME.")
    var name: String?

    @OptionGroup var siteOptions: SiteOptions
    @OptionGroup var output: JSONOption

    func run() throws { try VersionList(try siteOptions.open(), .dataset).write(name, isJSON: output.json) }
  }

  struct ShowVersion: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show a version's columns.",
      discussion: "EXAMPLE:\n  nightshift data show flights@v2")

    @Argument(help: "NAME@VERSION.")
    var reference: String

    @OptionGroup var siteOptions: SiteOptions
    @OptionGroup var output: JSONOption

    func run() throws {
      var show = Show()
      show.what = reference
      show.siteOptions = siteOptions
      show.output = output
      try show.run()
    }
  }

  struct Checkout: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a version's files into a new folder, each verified.",
      discussion: "EXAMPLE:\n  nightshift data checkout flights@v2 /tmp/flights-v2")

    @Argument(help: "NAME@VERSION.")
    var reference: String

    @Argument(help: "The folder; nothing may be there yet.")
    var folder: String

    @Flag(help: "Make the files read-only.")
    var readOnly = false

    @OptionGroup var siteOptions: SiteOptions

    func run() throws {
      let site = try siteOptions.open()
      let found = try VersionLookup(site).find(reference)
      try site.store.checkout(
        try site.store.manifest(found.digest), to: absolute(folder), readOnly ? .readOnly : .writable)
    }
  }
}

extension DatasetFormat: ExpressibleByArgument {}

/// Lists datasets or models on standard output.
struct VersionList {
  private let site: Site
  private let kind: EntityName.Kind

  init(_ site: Site, _ kind: EntityName.Kind) {
    self.site = site
    self.kind = kind
  }

  private struct Row: Encodable {
    var project: String
    var name: String
    var version: Int
    var digest: Digest
    var created: String
    var run: String?
    var aliases: [String]
  }

  /// Every entity with its latest version, or every version of the one called `name`.
  func write(_ name: String?, isJSON: Bool) throws {
    let parts = name?.split(separator: "/").map(String.init)
    let entities = try site.store.refs.entities(kind).filter { entity in
      guard let parts else { return true }
      return entity.name == parts.last && (parts.count == 1 || entity.project == parts[0])
    }
    guard name == nil || !entities.isEmpty else {
      throw Refusal(status: .usage, description: "there is no \(kind.rawValue) “\((name ?? "").printable)”")
    }
    var rows: [Row] = []
    for entity in entities {
      let aliases = try site.store.refs.aliases(of: entity)
      for version in try site.store.refs.versions(of: entity).suffix(name == nil ? 1 : .max) {
        rows.append(
          Row(
            project: entity.project, name: entity.name, version: version.number, digest: version.digest,
            created: version.created, run: version.run,
            aliases: aliases.filter { $0.value.version == version.number }.map(\.key).sorted()))
      }
    }
    if isJSON { return try Terminal.writeJSON(rows) }
    var table = TextTable(["NAME", "VERSION", "CREATED", "DIGEST", "ALIASES", "RUN"])
    for row in rows {
      table.add([
        "\(row.project)/\(row.name)", "v\(row.version)", row.created, row.digest.short,
        row.aliases.joined(separator: ","), row.run ?? "",
      ])
    }
    Terminal.write(table.text)
  }
}
