package import Store

/// What came of doing a past run again: evidence, and the label that follows from it. It lies beside the run's record,
/// which stays as it was frozen; the last reproduction counts.
package struct ReproductionDocument: Codable, Hashable, Sendable {
  /// What is known of a run or a step by doing it again, best first.
  package enum Label: String, Codable, Hashable, Sendable, CaseIterable {
    /// The same bytes came out.
    case identical = "bit-identical"
    /// Other bytes, whose numbers differ by no more than the tolerance and whose words are the same.
    case close = "equal within ±"
    /// It could not be done again, or not under the same conditions.
    case unverified
    case differs
  }

  package var format = "nightshift-reproduction 1"
  package var run: String
  /// The worst of its steps'.
  package var label: Label
  /// Why it was not even begun.
  package var reason: String?
  package var at: Timestamp
  /// Largest difference of two numbers that are held to be equal: this, times the larger of 1 and their size.
  package var tolerance: Double
  package var host: String
  package var toolVersion: String
  package var steps: [Step]

  package struct Step: Codable, Hashable, Sendable {
    package var id: String
    package var kind: String
    /// Nil for a step that makes nothing to compare: it moved a ref, queued a job, or was not done.
    package var label: Label?
    /// Why it has that label, or none.
    package var reason: String?
    package var outputs: [Output]

    package init(id: String, kind: String, label: Label?, reason: String? = nil, outputs: [Output] = []) {
      self.id = id
      self.kind = kind
      self.label = label
      self.reason = reason
      self.outputs = outputs
    }
  }

  package struct Output: Codable, Hashable, Sendable {
    package var name: String
    package var recorded: Digest
    /// Nil where it was not made.
    package var found: Digest?

    package init(name: String, recorded: Digest, found: Digest?) {
      self.name = name
      self.recorded = recorded
      self.found = found
    }
  }

  package init(
    run: String, at: Timestamp, tolerance: Double, host: String, toolVersion: String, steps: [Step]
  ) {
    self.run = run
    self.at = at
    self.tolerance = tolerance
    self.host = host
    self.toolVersion = toolVersion
    self.steps = steps
    let found = Set(steps.compactMap(\.label))
    label = Label.allCases.last { found.contains($0) } ?? .unverified
  }
}
