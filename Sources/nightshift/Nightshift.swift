import ArgumentParser

@main
struct Nightshift: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "nightshift")
}
