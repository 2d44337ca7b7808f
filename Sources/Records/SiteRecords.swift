package import Store

/// All that a report is made of: the records of a site, read once. Reports are a pure function of this value.
package struct SiteRecords: Sendable {
  /// The name of the site's folder, or what `nightshift.yaml` calls it.
  package var siteName: String
  /// The moment the pages stand for; nothing else on them depends on the clock.
  package var now: Timestamp
  /// Latest logical time first; equal times by id, descending.
  package var runs: [RunRecord]
  package var models: [Entity]
  package var datasets: [Entity]
  package var metrics: [Digest: MetricsDocument]
  package var verdicts: [Digest: VerdictDocument]
  package var drifts: [Digest: DriftDocument]
  package var contracts: [Digest: ContractDocument]
  /// Of the latest runs that have one, at most ``profileLimit``.
  package var profiles: [Digest: ProfileDocument]
  package var promotions: [Digest: PromotionDocument]
  package var retrainings: [Digest: RetrainingDocument]
  package var trials: [Digest: TrialsDocument]
  package var explanations: [Digest: ExplanationDocument]
  package var disagreements: [Digest: DisagreementDocument]
  package var performances: [Digest: PerformanceDocument]
  package var costs: [Digest: CostDocument]
  package var datasetDescriptions: [Digest: DatasetDescription]
  package var modelDescriptions: [Digest: ModelDescription]
  /// The last lines of the logs of failed steps, by run id and step id.
  package var logTails: [LogName: String]
  /// What came of doing runs again, by their ids.
  package var reproductions: [String: ReproductionDocument] = [:]
  /// What steps told of their metrics, of the latest ``curveRunLimit`` runs.
  package var curves: [LogName: StepCurves] = [:]
  /// Jobs by their place in the spool.
  package var spool: SpoolCounts
  /// When the last run ended, by the wall clock; nil where that is not known.
  package var lastRunEnded: Timestamp?
  /// How often a run is expected.
  package var expectedSeconds: Int?

  /// A dataset or model: its versions and aliases.
  package struct Entity: Codable, Hashable, Sendable {
    package var project: String
    package var name: String
    /// Oldest first.
    package var versions: [Version]
    /// Version numbers by alias.
    package var aliases: [String: Int]
    /// The alias moves in order, from the audit log.
    package var moves: [AliasMove]

    package init(
      project: String, name: String, versions: [Version], aliases: [String: Int] = [:], moves: [AliasMove] = []
    ) {
      self.project = project
      self.name = name
      self.versions = versions
      self.aliases = aliases
      self.moves = moves
    }

    package func version(_ number: Int) -> Version? { versions.first { $0.number == number } }
  }

  package struct Version: Codable, Hashable, Sendable {
    package var number: Int
    package var digest: Digest
    package var description: Digest?
    /// The logical time of the run that published it.
    package var created: Timestamp
    package var run: String?
    package var step: String?

    package init(
      number: Int, digest: Digest, description: Digest?, created: Timestamp, run: String?, step: String?
    ) {
      self.number = number
      self.digest = digest
      self.description = description
      self.created = created
      self.run = run
      self.step = step
    }

    package var shortDigest: String { digest.short }
    package var digestText: String { digest.description }
  }

  /// How many profiles have pages: each is large, and the old ones are rarely read.
  package static let profileLimit = 50
  /// How many runs have curves on their pages.
  package static let curveRunLimit = 100

  package struct AliasMove: Codable, Hashable, Sendable {
    package var alias: String
    package var from: Int?
    package var to: Int
    package var at: Timestamp
    package var by: String
    package var why: String

    package init(alias: String, from: Int?, to: Int, at: Timestamp, by: String, why: String) {
      self.alias = alias
      self.from = from
      self.to = to
      self.at = at
      self.by = by
      self.why = why
    }
  }

  package struct LogName: Hashable, Sendable {
    package var run: String
    package var step: String

    package init(run: String, step: String) {
      self.run = run
      self.step = step
    }
  }

  package struct SpoolCounts: Codable, Hashable, Sendable {
    package var inbox: Int
    package var active: Int
    package var rejected: Int

    package init(inbox: Int, active: Int, rejected: Int) {
      self.inbox = inbox
      self.active = active
      self.rejected = rejected
    }
  }

  package init(siteName: String, now: Timestamp, runs: [RunRecord], models: [Entity], datasets: [Entity]) {
    self.siteName = siteName
    self.now = now
    self.runs = runs
    self.models = models
    self.datasets = datasets
    metrics = [:]
    verdicts = [:]
    drifts = [:]
    contracts = [:]
    profiles = [:]
    promotions = [:]
    retrainings = [:]
    trials = [:]
    explanations = [:]
    disagreements = [:]
    performances = [:]
    costs = [:]
    datasetDescriptions = [:]
    modelDescriptions = [:]
    logTails = [:]
    spool = SpoolCounts(inbox: 0, active: 0, rejected: 0)
  }
}
