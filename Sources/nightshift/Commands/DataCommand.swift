internal import ArgumentParser

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Add, list, show, profile, check out, export, compare and validate versions of datasets.",
    discussion: "EXAMPLE:\n  nightshift data add landing/ --as flights",
    subcommands: [
      Add.self, List.self, ShowVersion.self, SchemaOfTable.self, Profile.self, Checkout.self, Export.self, Diff.self,
      Validate.self, SuggestContract.self,
    ])
}
