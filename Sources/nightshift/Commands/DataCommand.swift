internal import ArgumentParser

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Add, list, show and check out versions of datasets.",
    discussion: "EXAMPLE:\n  nightshift data add landing/ --as flights",
    subcommands: [Add.self, List.self, ShowVersion.self, Checkout.self])
}
