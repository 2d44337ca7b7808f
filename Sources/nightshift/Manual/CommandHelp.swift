/// A command as the argument parser describes it (`--experimental-dump-help`): what a manual page needs of it.
struct CommandHelp: Decodable {
  struct Argument: Decodable {
    struct Name: Decodable {
      /// `long`, `short` or `longWithSingleDash`.
      var kind: String
      var name: String

      var text: String { (kind == "long" ? "--" : "-") + name }
    }

    /// `positional`, `option` or `flag`.
    var kind: String
    var shouldDisplay: Bool
    var isOptional: Bool
    var isRepeating: Bool
    var names: [Name]?
    var preferredName: Name?
    var valueName: String?
    var defaultValue: String?
    var allValues: [String]?
    var abstract: String?
  }

  var commandName: String
  var superCommands: [String]?
  var shouldDisplay: Bool
  var abstract: String?
  var discussion: String?
  var subcommands: [CommandHelp]?
  var arguments: [Argument]?

  /// `nightshift store gc`.
  var fullName: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

  /// The commands that do something: those below it without commands of their own, in order.
  var leaves: [CommandHelp] {
    guard let subcommands, !subcommands.isEmpty else { return [self] }
    return subcommands.filter { $0.shouldDisplay && $0.commandName != "help" }.flatMap(\.leaves)
  }

  /// The paragraphs of the discussion but its example, and the lines of the example.
  var parts: (prose: [String], example: [String]) {
    var (prose, example): ([String], [String]) = ([], [])
    for paragraph in (discussion ?? "").split(separator: "\n\n") {
      let lines = paragraph.split(separator: "\n").map(String.init)
      if lines.first == "EXAMPLE:" {
        example = lines.dropFirst().map { String($0.dropFirst(2)) }
      } else {
        prose.append(lines.joined(separator: " "))
      }
    }
    return (prose, example)
  }

  struct Dump: Decodable {
    var command: CommandHelp
  }
}
