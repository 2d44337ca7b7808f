import Records
import Reports
import Store

/// What pages read of a site, as dictionaries.
struct MemoryEvidence: Evidence {
  struct Version: Hashable {
    var label: VersionLabel
    var kind: Artifact.Kind
  }

  struct Place: Hashable {
    var step: String
    var run: String
  }

  var blobs: [Digest: [UInt8]] = [:]
  var records: [String: RunRecord] = [:]
  var origins: [Version: VersionOrigin] = [:]
  var reproductions: [String: ReproductionDocument] = [:]
  var curves: [Place: StepCurves] = [:]
  var logTails: [Place: String] = [:]
  /// By `PROJECT/MODEL`.
  var cards: [String: ModelCard] = [:]

  /// Keeps the document; its digest is that of its canonical bytes.
  mutating func add(_ document: some Encodable) throws -> Digest {
    let bytes = try CanonicalJSON.encode(document)
    let digest = Digest(of: bytes)
    blobs[digest] = bytes
    return digest
  }

  /// Keeps the record, and that its steps published what they did.
  mutating func add(_ record: RunRecord) {
    records[record.id] = record
    for step in record.steps where step.outcome == .ran {
      for artifact in step.outputs.map(\.artifact) {
        guard let label = artifact.version else { continue }
        origins[Version(label: label, kind: artifact.kind)] = VersionOrigin(
          digest: artifact.digest, description: artifact.description, run: record.id, step: step.id)
      }
    }
  }

  func blob(_ digest: Digest) throws -> [UInt8]? { blobs[digest] }
  func record(of run: String) throws -> RunRecord? { records[run] }
  func origin(of version: VersionLabel, _ kind: Artifact.Kind) throws -> VersionOrigin? {
    origins[Version(label: version, kind: kind)]
  }
  func reproduction(of run: String) throws -> ReproductionDocument? { reproductions[run] }
  func curves(of step: String, in run: String) throws -> StepCurves? { curves[Place(step: step, run: run)] }
  func logTail(of step: String, in run: String) throws -> String? { logTails[Place(step: step, run: run)] }
  func card(of model: String, in project: String) throws -> ModelCard? { cards["\(project)/\(model)"] }
}
