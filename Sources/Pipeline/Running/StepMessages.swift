package import Jobs
package import Records
package import Store

/// What the runner writes for a step's process to read.
struct StepRequest: Codable {
  var id: String
  var action: StepAction
  var inputs: [StepRecord.Input]
  /// Manifests of files that the step reads beside its inputs, by the spec's word: `from`, `archive`, `query`, `code`.
  var sources: [String: Digest]
  var project: String
  var run: String
  var job: String
  var logicalTime: Timestamp
  var threads: Int
  /// What it may have resident with all that it starts; nil: no limit.
  var memoryBytes: Int?
  /// Absolute path of the site.
  var site: String
  /// A private folder of the attempt, which whoever starts it makes.
  var workFolder = ""
  /// Where its log and its `metrics.ndjson` go.
  var stepFolder: String
  /// Parameters as JSON text.
  var params: [String: String]
  /// The spec is not by whoever runs it.
  var isForeign = false
  /// The run that led to this one.
  var requestedBy: String?
  /// Why a model is retrained by the run.
  var because: String?
  /// For `train`, and commands that make models: how this model is made.
  var recipe: Recipe?
  /// Facts beside the inputs that its key holds, for `feedback`.
  var facts: [String: String]?
  /// What a command made, for the process that completes the models among it.
  var made: [StepRecord.Output]?

  func input(_ name: String) -> StepRecord.Input? { inputs.first { $0.name == name } }
}

/// What a step's process writes for the runner to read.
struct StepResult: Codable, Equatable {
  var outputs: [StepRecord.Output] = []
  var notes: [String] = []
  var headline: String?
  /// One sentence; nil when the step did what it should.
  var failure: String?
  /// Another attempt may succeed.
  var asksForRetry = false
  /// Another attempt would fail the same way.
  var isFinal = false
}

/// Everything that made a model, without the time and the name of the run: the same recipe makes the same bytes.
package struct Recipe: Codable, Hashable, Sendable {
  package var format = "nightshift-recipe 1"
  package var job: String
  package var project: String
  package var step: String
  /// The blob with the spec's bytes.
  package var spec: Digest
  package var specName: String
  /// Parameters as JSON text.
  package var params: [String: String]
  package var key: Digest
  /// Nil where a command did not say which data it learnt from.
  package var trainingData: Digest?
  package var validationData: Digest?
  /// The model that training went on from.
  package var parent: Digest?
  /// The datasets that the job began with.
  package var datasets: [Dataset]
  /// The spec is by somebody else than who ran it; nil when it is not. Whoever replays it treats it so.
  package var isForeign: Bool?
  /// The recipes of the features that the model reads; nil in older packages, of which that is not known.
  package var features: [RecipeCitation]?
  /// Of a model that a command made.
  package var command: Command?

  /// What is kept of a command that made a model, for its scoring command.
  package struct Command: Codable, Hashable, Sendable {
    package var isolation: Isolation
    /// The packages of Python that it was given; nil: none.
    package var environment: Environment?
  }

  /// Packages of Python, so that the same can be installed again anywhere.
  package struct Environment: Codable, Hashable, Sendable {
    /// The requirements file.
    package var requirements: String
    /// What was installed for it, as `NAME==VERSION`, sorted.
    package var packages: [String]
    /// `3.11.2`.
    package var python: String
  }

  /// How many trials a search made before its time was over: whoever does it again makes as many, whatever the time. Nil
  /// where the clock had no say.
  package var trialCount: Int?

  package struct Dataset: Codable, Hashable, Sendable {
    package var project: String
    package var name: String
    package var digest: Digest
  }
}
