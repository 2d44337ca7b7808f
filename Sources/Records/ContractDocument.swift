package import Store

/// What became of the rules of a contract on some data.
package struct ContractDocument: Codable, Hashable, Sendable {
  /// What a broken rule means.
  package enum Severity: String, Codable, Hashable, Sendable, CaseIterable {
    /// The job stops.
    case error
    /// People are told.
    case warn
    /// It is noted.
    case info
  }

  package enum Outcome: String, Codable, Hashable, Sendable {
    case passed
    case failed
    /// The data or the machine gave no way to tell; for an error rule as bad as failed.
    case couldNotRun = "could-not-run"
  }

  package var format = "nightshift-contract 1"
  /// The file name of the contract.
  package var contract: String
  package var data: Digest?
  package var dataVersion: VersionLabel?
  package var reference: Digest?
  package var rowCount: Int
  /// In the order of the contract.
  package var findings: [Finding]
  /// The columns that ``samples`` show.
  package var sampleColumns: [String]
  /// Failing rows, at most 100 in all: by finding, then by row.
  package var samples: [Sample]

  /// What became of one rule.
  package struct Finding: Codable, Hashable, Sendable {
    /// Stays the same as long as the contract says the same thing: `arr_delay.range`.
    package var rule: String
    /// The rule in words: `arr_delay is from -120 to 2000`.
    package var statement: String
    package var severity: Severity
    package var outcome: Outcome
    /// One sentence with the numbers.
    package var explanation: String
    /// The number that was judged, where there is one.
    package var observed: Double?
    /// Rows that break the rule; nil for rules over the whole table.
    package var failingCount: Int?
    /// Rows that the rule looked at.
    package var judgedCount: Int?
    /// The first failing rows.
    package var places: [Place]

    package init(
      rule: String, statement: String, severity: Severity, outcome: Outcome, explanation: String,
      observed: Double? = nil, failingCount: Int? = nil, judgedCount: Int? = nil, places: [Place] = []
    ) {
      self.rule = rule
      self.statement = statement
      self.severity = severity
      self.outcome = outcome
      self.explanation = explanation
      self.observed = observed
      self.failingCount = failingCount
      self.judgedCount = judgedCount
      self.places = places
    }
  }

  /// A data row of a file, counted from 1 below its header.
  package struct Place: Codable, Hashable, Sendable {
    package var file: String
    package var row: Int

    package init(file: String, row: Int) {
      self.file = file
      self.row = row
    }
  }

  /// A failing row.
  package struct Sample: Codable, Hashable, Sendable {
    package var rule: String
    package var place: Place
    /// As the file has them, clipped; nil where missing.
    package var cells: [String?]

    package init(rule: String, place: Place, cells: [String?]) {
      self.rule = rule
      self.place = place
      self.cells = cells
    }
  }

  package init(
    contract: String, data: Digest?, dataVersion: VersionLabel?, reference: Digest?, rowCount: Int,
    findings: [Finding], sampleColumns: [String], samples: [Sample]
  ) {
    self.contract = contract
    self.data = data
    self.dataVersion = dataVersion
    self.reference = reference
    self.rowCount = rowCount
    self.findings = findings
    self.sampleColumns = sampleColumns
    self.samples = samples
  }

  /// The findings that stop a job.
  package var stops: [Finding] { findings.filter { $0.severity == .error && $0.outcome != .passed } }

  /// The result in a few words: `18 rules hold`, `2 of 20 rules are broken`.
  package var headline: String {
    let broken = findings.count { $0.outcome == .failed }
    let open = findings.count { $0.outcome == .couldNotRun }
    let count = findings.count == 1 ? "1 rule" : "\(findings.count) rules"
    if broken + open == 0 { return findings.count == 1 ? "1 rule holds" : "\(count) hold" }
    return [
      broken > 0 ? "\(broken) of \(count) \(broken == 1 ? "is" : "are") broken" : nil,
      open > 0 ? "\(open) of \(count) could not be checked" : nil,
    ].compactMap { $0 }.joined(separator: ", ")
  }
}
