internal import ArgumentParser
internal import Pipeline
internal import Records

extension ModelCommand {
  struct Rollback: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rollback",
      abstract: "Point an alias back at the version before, or at a named one that a verdict has promoted.",
      discussion:
        "The move and its reason go into the audit log. The version that it leaves is promoted again only by a verdict on data that it was not judged on before.\n\nEXAMPLE:\n  nightshift model rollback flights-delay --why 'complaints since Monday'"
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
      let target = try to.map(number)
      do {
        let moved = try RollBack(site, model: name, alias: alias).perform(
          to: target, at: Runner.now(), by: userName(), why: why)
        Terminal.write("\(moved.from.name)@\(alias): v\(moved.from.number) → v\(moved.to.number)")
      } catch let refusal as RollBackRefusal {
        throw Refusal(status: .usage, description: refusal.description.printable)
      }
    }

    private func number(_ text: String) throws -> Int {
      guard let number = Int(text.hasPrefix("v") ? String(text.dropFirst()) : text), number > 0 else {
        throw Refusal(status: .usage, description: "“\(text.printable)” is no version: write v3")
      }
      return number
    }
  }
}
