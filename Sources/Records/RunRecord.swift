package import Store

/// One execution of a job: what was asked, what happened, what came of it. Frozen at the end of the run.
package struct RunRecord: Codable, Hashable, Sendable {
  package enum Outcome: String, Codable, Hashable, Sendable {
    /// Every step ran, was reused, or was skipped by its condition.
    case done
    /// A step failed; what depended on it was not tried.
    case failed
    /// Somebody stopped it.
    case cancelled
  }

  /// The version of this document.
  package static let currentFormat = "nightshift-run 1"

  package var format = RunRecord.currentFormat
  /// `flights-delay-20130401T020000-7f3a`.
  package var id: String
  package var job: String
  package var project: String
  package var outcome: Outcome
  /// One sentence: why it failed. Nil when it did not.
  package var reason: String?
  /// The moment the run stands for: the night it belongs to, whenever it was really executed.
  package var logicalTime: Timestamp
  package var started: Timestamp
  package var finished: Timestamp
  /// When it became part of the site, by the clock that the site's nights go by: another one than that of `finished` where
  /// nights are played back. Nil in records of an earlier time.
  package var recorded: Timestamp?
  /// Seconds from start to end on the last attempt's clock.
  package var wallSeconds: Double
  /// How often a runner took the job up: more than once after a crash.
  package var attemptCount: Int
  package var specName: String
  /// The folder that relative paths in the spec start from.
  package var origin: String
  /// Of the very bytes of the spec, which lie beside the record (older records: in the store).
  package var spec: Digest
  /// Parameters as they were used, each as JSON text.
  package var params: [String: String]
  /// The run that led to this one: by its `retrain` step, a version that it published or the drift that it saw.
  package var requestedBy: String?
  /// Why a model is retrained by it; nil for all other runs.
  package var because: String?
  /// The spec was somebody else's than who ran it; nil in records of an earlier time, of which that is not known.
  package var isForeign: Bool?
  package var host: String
  package var toolVersion: String
  package var steps: [StepRecord]

  package init(
    id: String, job: String, project: String, outcome: Outcome, reason: String? = nil, logicalTime: Timestamp,
    started: Timestamp, finished: Timestamp, wallSeconds: Double, attemptCount: Int, specName: String, origin: String,
    spec: Digest,
    params: [String: String], requestedBy: String? = nil, host: String, toolVersion: String, steps: [StepRecord]
  ) {
    self.id = id
    self.job = job
    self.project = project
    self.outcome = outcome
    self.reason = reason
    self.logicalTime = logicalTime
    self.started = started
    self.finished = finished
    self.wallSeconds = wallSeconds
    self.attemptCount = attemptCount
    self.specName = specName
    self.origin = origin
    self.spec = spec
    self.params = params
    self.requestedBy = requestedBy
    self.host = host
    self.toolVersion = toolVersion
    self.steps = steps
  }
}

extension RunRecord {
  private static let longestRunSeconds = 7 * 86_400

  /// From when on the site knows of it.
  package var knownSince: Timestamp {
    if let recorded { return recorded }
    // Of a night that was played back, the moment that it stands for is all that is known of that clock.
    return abs(finished.seconds - logicalTime.seconds) < Self.longestRunSeconds ? finished : logicalTime
  }
}

/// One step of a run.
package struct StepRecord: Codable, Hashable, Sendable {
  package enum Outcome: String, Codable, Hashable, Sendable {
    case ran
    /// An earlier run made the same outputs from the same inputs.
    case reused
    case failed
    /// Its condition did not hold.
    case skipped
    /// Something it needs failed, so it was never tried.
    case unreached
  }

  package var id: String
  /// The word after `uses:`, or `run`.
  package var kind: String
  package var outcome: Outcome
  /// Why it failed, was skipped or was never tried.
  package var reason: String?
  /// Names the step's inputs, code, parameters and environment; nil when it was never known.
  package var key: Digest?
  /// The run that made the outputs, when they were reused.
  package var reusedFrom: String?
  package var started: Timestamp?
  package var wallSeconds: Double
  /// User and system time, the kernel's own figure.
  package var cpuSeconds: Double
  /// Largest resident set, the kernel's own figure.
  package var peakMemoryBytes: Int
  package var inputs: [Input]
  package var outputs: [Output]
  /// What people should know: rows dropped, categories never seen in training.
  package var notes: [String]
  /// The result in a few words: `auc 0.712`, `promoted v2`.
  package var headline: String?
  /// The tools, programs and packages that it ran with, versions or digests, as its key has them; nil: none.
  package var environment: [String: String]?

  /// An artifact that a step read.
  package struct Input: Codable, Hashable, Sendable {
    /// The word in the spec that named it: `data`, `model`.
    package var name: String
    /// As the spec wrote it: `parts.train`, `flights@latest`.
    package var reference: String
    /// Nil where an optional input was not there: a champion before the first promotion.
    package var artifact: Artifact?

    package init(name: String, reference: String, artifact: Artifact?) {
      self.name = name
      self.reference = reference
      self.artifact = artifact
    }
  }

  /// An artifact that a step made. The main output's name is empty; others are `train`, `test`, …
  package struct Output: Codable, Hashable, Sendable {
    package var name: String
    package var artifact: Artifact

    package init(name: String, artifact: Artifact) {
      self.name = name
      self.artifact = artifact
    }
  }

  package init(
    id: String, kind: String, outcome: Outcome, reason: String? = nil, key: Digest? = nil, reusedFrom: String? = nil,
    started: Timestamp? = nil, wallSeconds: Double = 0, cpuSeconds: Double = 0, peakMemoryBytes: Int = 0,
    inputs: [Input] = [], outputs: [Output] = [], notes: [String] = [], headline: String? = nil
  ) {
    self.id = id
    self.kind = kind
    self.outcome = outcome
    self.reason = reason
    self.key = key
    self.reusedFrom = reusedFrom
    self.started = started
    self.wallSeconds = wallSeconds
    self.cpuSeconds = cpuSeconds
    self.peakMemoryBytes = peakMemoryBytes
    self.inputs = inputs
    self.outputs = outputs
    self.notes = notes
    self.headline = headline
  }

  /// The output called `name`; the empty name is the main one.
  package func output(_ name: String) -> Artifact? { outputs.first { $0.name == name }?.artifact }
}
