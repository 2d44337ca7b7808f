internal import ArgumentParser
internal import Jobs

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of specs, for editors.",
    discussion: "EXAMPLE:\n  nightshift schema > Jobs/nightshift-job.schema.json")

  func run() throws { Terminal.write(Array(SpecSchema.text.utf8)) }
}
