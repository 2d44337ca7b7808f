package import Store

/// A named output of a step: what it is and the one name its content has.
package struct Artifact: Codable, Hashable, Sendable {
  package enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
    /// Files under a manifest.
    case dataset
    /// A model package: files under a manifest.
    case model
    /// A ``MetricsDocument``.
    case metrics
    /// A ``VerdictDocument``.
    case verdict
    /// A ``DriftDocument``.
    case drift
    /// A ``ContractDocument``.
    case contract
    /// A ``ProfileDocument``.
    case profile
    /// A ``PromotionDocument``.
    case promotion
    /// A ``RetrainingDocument``.
    case retraining
    /// The trials of a `tune` step.
    case trials
    /// What an `explain` step found.
    case explanation
    /// Where a model beside another one says otherwise.
    case disagreement
    /// How predictions came true, by the day they were made.
    case performance
    /// A ``CostDocument``.
    case cost
    /// Files of a `run` step that are neither data nor a model.
    case files
  }

  package var kind: Kind
  /// Whether it tells of the machine and the moment, so that doing the same again gives other bytes.
  package var isMeasurement: Bool { kind == .cost }
  /// Of the manifest for data, models and files; of the JSON document for the others.
  package var digest: Digest
  /// A blob that describes it: a ``DatasetDescription`` or a ``ModelDescription``.
  package var description: Digest?
  /// Where it was published: `flights@v3`.
  package var version: VersionLabel?

  package init(kind: Kind, digest: Digest, description: Digest? = nil, version: VersionLabel? = nil) {
    self.kind = kind
    self.digest = digest
    self.description = description
    self.version = version
  }

  /// The first 12 digits of the digest, for people.
  package var shortDigest: String { digest.short }
  /// `sha256:` and 64 digits.
  package var digestText: String { digest.description }
}

/// A version of a dataset or model: `flights/flights-delay@v3`.
package struct VersionLabel: Codable, Hashable, Sendable {
  package var project: String
  package var name: String
  package var number: Int

  package init(project: String, name: String, number: Int) {
    self.project = project
    self.name = name
    self.number = number
  }

  /// `flights-delay@v3`.
  package var text: String { "\(name)@v\(number)" }
}
