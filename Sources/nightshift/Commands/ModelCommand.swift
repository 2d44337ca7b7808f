internal import ArgumentParser

struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "List, show, export, compare and test models; roll an alias back.",
    discussion: "EXAMPLE:\n  nightshift model list",
    subcommands: [List.self, ShowVersion.self, Export.self, Diff.self, Test.self, Rollback.self])
}
