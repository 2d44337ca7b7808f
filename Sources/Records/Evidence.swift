package import Store

/// What pages read of a site by name: what a digest, a run or a version stands for never changes, but it may be gone.
package protocol Evidence: Sendable {
  /// The bytes of a document; nil where a collection took it.
  func blob(_ digest: Digest) throws -> [UInt8]?
  /// The frozen record of a run; nil where there is none.
  func record(of run: String) throws -> RunRecord?
  /// The step that published a version of a dataset or model; nil where nobody knows.
  func origin(of version: VersionLabel, _ kind: Artifact.Kind) throws -> VersionOrigin?
  /// What came of doing the run again; nil where nobody did.
  func reproduction(of run: String) throws -> ReproductionDocument?
  /// What a step told while it ran; nil where it told nothing.
  func curves(of step: String, in run: String) throws -> StepCurves?
  /// The last lines of a step's log; nil where there are none.
  func logTail(of step: String, in run: String) throws -> String?
  /// What people wrote of a model; nil where nobody wrote anything.
  func card(of model: String, in project: String) throws -> ModelCard?
}

/// Where a version comes from.
package struct VersionOrigin: Codable, Hashable, Sendable {
  package var digest: Digest
  /// The blob that describes it.
  package var description: Digest?
  /// Nil for a version that somebody published by hand.
  package var run: String?
  package var step: String?

  package init(digest: Digest, description: Digest?, run: String?, step: String?) {
    self.digest = digest
    self.description = description
    self.run = run
    self.step = step
  }
}

extension Evidence {
  /// A document of the type that is asked for; nil where a collection took it.
  package func document<Document: Decodable>(_ digest: Digest) throws -> Document? {
    try blob(digest).map { try CanonicalJSON.decode(Document.self, from: $0) }
  }
}
