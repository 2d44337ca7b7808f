internal import ArgumentParser
internal import Jobs

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of specs or contracts, for editors.",
    discussion: "EXAMPLE:\n  nightshift schema > Jobs/nightshift-job.schema.json")

  @Flag(help: "Print the schema of contracts.")
  var contract = false

  func run() throws { Terminal.write(Array((contract ? ContractSchema.text : SpecSchema.text).utf8)) }
}
