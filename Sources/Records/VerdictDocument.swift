package import Store

/// A gate's answer, with every rule's numbers.
package struct VerdictDocument: Codable, Hashable, Sendable {
  package enum Decision: String, Codable, Hashable, Sendable {
    /// Every rule holds.
    case promote
    /// No rule is broken, but one could not be decided: a metric was undefined, or too few rows show nothing.
    case hold
    /// A rule is broken.
    case reject
  }

  package var format = "nightshift-verdict 1"
  package var decision: Decision
  /// The challenger's model package.
  package var challenger: Digest
  package var challengerVersion: VersionLabel?
  /// Nil before the first promotion: rules against a champion then hold.
  package var champion: Digest?
  package var championVersion: VersionLabel?
  /// The data both were judged on.
  package var data: Digest
  package var dataVersion: VersionLabel?
  package var rowCount: Int
  package var challengerMetrics: [String: Double]
  package var championMetrics: [String: Double]
  package var findings: [Finding]
  /// The version of the code that computed the metrics of both; nil in older documents.
  package var implementation: Int?
  /// Of the paired bootstrap, where a rule asked for one.
  package var resamples: Int?
  package var seed: Int?
  /// What a reader of the verdict must know beside the rules; nil where there is nothing.
  package var notes: [String]?

  /// What became of one rule.
  package struct Finding: Codable, Hashable, Sendable {
    /// As the spec wrote it: `auc >= champion.auc - 0.005`.
    package var rule: String
    /// Nil when it could not be decided.
    package var holds: Bool?
    /// The left side's number.
    package var observed: Double?
    /// The number it had to reach, after the champion's was put in.
    package var required: Double?
    /// One sentence: `auc 0.712 is at least 0.650`.
    package var explanation: String
    /// Of a rule `with confidence`: one, or one for each slice, the worst first.
    package var tests: [Test]?

    package init(rule: String, holds: Bool?, observed: Double?, required: Double?, explanation: String) {
      self.rule = rule
      self.holds = holds
      self.observed = observed
      self.required = required
      self.explanation = explanation
    }
  }

  /// A paired test of challenger against champion on the same rows.
  package struct Test: Codable, Hashable, Sendable {
    /// `auc`, or `auc where origin is JFK`.
    package var subject: String
    /// `DeLong`, `exact McNemar`, `Tango score`, `paired bootstrap`.
    package var name: String
    /// `superiority` or `non-inferiority`.
    package var form: String
    /// `above` or `below`: the side of the margin that the difference must be on.
    package var side: String
    package var rowCount: Int
    package var challenger: Double
    package var champion: Double
    /// Challenger less champion.
    package var difference: Double
    /// One-sided confidence bounds of the difference: each alone has `confidence`.
    package var lower: Double
    package var upper: Double
    package var confidence: Double
    /// What the difference must clear.
    package var margin: Double
    /// One-sided, of a difference at the margin.
    package var pValue: Double
    /// Nil where the difference is on the right side, but not shown to be.
    package var holds: Bool?

    package init(
      subject: String, name: String, form: String, side: String, rowCount: Int, challenger: Double, champion: Double,
      lower: Double,
      upper: Double, confidence: Double, margin: Double, pValue: Double, holds: Bool?
    ) {
      self.subject = subject
      self.name = name
      self.form = form
      self.side = side
      self.rowCount = rowCount
      self.challenger = challenger
      self.champion = champion
      difference = challenger - champion
      self.lower = lower
      self.upper = upper
      self.confidence = confidence
      self.margin = margin
      self.pValue = pValue
      self.holds = holds
    }
  }

  package init(
    decision: Decision, challenger: Digest, challengerVersion: VersionLabel?, champion: Digest?,
    championVersion: VersionLabel?, data: Digest, dataVersion: VersionLabel?, rowCount: Int,
    challengerMetrics: [String: Double], championMetrics: [String: Double], findings: [Finding]
  ) {
    self.decision = decision
    self.challenger = challenger
    self.challengerVersion = challengerVersion
    self.champion = champion
    self.championVersion = championVersion
    self.data = data
    self.dataVersion = dataVersion
    self.rowCount = rowCount
    self.challengerMetrics = challengerMetrics
    self.championMetrics = championMetrics
    self.findings = findings
  }
}

/// What `promote` did: a refused challenger is a result, not a failure.
package struct PromotionDocument: Codable, Hashable, Sendable {
  package var format = "nightshift-promotion 1"
  package var alias: String
  package var decision: VerdictDocument.Decision
  /// Where the alias pointed before.
  package var from: VersionLabel?
  /// Where it points now.
  package var to: VersionLabel?
  /// One sentence.
  package var explanation: String

  package init(
    alias: String, decision: VerdictDocument.Decision, from: VersionLabel?, to: VersionLabel?, explanation: String
  ) {
    self.alias = alias
    self.decision = decision
    self.from = from
    self.to = to
    self.explanation = explanation
  }
}
