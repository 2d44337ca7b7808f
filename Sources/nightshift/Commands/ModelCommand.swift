internal import ArgumentParser

struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "List and show models; roll an alias back.",
    discussion: "EXAMPLE:\n  nightshift model list",
    subcommands: [List.self, ShowVersion.self, Rollback.self])
}
