internal import ArgumentParser

struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "List, show and export models; roll an alias back.",
    discussion: "EXAMPLE:\n  nightshift model list",
    subcommands: [List.self, ShowVersion.self, Export.self, Rollback.self])
}
