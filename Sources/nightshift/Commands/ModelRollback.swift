internal import ArgumentParser
internal import Pipeline
internal import Records
internal import Store

extension ModelCommand {
  struct Rollback: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rollback",
      abstract: "Point an alias back at the version before, or at a named one.",
      discussion:
        "The move and its reason go into the audit log.\n\nEXAMPLE:\n  nightshift model rollback flights-delay --why 'complaints since Monday'"
    )

    @Argument(help: "NAME or PROJECT/NAME.", completion: SiteNames.models)
    var name: String

    @Option(help: "The version to go to: v3. Default: the one that the alias pointed at before.")
    var to: String?

    @Option(help: "The alias.")
    var alias = "champion"

    @Option(help: "Why, for the audit log.")
    var why: String

    @OptionGroup var siteOptions: SiteOptions

    func run() throws {
      let site = try siteOptions.open()
      let parts = name.split(separator: "/").map(String.init)
      let matching = try site.store.refs.entities(.model).filter {
        $0.name == parts.last && (parts.count == 1 || $0.project == parts[0])
      }
      guard matching.count == 1, let entity = matching.first else {
        throw Refusal(
          status: .usage,
          description: matching.isEmpty
            ? "there is no model “\(name.printable)”"
            : "several projects have a model “\(name.printable)”: write PROJECT/NAME")
      }
      guard let current = try site.store.refs.alias(alias, of: entity) else {
        throw Refusal(status: .usage, description: "\(entity.name) has no alias \(alias.printable)")
      }
      let target = to.map { $0.hasPrefix("v") ? Int($0.dropFirst()) : Int($0) } ?? current.from
      guard let target else {
        throw Refusal(
          status: .usage, description: "\(alias) points at the first version it ever had: name another with --to")
      }
      try site.store.refs.move(
        alias, of: entity, from: current.version, to: target,
        Refs.Move(at: Runner.now().text, by: userName(), why: why, run: nil))
      Terminal.write("\(entity.name)@\(alias): v\(current.version) → v\(target)")
    }
  }
}
