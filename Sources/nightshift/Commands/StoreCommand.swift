internal import ArgumentParser

struct StoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Look after the store.", discussion: "EXAMPLE:\n  nightshift store check",
    subcommands: [StoreCheckCommand.self, StoreCollectCommand.self, StoreStatsCommand.self])
}
