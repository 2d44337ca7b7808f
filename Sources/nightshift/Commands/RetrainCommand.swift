internal import ArgumentParser
internal import Pipeline
internal import Records
internal import Store

struct RetrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retrain",
    abstract: "Queue a model's recipe again, by hand.",
    discussion: """
      The spec that made the model, with its parameters; --data takes the place of the dataset of that name. The reason \
      goes into the job, its run's record, the model's page and the audit log. Prints the job's name in the inbox.

      EXAMPLE:
        nightshift retrain flights-delay --data flights@latest --because 'the airport has a new runway'
      """)

  @Argument(
    help: "NAME or PROJECT/NAME (its champion, or the latest version where none is), or NAME@….",
    completion: SiteNames.models)
  var model: String

  @Option(help: "Newer data: NAME@….", completion: SiteNames.versions)
  var data: String?

  @Option(help: "Why.")
  var because = "it was asked for by hand"

  @Option(help: "The moment that the run is to stand for: 2013-04-01T02:00:00Z. Default: when it is taken up.")
  var now: String?

  @OptionGroup var siteOptions: SiteOptions

  func run() throws {
    let site = try siteOptions.open()
    let time = try now.map { try Submit.time($0) }
    let lookup = VersionLookup(site)
    let newer = try data.map { try lookup.find($0, [.dataset]) }
    let retraining = try Retraining(of: try found(lookup), in: site)
    var request = Retraining.Request(at: time ?? Runner.now(), by: userName(), because: because)
    request.logicalTime = time
    Terminal.write(try retraining.queue(request, on: newer).printable)
  }

  private func found(_ lookup: VersionLookup) throws -> Artifact {
    guard !model.contains("@") else { return try lookup.find(model, [.model]) }
    do { return try lookup.find(model + "@champion", [.model]) } catch PipelineError.unknownReference {
      return try lookup.find(model + "@latest", [.model])
    }
  }
}
